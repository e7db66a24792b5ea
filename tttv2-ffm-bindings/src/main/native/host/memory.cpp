// SPDX-License-Identifier: Apache-2.0
#include "host/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <new>

#include "common/error.hpp"
#include "host/kernels/weight_panels.hpp"

namespace tttv2::host {

namespace {

// Larger blocks that last come straight from the system: their pages are zero until they are touched.
constexpr uint64_t kMapThreshold = 1 << 20;

// Smaller results come from the heap, which has them at hand. Address sanitizers see what happens to freed memory only
// if it is freed.
#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kSpareThreshold = UINT64_MAX;
#else
constexpr uint64_t kSpareThreshold = 64 << 10;
#endif

std::byte *from_heap(uint64_t size) {
  return static_cast<std::byte *>(::operator new(size, std::align_val_t{kAlignment}, std::nothrow));
}

void to_heap(std::byte *data) { ::operator delete(data, std::align_val_t{kAlignment}); }

void refuse(const Account &account, uint64_t size) {
  const uint64_t allocated = account.allocated;
  const uint64_t available = account.total - std::min(account.total, allocated);
  fail(TTNN_STATUS_OUT_OF_MEMORY,
       "Out of Memory: Not enough space to allocate %" PRIu64 " B %s buffer, total %" PRIu64 " B (allocated: %" PRIu64
       " B, free: %" PRIu64 " B, largest free block: %" PRIu64 " B)",
       size, account.name, account.total, allocated, available, available);
}

std::byte *map_pages(uint64_t size) {
  void *pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  madvise(pages, size, MADV_HUGEPAGE);  // a wish
  return static_cast<std::byte *>(pages);
}

}  // namespace

std::byte *SpareMemory::take(uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto newest = std::find_if(spares_.rbegin(), spares_.rend(), [&](const Spare &s) { return s.size == size; });
  if (newest == spares_.rend()) return nullptr;
  std::byte *data = newest->data;
  spares_.erase(std::next(newest).base());
  kept_ -= size;
  return data;
}

void SpareMemory::keep(std::byte *data, uint64_t size) noexcept {
  if (size > kMostBytes) return to_heap(data);
  const std::lock_guard lock(mutex_);
  auto kept = spares_.begin();
  while (kept != spares_.end() && (kept_ + size > kMostBytes || spares_.end() - kept == kMost)) {
    kept_ -= kept->size;
    to_heap(kept->data);
    ++kept;
  }
  spares_.erase(spares_.begin(), kept);
  spares_.push_back({data, size});
  kept_ += size;
}

void SpareMemory::release() noexcept {
  const std::lock_guard lock(mutex_);
  for (const Spare &spare : spares_) to_heap(spare.data);
  spares_.clear();
  kept_ = 0;
}

uint64_t round_up(uint64_t value, uint64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

Block::Block(std::shared_ptr<Account> account, std::byte *data, uint64_t size, Kind kind)
    : account_(std::move(account)), data_(data), size_(size), kind_(kind) {}

std::byte *Block::obtain(SpareMemory &spares, uint64_t size, Kind kind) {
  if (kind == Kind::kMapped) return map_pages(size);
  std::byte *spare = kind == Kind::kSpare ? spares.take(size) : nullptr;
  return spare != nullptr ? spare : from_heap(size);
}

std::shared_ptr<Block> Block::allocate(std::shared_ptr<Account> account, uint64_t size, Use use) {
  size = round_up(size, kAlignment);
  // Calls on a device are serialised; only releases may come from other threads.
  const uint64_t allocated = account->allocated;
  if (size > account->total || allocated > account->total - size) refuse(*account, size);
  Kind kind = Kind::kHeap;
  if (use == Use::kLasting && size >= kMapThreshold) kind = Kind::kMapped;
  if (use == Use::kTemporary && size >= kSpareThreshold) kind = Kind::kSpare;
  std::byte *data = obtain(*account->spares, size, kind);
  if (data == nullptr) {
    account->spares->release();
    data = obtain(*account->spares, size, kind);
  }
  if (data == nullptr) {
    fail(TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory: the host refuses %" PRIu64 " B for a %s buffer", size, account->name);
  }
  if (use == Use::kLasting && kind == Kind::kHeap) std::memset(data, 0, size);
  Account &counts = *account;
  std::shared_ptr<Block> block(new Block(std::move(account), data, size, kind));
  const uint64_t now = counts.allocated += size;
  if (now > counts.peak) counts.peak = now;
  return block;
}

std::shared_ptr<Block> Block::borrow(std::shared_ptr<Account> account, const void *data, uint64_t size) {
  Account &counts = *account;
  // Never written to: their Buffer is made read-only.
  auto *bytes = static_cast<std::byte *>(const_cast<void *>(data));
  std::shared_ptr<Block> block(new Block(std::move(account), bytes, size, Kind::kBorrowed));
  counts.borrowed += size;
  return block;
}

Block::~Block() {
  switch (kind_) {
    case Kind::kHeap:
      to_heap(data_);
      account_->allocated -= size_;
      break;
    case Kind::kSpare:
      account_->spares->keep(data_, size_);
      account_->allocated -= size_;
      break;
    case Kind::kMapped:
      munmap(data_, size_);
      account_->allocated -= size_;
      break;
    case Kind::kBorrowed:
      account_->borrowed -= size_;
      break;
  }
}

Buffer::Buffer(std::shared_ptr<Block> block) : block_(std::move(block)), size_(block_->size()) {}

Buffer::Buffer(std::shared_ptr<CaptureArena> arena, std::shared_ptr<Block> block, uint64_t offset, uint64_t size)
    : arena_(std::move(arena)), block_(std::move(block)), offset_(offset), size_(size) {}

Buffer::~Buffer() {
  if (arena_ != nullptr) arena_->give_back(block_, offset_, size_);
}

void Buffer::turn_to_rows(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols) {
  if (form_ == Form::kRows) return;
  if (read_only_) {  // the caller's bytes
    auto copy = Block::allocate(block_->account(), block_->size(), Block::Use::kLasting);
    std::memcpy(copy->data(), data(), block_->size());
    block_ = std::move(copy);
  }
  to_rows(pool, dtype, rows, cols, reinterpret_cast<uint8_t *>(data()));
  form_ = Form::kRows;
}

CaptureArena::Pool &CaptureArena::pool(Account *account) {
  for (Pool &pool : pools_) {
    if (pool.account == account) return pool;
  }
  pools_.push_back(Pool{account, {}, {}});
  return pools_.back();
}

std::shared_ptr<Buffer> CaptureArena::allocate(const std::shared_ptr<Account> &account, uint64_t size) {
  size = round_up(size, kAlignment);
  Pool &from = pool(account.get());
  auto best = from.free.end();
  for (auto range = from.free.begin(); range != from.free.end(); ++range) {
    if (range->second >= size && (best == from.free.end() || range->second < best->second)) best = range;
  }
  if (best == from.free.end()) {
    std::shared_ptr<Block> block = Block::allocate(account, size, Block::Use::kTemporary);
    from.blocks.push_back(block);
    return std::make_shared<Buffer>(shared_from_this(), std::move(block), 0, size);
  }
  const auto [address, available] = *best;
  const auto owner = std::find_if(from.blocks.begin(), from.blocks.end(), [&, start = address](const auto &block) {
    return start >= block->data() && start < block->data() + block->size();
  });
  if (available > size) from.free.emplace(address + size, available - size);
  from.free.erase(best);
  return std::make_shared<Buffer>(shared_from_this(), *owner, static_cast<uint64_t>(address - (*owner)->data()), size);
}

void CaptureArena::give_back(const std::shared_ptr<Block> &block, uint64_t offset, uint64_t size) {
  if (!open_) return;
  for (Pool &pool : pools_) {
    if (std::find(pool.blocks.begin(), pool.blocks.end(), block) == pool.blocks.end()) continue;
    std::byte *address = block->data() + offset;
    auto range = pool.free.emplace(address, size).first;
    const std::byte *end = block->data() + block->size();
    const auto next = std::next(range);
    if (next != pool.free.end() && address + size == next->first && next->first < end) {
      range->second += next->second;
      pool.free.erase(next);
    }
    if (range != pool.free.begin() && address > block->data()) {
      const auto previous = std::prev(range);
      if (previous->first >= block->data() && previous->first + previous->second == address) {
        previous->second += range->second;
        pool.free.erase(range);
      }
    }
    return;
  }
}

void CaptureArena::close() {
  open_ = false;
  pools_.clear();
}

}  // namespace tttv2::host
