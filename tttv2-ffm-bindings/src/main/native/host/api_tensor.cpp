// SPDX-License-Identifier: Apache-2.0
//
// Tensors: making, reading, writing, freeing.
#include <cinttypes>
#include <cstring>
#include <mutex>
#include <vector>

#include "common/structs.hpp"
#include "host/kernels/weight_panels.hpp"
#include "host/call.hpp"
#include "host/values.hpp"
#include "host/rows.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// Memory that is zero and stays: weights, caches, inputs.
std::shared_ptr<Tensor> make_lasting(Device &device, const Spec &spec) {
  Device::check_shard(spec);
  auto block = Block::allocate(device.account(spec.memory.buffer_type), bytes(spec), Block::Use::kLasting);
  return device.make_tensor(spec, std::make_shared<Buffer>(std::move(block)));
}

// The current device's part of host data.
void write_part(Call &call, const HostData &data, const Tensor &tensor) {
  std::vector<std::byte> storage;
  const Shape &shape = tensor.spec.shape;
  const HostData part = part_for(data, shape, call.device().mesh(), call.current(), storage);
  write_values(call.device(), part, shape, Rows(tensor));
}

// What has been written as rows, in its storage form.
void turn_to_storage(Device &device, const Spec &spec, Buffer &buffer) {
  if (storage_form(device.kernels(), spec) != Form::kPanels || buffer.form() == Form::kPanels) return;
  to_panels(device.pool(), spec.dtype, spec.rows(), spec.cols(), reinterpret_cast<uint8_t *>(buffer.data()));
  buffer.set_form(Form::kPanels);
}

// On all devices of the mesh.
uint64_t stored_bytes(const Device &device, const Spec &spec) {
  return bytes(spec) * static_cast<uint64_t>(device.mesh().size());
}

// What ttnn_aggregate_tensor is asked for.
struct Whole {
  Whole(Call &call, const ttnn_tensor *handle, const ttnn_mesh_mapping *c_mapping)
      : spec(call.tensor(handle, "tensor").spec),
        mapping(read_mapping(c_mapping, spec.shape.rank())),
        shape(whole_shape(mapping, call.device().mesh(), spec.shape)) {}

  void read(Call &call, const ttnn_tensor *handle, DType type, std::byte *dst) const {
    call.refuse_during_capture("Reads");
    const Mesh &mesh = call.device().mesh();
    if (shape == spec.shape) {  // the first device has it all
      return read_values(call.device(), Rows(call.tensor(handle, "tensor")), type, dst);
    }
    std::vector<std::byte> part(static_cast<size_t>(spec.shape.volume() * element_size(type)));
    call.each_device([&] {
      if (!holds_first_copy(mapping, mesh, call.current())) return;
      read_values(call.device(), Rows(call.tensor(handle, "tensor")), type, part.data());
      PartLayout(mapping, mesh, spec.shape, call.current(), element_size(type)).copy_in(part.data(), dst);
    });
  }

  const Spec spec;
  const Mapping mapping;
  const Shape shape;
};

}  // namespace

ttnn_status ttnn_tensor_create(ttnn_device *handle, const ttnn_tensor_spec *spec, ttnn_tensor **out) {
  return guard("tensor_create", [&] {
    check_out(out, "out");
    const Spec wanted = make_spec(spec, kGrid);
    Call call(handle);
    call.refuse_during_capture("Writes");
    call.each_device([&] { call.publish(make_lasting(call.device(), wanted), out); });
  });
}

ttnn_status ttnn_tensor_from_host(ttnn_device *handle, const ttnn_tensor_spec *spec, const ttnn_host_data *data,
                                  ttnn_tensor **out) {
  return guard("tensor_from_host", [&] {
    check_out(out, "out");
    const Spec wanted = make_spec(spec, kGrid);
    Call call(handle);
    const HostData source = check_host_data(data, wanted.dtype, wanted.shape, call.device().mesh());
    call.refuse_during_capture("Writes");
    call.each_device([&] {
      std::shared_ptr<Tensor> tensor = make_lasting(call.device(), wanted);
      write_part(call, source, *tensor);
      turn_to_storage(call.device(), wanted, *tensor->buffer);
      call.publish(std::move(tensor), out);
    });
  });
}

ttnn_status ttnn_tensor_write(ttnn_tensor *handle, const ttnn_host_data *data) {
  return guard("tensor_write", [&] {
    Call call(handle, "tensor");
    const Tensor &first = call.tensor(handle, "tensor");
    const HostData source = check_host_data(data, first.spec.dtype, first.spec.shape, call.device().mesh());
    check_writable(first, "tensor");
    call.refuse_during_capture("Writes");
    call.each_device([&] { write_part(call, source, call.tensor(handle, "tensor")); });
  });
}

ttnn_status ttnn_tensor_read(ttnn_tensor *handle, int32_t dtype, void *dst, uint64_t dst_size) {
  return guard("tensor_read", [&] {
    Call call(handle, "tensor");
    const Tensor &tensor = call.tensor(handle, "tensor");
    check_one_device(call.device().mesh());
    const DType type = check_read(tensor.spec.dtype, tensor.spec.shape, dtype, dst, dst_size);
    call.refuse_during_capture("Reads");
    read_values(call.device(), Rows(tensor), type, static_cast<std::byte *>(dst));
  });
}

ttnn_status ttnn_aggregate_tensor(ttnn_tensor *handle, const ttnn_mesh_mapping *c_mapping, int32_t dtype, void *dst,
                                  uint64_t dst_size) {
  return guard("aggregate_tensor", [&] {
    Call call(handle, "tensor");
    const Whole whole(call, handle, c_mapping);
    const DType type = check_read(whole.spec.dtype, whole.shape, dtype, dst, dst_size);
    whole.read(call, handle, type, static_cast<std::byte *>(dst));
  });
}

