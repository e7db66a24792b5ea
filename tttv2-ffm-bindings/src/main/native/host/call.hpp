// SPDX-License-Identifier: Apache-2.0
//
// One call of the C interface: it resolves handles, holds the device for as long as it lives, and hands out results.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "common/error.hpp"
#include "common/handles.hpp"
#include "host/device.hpp"
#include "common/operations.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

Handles<Device> &device_handles();
Handles<Tensor> &tensor_handles();

inline uint64_t value(const ttnn_device *handle) { return reinterpret_cast<uint64_t>(handle); }
inline uint64_t value(const ttnn_tensor *handle) { return reinterpret_cast<uint64_t>(handle); }

// Refuse stale handles, and tensors of a closed device; the tensor may have been deallocated.
std::shared_ptr<Device> find_device(const ttnn_device *handle);
std::shared_ptr<Tensor> find_tensor(const ttnn_tensor *handle, const char *argument);

class Call {
 public:
  // Each waits for the device and refuses a closed one.
  explicit Call(const ttnn_device *device);
  Call(const ttnn_tensor *tensor, const char *argument);

  Device &device() { return *device_; }

  // An input: on this call's device and with a buffer. It lives until the call ends.
  const Tensor &tensor(const ttnn_tensor *handle, const char *argument);
  const Tensor *optional(const ttnn_tensor *handle, const char *argument) {
    return handle == nullptr ? nullptr : &tensor(handle, argument);
  }

  // Reads and writes of the host are refused while a trace is being captured.
  void refuse_during_capture(const char *what);

  // Gives the tensors handles; all or none.
  template <size_t N>
  void publish(const std::array<std::shared_ptr<Tensor>, N> &tensors, const std::array<ttnn_tensor **, N> &outs) {
    std::array<uint64_t, N> handles{};
    size_t done = 0;
    try {
      for (; done < N; ++done) handles[done] = add(tensors[done]);
    } catch (...) {
      while (done > 0) drop(handles[--done]);
      throw;
    }
    for (size_t i = 0; i < N; ++i) *outs[i] = reinterpret_cast<ttnn_tensor *>(handles[i]);
  }
  void publish(std::shared_ptr<Tensor> tensor, ttnn_tensor **out) {
    publish(std::array{std::move(tensor)}, std::array{out});
  }

 private:
  uint64_t add(const std::shared_ptr<Tensor> &tensor);
  void drop(uint64_t handle);

  std::vector<std::shared_ptr<Tensor>> inputs_;  // released after the lock, as is the device
  std::shared_ptr<Device> device_;
  std::unique_lock<TicketLock> lock_;
};

// Refuses to write to memory borrowed from the caller.
void check_writable(const Tensor &tensor, const char *argument);

}  // namespace tttv2::host
