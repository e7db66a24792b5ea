// SPDX-License-Identifier: Apache-2.0
//
// The host's "device", or mesh of them: memory, threads, and the one place where operations run or are recorded.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/mesh.hpp"
#include "common/spec.hpp"
#include "common/thread_pool.hpp"
#include "common/ticket_lock.hpp"
#include "host/fusion.hpp"
#include "host/kernels/kernels.hpp"
#include "host/memory.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// The grid that sharded memory configs refer to: a Wormhole's. Only sizes come from it, no computation.
inline constexpr Grid kGrid{8, 8, 12};
inline constexpr uint64_t kL1BytesPerCore = 1'393'312;

struct DeviceOptions {
  int32_t device_id;
  Mesh mesh;
  int32_t num_threads;
  std::vector<int> processors;  // that worker threads keep to; none: wherever they are put
  int32_t num_command_queues;
  uint64_t dram_bytes;  // of each device
  uint64_t l1_bytes;
};

class Device : public std::enable_shared_from_this<Device> {
 public:
  explicit Device(const DeviceOptions &options);

  TicketLock &mutex() { return mutex_; }
  bool is_open() const { return open_.load(std::memory_order_acquire); }
  // Everything below is called under the mutex.

  // Frees the buffers of all tensors, the traces and the threads.
  void close();

  const DeviceOptions &options() const { return options_; }
  const Kernels &kernels() const { return kernels_; }
  ThreadPool &pool() { return *pool_; }
  const Mesh &mesh() const { return options_.mesh; }
  // The device of the mesh that memory is taken from now.
  void select(int32_t device) { selected_ = static_cast<size_t>(device); }
  const std::shared_ptr<Account> &account(int32_t buffer_type) const {
    const Memory &memory = memories_[selected_];
    return buffer_type == TTNN_BUFFER_TYPE_L1 ? memory.l1 : memory.dram;
  }

  // Refuses shards in L1 that are larger than a core's.
  static void check_shard(const Spec &spec);
  // Memory for the output of an operation, not initialised.
  std::shared_ptr<Buffer> allocate(const Spec &spec);
  std::shared_ptr<Tensor> make_tensor(const Spec &spec, std::shared_ptr<Buffer> buffer);
  std::shared_ptr<Tensor> make_output(const Spec &spec) { return make_tensor(spec, allocate(spec)); }

  // Tensors with a handle.
  void adopt(const std::shared_ptr<Tensor> &tensor) { tensors_.emplace(tensor.get(), tensor); }
  void release(Tensor &tensor);  // frees its buffer and forgets it
  static void deallocate(Tensor &tensor);
  int32_t live_tensors() const { return static_cast<int32_t>(tensors_.size()); }

  // Runs an operation now, or records it when a trace is being captured. The body is copied; what it refers to must be
  // kept alive by what it captured.
  template <typename Body>
  void run(const char *operation, Body body, Part part = {}) {
    if (capture_ != nullptr) {
      capture_->operations.push_back({TraceStep(capture_->operations.size(), operation, std::move(body)), std::move(part)});
    } else {
      body(*this);
    }
  }

  bool capturing() const { return capture_ != nullptr; }
  uint32_t begin_capture();
  void end_capture(uint32_t id);
  void execute(uint32_t id);
  void release_trace(uint32_t id);

  // For bodies of operations.

  // Loops over [0, n), each index costing about `work` simple steps; small loops stay on this thread.
  template <typename Body>
  void parallel(int64_t n, int64_t work, Body &&body) {
    constexpr int64_t kWorthAThread = 16 * 1024;
    const int64_t grain = std::max<int64_t>(1, kWorthAThread / std::max<int64_t>(1, work));
    if (n <= grain || pool_->size() == 1) {
      if (n > 0) body(int64_t{0}, n, 0);
    } else {
      pool_->parallel_for(n, grain, body);
    }
  }
  // At least n floats of a worker's own, valid until the next request for the same slot.
  float *scratch(int worker, int slot, int64_t n);

 private:
  struct Trace {
    bool ready = false;
    std::vector<RecordedOperation> operations;  // while it is being captured
    std::vector<TraceStep> steps;
    std::shared_ptr<CaptureArena> arena = std::make_shared<CaptureArena>();
  };
  static constexpr int kScratchSlots = 6;

  const DeviceOptions options_;
  const Kernels &kernels_;
  TicketLock mutex_;
  std::atomic<bool> open_ = true;
  const std::shared_ptr<SpareMemory> spares_ = std::make_shared<SpareMemory>();
  struct Memory {
    std::shared_ptr<Account> dram;
    std::shared_ptr<Account> l1;
  };
  std::vector<Memory> memories_;  // of the devices of the mesh
  size_t selected_ = 0;
  std::unique_ptr<ThreadPool> pool_;
  std::vector<std::array<std::vector<float>, kScratchSlots>> scratch_;
  std::unordered_map<const Tensor *, std::shared_ptr<Tensor>> tensors_;
  std::map<uint32_t, std::shared_ptr<Trace>> traces_;
  std::shared_ptr<Trace> capture_;
  uint32_t next_trace_ = 1;
};

}  // namespace tttv2::host
