// SPDX-License-Identifier: Apache-2.0
#include "ttnn/staging.hpp"

#include "common/error.hpp"
#include "ttnn/bound.hpp"
#include "ttnn/mocked_board.hpp"
#include "ttnn/packed.hpp"
#include "ttnn/runtime.hpp"

namespace tttv2::ttnn {

namespace {

// The head of a DLManagedTensor: the array interchange format of DLPack, version 0.
struct DlTensor {
  void *data;
  int32_t device_type;
  int32_t device_id;
  int32_t ndim;
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
};

Name is_allocated("is_allocated");
Name cpu("cpu");
Name host_buffer("host_buffer");
Name get_shard("get_shard");
Name dlpack("__dlpack__");

// Shards are laid out when the bytes go to the device: the host has them in one piece.
Spec unsharded(Spec spec) {
  spec.memory = MemoryConfig{};
  return spec;
}

// Reading a tensor without a buffer ends the process.
void check_allocated(const Tensor &tensor) {
  if (method(tensor.object.get(), is_allocated).get() != py.yes) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Input Tensor is not allocated");
  }
}

}  // namespace

Staging::Staging(const Device &device, const Spec &spec)
    : object_(Arguments(bound::kAllocateTensorOnHost)
                  .add(to_shape(spec.shape.extents()))
                  .add(to_python(spec.dtype))
                  .add(to_python(spec.layout))
                  .add(device.object())
                  .add(to_python(unsharded(spec).memory))
                  .call()) {
  map(device, spec);
}

Staging::Staging(const Device &device, Tensor &tensor) {
  check_allocated(tensor);
  object_ = method(tensor.object.get(), cpu);
  map(device, tensor.spec());
}

Staging::Staging(const Device &device, const Spec &spec, Object object) : object_(std::move(object)) { map(device, spec); }

Arrival::Arrival(const Device &device, Tensor &tensor) {
  check_allocated(tensor);
  // A mocked device never completes such a copy: TTNN would keep it, and wait once it has too many.
  const bool waits = mocked_board() != nullptr;
  object_ = method(tensor.object.get(), cpu, waits ? py.yes : py.no);
  if (waits) return;
  event_ = Arguments(bound::kRecordEvent).add(device.object()).call();
}

void Arrival::await() {
  if (!event_) return;
  Arguments(bound::kEventSynchronize).add(event_.get()).call();
  event_.reset();
}

void Staging::map(const Device &device, const Spec &spec) {
  const Object buffer = method(object_.get(), host_buffer);
  for (int32_t i = 0; i < device.mesh().size(); ++i) {
    const Object shard = method(buffer.get(), get_shard, device.coordinate(i));
    capsules_.push_back(method(shard.get(), dlpack));
    const auto *array = static_cast<const DlTensor *>(py.PyCapsule_GetPointer(capsules_.back().get(), "dltensor"));
    if (array == nullptr) throw_python_error();
    uint64_t size = static_cast<uint64_t>(array->bits / 8);
    for (int32_t d = 0; d < array->ndim; ++d) size *= static_cast<uint64_t>(array->shape[d]);
    if (size != packed_size(spec)) {
      fail(TTNN_STATUS_UNSUPPORTED, "TTNN holds %s in %llu bytes, expected %llu", spec.shape.str().c_str(),
           static_cast<unsigned long long>(size), static_cast<unsigned long long>(packed_size(spec)));
    }
    bytes_.emplace_back(static_cast<std::byte *>(array->data) + array->byte_offset, size);
  }
}

Object allocate_on_device(const Device &device, const Spec &spec) {
  for (const int64_t extent : spec.shape.extents()) {
    if (extent > UINT32_MAX) {
      fail(TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory: a dimension of %lld elements", static_cast<long long>(extent));
    }
  }
  return Arguments(bound::kAllocateTensorOnDevice)
      .add(to_shape(spec.shape.extents()))
      .add(to_python(spec.dtype))
      .add(to_python(spec.layout))
      .add(device.object())
      .add(to_python(spec.memory))
      .call();
}

void send(const Staging &staging, PyObject *tensor) {
  Arguments(bound::kCopyHostToDeviceTensor).add(staging.object()).add(tensor).call();
}

}  // namespace tttv2::ttnn
