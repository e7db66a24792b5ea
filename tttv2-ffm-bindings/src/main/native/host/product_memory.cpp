// SPDX-License-Identifier: Apache-2.0
#include "host/product_memory.hpp"

#include <algorithm>
#include <cinttypes>

#include "common/error.hpp"
#include "host/device.hpp"
#include "host/shards.hpp"

namespace tttv2::host {

namespace {

constexpr int64_t kTile = TTNN_TILE_SIZE;

struct Cores {
  int64_t across, down;
};

// The columns and rows of cores between the outermost ones.
Cores bounding_box(const MemoryConfig &config) {
  ttnn_core_range box = config.ranges[0];
  for (int32_t i = 1; i < config.num_ranges; ++i) {
    box.start_x = std::min(box.start_x, config.ranges[i].start_x);
    box.start_y = std::min(box.start_y, config.ranges[i].start_y);
    box.end_x = std::max(box.end_x, config.ranges[i].end_x);
    box.end_y = std::max(box.end_y, config.ranges[i].end_y);
  }
  return {box.end_x - box.start_x + 1, box.end_y - box.start_y + 1};
}

// Shards of as many tiles, on the first cores of a grid, row by row.
MemoryConfig on_first_cores(const MemoryConfig &kind, int64_t cores, int64_t tiles_down, int64_t tiles_across, const Cores &of) {
  const Grid grid{static_cast<int32_t>(of.across), static_cast<int32_t>(of.down), 0};
  MemoryConfig config = sharded(kind.memory_layout, cores, tiles_down * kTile, tiles_across * kTile, grid);
  config.buffer_type = kind.buffer_type;
  return config;
}

// As TTNN chooses the part of a core's block that is computed at a time: the most tiles that divide it, tall ones first.
Cores subblock(int64_t down, int64_t across, bool float32) {
  constexpr Cores kChoices[] = {{2, 4}, {4, 2}, {1, 8}, {8, 1}, {1, 7}, {7, 1}, {2, 3}, {3, 2}, {1, 6}, {6, 1},
                                {1, 5}, {5, 1}, {2, 2}, {1, 4}, {4, 1}, {1, 3}, {3, 1}, {1, 2}, {2, 1}, {1, 1}};
  constexpr int64_t kFloat32Tiles = 4;
  for (const Cores &choice : kChoices) {
    if (float32 && choice.across * choice.down > kFloat32Tiles) continue;
    if (down % choice.down == 0 && across % choice.across == 0) return choice;
  }
  return {1, 1};
}

// The product of a sharded a: each core multiplies the shard that it has.
MemoryConfig sharded_product(const MemoryConfig &wanted, const Spec &a, const Spec &output) {
  const MemoryConfig &shards = a.memory;
  if (wanted.memory_layout != shards.memory_layout || wanted.buffer_type != shards.buffer_type) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Input A and output memory layouts must match, and so must their buffer types");
  }
  const Cores grid = bounding_box(shards);
  // Not so for blocks on one row or one column of cores.
  const bool checked = wanted.memory_layout != TTNN_MEMORY_LAYOUT_BLOCK_SHARDED || (grid.across > 1 && grid.down > 1);
  for (int32_t i = 0; checked && i < wanted.num_ranges; ++i) {
    if (wanted.ranges[i].end_x >= grid.across || wanted.ranges[i].end_y >= grid.down) {
      fail(TTNN_STATUS_INVALID_ARGUMENT,
           "output shard grid must lie within extent %" PRId64 "-%" PRId64 ": the cores of a, counted from (0, 0)", grid.across,
           grid.down);
    }
  }
  const int64_t m = output.physical_height() / kTile;
  const int64_t n = output.padded_shape().back() / kTile;
  const int64_t k = a.padded_shape().back() / kTile;
  const int64_t shard_height = shards.shard_height / kTile;
  const int64_t shard_width = shards.shard_width / kTile;
  if (shards.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) {
    const int64_t width = divide_up(n, core_count(shards));
    return on_first_cores(wanted, divide_up(n, width), m, width, grid);
  }
  if (shards.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    return on_first_cores(wanted, divide_up(m, shard_height), shard_height, n, grid);
  }
  const ShardGrid blocks = shard_grid(shards);
  const bool both_ways = blocks.across > 1 && blocks.down > 1;
  const int64_t height = both_ways ? divide_up(m, blocks.down) : shard_height;
  const int64_t width = both_ways ? divide_up(n, blocks.across) : std::max<int64_t>(1, n * shard_width / k);
  MemoryConfig config = shards;
  config.shard_height = static_cast<int32_t>(height * kTile);
  config.shard_width = static_cast<int32_t>(width * kTile);
  const bool by_rows = config.orientation == TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  const auto down = static_cast<int32_t>(divide_up(m, height));
  const auto across = static_cast<int32_t>(divide_up(n, width));
  config.ranges[0] = {0, 0, (by_rows ? across : down) - 1, (by_rows ? down : across) - 1};
  return config;
}

// Blocks on one row or one column of cores are the caller's own.
MemoryConfig block_line(const MemoryConfig &wanted, const Spec &output) {
  const int64_t m = output.physical_height() / kTile;
  const int64_t height = wanted.shard_height / kTile;
  const int64_t width = wanted.shard_width / kTile;
  const bool row = bounding_box(wanted).down == 1;
  if (row && height < m) {
    fail(TTNN_STATUS_SHAPE, "on a row of cores M (%" PRId64 " tiles) must fit a block's %" PRId64, m, height);
  }
  const Cores part = subblock(height, width, output.dtype == DType::kFloat32);
  if (part.across != width && part.down != 1) {
    fail(TTNN_STATUS_SHAPE,
         "on a line of cores out_subblock_w (%" PRId64 ") must equal per_core_N (%" PRId64 ") or out_subblock_h (%" PRId64
         ") must be 1",
         part.across, width, part.down);
  }
  MemoryConfig config = wanted;
  config.memory_layout = row ? TTNN_MEMORY_LAYOUT_WIDTH_SHARDED : TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
  return config;
}

// Blocks of an interleaved a's product: of a matrix one, or a rectangle of them.
MemoryConfig blocks(const MemoryConfig &wanted, const Spec &output) {
  constexpr int64_t kSide = 16;  // tiles
  const Shape padded = output.padded_shape();
  const int64_t m = padded.back(1) / kTile;
  const int64_t n = padded.back() / kTile;
  const int64_t matrices = padded.outer(2);
  const int64_t down = divide_up(m, kSide);
  const int64_t across = divide_up(n, kSide);
  if (down * across == 1 && wanted.num_ranges == 1) {
    const Cores cores = bounding_box(wanted);
    if ((cores.across == 1) != (cores.down == 1)) return block_line(wanted, output);
  }
  if ((down == 1) != (across == 1) || down * matrices > kGrid.y || across > kGrid.x) {
    fail(TTNN_STATUS_SHAPE, "a block sharded output of shape %s is not one block nor a rectangle of them on %d x %d cores",
         output.shape.str().c_str(), kGrid.x, kGrid.y);
  }
  MemoryConfig config;
  config.memory_layout = wanted.memory_layout;
  config.buffer_type = wanted.buffer_type;
  config.shard_height = static_cast<int32_t>(std::min(m, kSide) * kTile);
  config.shard_width = static_cast<int32_t>(std::min(n, kSide) * kTile);
  config.num_ranges = 1;
  config.ranges[0] = {0, 0, static_cast<int32_t>(across) - 1, static_cast<int32_t>(down * matrices) - 1};
  return config;
}

}  // namespace

