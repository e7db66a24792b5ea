// SPDX-License-Identifier: Apache-2.0
//
// Tensors: making, reading, writing, freeing.
#include <cinttypes>
#include <cstring>
#include <mutex>
#include <span>
#include <vector>

#include "common/host_data.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/packed.hpp"
#include "ttnn/staging.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// Runs what converts a tensor's bytes, without Python's lock if that takes long enough for others to use it.
template <typename Body>
void outside_python(const Spec &spec, Body &&body) {
  constexpr uint64_t kSoon = 16 * 1024;
  if (packed_size(spec) <= kSoon) return body();
  class Leave {
   public:
    Leave() : state_(py.PyEval_SaveThread()) {}
    ~Leave() { py.PyEval_RestoreThread(state_); }

   private:
    void *state_;
  };
  const Leave leave;
  body();
}

// A new device tensor whose packed bytes `fill` writes.
template <typename Fill>
Object make_tensor(Device &device, const Spec &spec, Fill &&fill) {
  // What is large may stay for long: it is to lie where memory begins, and not behind spares.
  constexpr uint64_t kLarge = 1 << 20;
  if (packed_size(spec) >= kLarge) device.spares().clear();
  // First on the device: what it has no room for must not fill the host's memory.
  Object tensor = allocate_on_device(device, spec);
  const Staging staging(device, spec);
  outside_python(spec, [&] {
    for (int32_t i = 0; i < device.mesh().size(); ++i) fill(i, staging.bytes(i));
  });
  send(staging, tensor.get());
  return tensor;
}

// A device's part of host data.
void pack_part(Device &device, const Spec &spec, const HostData &data, int32_t number, std::span<std::byte> to) {
  std::vector<std::byte> storage;
  pack(device.pool(), spec, part_for(data, spec.shape, device.mesh(), number, storage), to.data());
}

// On all devices of the mesh.
uint64_t stored_bytes(const Device &device, const Spec &spec) {
  return packed_size(spec) * static_cast<uint64_t>(device.mesh().size());
}

// What ttnn_aggregate_tensor is asked for.
struct Whole {
  Whole(Call &call, const ttnn_tensor *handle, const ttnn_mesh_mapping *c_mapping)
      : tensor(call.tensor(handle, "tensor")),
        spec(tensor.spec()),
        mapping(read_mapping(c_mapping, spec.shape.rank())),
        shape(whole_shape(mapping, call.device().mesh(), spec.shape)) {}

  Tensor &tensor;
  const Spec &spec;
  const Mapping mapping;
  const Shape shape;
};

void put_together(Device &device, const Spec &spec, const Mapping &mapping, const Shape &whole, const Staging &staging,
                  DType type, std::byte *dst) {
  const Mesh &mesh = device.mesh();
  outside_python(spec, [&] {
    if (whole == spec.shape) {  // the first device has it all
      return unpack(device.pool(), spec, staging.bytes().data(), type, dst);
    }
    std::vector<std::byte> part(static_cast<size_t>(spec.shape.volume() * element_size(type)));
    for (int32_t i = 0; i < mesh.size(); ++i) {
      if (!holds_first_copy(mapping, mesh, i)) continue;
      unpack(device.pool(), spec, staging.bytes(i).data(), type, part.data());
      PartLayout(mapping, mesh, spec.shape, i, element_size(type)).copy_in(part.data(), dst);
    }
  });
}

}  // namespace

ttnn_status ttnn_tensor_create(ttnn_device *handle, const ttnn_tensor_spec *spec, ttnn_tensor **out) {
  return guard("tensor_create", [&] {
    check_out(out, "out");
    Call call(handle);
    const Spec wanted = make_spec(spec, call.device().grid());
    call.refuse_during_capture("Writes");
    call.expect(wanted);
    call.publish(make_tensor(call.device(), wanted, [](int32_t, std::span<std::byte> to) { std::memset(to.data(), 0, to.size()); }),
                 out);
  });
}

ttnn_status ttnn_tensor_from_host(ttnn_device *handle, const ttnn_tensor_spec *spec, const ttnn_host_data *data,
                                  ttnn_tensor **out) {
  return guard("tensor_from_host", [&] {
    check_out(out, "out");
    Call call(handle);
    Device &device = call.device();
    const Spec wanted = make_spec(spec, device.grid());
    const HostData source = check_host_data(data, wanted.dtype, wanted.shape, device.mesh());
    call.refuse_during_capture("Writes");
    call.expect(wanted);
    call.publish(make_tensor(device, wanted,
                             [&](int32_t i, std::span<std::byte> to) { pack_part(device, wanted, source, i, to); }),
                 out);
  });
}

