// SPDX-License-Identifier: Apache-2.0
#include "host/shards.hpp"

#include <algorithm>
#include <cinttypes>

#include "common/error.hpp"
#include "host/device.hpp"

namespace tttv2::host {

Spec tilized(const Spec &x) {
  Spec spec = x;
  spec.layout = Layout::kTile;
  spec.memory = tilized_memory(x);
  place(spec, kGrid);
  return spec;
}

MemoryConfig tilized_memory(const Spec &x) {
  MemoryConfig config = x.memory;
  const bool filled_up = x.shape.back() % TTNN_TILE_SIZE != 0 && x.shape.back(1) % TTNN_TILE_SIZE != 0;
  const bool tiles = config.shard_height % TTNN_TILE_SIZE == 0 && config.shard_width % TTNN_TILE_SIZE == 0;
  if (config.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED || config.buffer_type != TTNN_BUFFER_TYPE_L1 ||
      config.num_ranges == 0 || x.layout == Layout::kTile || !filled_up || !tiles) {
    return config;
  }
  Spec filled = x;
  filled.layout = Layout::kTile;
  const int64_t height = filled.physical_height();
  const int64_t cores = core_count(config);
  if (height % (cores * TTNN_TILE_SIZE) == 0) {
    config.shard_height = static_cast<int32_t>(height / cores);
    config.shard_width = static_cast<int32_t>(tile_up(x.cols()));
    config.orientation = TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  }
  return config;
}

MemoryConfig untilized_memory(const Spec &x) {
  MemoryConfig config = x.memory;
  const bool in_dram = config.buffer_type == TTNN_BUFFER_TYPE_DRAM;
  if (config.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED && in_dram) {
    fail(TTNN_STATUS_UNSUPPORTED, "We don't support DRAM block sharding");
  }
  const Shape padded = x.padded_shape();
  if (!config.sharded() || (padded == x.shape && x.shape.rank() > 1)) return config;
  if (in_dram) {
    fail(TTNN_STATUS_UNSUPPORTED, "output must be in L1: x of shape %s is sharded in DRAM", x.shape.str().c_str());
  }
  const int64_t height = x.shape.outer(1);
  const int64_t width = x.cols();
  switch (config.memory_layout) {
    case TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED: {
      // Whole matrices lose their last rows; of one that lies on several cores only the last rows are gone.
      const int64_t matrices = config.shard_height / padded.back(1);
      config.shard_height = static_cast<int32_t>(matrices > 1 ? matrices * x.shape.back(1)
                                                              : tile_up(divide_up(height, core_count(config))));
      config.shard_width = static_cast<int32_t>(width);
      break;
    }
    case TTNN_MEMORY_LAYOUT_WIDTH_SHARDED: {
      const int64_t shards = divide_up(width, config.shard_width);
      if (shards * config.shard_width != padded.back() && shards != core_count(config)) {
        fail(TTNN_STATUS_SHAPE,
             "Input tensor width (%" PRId64 ") must equal output width (%" PRId64
             ") or output width / shard width must equal num cores (%" PRId64 ")",
             padded.back(), shards * config.shard_width, core_count(config));
      }
      config.shard_height = static_cast<int32_t>(height);
      break;
    }
    default: {
      if (padded.outer(2) != 1) {
        fail(TTNN_STATUS_SHAPE, "Can only write unbatched output for BLOCK_SHARDED -> BLOCK_SHARDED: x has shape %s",
             x.shape.str().c_str());
      }
      const auto [across, down] = shard_grid(config);
      config.shard_height = static_cast<int32_t>(tile_up(divide_up(height, down)));
      config.shard_width = static_cast<int32_t>(tile_up(divide_up(width, across)));
      break;
    }
  }
  return config;
}

MemoryConfig broadcast_memory(const Spec &x, const Shape &result) {
  MemoryConfig config = x.memory;
  if (!config.sharded()) return config;
  Spec output = x;
  output.shape = result;
  const auto scaled = [](int64_t side, int64_t from, int64_t to) {
    return static_cast<int32_t>(std::max<int64_t>(side * to / from, TTNN_TILE_SIZE));
  };
  config.shard_height = scaled(config.shard_height, x.physical_height(), output.physical_height());
  config.shard_width = scaled(config.shard_width, x.padded_shape().back(), output.padded_shape().back());
  return config;
}

MemoryConfig spread_memory(const Spec &x, const Shape &shape) {
  MemoryConfig config = x.memory;
  if (!config.sharded()) return config;
  Spec output = x;
  output.shape = shape;
  output.memory = MemoryConfig{};
  const int64_t height = output.physical_height();
  const int64_t width = output.padded_shape().back();
  ShardGrid grid{1, 1};
  switch (config.memory_layout) {
    case TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED:
      grid.down = core_count(config);
      break;
    case TTNN_MEMORY_LAYOUT_WIDTH_SHARDED:
      grid.across = core_count(config);
      break;
    default:  // whatever its orientation
      config.orientation = TTNN_SHARD_ORIENTATION_ROW_MAJOR;
      grid = shard_grid(config);
      config.orientation = x.memory.orientation;
      break;
  }
  const auto side = [&](int64_t extent, int64_t shards) {
    return static_cast<int32_t>(x.layout == Layout::kTile ? tile_up(divide_up(extent, shards)) : divide_up(extent, shards));
  };
  config.shard_height = side(height, grid.down);
  config.shard_width = side(width, grid.across);
  return config;
}

bool is_view(const Spec &x, const Shape &shape) {
  if (shape.back() != x.shape.back()) return false;
  const bool tiles_stay = shape.back(1) == x.shape.back(1) ||
                          (shape.back(1) % TTNN_TILE_SIZE == 0 && x.shape.back(1) % TTNN_TILE_SIZE == 0);
  return x.layout == Layout::kRowMajor || tiles_stay;
}

namespace {

// Rows that shards make wider than they are cannot be seen as others.
void check_same_width(int64_t padded, int64_t width, const MemoryConfig &config) {
  if (padded == width) return;
  fail(TTNN_STATUS_SHAPE,
       "Changing the last dimension of a sharded tensor is not supported unless the shard width matches the input last "
       "dimension: rows of %" PRId64 " take %" PRId64 ", shards are %d wide",
       width, padded, config.shard_width);
}

// The most of `available` shards that share `extent` out evenly.
int64_t even_shards(int64_t extent, int64_t available) {
  int64_t shards = std::min(extent, available);
  while (extent % shards != 0) --shards;
  return shards;
}

// Blocks of one size without a rest, on as many of the cores as that takes.
MemoryConfig even_blocks(const Spec &output, const MemoryConfig &before) {
  constexpr int64_t kRowUnit = 64;  // bytes
  const bool tiled = output.layout == Layout::kTile;
  const int64_t unit_height = tiled ? TTNN_TILE_SIZE : 1;
  const int64_t unit_width = tiled ? TTNN_TILE_SIZE : kRowUnit / element_size(output.dtype);
  const int64_t height = output.physical_height();
  const int64_t width = output.padded_shape().back();
  if (width % unit_width != 0) return interleaved(before.buffer_type);
  const ShardGrid grid = shard_grid(before);
  const int64_t down = even_shards(height / unit_height, grid.down);
  const int64_t across = even_shards(width / unit_width, grid.across);
  const bool by_rows = before.orientation == TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  MemoryConfig config = before;
  config.shard_height = static_cast<int32_t>(height / down);
  config.shard_width = static_cast<int32_t>(width / across);
  ttnn_core_range &range = config.ranges[0];
  range.end_x = range.start_x + static_cast<int32_t>(by_rows ? across : down) - 1;
  range.end_y = range.start_y + static_cast<int32_t>(by_rows ? down : across) - 1;
  return config;
}

}  // namespace

MemoryConfig reshaped_memory(const Spec &x, const Shape &shape) {
  if (!x.memory.sharded()) return x.memory;
  const int64_t padded = x.padded_shape().back();
  const bool rows = x.layout == Layout::kRowMajor;
  if (is_view(x, shape)) {
    // Of tiles, only a row that becomes a vector is seen without the columns that it was filled up with.
    const bool vector = !rows && shape.rank() == 1 && x.shape.rank() > 1 && x.memory.shard_width != padded;
    if (rows || vector) check_same_width(padded, x.cols(), x.memory);
    return x.memory;
  }
  if (rows) check_aligned_rows(x);
  if (x.memory.num_ranges > 1) return interleaved(x.memory.buffer_type);
  Spec output = x;
  output.shape = shape;
  output.memory = MemoryConfig{};
  if (x.memory.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED) return even_blocks(output, x.memory);
  output.memory = widened(spread_memory(x, shape), output);
  if (rows) {
    check_aligned_rows(output);
    check_same_width(output.padded_shape().back(), output.cols(), output.memory);
  }
  return output.memory;
}

void check_recounted_rows(const Spec &x) {
  const int64_t padded = x.padded_shape().back();
  if (!x.memory.sharded() || x.layout == Layout::kTile || padded == x.cols()) return;
  const bool whole_rows = x.memory.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
  const bool aligned = x.memory.shard_width * element_size(x.dtype) % row_unit(x.memory) == 0;
  // Parts of rows that are not aligned come into their shards only afterwards.
  if (!whole_rows && !aligned) return;
  if (x.memory.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED || x.memory.shard_width != padded) {
    check_same_width(padded, x.cols(), x.memory);
  }
  const int64_t height = x.physical_height();
  if (height * padded % x.cols() != 0) {
    fail(TTNN_STATUS_SHAPE,
         "Buffer size should be divisible by the page size: %" PRId64 " rows of %" PRId64 " are no whole rows of %" PRId64, height,
         padded, x.cols());
  }
}

MemoryConfig aligned_columns(const Spec &rows) {
  const MemoryConfig &memory = rows.memory;
  if (memory.memory_layout != TTNN_MEMORY_LAYOUT_WIDTH_SHARDED || memory.num_ranges > 0) return memory;
  constexpr int64_t kCores = int64_t{kGrid.x} * kGrid.y;
  const int64_t width = rows.cols();
  int64_t shards = std::min(width, kCores);
  while (shards > 0 && (width % shards != 0 || width / shards * element_size(rows.dtype) % row_unit(memory) != 0)) --shards;
  const int64_t side = shards > 0 ? width / shards : tile_up(divide_up(width, kCores));
  return sharded(memory.memory_layout, divide_up(width, side), rows.physical_height(), side, kGrid);
}

void check_interleaved(const Spec &x, const char *argument) {
  if (x.memory.sharded()) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is sharded, expected INTERLEAVED", argument);
}

void check_aligned_rows(const Spec &x) {
  constexpr int64_t kUnit = 16;
  if (!x.memory.sharded() || x.layout == Layout::kTile) return;
  const int64_t bytes = x.memory.shard_width * element_size(x.dtype);
  if (bytes % kUnit != 0) {
    fail(TTNN_STATUS_SHAPE, "Shard page size must be aligned to %" PRId64 "B for L1 Tensor: a row of a shard takes %" PRId64,
         kUnit, bytes);
  }
}

MemoryConfig first_cores(const MemoryConfig &config, int64_t n) {
  if (n > core_count(config)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config names %" PRId64 " cores, %" PRId64 " are needed", core_count(config), n);
  }
  MemoryConfig first = config;
  first.num_ranges = 0;
  const auto add = [&](const ttnn_core_range &range) {
    if (first.num_ranges == TTNN_MAX_CORE_RANGES) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the first %" PRId64 " cores of memory_config are more than %d rectangles", n,
           TTNN_MAX_CORE_RANGES);
    }
    first.ranges[first.num_ranges++] = range;
  };
  for (int32_t i = 0; n > 0; ++i) {
    const ttnn_core_range &range = config.ranges[i];
    const int64_t columns = range.end_x - range.start_x + 1;
    const int64_t rows = std::min<int64_t>(n / columns, range.end_y - range.start_y + 1);
    const bool all = rows == range.end_y - range.start_y + 1;
    const auto below = static_cast<int32_t>(range.start_y + rows);
    if (rows > 0) add({range.start_x, range.start_y, range.end_x, below - 1});
    n -= rows * columns;
    if (all || n == 0) continue;
    add({range.start_x, below, static_cast<int32_t>(range.start_x + n) - 1, below});
    n = 0;
  }
  for (int32_t i = 0; i < first.num_ranges; ++i) {
    for (int32_t x = first.ranges[i].start_x; x <= first.ranges[i].end_x; ++x) {
      const bool below_another = std::any_of(first.ranges, first.ranges + first.num_ranges, [&](const ttnn_core_range &range) {
        return range.start_y == 0 && range.start_x <= x && x <= range.end_x;
      });
      if (!below_another) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "core (%d, %d) of memory_config has no core (%d, 0) above it", x,
             first.ranges[i].start_y, x);
      }
    }
  }
  return first;
}

void check_fillable(const Spec &x) {
  if (!x.memory.sharded() || x.padded_shape() == x.shape || x.padded_shape().outer(2) == 1) return;
  fail(TTNN_STATUS_UNSUPPORTED,
       "FillPadL1ShardedProgramFactory: N_slices > 1 not yet supported (got %" PRId64 "): a sharded x of shape %s",
       x.padded_shape().outer(2), x.shape.str().c_str());
}

void check_cores_filled(const Spec &x, const char *argument) {
  if (!x.memory.sharded()) return;
  const int64_t shards = divide_up(x.physical_height(), x.memory.shard_height) *
                         divide_up(x.padded_shape().back(), x.memory.shard_width);
  if (shards != core_count(x.memory)) {
    fail(TTNN_STATUS_SHAPE, "Shard layout requires %" PRId64 " shards but shard grid has %" PRId64 " cores: %s has shape %s",
         shards, core_count(x.memory), argument, x.shape.str().c_str());
  }
}

}  // namespace tttv2::host
