// SPDX-License-Identifier: Apache-2.0
//
// Workers wait for the epoch to advance: spinning for a moment, since the next operation usually follows within
// microseconds, in which a single worker fetches what it will read, then asleep in the kernel. A loop has a gate:
// workers that pass it take part, and the caller, when no index is left, closes it and waits for those inside alone. A
// worker that the machine has no processor for at the moment thus delays nobody.
#include "common/thread_pool.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace tttv2 {

namespace {

constexpr auto kSpin = std::chrono::microseconds(30);
constexpr int kPartsPerThread = 4;  // smaller parts even out the load

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Waits until value differs from old; meanwhile calls idle.
template <class T, class Idle>
T wait_for_change(std::atomic<T> &value, T old, Idle &&idle) {
  const auto deadline = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 16; ++i) {
      const T now = value.load(std::memory_order_acquire);
      if (now != old) return now;
      idle();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

// Where Reads are for workers. No lock: of a mixture of two they fetch what nobody needs, which does no harm.
struct alignas(64) SharedReads {
  std::atomic<uint32_t> turn{0};
  std::atomic<uint64_t> address{0};
  std::atomic<int64_t> size{0}, stride{0}, count{0};
};

// A worker's way through them.
class Fetcher {
 public:
  Fetcher(const SharedReads &from, int worker) : from_(from), worker_(worker) {}

  // Fetches a few lines, or pauses.
  void step() {
    if (const uint32_t turn = from_.turn.load(std::memory_order_acquire); turn != turn_) begin(turn);
    if (left_ <= 0) return pause();
    for (int64_t i = 0; i < kLines; ++i) {
      __builtin_prefetch(reinterpret_cast<const void *>(piece_ + static_cast<uint64_t>(offset_)), 0, 2);
      offset_ += 64;
      if (offset_ >= size_) {
        offset_ = 0;
        piece_ += static_cast<uint64_t>(stride_);
        if (--count_ <= 0) left_ = 0;
      }
    }
    left_ -= kLines * 64;
  }

 private:
  static constexpr int64_t kLines = 4;
  static constexpr int64_t kMostBytes = 192 << 10;  // of a second cache

  void begin(uint32_t turn) {
    turn_ = turn;
    size_ = from_.size.load(std::memory_order_relaxed);
    stride_ = from_.stride.load(std::memory_order_relaxed);
    count_ = from_.count.load(std::memory_order_relaxed);
    piece_ = from_.address.load(std::memory_order_relaxed) + static_cast<uint64_t>(worker_ * size_);
    offset_ = 0;
    left_ = count_ > 0 && worker_ * size_ < stride_ ? kMostBytes : 0;
  }

  const SharedReads &from_;
  const int worker_;
  uint32_t turn_ = 0;
  uint64_t piece_ = 0;  // an address: there need not be anything
  int64_t offset_ = 0, size_ = 0, stride_ = 0, count_ = 0, left_ = 0;
};

}  // namespace

struct ThreadPool::State {
  using Body = FunctionRef<void(int64_t, int64_t, int)>;

  static constexpr uint64_t kClosed = 1u << 31;
  static constexpr uint64_t kInside = kClosed - 1;

  // The loop under way. Written before its gate opens, read inside.
  const Body *body = nullptr;
  int64_t n = 0;
  int64_t part = 0;

  alignas(64) std::atomic<uint32_t> epoch{0};
  alignas(64) std::atomic<uint64_t> gate{kClosed};  // epoch in the upper half, kClosed, number of workers inside
  alignas(64) std::atomic<uint32_t> left{0};        // advances when the last worker has left a closed gate
  alignas(64) std::atomic<int64_t> next{0};
  SharedReads reads;
  std::atomic<bool> busy{false};
  std::atomic<bool> stop{false};
  std::mutex failure_mutex;
  std::exception_ptr failure;
  std::vector<std::thread> threads;

  void work(int worker) {
    try {
      for (;;) {
        const int64_t begin = next.fetch_add(part, std::memory_order_relaxed);
        if (begin >= n) return;
        (*body)(begin, std::min(begin + part, n), worker);
      }
    } catch (...) {
      next.store(n, std::memory_order_relaxed);  // nobody begins another part
      const std::lock_guard<std::mutex> lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  }

  bool enter(uint32_t wanted) {
    uint64_t seen = gate.load(std::memory_order_acquire);
    do {
      if (seen >> 32 != wanted || (seen & kClosed) != 0) return false;
    } while (!gate.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel, std::memory_order_acquire));
    return true;
  }

