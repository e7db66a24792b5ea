// SPDX-License-Identifier: Apache-2.0
#include "host/call.hpp"

namespace tttv2::host {

// Never destroyed: threads may outlive static destruction.
Registry<Device, Tensor, Read> &registry() {
  static auto *registry = new Registry<Device, Tensor, Read>;
  return *registry;
}

Call::Call(const ttnn_device *device) : device_(registry().device(device)), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_INVALID_ARGUMENT, "the device was closed");
}

Call::Call(const ttnn_tensor *handle, const char *argument)
    : device_(registry().tensor(handle, argument)->device), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
  inputs_.reserve(8);
}

const Tensor &Call::tensor_on(int32_t device, const ttnn_tensor *handle, const char *argument) {
  std::shared_ptr<Tensor> tensor = registry().tensor(handle, argument);
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
  std::array<ttnn_tensor *, kMaxResults> handles{};
  size_t done = 0;
  try {
    for (; done < num_results_; ++done) handles[done] = add(results_[done]);
  } catch (...) {
    while (done > 0) drop(handles[--done]);
    throw;
  }
  for (size_t i = 0; i < num_results_; ++i) *outs_[i] = handles[i];
}

ttnn_tensor *Call::add(const std::shared_ptr<Tensor> &tensor) {
  device_->adopt(tensor);
  try {
    return registry().add(tensor);
  } catch (...) {
    device_->release(*tensor);
    throw;
  }
}

void Call::drop(ttnn_tensor *handle) { device_->release(*registry().remove(handle)); }

void check_writable(const Tensor &tensor, const char *argument) {
  if (tensor.buffer->read_only()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is read-only: it was made from borrowed memory", argument);
  }
}

}  // namespace tttv2::host
