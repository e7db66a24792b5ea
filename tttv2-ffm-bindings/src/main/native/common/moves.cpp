// SPDX-License-Identifier: Apache-2.0
#include "common/moves.hpp"

#include <algorithm>
#include <cinttypes>

#include "common/error.hpp"

namespace tttv2 {

void check_shards_kept(const MemoryConfig &x, const MemoryConfig &wish) {
  if (x.sharded() && wish.sharded() && wish.num_ranges == 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards: x is sharded as well");
  }
}

void check_uncut(const Spec &x, const int64_t *starts) {
  if (x.layout != Layout::kTile || !x.memory.sharded()) return;
  const int32_t rank = x.shape.rank();
  for (int32_t i = std::max(0, rank - 2); i < rank; ++i) {
    if (starts[i] % TTNN_TILE_SIZE != 0) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "starts within tiles are for interleaved tensors: starts[%d] is %" PRId64, i, starts[i]);
    }
  }
}

void check_columns_filled(const Spec &x, const Spec &output) {
  const MemoryConfig &memory = output.memory;
  const bool moved = x.memory.sharded() && x.memory.memory_layout == memory.memory_layout && !(x.memory == memory);
  if (output.shape == x.shape && !moved) return;
  const bool blocks = memory.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED;
  if ((!blocks && memory.memory_layout != TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) || memory.num_ranges == 0) return;
  const int64_t padded = output.padded_shape().back();
  if (output.layout == Layout::kTile || padded == output.cols()) return;
  const int64_t shards = padded / memory.shard_width;
  const int64_t columns = blocks ? shard_grid(memory).across : core_count(memory);
  if (shards < columns) {
    fail(TTNN_STATUS_SHAPE,
         "rows of %" PRId64 " lie in %" PRId64 " of %" PRId64 " columns of shards %d wide: name only cores that have some",
         output.cols(), shards, columns, memory.shard_width);
  }
}

int64_t check_slice(const Shape &x, int32_t dimension, int64_t start, int64_t end, int64_t step) {
  if (end > x[dimension]) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Ends %" PRId64 " must be less than or equal to the shape %s in dimension %d", end,
         x.str().c_str(), dimension);
  }
  if (start < 0 || start >= end) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "start %" PRId64 " must be from 0 to below the end %" PRId64 " in dimension %d",
         start, end, dimension);
  }
  if (step < 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "step %" PRId64 " of dimension %d must be at least 1", step, dimension);
  return std::min(step, x[dimension]);
}

Shape reshaped(const Shape &x, int32_t rank, const int64_t *extents) {
  if (rank < 1 || rank > TTNN_MAX_RANK) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "rank is %d, expected 1 to %d", rank, TTNN_MAX_RANK);
  }
  if (extents == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "shape is NULL");
  Shape shape;
  int32_t open = -1;
  for (int32_t i = 0; i < rank; ++i) {
    const bool inferred = extents[i] == -1;
    if (inferred && open >= 0) fail(TTNN_STATUS_INVALID_ARGUMENT, "Invalid arguments to reshape: two extents are -1");
    if (inferred) open = i;
    shape.push_back(inferred ? 1 : extents[i]);
  }
  check_extents(shape);
  if (open >= 0 && x.volume() % shape.volume() == 0) shape[open] = x.volume() / shape.volume();
  if (shape.volume() != x.volume()) {
    fail(TTNN_STATUS_SHAPE, "Invalid arguments to reshape: x has shape %s, asked for is %s", x.str().c_str(),
         to_string({extents, static_cast<size_t>(rank)}).c_str());
  }
  return shape;
}

std::vector<int32_t> permutation(int32_t rank, const int32_t *dims) {
  std::vector<int32_t> order;
  for (int32_t i = 0; i < rank; ++i) {
    const int32_t dim = dimension(dims[i], rank);
    if (std::ranges::find(order, dim) != order.end()) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "dims names dimension %d twice", dim);
    }
    order.push_back(dim);
  }
  return order;
}

int64_t check_padding(const Spec &x, int32_t dimension, int64_t low, int64_t high) {
  constexpr int64_t kLimit = int64_t{1} << 40;
  if (low < 0 || high < 0 || low > kLimit || high > kLimit) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "padding of dimension %d is %" PRId64 " and %" PRId64, dimension, low, high);
  }
  if (low > 0 && x.layout == Layout::kTile) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "on device tile padding does not support front padding: low[%d] is %" PRId64,
         dimension, low);
  }
  return low + x.shape[dimension] + high;
}

void check_copy(const Spec &src, const Spec &dst) {
  if (!(src.shape == dst.shape)) {
    fail(TTNN_STATUS_SHAPE, "src has shape %s, dst %s", src.shape.str().c_str(), dst.shape.str().c_str());
  }
  if (src.dtype != dst.dtype || src.layout != dst.layout) {
    fail(TTNN_STATUS_DTYPE, "src is %s %s, dst %s %s", name(src.dtype), name(src.layout), name(dst.dtype),
         name(dst.layout));
  }
}

}  // namespace tttv2