ttnn_status ttnn_tensor_write(ttnn_tensor *handle, const ttnn_host_data *data) {
  return guard("tensor_write", [&] {
    Call call(handle, "tensor");
    Tensor &tensor = call.tensor(handle, "tensor");
    const Spec &spec = tensor.spec();
    const HostData source = check_host_data(data, spec.dtype, spec.shape, call.device().mesh());
    check_writable(tensor, "tensor");
    call.refuse_during_capture("Writes");
    const Staging staging(call.device(), spec);
    outside_python(spec, [&] {
      for (int32_t i = 0; i < call.device().mesh().size(); ++i) {
        pack_part(call.device(), spec, source, i, staging.bytes(i));
      }
    });
    send(staging, tensor.object.get());
  });
}

ttnn_status ttnn_tensor_read(ttnn_tensor *handle, int32_t dtype, void *dst, uint64_t dst_size) {
  return guard("tensor_read", [&] {
    Call call(handle, "tensor");
    Tensor &tensor = call.tensor(handle, "tensor");
    const Spec &spec = tensor.spec();
    check_one_device(call.device().mesh());
    const DType type = check_read(spec.dtype, spec.shape, dtype, dst, dst_size);
    call.refuse_during_capture("Reads");
    const Staging staging(call.device(), tensor);
    outside_python(spec, [&] {
      unpack(call.device().pool(), spec, staging.bytes().data(), type, static_cast<std::byte *>(dst));
    });
  });
}

ttnn_status ttnn_aggregate_tensor(ttnn_tensor *handle, const ttnn_mesh_mapping *c_mapping, int32_t dtype, void *dst,
                                  uint64_t dst_size) {
  return guard("aggregate_tensor", [&] {
    Call call(handle, "tensor");
    const Whole whole(call, handle, c_mapping);
    const DType type = check_read(whole.spec.dtype, whole.shape, dtype, dst, dst_size);
    call.refuse_during_capture("Reads");
    const Staging staging(call.device(), whole.tensor);
    put_together(call.device(), whole.spec, whole.mapping, whole.shape, staging, type, static_cast<std::byte *>(dst));
  });
}

ttnn_status ttnn_tensor_read_begin(ttnn_tensor *handle, const ttnn_mesh_mapping *mapping, int32_t dtype, ttnn_read **out) {
  return guard("tensor_read_begin", [&] {
    check_out(out, "out");
    Call call(handle, "tensor");
    const Whole whole(call, handle, mapping);
    const DType type = check_read_dtype(whole.spec.dtype, dtype);
    call.refuse_during_capture("Reads");
    auto read =
        std::make_shared<Read>(call.device().shared_from_this(), whole.spec, whole.mapping, whole.shape, type);
    ttnn_read *added = registry().add(read);
    try {
      read->arrival.emplace(call.device(), whole.tensor);
    } catch (...) {
      registry().remove(added);
      throw;
    }
    *out = added;
  });
}

ttnn_status ttnn_read_finish(ttnn_read *handle, void *dst, uint64_t dst_size) {
  return guard("read_finish", [&] {
    const std::shared_ptr<Read> read = registry().read(handle);
    check_destination(dst, dst_size, read->type, read->whole);
    Device &device = *read->device;
    const std::lock_guard lock(device.mutex());
    if (!device.is_open()) fail(TTNN_STATUS_DEVICE, "the device of read was closed");
    if (!read->arrival) fail(TTNN_STATUS_INVALID_ARGUMENT, "read was destroyed");  // by another thread, meanwhile
    const Gil gil;
    read->arrival->await();
    put_together(device, read->spec, read->mapping, read->whole, read->arrival->staging(device, read->spec), read->type,
                 static_cast<std::byte *>(dst));
  });
}

ttnn_status ttnn_read_destroy(ttnn_read *handle) {
  return guard("read_destroy", [&] {
    if (handle == nullptr) return;
    const std::shared_ptr<Read> read = registry().remove(handle);
    Device &device = *read->device;
    const std::lock_guard lock(device.mutex());
    const Gil gil;
    struct Clear {
      ~Clear() { read.arrival.reset(); }
      Read &read;
    } const clear{*read};
    // What TTNN still writes to must stay; a closed device has done everything.
    if (device.is_open() && read->arrival) read->arrival->await();
  });
}

