// SPDX-License-Identifier: Apache-2.0
#include "host/shards.hpp"

#include <algorithm>
#include <cinttypes>

#include "common/error.hpp"
#include "host/device.hpp"

namespace tttv2::host {

namespace {

int64_t divide_up(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

}  // namespace

Spec tilized(const Spec &x) {
  Spec spec = x;
  spec.layout = Layout::kTile;
  place(spec, kGrid);
  return spec;
}

MemoryConfig untilized_memory(const Spec &x) {
  MemoryConfig config = x.memory;
  const Shape padded = x.padded_shape();
  if (!config.sharded() || (padded == x.shape && x.shape.rank() > 1)) return config;
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