  void leave() {
    const uint64_t before = gate.fetch_sub(1, std::memory_order_acq_rel);
    if ((before & kClosed) != 0 && (before & kInside) == 1) {
      left.fetch_add(1, std::memory_order_acq_rel);
      left.notify_one();
    }
  }

  void run(int worker) {
    uint32_t seen = 0;
    Fetcher fetcher(reads, worker);
    for (;;) {
      seen = wait_for_change(epoch, seen, [&] { fetcher.step(); });
      if (stop.load(std::memory_order_acquire)) return;
      if (!enter(seen)) continue;
      work(worker);
      leave();
    }
  }

  void open() {
    const uint32_t now = epoch.load(std::memory_order_relaxed) + 1;
    gate.store(static_cast<uint64_t>(now) << 32, std::memory_order_release);
    epoch.store(now, std::memory_order_release);
    epoch.notify_all();
  }

  void close() {
    const uint32_t before = left.load(std::memory_order_acquire);
    if ((gate.fetch_or(kClosed, std::memory_order_acq_rel) & kInside) != 0) wait_for_change(left, before, pause);
  }

  void join() {
    stop.store(true, std::memory_order_release);
    epoch.fetch_add(1, std::memory_order_acq_rel);
    epoch.notify_all();
    for (std::thread &thread : threads) thread.join();
  }
};

namespace {

void keep_to(std::thread &thread, int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (const int error = pthread_setaffinity_np(thread.native_handle(), sizeof set, &set); error != 0) {
    throw std::system_error(error, std::generic_category(), "a worker thread cannot keep to processor " + std::to_string(processor));
  }
}

}  // namespace

ThreadPool::ThreadPool(int threads, const std::vector<int> &processors) : state_(std::make_unique<State>()) {
  if (threads < 1)
    throw std::invalid_argument("thread pool of " + std::to_string(threads) + " threads, expected at least 1");
  if (!processors.empty() && processors.size() < static_cast<size_t>(threads)) {
    throw std::invalid_argument(std::to_string(threads) + " threads for " + std::to_string(processors.size()) + " processors");
  }
  try {
    for (int worker = 1; worker < threads; ++worker) {
      state_->threads.emplace_back([state = state_.get(), worker] { state->run(worker); });
      if (!processors.empty()) keep_to(state_->threads.back(), processors[static_cast<size_t>(worker)]);
    }
  } catch (...) {
    state_->join();
    throw;
  }
}

ThreadPool::~ThreadPool() { state_->join(); }

int ThreadPool::size() const { return static_cast<int>(state_->threads.size()) + 1; }

void ThreadPool::read_ahead(const Reads &reads) {
  if (size() != 2) return;  // of more threads nobody knows who takes which part of a loop
  SharedReads &to = state_->reads;
  to.address.store(reinterpret_cast<uint64_t>(reads.data), std::memory_order_relaxed);
  to.size.store(reads.size, std::memory_order_relaxed);
  to.stride.store(reads.stride, std::memory_order_relaxed);
  to.count.store(reads.count, std::memory_order_relaxed);
  to.turn.store(to.turn.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void ThreadPool::parallel_for(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t, int)> body) {
  if (n <= 0) return;
  State &s = *state_;
  if (s.busy.exchange(true, std::memory_order_acquire)) throw std::logic_error("parallel_for inside parallel_for");
  struct Release {
    std::atomic<bool> &busy;
    ~Release() { busy.store(false, std::memory_order_release); }
  } release{s.busy};

  const int64_t parts = static_cast<int64_t>(size()) * kPartsPerThread;
  const int64_t part = std::max(std::max<int64_t>(grain, 1), (n + parts - 1) / parts);
  if (s.threads.empty() || n <= part) {
    for (int64_t begin = 0; begin < n; begin += part) body(begin, std::min(begin + part, n), 0);
    return;
  }
  s.body = &body;
  s.n = n;
  s.part = part;
  s.next.store(0, std::memory_order_relaxed);
  s.failure = nullptr;
  s.open();
  s.work(0);
  s.close();
  if (s.failure) std::rethrow_exception(s.failure);
}

void copy_bytes(ThreadPool &pool, const void *from, void *to, uint64_t size) {
  constexpr int64_t kPart = 1 << 20;
  const auto bytes = static_cast<int64_t>(size);
  pool.parallel_for((bytes + kPart - 1) / kPart, 1, [&](int64_t begin, int64_t end, int) {
    const int64_t first = begin * kPart;
    std::memcpy(static_cast<std::byte *>(to) + first, static_cast<const std::byte *>(from) + first,
                static_cast<size_t>(std::min(bytes, end * kPart) - first));
  });
}

}  // namespace tttv2
