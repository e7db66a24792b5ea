// SPDX-License-Identifier: Apache-2.0
#include "ttnn/call.hpp"

#include <cinttypes>

#include "common/structs.hpp"
#include "ttnn/runtime.hpp"

namespace tttv2::ttnn {

namespace {

constexpr uint8_t kDeviceKind = 0x5e;
constexpr uint8_t kTensorKind = 0x58;

}  // namespace

// Never destroyed: threads may outlive static destruction.
Handles<Device> &device_handles() {
  static auto *handles = new Handles<Device>(kDeviceKind);
  return *handles;
}

Handles<Tensor> &tensor_handles() {
  static auto *handles = new Handles<Tensor>(kTensorKind);
  return *handles;
}

std::shared_ptr<Device> find_device(const ttnn_device *handle) {
  if (handle == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "device is NULL");
  std::shared_ptr<Device> device = device_handles().find(value(handle));
  if (device == nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "device 0x%" PRIx64 " was closed or is no device handle", value(handle));
  }
  return device;
}

std::shared_ptr<Tensor> find_tensor(const ttnn_tensor *handle, const char *argument) {
  if (handle == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", argument);
  std::shared_ptr<Tensor> tensor = tensor_handles().find(value(handle));
  if (tensor == nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s 0x%" PRIx64 " was destroyed or is no tensor handle", argument, value(handle));
  }
  if (!tensor->device->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
  return tensor;
}

Call::Call(const ttnn_device *device) : device_(find_device(device)), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_INVALID_ARGUMENT, "the device was closed");
  gil_.emplace();
}

Call::Call(const ttnn_tensor *handle, const char *argument)
    : device_(find_tensor(handle, argument)->device), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
  gil_.emplace();
}

Tensor &Call::tensor(const ttnn_tensor *handle, const char *argument) {
  std::shared_ptr<Tensor> tensor = find_tensor(handle, argument);
  if (tensor->device != device_) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is on another device than the first input", argument);
  }
  if (!tensor->object) fail(TTNN_STATUS_INVALID_ARGUMENT, "Input Tensor %s is not allocated", argument);
  if (count_ == kMaxInputs) fail(TTNN_STATUS_UNSUPPORTED, "more than %zu tensors", kMaxInputs);
  inputs_[count_] = std::move(tensor);
  return *inputs_[count_++];
}

Tensor &Call::input(const Operation &operation, const ttnn_tensor *handle, const char *argument) {
  Tensor &x = tensor(handle, argument);
  Spec kind;
  kind.dtype = x.dtype();
  kind.layout = x.layout();
  check_input(operation, kind, argument);
  return x;
}

MemoryConfig Call::wished_memory(const ttnn_memory_config *config) {
  if (config == nullptr) return {};
  return make_memory_config("memory_config", read_struct("memory_config", config), device_->grid());
}

PyObject *Call::memory_config(const ttnn_memory_config *config) {
  return config == nullptr ? nullptr : to_python(wished_memory(config));
}

void Call::refuse_during_capture(const char *what) {
  if (device_->capturing()) fail(TTNN_STATUS_DEVICE, "%s are not supported during trace capture.", what);
}

uint64_t Call::add(Object result, bool read_only) {
  const auto tensor = std::make_shared<Tensor>(device_, std::move(result));
  tensor->read_only = read_only;
  device_->adopt(tensor);
  try {
    if (device_->capturing()) device_->record(*tensor);
    return tensor_handles().insert(tensor);
  } catch (...) {
    device_->release(*tensor);
    throw;
  }
}

void Call::drop(uint64_t handle) { device_->release(*tensor_handles().remove(handle)); }

void check_writable(const Tensor &tensor, const char *argument) {
  if (tensor.read_only) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is read-only: it was made from borrowed memory", argument);
  }
}

}  // namespace tttv2::ttnn
