// SPDX-License-Identifier: Apache-2.0
#include "host/permuted_memory.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "common/error.hpp"
#include "host/device.hpp"
#include "host/output.hpp"
#include "host/shards.hpp"

namespace tttv2::host {

namespace {

using Order = std::span<const int32_t>;
using Step = std::array<int32_t, 4>;

constexpr int64_t kTile = TTNN_TILE_SIZE;
constexpr int32_t kRank = 4;  // that TTNN's transpositions have; tensors of fewer dimensions get extents of 1

constexpr Step kWidthHeight{0, 1, 3, 2};
constexpr Step kHeightChannels{0, 2, 1, 3};
constexpr Step kChannelsBatch{1, 0, 2, 3};

bool open(const MemoryConfig &config) { return config.sharded() && config.num_ranges == 0; }

Shape permuted(const Shape &shape, Order dims) {
  Shape result;
  for (int32_t dim : dims) result.push_back(shape[dim]);
  return result;
}

Shape padded_result(const Spec &x, Order dims) {
  Spec result = x;
  result.shape = permuted(x.shape, dims);
  result.memory = MemoryConfig{};
  return result.padded_shape();
}

// Shards that have grown and shrunk with the shape, where that leaves no rest.
std::optional<MemoryConfig> in_proportion(const Spec &x, const Shape &to) {
  const Shape from = x.padded_shape();
  const int64_t height = x.memory.shard_height * to.outer(1);
  const int64_t width = x.memory.shard_width * to.back();
  if (height % from.outer(1) != 0 || width % from.back() != 0) return std::nullopt;
  MemoryConfig config = x.memory;
  config.shard_height = static_cast<int32_t>(height / from.outer(1));
  config.shard_width = static_cast<int32_t>(width / from.back());
  const bool whole = config.shard_height % kTile == 0 && config.shard_width % kTile == 0;
  return x.layout == Layout::kTile && !whole ? std::nullopt : std::optional(config);
}

// Shards of whole tiles, in either layout, over all cores, along the rows or the columns of cores as x's are.
MemoryConfig spread_anew(const Spec &x, const Shape &to, const MemoryConfig &wish) {
  Spec flat;
  flat.layout = Layout::kTile;
  flat.shape = {to.outer(1), to.back()};
  flat.memory = wish;
  place(flat, kGrid);
  MemoryConfig config = flat.memory;
  config.orientation = x.memory.orientation;
  for (int32_t i = 0; config.orientation == TTNN_SHARD_ORIENTATION_COL_MAJOR && i < config.num_ranges; ++i) {
    std::swap(config.ranges[i].start_x, config.ranges[i].start_y);
    std::swap(config.ranges[i].end_x, config.ranges[i].end_y);
  }
  return config;
}

MemoryConfig chosen_shards(const Spec &x, const Shape &to, const MemoryConfig &wish) {
  if (x.memory.memory_layout == wish.memory_layout) {
    if (std::optional<MemoryConfig> config = in_proportion(x, to)) {
      config->buffer_type = wish.buffer_type;
      return *config;
    }
  }
  return spread_anew(x, to, wish);
}

MemoryConfig without_shards(const MemoryConfig &config) {
  MemoryConfig kind = interleaved(config.buffer_type);
  kind.memory_layout = config.memory_layout;
  return kind;
}

// Shards that TTNN transposes where they lie: evenly filled ones in L1 that are no blocks, of whole tiles' numbers of values.
bool transposed_in_place(const Spec &x) {
  const MemoryConfig &memory = x.memory;
  const Shape padded = x.padded_shape();
  return memory.buffer_type == TTNN_BUFFER_TYPE_L1 && memory.memory_layout != TTNN_MEMORY_LAYOUT_BLOCK_SHARDED &&
         int64_t{memory.shard_height} * memory.shard_width % (kTile * kTile) == 0 &&
         padded.outer(1) % memory.shard_height == 0 && padded.back() % memory.shard_width == 0;
}

// Of a sharded x of rank 4 of which two neighbouring dimensions change places.
MemoryConfig transposed_memory(const Spec &x, const Step &step, const std::optional<MemoryConfig> &wish) {
  if (wish.has_value() && !open(*wish)) return *wish;
  const bool tiled = x.layout == Layout::kTile;
  const Shape padded = x.padded_shape();
  const Shape to = tiled ? padded_result(x, step) : permuted(padded, step);
  if (wish.has_value()) return chosen_shards(x, to, *wish);
  if (!transposed_in_place(x)) return chosen_shards(x, to, without_shards(x.memory));
  const bool turned = step == kWidthHeight;
  if (turned && padded.outer(2) == 1 && x.memory.shard_width == padded.back()) {  // rows of a matrix become columns
    MemoryConfig config = x.memory;
    std::swap(config.shard_height, config.shard_width);
    config.memory_layout = TTNN_MEMORY_LAYOUT_WIDTH_SHARDED;
    return config;
  }
  if (!turned && (!tiled || step == kChannelsBatch)) return x.memory;
  return in_proportion(x, to).value_or(interleaved(TTNN_BUFFER_TYPE_L1));
}

// The transpositions that TTNN makes a permutation of; none: it has a program for it.
std::vector<Step> transpositions(const Step &dims) {
  for (const Step &step : {kWidthHeight, kHeightChannels, kChannelsBatch}) {
    if (dims == step) return {step};
  }
  if (dims == Step{0, 2, 3, 1}) return {kHeightChannels, kWidthHeight};
  if (dims == Step{0, 3, 1, 2}) return {kWidthHeight, kHeightChannels};
  if (dims == Step{0, 3, 2, 1}) return {kWidthHeight, kHeightChannels, kWidthHeight};
  return {};
}

// Whether all values stay where they are.
bool nothing_moves(const Spec &x, Order dims) {
  const int32_t rank = x.shape.rank();
  const int32_t fixed = x.layout == Layout::kTile ? 2 : 1;
  for (int32_t i = 0; i < rank; ++i) {
    const int32_t from = dims[static_cast<size_t>(i)];
    if (from != i && (i >= rank - fixed || x.shape[i] != 1 || x.shape[from] != 1)) return false;
  }
  return true;
}

MemoryConfig unmoved_memory(const Spec &x, const std::optional<MemoryConfig> &wish, bool cloned) {
  if (!wish.has_value()) return x.memory;
  check_shards_named({x.dtype, x.layout, x.shape, *wish});
  MemoryConfig same = x.memory;
  same.buffer_type = wish->buffer_type;
  if (cloned && !(same == *wish)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Clone: input and output shard specs must be identical: nothing of x is moved");
  }
  return *wish;
}

// Rows that blocks or columns of cores share, and that do not fill tiles: TTNN interleaves them first.
bool ragged(const Spec &x) {
  return x.layout == Layout::kRowMajor && x.memory.sharded() &&
         x.memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED &&
         (x.shape.back() % kTile != 0 || (x.shape.rank() > 1 && x.shape.back(1) % kTile != 0));
}

}  // namespace

MemoryConfig permuted_memory(const Operation &operation, const Spec &input, const std::vector<int32_t> &dims,
                             const ttnn_memory_config *wanted) {
  const bool transposing = &operation == &ops::kTranspose;
  std::optional<MemoryConfig> wish;
  if (wanted != nullptr) wish = output_memory(wanted, {});
  Spec x = input;
  const bool unmoved = nothing_moves(x, dims);
  const bool chosen = wish.has_value() && !open(*wish);
  if (ragged(x) && (transposing || !unmoved)) {
    if (wish.has_value() && !chosen) {
      return transposing ? aligned_columns({x.dtype, x.layout, permuted(x.shape, dims), *wish})
                         : spread_anew(x, permuted(x.padded_shape(), dims), *wish);
    }
    x.memory = interleaved(TTNN_BUFFER_TYPE_L1);
  }
  const int32_t rank = x.shape.rank();
  if (unmoved) return unmoved_memory(x, wish, transposing && rank <= kRank);

  const Shape to = padded_result(x, dims);
  std::vector<Step> steps;
  if (rank <= kRank) {
    Shape shape;
    Step order;
    for (int32_t i = 0; i < kRank; ++i) {
      const int32_t from = i + rank - kRank;
      shape.push_back(from < 0 ? 1 : x.shape[from]);
      order[static_cast<size_t>(i)] = from < 0 ? i : dims[static_cast<size_t>(from)] + kRank - rank;
    }
    x.shape = shape;
    steps = transpositions(order);
  }
  if (chosen && (!transposing || steps.size() != 1)) check_aligned_rows({x.dtype, x.layout, x.shape, *wish});
  for (size_t i = 0; x.memory.sharded() && i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    const MemoryConfig memory = transposed_memory(x, steps[i], last ? wish : std::nullopt);
    if (last) return memory;
    x.shape = permuted(x.shape, steps[i]);
    x.memory = memory;
    place(x, kGrid);
    if (ragged(x)) x.memory = interleaved(TTNN_BUFFER_TYPE_L1);
  }
  if (chosen) return *wish;
  if (!wish.has_value() && !x.memory.sharded()) return x.memory;
  return chosen_shards(x, to, wish.value_or(without_shards(x.memory)));
}

}  // namespace tttv2::host
