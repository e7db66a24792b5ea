// SPDX-License-Identifier: Apache-2.0
//
// What a tensor is: its spec. From the C structs to specs and back, with the checks that TTNN makes of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "common/dtype.hpp"
#include "ttnn_c.h"

namespace tttv2 {

// The values are those of enum ttnn_layout.
enum class Layout : int32_t { kRowMajor = 1, kTile = 2 };

// Extents, outermost first; 1 to TTNN_MAX_RANK of them.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> extents) {
    for (int64_t extent : extents) push_back(extent);
  }

  int32_t rank() const { return rank_; }
  int64_t operator[](int32_t i) const { return extents_[i]; }
  int64_t &operator[](int32_t i) { return extents_[i]; }
  // Counted from the end: back() is the last dimension, back(1) the one before; 1 beyond the first.
  int64_t back(int32_t i = 0) const { return i < rank_ ? extents_[rank_ - 1 - i] : 1; }
  void push_back(int64_t extent) { extents_[rank_++] = extent; }
  int64_t volume() const {
    int64_t product = 1;
    for (int32_t i = 0; i < rank_; ++i) product *= extents_[i];
    return product;
  }
  // The product of all but the last `skip` dimensions.
  int64_t outer(int32_t skip) const {
    int64_t product = 1;
    for (int32_t i = 0; i < rank_ - skip; ++i) product *= extents_[i];
    return product;
  }
  std::span<const int64_t> extents() const { return {extents_, static_cast<size_t>(rank_)}; }
  bool operator==(const Shape &other) const;
  std::string str() const;

 private:
  int64_t extents_[TTNN_MAX_RANK] = {};
  int32_t rank_ = 0;
};

struct MemoryConfig {
  int32_t memory_layout = TTNN_MEMORY_LAYOUT_INTERLEAVED;
  int32_t buffer_type = TTNN_BUFFER_TYPE_DRAM;
  int32_t orientation = TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  int32_t shard_height = 0;
  int32_t shard_width = 0;
  int32_t num_ranges = 0;  // 0 with a sharded layout: not chosen yet
  ttnn_core_range ranges[TTNN_MAX_CORE_RANGES] = {};

  bool sharded() const { return memory_layout != TTNN_MEMORY_LAYOUT_INTERLEAVED; }
  bool operator==(const MemoryConfig &other) const;
};

struct Spec {
  DType dtype = DType::kBFloat16;
  Layout layout = Layout::kRowMajor;
  Shape shape;
  MemoryConfig memory;

  int64_t cols() const { return shape.back(); }
  int64_t rows() const { return shape.outer(1); }
  Shape padded_shape() const;
  // Rows as shards see them; a tensor of rank 1 in tiles is as high as one.
  int64_t physical_height() const;
  bool operator==(const Spec &other) const = default;
};

// Rounded up to whole tiles.
constexpr int64_t divide_up(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }
constexpr int64_t tile_up(int64_t value) { return divide_up(value, TTNN_TILE_SIZE) * TTNN_TILE_SIZE; }

bool is_float(DType dtype);
bool is_block_float(DType dtype);
int64_t element_size(DType dtype);  // plain dtypes only
const char *name(DType dtype);
const char *name(Layout layout);

// The cores that shards are placed on, and the banks of DRAM.
struct Grid {
  int32_t x, y;
  int32_t dram_banks;
};

// Of a tensor: never FLOAT16, never DEFAULT.
DType tensor_dtype(int32_t dtype);
Layout tensor_layout(int32_t layout);
Activation activation(const char *field, int32_t op);
// A flag that is 0 or 1.
bool flag(const char *field, int32_t value);
bool switched_on(const char *field, int32_t value, bool by_default);
void check_compute_config(const ttnn_compute_config *config);

// Rank 1 to 8, extents of at least 1, product below 2^40.
Shape make_shape(int32_t rank, const int64_t *extents);
void check_extents(const Shape &shape);
// Block floats are TILE only.
void check_layout(DType dtype, Layout layout);
// -rank .. rank - 1 to 0 .. rank - 1.
int32_t dimension(int32_t dim, int32_t rank);

// The config of the C interface, its values checked by themselves.
MemoryConfig make_memory_config(const char *field, const ttnn_memory_config &config, const Grid &grid);
MemoryConfig interleaved(int32_t buffer_type);
// The input's config with shards that have grown or shrunk with the shape.
MemoryConfig scaled_memory(const Spec &input, const Shape &output_shape);
// For TTNN a height sharded tensor that was reshaped to the height of a shard is a width sharded one.
MemoryConfig widened(const MemoryConfig &config, const Spec &output);
// The config of an output that follows an input: sharding is kept as it is only for the same physical shape.
MemoryConfig inherited_memory(const Spec &input, const Shape &output_shape, Layout output_layout);

// Chooses the shards where the config leaves them open, and checks that they fit the shape and the grid.
void place(Spec &spec, const Grid &grid);
// The cores that a config names.
int64_t core_count(const MemoryConfig &config);
// How many shards fit beside and below each other in the rectangle of cores of a block sharded config.
struct ShardGrid {
  int64_t across, down;
};
ShardGrid shard_grid(const MemoryConfig &config);
// Shards of `height` x `width` in L1 on as many cores, row by row.
MemoryConfig sharded(int32_t memory_layout, int64_t cores, int64_t height, int64_t width, const Grid &grid);

Spec make_spec(const ttnn_tensor_spec *spec, const Grid &grid);
ttnn_tensor_spec to_c(const Spec &spec);

}  // namespace tttv2