MemoryConfig product_memory(const MemoryConfig &wanted, const Spec &a, const Spec &b, const Spec &output) {
  if (!wanted.sharded()) return wanted;
  if (wanted.buffer_type != TTNN_BUFFER_TYPE_L1) fail(TTNN_STATUS_INVALID_ARGUMENT, "a sharded output must be in L1");
  if (a.memory.sharded()) return sharded_product(wanted, a, output);
  if (wanted.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED && b.shape.outer(2) == 1) return blocks(wanted, output);
  if (output.shape.outer(2) != 1) {
    fail(TTNN_STATUS_SHAPE, "a sharded output must be one matrix, it has shape %s", output.shape.str().c_str());
  }
  MemoryConfig config;
  config.memory_layout = wanted.memory_layout;
  config.buffer_type = wanted.buffer_type;
  return config;
}

void check_product_shards(const Spec &output, const Spec &a, const Spec &b) {
  const int32_t layout = output.memory.memory_layout;
  if (!output.memory.sharded() || (!a.memory.sharded() && layout != TTNN_MEMORY_LAYOUT_BLOCK_SHARDED)) return;
  Spec expected = output;
  expected.memory = product_memory(output.memory, a, b, output);
  place(expected, kGrid);
  expected.memory.memory_layout = layout;
  if (!(expected.memory == output.memory)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Memory config mismatch: output_tensor has shards of %d x %d, the product has %d x %d",
         output.memory.shard_height, output.memory.shard_width, expected.memory.shard_height, expected.memory.shard_width);
  }
}

}  // namespace tttv2::host
