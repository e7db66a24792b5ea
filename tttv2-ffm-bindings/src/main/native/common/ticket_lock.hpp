// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace tttv2 {

// A mutex that serves in the order of arrival.
class TicketLock {
 public:
  void lock() {
    const uint32_t ticket = next_.fetch_add(1, std::memory_order_relaxed);
    for (uint32_t now; (now = serving_.load(std::memory_order_acquire)) != ticket;) {
      serving_.wait(now, std::memory_order_acquire);
    }
  }
  void unlock() {
    serving_.fetch_add(1, std::memory_order_release);
    serving_.notify_all();
  }

 private:
  std::atomic<uint32_t> next_ = 0;
  std::atomic<uint32_t> serving_ = 0;
};

}  // namespace tttv2
