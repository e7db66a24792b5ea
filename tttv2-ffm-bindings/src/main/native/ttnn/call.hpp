// SPDX-License-Identifier: Apache-2.0
//
// One call of the C interface: it resolves handles, holds the device and Python for as long as it lives, and hands out
// results.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "common/error.hpp"
#include "common/operations.hpp"
#include "common/registry.hpp"
#include "ttnn/bound.hpp"
#include "ttnn/device.hpp"

namespace tttv2::ttnn {

struct Read;

Registry<Device, Tensor, Read> &registry();

class Call {
 public:
  // Each waits for the device and for Python, and refuses a closed device.
  explicit Call(const ttnn_device *device);
  Call(const ttnn_tensor *tensor, const char *argument);

  Device &device() { return *device_; }

  // An input: on this call's device and with a buffer. It lives until the call ends.
  Tensor &tensor(const ttnn_tensor *handle, const char *argument);
  // The first input, of a dtype and layout that the operation takes.
  Tensor &input(const Operation &operation, const ttnn_tensor *handle, const char *argument);
  Tensor *optional(const ttnn_tensor *handle, const char *argument) {
    return handle == nullptr ? nullptr : &tensor(handle, argument);
  }
  // The same as Python's object; NULL for NULL.
  PyObject *object(const ttnn_tensor *handle, const char *argument) { return tensor(handle, argument).object.get(); }
  PyObject *optional_object(const ttnn_tensor *handle, const char *argument) {
    return handle == nullptr ? nullptr : object(handle, argument);
  }
  // A memory config of the caller's; interleaved in DRAM for NULL.
  MemoryConfig wished_memory(const ttnn_memory_config *config);
  // A memory config of the caller's, as Python's object; NULL for NULL.
  PyObject *memory_config(const ttnn_memory_config *config);

  // Reads and writes of the host are refused while a trace is being captured.
  void refuse_during_capture(const char *what);

  // Memory for the result of this number and spec to be written to: what has become free, or new. TTNN has one program for
  // results in memory that it is given and another one for those that it allocates: a trace must find the one that ran before.
  // NULL where the result is in L1 or sharded; also then it has to be in memory of its own.
  PyObject *memory_for(const Spec &spec, size_t result = 0);
  // Says what a result is, where TTNN makes nothing else of x: all of x is known and it is interleaved in DRAM, and so is the
  // result, also by the wish.
  void expect(const Tensor &x, const Shape &shape, const ttnn_memory_config *wish);
  // The same of a tensor made of this spec. With rank 1 TTNN pads to two extents.
  void expect(const Spec &spec) {
    if (spec.shape.rank() >= 2 && spec.memory == MemoryConfig{}) results_[0].spec = spec;
  }

  // Says that the results are in memory of their own, and no views of the inputs.
  Call &computed() {
    computed_ = true;
    return *this;
  }

  // Gives the results handles; all or none.
  template <size_t N>
  void publish(std::array<Object, N> results, const std::array<ttnn_tensor **, N> &outs) {
    std::array<ttnn_tensor *, N> handles{};
    size_t done = 0;
    try {
      for (; done < N; ++done) handles[done] = add(std::move(results[done]), done, false);
    } catch (...) {
      while (done > 0) drop(handles[--done]);
      throw;
    }
    finish();
    for (size_t i = 0; i < N; ++i) *outs[i] = handles[i];
  }
  void publish(Object result, ttnn_tensor **out, bool read_only = false) {
    ttnn_tensor *handle = add(std::move(result), 0, read_only);
    finish();
    *out = handle;
  }
  // For operations without results.
  void record_inputs() {
    if (device_->capturing()) {
      for (size_t i = 0; i < count_; ++i) device_->use(*inputs_[i]);
    }
  }

 private:
  static constexpr size_t kMaxInputs = 64;
  static constexpr size_t kMaxResults = 3;

  // What is known of a result beforehand, and the memory that it is written to, which can become a spare.
  struct Result {
    std::optional<Spec> spec;
    Object memory;
  };

  void finish() {
    record_inputs();
    if (computed_) return;
    for (size_t i = 0; i < count_; ++i) inputs_[i]->own.reset();
  }

  ttnn_tensor *add(Object result, size_t number, bool read_only);
  void drop(ttnn_tensor *handle);

  // Released after the locks, as is the device.
  std::array<std::shared_ptr<Tensor>, kMaxInputs> inputs_;
  size_t count_ = 0;
  std::shared_ptr<Device> device_;
  std::unique_lock<TicketLock> lock_;
  std::optional<Gil> gil_;
  bool computed_ = false;
  std::array<Result, kMaxResults> results_;
};

// Refuses to write to memory borrowed from the caller.
void check_writable(const Tensor &tensor, const char *argument);

}  // namespace tttv2::ttnn
