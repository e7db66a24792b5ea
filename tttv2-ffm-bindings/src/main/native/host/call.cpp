// SPDX-License-Identifier: Apache-2.0
#include "host/call.hpp"

#include <cinttypes>

namespace tttv2::host {

namespace {

constexpr uint8_t kDeviceKind = 0x5d;
constexpr uint8_t kTensorKind = 0x57;

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
}

Call::Call(const ttnn_tensor *handle, const char *argument)
    : device_(find_tensor(handle, argument)->device), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
  inputs_.reserve(8);
}

const Tensor &Call::tensor_on(int32_t device, const ttnn_tensor *handle, const char *argument) {
  std::shared_ptr<Tensor> tensor = find_tensor(handle, argument);
  if (tensor->device != device_) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is on another device than the first input", argument);
  }
  if (tensor->buffer == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "Input Tensor %s is not allocated", argument);
  inputs_.push_back(std::move(tensor));
  return inputs_.back()->on(device);
}

void Call::refuse_during_capture(const char *what) {
  if (device_->capturing()) fail(TTNN_STATUS_DEVICE, "%s are not supported during trace capture.", what);
}

void Call::hand_out() {
  std::array<uint64_t, kMaxResults> handles{};
  size_t done = 0;
  try {
    for (; done < num_results_; ++done) handles[done] = add(results_[done]);
  } catch (...) {
    while (done > 0) drop(handles[--done]);
    throw;
  }
  for (size_t i = 0; i < num_results_; ++i) *outs_[i] = reinterpret_cast<ttnn_tensor *>(handles[i]);
}

uint64_t Call::add(const std::shared_ptr<Tensor> &tensor) {
  device_->adopt(tensor);
  try {
    return tensor_handles().insert(tensor);
  } catch (...) {
    device_->release(*tensor);
    throw;
  }
}

void Call::drop(uint64_t handle) { device_->release(*tensor_handles().remove(handle)); }

void check_writable(const Tensor &tensor, const char *argument) {
  if (tensor.buffer->read_only()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is read-only: it was made from borrowed memory", argument);
  }
}

}  // namespace tttv2::host