// Everything enqueued has been done when a call returns, so the values are there at once.
ttnn_status ttnn_tensor_read_begin(ttnn_tensor *handle, const ttnn_mesh_mapping *mapping, int32_t dtype, ttnn_read **out) {
  return guard("tensor_read_begin", [&] {
    check_out(out, "out");
    Call call(handle, "tensor");
    const Whole whole(call, handle, mapping);
    const DType type = check_read_dtype(whole.spec.dtype, dtype);
    const auto read = std::make_shared<Read>(call.device().shared_from_this(), whole.shape, type);
    read->values.resize(static_cast<size_t>(whole.shape.volume() * element_size(type)));
    whole.read(call, handle, type, read->values.data());
    *out = registry().add(read);
  });
}

ttnn_status ttnn_read_finish(ttnn_read *handle, void *dst, uint64_t dst_size) {
  return guard("read_finish", [&] {
    const std::shared_ptr<Read> read = registry().read(handle);
    check_destination(dst, dst_size, read->type, read->shape);
    std::memcpy(dst, read->values.data(), read->values.size());
  });
}

ttnn_status ttnn_read_destroy(ttnn_read *handle) {
  return guard("read_destroy", [&] {
    if (handle != nullptr) registry().remove(handle);
  });
}

ttnn_status ttnn_tensor_get_spec(ttnn_tensor *handle, ttnn_tensor_spec *out) {
  return guard("tensor_get_spec", [&] {
    check_out_struct("out", out);
    write_struct(out, to_c(registry().tensor(handle, "tensor")->spec));
  });
}

int32_t ttnn_tensor_is_allocated(ttnn_tensor *handle) {
  return registry().is_allocated(handle) ? 1 : 0;
}

ttnn_status ttnn_deallocate(ttnn_tensor *handle) {
  return guard("deallocate", [&] {
    const std::shared_ptr<Tensor> tensor = registry().tensor(handle, "tensor");
    const std::lock_guard lock(tensor->device->mutex());
    Device::deallocate(*tensor);
  });
}

ttnn_status ttnn_tensor_destroy(ttnn_tensor *handle) {
  return guard("tensor_destroy", [&] {
    if (handle == nullptr) return;
    const std::shared_ptr<Tensor> tensor = registry().remove(handle);
    const std::lock_guard lock(tensor->device->mutex());
    tensor->device->release(*tensor);
  });
}

ttnn_status ttnn_tensor_storage_size(ttnn_tensor *handle, uint64_t *out) {
  return guard("tensor_storage_size", [&] {
    check_out(out, "out");
    const std::shared_ptr<Tensor> tensor = registry().tensor(handle, "tensor");
    *out = stored_bytes(*tensor->device, tensor->spec);
  });
}

ttnn_status ttnn_tensor_read_storage(ttnn_tensor *handle, void *dst, uint64_t dst_size) {
  return guard("tensor_read_storage", [&] {
    Call call(handle, "tensor");
    const Spec spec = call.tensor(handle, "tensor").spec;
    check_out(dst, "dst");
    if (dst_size != stored_bytes(call.device(), spec)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "dst is %" PRIu64 " bytes, the tensor has %" PRIu64, dst_size,
           stored_bytes(call.device(), spec));
    }
    call.refuse_during_capture("Reads");
    auto *to = static_cast<std::byte *>(dst);
    call.each_device([&] {
      Device &device = call.device();
      const Buffer &buffer = *call.tensor(handle, "tensor").buffer;
      const Form form = storage_form(device.kernels(), spec);
      copy_bytes(device.pool(), buffer.data(), to, bytes(spec));
      if (buffer.form() != form) {
        const auto turn = form == Form::kPanels ? to_panels : to_rows;
        turn(device.pool(), spec.dtype, spec.rows(), spec.cols(), reinterpret_cast<uint8_t *>(to));
      }
      to += bytes(spec);
    });
  });
}

ttnn_status ttnn_tensor_from_storage(ttnn_device *handle, const ttnn_tensor_spec *spec, const void *data, uint64_t size,
                                     int32_t borrow, ttnn_tensor **out) {
  return guard("tensor_from_storage", [&] {
    check_out(out, "out");
    check_out(data, "data");
    const bool in_place = flag("borrow", borrow);
    const Spec wanted = make_spec(spec, kGrid);
    Call call(handle);
    Device &device = call.device();
    if (size != stored_bytes(device, wanted)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "data is %" PRIu64 " bytes, %s of shape %s has %" PRIu64 " in this form", size,
           name(wanted.dtype), wanted.shape.str().c_str(), stored_bytes(device, wanted));
    }
    call.refuse_during_capture("Writes");
    const auto *from = static_cast<const std::byte *>(data);
    call.each_device([&] {
      std::shared_ptr<Tensor> tensor;
      if (in_place && reinterpret_cast<uintptr_t>(from) % alignof(float) == 0) {
        auto block = Block::borrow(device.account(wanted.memory.buffer_type), from, bytes(wanted));
        tensor = device.make_tensor(wanted, std::make_shared<Buffer>(std::move(block)));
      } else {
        tensor = make_lasting(device, wanted);
        copy_bytes(device.pool(), from, tensor->buffer->data(), bytes(wanted));
      }
      if (in_place) tensor->buffer->make_read_only();
      tensor->buffer->set_form(storage_form(device.kernels(), wanted));
      from += bytes(wanted);
      call.publish(std::move(tensor), out);
    });
  });
}
