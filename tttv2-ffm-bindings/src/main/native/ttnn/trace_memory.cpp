// SPDX-License-Identifier: Apache-2.0
#include "ttnn/trace_memory.hpp"

#include <algorithm>
#include <numeric>

#include "ttnn/device.hpp"
#include "ttnn/packed.hpp"
#include "ttnn/staging.hpp"

namespace tttv2::ttnn {

namespace {

Name buffer_address("buffer_address");

constexpr int64_t kAlignment = 64;  // of pages in DRAM; Wormhole's is 32

constexpr uint64_t aligned(int64_t bytes) { return static_cast<uint64_t>(divide_up(bytes, kAlignment) * kAlignment); }

uint64_t address_of(PyObject *tensor) { return static_cast<uint64_t>(to_integer(method(tensor, buffer_address).get())); }

// What a tensor takes of each bank: pages, which are tiles or rows, are dealt out one by one. Shards may all be in one.
uint64_t bank_bytes(const Spec &spec, int32_t banks) {
  const auto bytes = static_cast<int64_t>(packed_size(spec));
  if (spec.memory.sharded()) return aligned(bytes);
  const Shape padded = spec.padded_shape();
  const int64_t elements_a_page = spec.layout == Layout::kTile ? TTNN_TILE_SIZE * TTNN_TILE_SIZE : padded.back();
  const int64_t pages = divide_up(padded.volume(), elements_a_page);
  return static_cast<uint64_t>(divide_up(pages, banks)) * aligned(divide_up(bytes, pages));
}

}  // namespace

TraceMemory::TraceMemory(const Device &device) : device_(device), others_(take_all()) {
  if (others_.empty()) return;
  begin_ = used_ = others_.front().address;
  end_ = others_.front().end();
  others_.erase(others_.begin());
}

void TraceMemory::saw(PyObject *tensor, const Spec &spec) {
  if (spec.memory.buffer_type != TTNN_BUFFER_TYPE_DRAM) return;
  const uint64_t address = address_of(tensor);
  if (address < begin_ || address >= end_) return;  // a view of an older one
  const uint64_t bytes = bank_bytes(spec, device_.grid().dram_banks);
  used_ = std::max(used_, address + bytes);
  largest_ = std::max(largest_, bytes);
}

std::vector<Object> TraceMemory::end() {
  // TTNN allocates from below. Some of its operations have intermediates that nobody sees: no larger than what is seen.
  const uint64_t end = std::min(used_ + largest_, end_);
  std::vector<Piece> pieces = take_all();
  std::vector<Object> kept;
  uint64_t cut = 0;
  for (Piece &piece : pieces) {
    if (piece.address >= end) continue;
    if (piece.end() > end) {
      cut = end - piece.address;
      piece.tensor.reset();
    } else {
      kept.push_back(std::move(piece.tensor));
    }
  }
  // There is no other place for it, as yet.
  if (cut > 0) kept.push_back(take(cut).tensor);
  pieces.clear();
  others_.clear();
  deferred_.clear();
  return kept;
}

uint64_t TraceMemory::held() const {
  return std::accumulate(others_.begin(), others_.end(), uint64_t{0},
                         [](uint64_t sum, const Piece &piece) { return sum + piece.bytes; });
}

TraceMemory::Piece TraceMemory::take(uint64_t bytes) const {
  Spec spec;
  spec.dtype = DType::kUInt32;
  spec.layout = Layout::kRowMajor;
  spec.shape = Shape{device_.grid().dram_banks, static_cast<int64_t>(bytes / sizeof(uint32_t))};
  Object tensor = allocate_on_device(device_, spec);
  const uint64_t address = address_of(tensor.get());
  return {std::move(tensor), address, bytes};
}

// The largest first: a smaller one could be cut from it.
std::vector<TraceMemory::Piece> TraceMemory::take_all() const {
  std::vector<Piece> pieces;
  for (;;) {
    const int64_t bytes = memory_view(device_, TTNN_BUFFER_TYPE_DRAM).largest_free;
    if (bytes < kAlignment) return pieces;
    pieces.push_back(take(static_cast<uint64_t>(bytes)));
  }
}

}  // namespace tttv2::ttnn