ttnn_status ttnn_tensor_get_spec(ttnn_tensor *handle, ttnn_tensor_spec *out) {
  return guard("tensor_get_spec", [&] {
    check_out_struct("out", out);
    const std::shared_ptr<Tensor> tensor = registry().tensor(handle, "tensor");
    Device &device = *tensor->device;
    const std::lock_guard lock(device.mutex());
    if (!device.is_open()) fail(TTNN_STATUS_DEVICE, "the device of tensor was closed");
    const Gil gil;
    tensor->verify();
    ttnn_tensor_spec spec = to_c(tensor->spec());
    const Shape &padded = tensor->padded_shape();
    for (int32_t i = 0; i < spec.rank; ++i) spec.padded_shape[spec.rank - 1 - i] = padded.back(i);
    write_struct(out, spec);
  });
}

int32_t ttnn_tensor_is_allocated(ttnn_tensor *handle) {
  return registry().is_allocated(handle) ? 1 : 0;
}

ttnn_status ttnn_deallocate(ttnn_tensor *handle) {
  return guard("deallocate", [&] {
    const std::shared_ptr<Tensor> tensor = registry().tensor(handle, "tensor");
    const std::lock_guard lock(tensor->device->mutex());
    const Gil gil;
    tensor->device->deallocate(*tensor);
  });
}

ttnn_status ttnn_tensor_destroy(ttnn_tensor *handle) {
  return guard("tensor_destroy", [&] {
    if (handle == nullptr) return;
    const std::shared_ptr<Tensor> tensor = registry().remove(handle);
    const std::lock_guard lock(tensor->device->mutex());
    const Gil gil;
    tensor->device->release(*tensor);
  });
}

ttnn_status ttnn_tensor_storage_size(ttnn_tensor *handle, uint64_t *out) {
  return guard("tensor_storage_size", [&] {
    check_out(out, "out");
    const std::shared_ptr<Tensor> tensor = registry().tensor(handle, "tensor");
    const std::lock_guard lock(tensor->device->mutex());
    if (!tensor->device->is_open()) fail(TTNN_STATUS_DEVICE, "the device of tensor was closed");
    const Gil gil;
    *out = stored_bytes(*tensor->device, tensor->spec());
  });
}

ttnn_status ttnn_tensor_read_storage(ttnn_tensor *handle, void *dst, uint64_t dst_size) {
  return guard("tensor_read_storage", [&] {
    Call call(handle, "tensor");
    Tensor &tensor = call.tensor(handle, "tensor");
    check_out(dst, "dst");
    const uint64_t size = stored_bytes(call.device(), tensor.spec());
    if (dst_size != size) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "dst is %" PRIu64 " bytes, the tensor has %" PRIu64, dst_size, size);
    }
    call.refuse_during_capture("Reads");
    const Staging staging(call.device(), tensor);
    outside_python(tensor.spec(), [&] {
      auto *to = static_cast<std::byte *>(dst);
      for (int32_t i = 0; i < call.device().mesh().size(); ++i) {
        const std::span<std::byte> from = staging.bytes(i);
        copy_bytes(call.device().pool(), from.data(), to, from.size());
        to += from.size();
      }
    });
  });
}

ttnn_status ttnn_tensor_from_storage(ttnn_device *handle, const ttnn_tensor_spec *spec, const void *data, uint64_t size,
                                     int32_t borrow, ttnn_tensor **out) {
  return guard("tensor_from_storage", [&] {
    check_out(out, "out");
    check_out(data, "data");
    const bool read_only = flag("borrow", borrow);
    Call call(handle);
    Device &device = call.device();
    const Spec wanted = make_spec(spec, device.grid());
    if (size != stored_bytes(device, wanted)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "data is %" PRIu64 " bytes, %s of shape %s has %" PRIu64 " in this form", size,
           name(wanted.dtype), wanted.shape.str().c_str(), stored_bytes(device, wanted));
    }
    call.refuse_during_capture("Writes");
    call.expect(wanted);
    call.publish(make_tensor(device, wanted,
                             [&](int32_t i, std::span<std::byte> to) {
                               const auto *from = static_cast<const std::byte *>(data) + static_cast<size_t>(i) * to.size();
                               copy_bytes(device.pool(), from, to.data(), to.size());
                             }),
                 out, read_only);
  });
}
