// SPDX-License-Identifier: Apache-2.0
//
// The device's memory: accounts per buffer type, blocks of bytes, and the buffers that tensors share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "host/kernels/kernels.hpp"

namespace tttv2::host {

inline constexpr int64_t kAlignment = 64;

// Memory of results that are gone, for those to come. The layers of a prompt make results of the same few sizes; from the
// system each would have pages that must be zeroed first, and between other allocations they would leave holes that stay
// resident. All devices of a mesh have one. Thread-safe.
class SpareMemory {
 public:
  SpareMemory() { spares_.reserve(kMost); }  // so that keep needs no memory
  SpareMemory(const SpareMemory &) = delete;
  SpareMemory &operator=(const SpareMemory &) = delete;
  ~SpareMemory() { release(); }

  // Returns kept memory of this size, not initialised, or null if there is none.
  std::byte *take(uint64_t size);
  // Keeps memory for later. Where that is too much, the oldest is freed.
  void keep(std::byte *data, uint64_t size) noexcept;
  // Frees what is kept.
  void release() noexcept;

 private:
  static constexpr std::ptrdiff_t kMost = 64;
  static constexpr uint64_t kMostBytes = 32 << 20;

  struct Spare {
    std::byte *data;
    uint64_t size;
  };
  std::mutex mutex_;
  std::vector<Spare> spares_;  // oldest first
  uint64_t kept_ = 0;
};

// How many bytes of a buffer type exist and are used. Sizes are those of the host's own form: a tensor takes its rows
// without tile padding, rounded up to 64 bytes.
struct Account {
  Account(const char *name, uint64_t total, std::shared_ptr<SpareMemory> spares)
      : name(name), total(total), spares(std::move(spares)) {}

  const char *name;  // "DRAM", "L1"
  const uint64_t total;
  std::atomic<uint64_t> allocated = 0;
  std::atomic<uint64_t> peak = 0;
  std::atomic<uint64_t> borrowed = 0;
  const std::shared_ptr<SpareMemory> spares;  // not counted as allocated
};

// Bytes that live as long as somebody points at them.
class Block {
 public:
  enum class Use {
    kTemporary,  // the output of an operation: not initialised
    kLasting,    // weights and caches: zeroed, in huge pages where the system has them
  };

  // Throws OUT_OF_MEMORY with the account's numbers.
  static std::shared_ptr<Block> allocate(std::shared_ptr<Account> account, uint64_t size, Use use);
  // The caller's bytes, to be read only.
  static std::shared_ptr<Block> borrow(std::shared_ptr<Account> account, const void *data, uint64_t size);

  Block(const Block &) = delete;
  Block &operator=(const Block &) = delete;
  ~Block();

  std::byte *data() const { return data_; }
  uint64_t size() const { return size_; }
  const std::shared_ptr<Account> &account() const { return account_; }

 private:
  enum class Kind { kHeap, kSpare, kMapped, kBorrowed };
  static std::byte *obtain(SpareMemory &spares, uint64_t size, Kind kind);
  Block(std::shared_ptr<Account> account, std::byte *data, uint64_t size, Kind kind);

  std::shared_ptr<Account> account_;
  std::byte *data_;
  uint64_t size_;
  Kind kind_;
};

class CaptureArena;

// What tensors (and their views) share. While it lives its bytes belong to nobody else.
class Buffer {
 public:
  explicit Buffer(std::shared_ptr<Block> block);
  Buffer(std::shared_ptr<CaptureArena> arena, std::shared_ptr<Block> block, uint64_t offset, uint64_t size);
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  ~Buffer();

  const std::shared_ptr<Block> &block() const { return block_; }
  std::byte *data() const { return block_->data() + offset_; }
  bool read_only() const { return read_only_; }
  void make_read_only() { read_only_ = true; }

  // Weights may be in panels, which only products read; whatever else reads or writes them turns them to rows, for good.
  // Views have the same dtype, rows and columns.
  Form form() const { return form_; }
  void set_form(Form form) { form_ = form; }  // the bytes have it
  void turn_to_rows(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols);

 private:
  bool read_only_ = false;
  Form form_ = Form::kRows;
  std::shared_ptr<CaptureArena> arena_;
  std::shared_ptr<Block> block_;
  uint64_t offset_ = 0;
  uint64_t size_ = 0;
};

// Memory of the operations of one trace. A buffer that dies during the capture gives its bytes to later operations of
// the same trace, so that a trace needs about as much as the operations would need when run one by one.
class CaptureArena : public std::enable_shared_from_this<CaptureArena> {
 public:
  std::shared_ptr<Buffer> allocate(const std::shared_ptr<Account> &account, uint64_t size);
  void give_back(const std::shared_ptr<Block> &block, uint64_t offset, uint64_t size);
  // After the capture nothing is reused: the recorded operations own all bytes.
  void close();

 private:
  struct Pool {  // of one account
    Account *account;
    std::vector<std::shared_ptr<Block>> blocks;
    std::map<std::byte *, uint64_t> free;  // address -> size; neighbours are joined within a block
  };
  Pool &pool(Account *account);

  bool open_ = true;
  std::vector<Pool> pools_;
};

uint64_t round_up(uint64_t value, uint64_t multiple);

}  // namespace tttv2::host
