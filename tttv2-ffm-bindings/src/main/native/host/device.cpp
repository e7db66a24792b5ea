// SPDX-License-Identifier: Apache-2.0
#include "host/device.hpp"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "common/error.hpp"

namespace tttv2::host {

Device::Device(const DeviceOptions &options)
    : options_(options),
      kernels_(host::kernels()),
      pool_(std::make_unique<ThreadPool>(options.num_threads, options.processors)),
      scratch_(static_cast<size_t>(pool_->size())) {
  for (int32_t i = 0; i < options.mesh.size(); ++i) {
    memories_.push_back({std::make_shared<Account>("DRAM", options.dram_bytes, spares_),
                         std::make_shared<Account>("L1", options.l1_bytes, spares_)});
  }
}

void Device::close() {
  open_.store(false, std::memory_order_release);
  capture_ = nullptr;
  traces_.clear();
  for (auto &[key, tensor] : tensors_) deallocate(*tensor);
  tensors_.clear();
  spares_->release();
  pool_ = nullptr;
  scratch_.clear();
}

void Device::check_shard(const Spec &spec) {
  const MemoryConfig &memory = spec.memory;
  if (!memory.sharded() || memory.buffer_type != TTNN_BUFFER_TYPE_L1) return;
  constexpr int64_t kBlockFloatBytes[] = {1088, 576};  // of a tile
  const int64_t values = int64_t{memory.shard_height} * memory.shard_width;
  const int64_t size = is_block_float(spec.dtype)
                           ? values / (TTNN_TILE_SIZE * TTNN_TILE_SIZE) * kBlockFloatBytes[spec.dtype == DType::kBFloat4B]
                           : values * element_size(spec.dtype);
  if (static_cast<uint64_t>(size) > kL1BytesPerCore) {
    fail(TTNN_STATUS_OUT_OF_MEMORY,
         "Out of Memory: Not enough space to allocate L1 buffer: each bank needs to store %" PRId64
         " B, but bank size is %" PRIu64 " B",
         size, kL1BytesPerCore);
  }
}

std::shared_ptr<Buffer> Device::allocate(const Spec &spec) {
  check_shard(spec);
  const std::shared_ptr<Account> &from = account(spec.memory.buffer_type);
  if (capture_ != nullptr) return capture_->arena->allocate(from, bytes(spec));
  return std::make_shared<Buffer>(Block::allocate(from, bytes(spec), Block::Use::kTemporary));
}

std::shared_ptr<Tensor> Device::make_tensor(const Spec &spec, std::shared_ptr<Buffer> buffer) {
  return std::make_shared<Tensor>(shared_from_this(), spec, std::move(buffer));
}

void Device::release(Tensor &tensor) {
  deallocate(tensor);
  tensors_.erase(&tensor);
}

void Device::deallocate(Tensor &tensor) {
  tensor.allocated = false;
  tensor.buffer = nullptr;
  for (const std::shared_ptr<Tensor> &other : tensor.others) deallocate(*other);
}

uint32_t Device::begin_capture() {
  for (const auto &[id, trace] : traces_) {
    if (trace == capture_) fail(TTNN_STATUS_DEVICE, "CQ 0 is already being used for tracing tid %u", id);
  }
  spares_->release();  // what follows has memory of its own, often for long
  auto trace = std::make_shared<Trace>();
  const uint32_t id = next_trace_++;
  traces_.emplace(id, trace);
  capture_ = std::move(trace);
  return id;
}

void Device::end_capture(uint32_t id) {
  const auto found = traces_.find(id);
  if (found == traces_.end() || found->second != capture_) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "trace %u is not being captured", id);
  }
  capture_->arena->close();
  capture_->steps = fuse(std::exchange(capture_->operations, {}));
  Reads next;  // of the product that follows
  for (auto step = capture_->steps.rbegin(); step != capture_->steps.rend(); ++step) {
    if (!step->product) continue;
    step->next = std::exchange(next, reads_of(*pool_, kernels_, step->product()));
    step->product = nullptr;
  }
  capture_->ready = true;
  capture_ = nullptr;
}

void Device::execute(uint32_t id) {
  const auto found = traces_.find(id);
  if (found == traces_.end()) fail(TTNN_STATUS_INVALID_ARGUMENT, "Trace instance %u must exist on the device", id);
  if (capture_ != nullptr) fail(TTNN_STATUS_DEVICE, "trace %u cannot run while a trace is being captured", id);
  const std::vector<TraceStep> &steps = found->second->steps;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (i + 1 < steps.size()) steps[i + 1].prefetch();
    if (steps[i].next) pool_->read_ahead(*steps[i].next);
    try {
      steps[i].body->run(*this);
    } catch (const Error &error) {
      throw Error(error.status(), text("operation %zu (%s): %s", steps[i].number, steps[i].operation, error.what()));
    }
  }
}

void Device::release_trace(uint32_t id) {
  const auto found = traces_.find(id);
  if (found == traces_.end()) fail(TTNN_STATUS_INVALID_ARGUMENT, "Trace instance %u must exist on the device", id);
  if (found->second == capture_) {
    capture_->arena->close();
    capture_ = nullptr;
  }
  traces_.erase(found);
}

float *Device::scratch(int worker, int slot, int64_t n) {
  std::vector<float> &floats = scratch_[static_cast<size_t>(worker)][static_cast<size_t>(slot)];
  if (floats.size() < static_cast<size_t>(n)) floats = std::vector<float>(static_cast<size_t>(n));
  return floats.data();
}

}  // namespace tttv2::host
