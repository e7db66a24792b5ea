// SPDX-License-Identifier: Apache-2.0
//
// Opaque handles: kind, generation and slot packed into a value that is no address of any user process. A handle that was
// released or never made is recognised.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tttv2 {

// Maps handle values to shared objects. Any thread may call any function. The lock is a leaf: nothing is called or
// destroyed under it.
template <typename T>
class Handles {
 public:
  // kind: the top byte of every handle. 0x01 to 0x7e make non-canonical x86-64 addresses.
  explicit Handles(uint8_t kind) : kind_(kind) {}

  uint64_t insert(std::shared_ptr<T> object) {
    std::lock_guard lock(mutex_);
    if (free_.empty()) {
      if (slots_.size() > kSlotMask) throw std::bad_alloc();
      if (free_.capacity() <= slots_.size()) free_.reserve(2 * slots_.size() + 64);  // so that remove never allocates
      slots_.emplace_back();
      free_.push_back(static_cast<uint32_t>(slots_.size() - 1));
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    slots_[index].object = std::move(object);
    return uint64_t{kind_} << 56 | uint64_t{slots_[index].generation} << kSlotBits | index;
  }

  // Null if the handle is not live.
  std::shared_ptr<T> find(uint64_t handle) const {
    std::lock_guard lock(mutex_);
    const Slot *slot = live(handle);
    return slot == nullptr ? nullptr : slot->object;
  }

  // Takes the object out; null if the handle is not live.
  std::shared_ptr<T> remove(uint64_t handle) {
    std::lock_guard lock(mutex_);
    auto *slot = const_cast<Slot *>(live(handle));
    if (slot == nullptr) return nullptr;
    std::shared_ptr<T> object = std::move(slot->object);
    slot->object = nullptr;
    // A slot whose generations are used up is retired, so that no handle value ever comes back.
    if (++slot->generation <= kGenerationMask) free_.push_back(static_cast<uint32_t>(handle & kSlotMask));
    return object;
  }

 private:
  static constexpr int kSlotBits = 28;
  static constexpr uint64_t kSlotMask = (uint64_t{1} << kSlotBits) - 1;
  static constexpr uint32_t kGenerationMask = (uint32_t{1} << 28) - 1;

  struct Slot {
    std::shared_ptr<T> object;
    uint32_t generation = 1;
  };

  const Slot *live(uint64_t handle) const {
    const uint64_t index = handle & kSlotMask;
    if (handle >> 56 != kind_ || index >= slots_.size()) return nullptr;
    const Slot &slot = slots_[index];
    return slot.object != nullptr && slot.generation == (handle >> kSlotBits & kGenerationMask) ? &slot : nullptr;
  }

  const uint8_t kind_;
  mutable std::mutex mutex_;
  std::deque<Slot> slots_;
  std::vector<uint32_t> free_;
};

}  // namespace tttv2
