// SPDX-License-Identifier: Apache-2.0
//
// The handles of a backend's devices and tensors.
#pragma once

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/handles.hpp"

namespace tttv2 {

template <typename Device, typename Tensor>
class Registry {
 public:
  ttnn_device *add(std::shared_ptr<Device> device) {
    return reinterpret_cast<ttnn_device *>(devices_.insert(std::move(device)));
  }
  // All or none.
  void add(const std::vector<std::shared_ptr<Device>> &devices, ttnn_device **out) {
    std::vector<ttnn_device *> handles;
    handles.reserve(devices.size());
    try {
      for (const std::shared_ptr<Device> &device : devices) handles.push_back(add(device));
    } catch (...) {
      for (const ttnn_device *handle : handles) devices_.remove(value(handle));
      throw;
    }
    std::ranges::copy(handles, out);
  }
  ttnn_tensor *add(std::shared_ptr<Tensor> tensor) {
    return reinterpret_cast<ttnn_tensor *>(tensors_.insert(std::move(tensor)));
  }

  // Refuse stale handles, and tensors of a closed device; the tensor may have been deallocated.
  std::shared_ptr<Device> device(const ttnn_device *handle) const {
    if (handle == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "device is NULL");
    return live(devices_.find(value(handle)), handle);
  }
  std::shared_ptr<Tensor> tensor(const ttnn_tensor *handle, const char *argument) const {
    if (handle == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", argument);
    std::shared_ptr<Tensor> tensor = live(tensors_.find(value(handle)), handle, argument);
    if (!tensor->device->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
    return tensor;
  }
  // Never fails.
  bool is_allocated(const ttnn_tensor *handle) const {
    const std::shared_ptr<Tensor> tensor = tensors_.find(value(handle));
    return tensor != nullptr && tensor->device->is_open() && tensor->allocated;
  }

  // Take out what has the handle, or refuse a stale one.
  std::shared_ptr<Device> remove(const ttnn_device *handle) { return live(devices_.remove(value(handle)), handle); }
  std::shared_ptr<Tensor> remove(const ttnn_tensor *handle) {
    return live(tensors_.remove(value(handle)), handle, "tensor");
  }

 private:
  static uint64_t value(const void *handle) { return reinterpret_cast<uint64_t>(handle); }

  static std::shared_ptr<Device> live(std::shared_ptr<Device> device, const ttnn_device *handle) {
    if (device == nullptr) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "device 0x%" PRIx64 " was closed or is no device handle", value(handle));
    }
    return device;
  }
  static std::shared_ptr<Tensor> live(std::shared_ptr<Tensor> tensor, const ttnn_tensor *handle, const char *argument) {
    if (tensor == nullptr) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "%s 0x%" PRIx64 " was destroyed or is no tensor handle", argument, value(handle));
    }
    return tensor;
  }

  Handles<Device> devices_{0x5d};
  Handles<Tensor> tensors_{0x57};
};

}  // namespace tttv2
