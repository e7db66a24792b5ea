// SPDX-License-Identifier: Apache-2.0
//
// One call of the C interface: it resolves handles, holds the device for as long as it lives, and hands out results. On a
// mesh the same is done on each of its devices, one after the other, each with its own tensors.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "common/error.hpp"
#include "common/operations.hpp"
#include "common/registry.hpp"
#include "host/device.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

Registry<Device, Tensor, Read> &registry();

class Call {
 public:
  // Each waits for the device and refuses a closed one.
  explicit Call(const ttnn_device *device);
  Call(const ttnn_tensor *tensor, const char *argument);

  Device &device() { return *device_; }

  // Runs the body on each device of the mesh, and gives what it has published handles: all or none.
  template <typename Body>
  void each_device(Body body) {
    const int32_t devices = device_->mesh().size();
    for (current_ = 0; current_ < devices; ++current_) {
      device_->select(current_);
      body();
    }
    current_ = 0;
    device_->select(0);
    hand_out();
  }
  int32_t current() const { return current_; }

  // An input: on this call's device and with a buffer. It lives until the call ends. On a mesh, the current device's.
  const Tensor &tensor(const ttnn_tensor *handle, const char *argument) { return tensor_on(current_, handle, argument); }
  const Tensor &tensor_on(int32_t device, const ttnn_tensor *handle, const char *argument);
  const Tensor *optional(const ttnn_tensor *handle, const char *argument) {
    return handle == nullptr ? nullptr : &tensor(handle, argument);
  }

  // Reads and writes of the host are refused while a trace is being captured.
  void refuse_during_capture(const char *what);

  // The results on the current device.
  template <size_t N>
  void publish(std::array<std::shared_ptr<Tensor>, N> tensors, const std::array<ttnn_tensor **, N> &outs) {
    static_assert(N <= kMaxResults);
    for (size_t i = 0; i < N; ++i) {
      if (current_ == 0) {
        results_[i] = std::move(tensors[i]);
        outs_[i] = outs[i];
      } else {
        results_[i]->others.push_back(std::move(tensors[i]));
      }
    }
    num_results_ = N;
  }
  void publish(std::shared_ptr<Tensor> tensor, ttnn_tensor **out) {
    publish(std::array{std::move(tensor)}, std::array{out});
  }

 private:
  static constexpr size_t kMaxResults = 3;

  void hand_out();
  ttnn_tensor *add(const std::shared_ptr<Tensor> &tensor);
  void drop(ttnn_tensor *handle);

  int32_t current_ = 0;
  std::vector<std::shared_ptr<Tensor>> inputs_;  // released after the lock, as is the device
  std::shared_ptr<Device> device_;
  std::unique_lock<TicketLock> lock_;
  // Released before the lock, as their memory goes back to the device.
  std::array<std::shared_ptr<Tensor>, kMaxResults> results_;
  std::array<ttnn_tensor **, kMaxResults> outs_{};
  size_t num_results_ = 0;
};

// The body of an operation's exported function, on each device of its first input's mesh.
template <typename Body>
ttnn_status run(const Operation &operation, const ttnn_tensor *handle, const char *argument, Body body) noexcept {
  return guard(operation, [&] {
    Call call(handle, argument);
    call.each_device([&] { body(call); });
  });
}

// Refuses to write to memory borrowed from the caller.
void check_writable(const Tensor &tensor, const char *argument);

}  // namespace tttv2::host
