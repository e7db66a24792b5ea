// SPDX-License-Identifier: Apache-2.0
//
// The handles of a backend's devices, tensors and reads under way.
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

template <typename Device, typename Tensor, typename Read>
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
  ttnn_read *add(std::shared_ptr<Read> read) { return reinterpret_cast<ttnn_read *>(reads_.insert(std::move(read))); }

  // Refuse stale handles, and tensors and reads of a closed device; the tensor may have been deallocated.
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
  std::shared_ptr<Read> read(const ttnn_read *handle) const {
    if (handle == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "read is NULL");
    std::shared_ptr<Read> read = live(reads_.find(value(handle)), handle);
    if (!read->device->is_open()) fail(TTNN_STATUS_DEVICE, "the device of read was closed");
    return read;
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
  std::shared_ptr<Read> remove(const ttnn_read *handle) { return live(reads_.remove(value(handle)), handle); }

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
  static std::shared_ptr<Read> live(std::shared_ptr<Read> read, const ttnn_read *handle) {
    if (read == nullptr) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "read 0x%" PRIx64 " was destroyed or is no read handle", value(handle));
    }
    return read;
  }

  Handles<Device> devices_{0x5d};
  Handles<Tensor> tensors_{0x57};
  Handles<Read> reads_{0x52};
};

}  // namespace tttv2
