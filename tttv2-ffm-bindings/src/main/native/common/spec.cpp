// SPDX-License-Identifier: Apache-2.0
#include "common/spec.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstddef>
#include <cstring>

#include "common/error.hpp"
#include "common/structs.hpp"

namespace tttv2 {

namespace {

constexpr int64_t kMaxVolume = int64_t{1} << 40;

// n cores of the grid, row by row.
void use_cores(MemoryConfig &config, int64_t n, const Grid &grid) {
  const auto full_rows = static_cast<int32_t>(n / grid.x);
  const auto rest = static_cast<int32_t>(n % grid.x);
  config.num_ranges = 0;
  if (full_rows > 0) config.ranges[config.num_ranges++] = {0, 0, grid.x - 1, full_rows - 1};
  if (rest > 0) config.ranges[config.num_ranges++] = {0, full_rows, rest - 1, full_rows};
}

// Shards that spread a 2D shape over the grid in units of tiles or rows.
void choose_shards(MemoryConfig &config, int64_t height, int64_t width, int64_t unit_height, int64_t unit_width,
                   const Grid &grid) {
  const auto shard_side = [](int64_t extent, int64_t unit, int64_t cores) {
    return divide_up(divide_up(extent, unit), cores) * unit;
  };
  int64_t shard_height = height;
  int64_t shard_width = width;
  switch (config.memory_layout) {
    case TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED:
      shard_height = shard_side(height, unit_height, int64_t{grid.x} * grid.y);
      use_cores(config, divide_up(height, shard_height), grid);
      break;
    case TTNN_MEMORY_LAYOUT_WIDTH_SHARDED:
      shard_width = shard_side(width, unit_width, int64_t{grid.x} * grid.y);
      use_cores(config, divide_up(width, shard_width), grid);
      break;
    default:
      shard_height = shard_side(height, unit_height, grid.y);
      shard_width = shard_side(width, unit_width, grid.x);
      config.num_ranges = 1;
      config.ranges[0] = {0, 0, static_cast<int32_t>(divide_up(width, shard_width) - 1),
                          static_cast<int32_t>(divide_up(height, shard_height) - 1)};
      break;
  }
  if (std::max(shard_height, shard_width) > INT32_MAX) {
    fail(TTNN_STATUS_SHAPE, "shards of %" PRId64 " x %" PRId64 " are too large", shard_height, shard_width);
  }
  config.shard_height = static_cast<int32_t>(shard_height);
  config.shard_width = static_cast<int32_t>(shard_width);
}

}  // namespace

int64_t core_count(const MemoryConfig &config) {
  int64_t cores = 0;
  for (int32_t i = 0; i < config.num_ranges; ++i) {
    const ttnn_core_range &range = config.ranges[i];
    cores += int64_t{range.end_x - range.start_x + 1} * (range.end_y - range.start_y + 1);
  }
  return cores;
}

ShardGrid shard_grid(const MemoryConfig &config) {
  if (config.num_ranges != 1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Shard grid must be one full rectangular grid for block sharded! It has %d rectangles",
         config.num_ranges);
  }
  const ttnn_core_range &range = config.ranges[0];
  const int64_t columns = range.end_x - range.start_x + 1;
  const int64_t rows = range.end_y - range.start_y + 1;
  return config.orientation == TTNN_SHARD_ORIENTATION_ROW_MAJOR ? ShardGrid{columns, rows} : ShardGrid{rows, columns};
}

bool Shape::operator==(const Shape &other) const { return std::ranges::equal(extents(), other.extents()); }

std::string Shape::str() const { return to_string(extents()); }

bool MemoryConfig::operator==(const MemoryConfig &other) const {
  return memory_layout == other.memory_layout && buffer_type == other.buffer_type &&
         orientation == other.orientation && shard_height == other.shard_height && shard_width == other.shard_width &&
         num_ranges == other.num_ranges &&
         std::equal(ranges, ranges + num_ranges, other.ranges, [](const ttnn_core_range &a, const ttnn_core_range &b) {
           return a.start_x == b.start_x && a.start_y == b.start_y && a.end_x == b.end_x && a.end_y == b.end_y;
         });
}

Shape Spec::padded_shape() const {
  Shape padded = shape;
  if (layout == Layout::kTile) {
    for (int32_t i = std::max(0, shape.rank() - 2); i < shape.rank(); ++i) {
      padded[i] = tile_up(shape[i]);
    }
  } else if (memory.num_ranges > 0) {
    // Rows are as wide as whole shards.
    const int32_t last = shape.rank() - 1;
    padded[last] = divide_up(shape[last], memory.shard_width) * memory.shard_width;
  }
  return padded;
}

int64_t Spec::physical_height() const {
  const int64_t height = padded_shape().outer(1);
  return layout == Layout::kTile ? tile_up(height) : height;
}

bool is_float(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kBFloat16 || is_block_float(dtype);
}

bool is_block_float(DType dtype) { return dtype == DType::kBFloat8B || dtype == DType::kBFloat4B; }

int64_t element_size(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kUInt32:
    case DType::kInt32:
      return 4;
    case DType::kBFloat16:
    case DType::kFloat16:
    case DType::kUInt16:
      return 2;
    case DType::kUInt8:
      return 1;
    case DType::kBFloat8B:
    case DType::kBFloat4B:
      break;
  }
  fail(TTNN_STATUS_INTERNAL, "%s has no element size", name(dtype));
}

const char *name(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "FLOAT32";
    case DType::kBFloat16:
      return "BFLOAT16";
    case DType::kBFloat8B:
      return "BFLOAT8_B";
    case DType::kBFloat4B:
      return "BFLOAT4_B";
    case DType::kUInt32:
      return "UINT32";
    case DType::kInt32:
      return "INT32";
    case DType::kUInt16:
      return "UINT16";
    case DType::kUInt8:
      return "UINT8";
    case DType::kFloat16:
      return "FLOAT16";
  }
  return "?";
}

const char *name(Layout layout) { return layout == Layout::kTile ? "TILE" : "ROW_MAJOR"; }

DType tensor_dtype(int32_t dtype) {
  if (dtype < TTNN_DTYPE_FLOAT32 || dtype > TTNN_DTYPE_UINT8) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%d is not a dtype of tensors", dtype);
  }
  return static_cast<DType>(dtype);
}

Layout tensor_layout(int32_t layout) {
  if (layout != TTNN_LAYOUT_ROW_MAJOR && layout != TTNN_LAYOUT_TILE) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%d is not a layout", layout);
  }
  return static_cast<Layout>(layout);
}

Activation activation(const char *field, int32_t op) {
  if (op < TTNN_UNARY_NONE || op > TTNN_UNARY_SIGMOID) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Unknown unary op: %s is %d", field, op);
  }
  return static_cast<Activation>(op);
}

bool flag(const char *field, int32_t value) {
  if (value != 0 && value != 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is %d, expected 0 or 1", field, value);
  return value == 1;
}

bool switched_on(const char *field, int32_t value, bool by_default) {
  if (value < TTNN_SWITCH_DEFAULT || value > TTNN_SWITCH_OFF) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is %d, not an enum ttnn_switch", field, value);
  }
  return value == TTNN_SWITCH_DEFAULT ? by_default : value == TTNN_SWITCH_ON;
}

void check_compute_config(const ttnn_compute_config *config) {
  if (config == nullptr) return;
  const ttnn_compute_config values = read_struct("compute_config", config);
  if (values.math_fidelity < TTNN_MATH_FIDELITY_DEFAULT || values.math_fidelity > TTNN_MATH_FIDELITY_HIFI4) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "math_fidelity is %d, not an enum ttnn_math_fidelity", values.math_fidelity);
  }
  switched_on("math_approx_mode", values.math_approx_mode, false);
  switched_on("fp32_dest_acc_en", values.fp32_dest_acc_en, false);
  switched_on("packer_l1_acc", values.packer_l1_acc, false);
}

void check_extents(const Shape &shape) {
  int64_t volume = 1;
  for (int32_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] < 1 || shape[i] >= kMaxVolume) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "shape %s: extent %d is %" PRId64 ", expected 1 to 2^40 - 1",
           shape.str().c_str(), i, shape[i]);
    }
    if (volume > (kMaxVolume - 1) / shape[i]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "shape %s has 2^40 elements or more", shape.str().c_str());
    }
    volume *= shape[i];
  }
}

Shape make_shape(int32_t rank, const int64_t *extents) {
  if (rank < 1 || rank > TTNN_MAX_RANK) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "rank is %d, expected 1 to %d", rank, TTNN_MAX_RANK);
  }
  if (extents == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "the shape is NULL");
  Shape shape;
  for (int32_t i = 0; i < rank; ++i) shape.push_back(extents[i]);
  check_extents(shape);
  return shape;
}

void check_layout(DType dtype, Layout layout) {
  if (is_block_float(dtype) && layout != Layout::kTile) {
    fail(TTNN_STATUS_DTYPE, "Layout must be Layout::TILE for bfloat8_b or bfloat4_b! It is %s for %s", name(layout),
         name(dtype));
  }
}

int32_t dimension(int32_t dim, int32_t rank) {
  if (dim < -rank || dim >= rank) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "dimension %d is out of range for rank %d", dim, rank);
  }
  return dim < 0 ? dim + rank : dim;
}

MemoryConfig make_memory_config(const char *field, const ttnn_memory_config &c, const Grid &grid) {
  if (c.memory_layout < TTNN_MEMORY_LAYOUT_INTERLEAVED || c.memory_layout > TTNN_MEMORY_LAYOUT_BLOCK_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s.memory_layout is %d, not an enum ttnn_memory_layout", field, c.memory_layout);
  }
  if (c.buffer_type != TTNN_BUFFER_TYPE_DRAM && c.buffer_type != TTNN_BUFFER_TYPE_L1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s.buffer_type is %d, not an enum ttnn_buffer_type", field, c.buffer_type);
  }
  if (c.shard_orientation != TTNN_SHARD_ORIENTATION_ROW_MAJOR &&
      c.shard_orientation != TTNN_SHARD_ORIENTATION_COL_MAJOR) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s.shard_orientation is %d, not an enum ttnn_shard_orientation", field,
         c.shard_orientation);
  }
  if (c.num_core_ranges < 0 || c.num_core_ranges > TTNN_MAX_CORE_RANGES) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s.num_core_ranges is %d, expected 0 to %d", field, c.num_core_ranges,
         TTNN_MAX_CORE_RANGES);
  }
  MemoryConfig config;
  config.memory_layout = c.memory_layout;
  config.buffer_type = c.buffer_type;
  const bool has_shards = c.shard_height != 0 || c.shard_width != 0 || c.num_core_ranges != 0;
  if (!config.sharded()) {
    if (has_shards) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is interleaved and describes shards", field);
    return config;
  }
  config.orientation = c.shard_orientation;
  if (!has_shards) return config;
  if (c.num_core_ranges == 0 || c.shard_height < 1 || c.shard_width < 1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s: shards of %d x %d on %d core ranges: all or none must be given", field,
         c.shard_height, c.shard_width, c.num_core_ranges);
  }
  config.shard_height = c.shard_height;
  config.shard_width = c.shard_width;
  const int32_t grid_x = config.buffer_type == TTNN_BUFFER_TYPE_DRAM ? grid.dram_banks : grid.x;
  const int32_t grid_y = config.buffer_type == TTNN_BUFFER_TYPE_DRAM ? 1 : grid.y;
  for (int32_t i = 0; i < c.num_core_ranges; ++i) {
    const ttnn_core_range &r = c.core_ranges[i];
    if (r.start_x < 0 || r.start_y < 0 || r.end_x < r.start_x || r.end_y < r.start_y || r.end_x >= grid_x ||
        r.end_y >= grid_y) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "%s: core range (%d, %d) - (%d, %d) is not in the grid of %d x %d", field,
           r.start_x, r.start_y, r.end_x, r.end_y, grid_x, grid_y);
    }
    for (int32_t j = 0; j < i; ++j) {
      const ttnn_core_range &s = c.core_ranges[j];
      if (r.start_x <= s.end_x && s.start_x <= r.end_x && r.start_y <= s.end_y && s.start_y <= r.end_y) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "%s: core ranges %d and %d overlap", field, j, i);
      }
    }
    config.ranges[config.num_ranges++] = r;
  }
  return config;
}

MemoryConfig interleaved(int32_t buffer_type) {
  MemoryConfig config;
  config.buffer_type = buffer_type;
  return config;
}

MemoryConfig scaled_memory(const Spec &input, const Shape &output_shape) {
  MemoryConfig config = input.memory;
  if (!config.sharded() || config.num_ranges == 0) return config;
  Spec output = input;
  output.shape = output_shape;
  const auto scaled = [&](int64_t side, int64_t from, int64_t to) {
    const int64_t units = divide_up(side * to, from);
    return static_cast<int32_t>(input.layout == Layout::kTile ? tile_up(units) : units);
  };
  config.shard_height = scaled(config.shard_height, input.physical_height(), output.physical_height());
  config.shard_width = scaled(config.shard_width, input.padded_shape().back(), output.padded_shape().back());
  return config;
}

MemoryConfig widened(const MemoryConfig &config, const Spec &output) {
  MemoryConfig result = config;
  if (config.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED && config.shard_height == output.physical_height()) {
    result.memory_layout = TTNN_MEMORY_LAYOUT_WIDTH_SHARDED;
  }
  return result;
}

MemoryConfig inherited_memory(const Spec &input, const Shape &output_shape, Layout output_layout) {
  Spec output = input;
  output.shape = output_shape;
  output.layout = output_layout;
  if (!input.memory.sharded() || output.padded_shape() == input.padded_shape()) return input.memory;
  return interleaved(input.memory.buffer_type);
}

void place(Spec &spec, const Grid &grid) {
  MemoryConfig &config = spec.memory;
  if (!config.sharded()) return;
  const bool tiled = spec.layout == Layout::kTile;
  const int64_t height = spec.physical_height();
  const int64_t width = spec.padded_shape().back();
  if (config.num_ranges == 0) {
    choose_shards(config, height, width, tiled ? TTNN_TILE_SIZE : 1, tiled ? TTNN_TILE_SIZE : 1, grid);
    return;
  }
  if (tiled && (config.shard_height % TTNN_TILE_SIZE != 0 || config.shard_width % TTNN_TILE_SIZE != 0)) {
    fail(TTNN_STATUS_SHAPE, "Physical shard shape (%d, %d) must be tile {32, 32} sized!", config.shard_height,
         config.shard_width);
  }
  const int64_t down = divide_up(height, config.shard_height);
  const int64_t across = divide_up(width, config.shard_width);
  const int64_t cores = core_count(config);
  if (!tiled && spec.shape.rank() == 1 && config.shard_height != 1) {
    fail(TTNN_STATUS_SHAPE, "Shard shape must be 1D for 1D tensor! Its height is %d", config.shard_height);
  }
  if (config.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED && config.shard_width != width) {
    fail(TTNN_STATUS_SHAPE, "Shard width %d must match physical width %" PRId64 " for height sharded", config.shard_width,
         width);
  }
  if (config.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED && config.shard_height != height) {
    fail(TTNN_STATUS_SHAPE, "Shard height %d must match physical height %" PRId64 " for width sharded",
         config.shard_height, height);
  }
  if (config.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED) {
    const ShardGrid fit = shard_grid(config);
    if (down > fit.down || across > fit.across) {
      fail(TTNN_STATUS_SHAPE,
           "Number of shards %" PRId64 " along height and %" PRId64 " along width must not exceed the grid's %" PRId64
           " and %" PRId64 ": %s in (%d, %d)",
           down, across, fit.down, fit.across, spec.shape.str().c_str(), config.shard_height, config.shard_width);
    }
  }
  if (down * across > cores) {
    fail(TTNN_STATUS_SHAPE, "Number of shards %" PRId64 " must not exceed number of cores %" PRId64 ": %s in (%d, %d)",
         down * across, cores, spec.shape.str().c_str(), config.shard_height, config.shard_width);
  }
}

MemoryConfig sharded(int32_t memory_layout, int64_t cores, int64_t height, int64_t width, const Grid &grid) {
  MemoryConfig config;
  config.memory_layout = memory_layout;
  config.buffer_type = TTNN_BUFFER_TYPE_L1;
  config.shard_height = static_cast<int32_t>(height);
  config.shard_width = static_cast<int32_t>(width);
  use_cores(config, cores, grid);
  return config;
}

Spec make_spec(const ttnn_tensor_spec *source, const Grid &grid) {
  const ttnn_tensor_spec c = require_struct("spec", source);
  Spec spec;
  spec.dtype = tensor_dtype(c.dtype);
  spec.layout = c.layout == TTNN_LAYOUT_DEFAULT ? Layout::kRowMajor : tensor_layout(c.layout);
  spec.shape = make_shape(c.rank, c.shape);
  check_layout(spec.dtype, spec.layout);
  // The embedded config may be left all zero, or be that of a caller who knows fewer or more of its fields: what follows
  // the bytes that this library knows was checked with the outer struct.
  const size_t room = std::max<size_t>(c.struct_size, offsetof(ttnn_tensor_spec, memory_config)) -
                      offsetof(ttnn_tensor_spec, memory_config);
  const ttnn_memory_config &config = c.memory_config;
  if (config.struct_size > room) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "spec.memory_config.struct_size is %u, the spec holds %zu bytes of it",
         config.struct_size, room);
  }
  spec.memory = make_memory_config("spec.memory_config", config, grid);
  if (config.struct_size == 0 && !(spec.memory == MemoryConfig{})) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "spec.memory_config.struct_size is 0, expected the size of the struct");
  }
  place(spec, grid);
  return spec;
}

ttnn_tensor_spec to_c(const Spec &spec) {
  ttnn_tensor_spec c{};
  c.struct_size = sizeof c;
  c.dtype = static_cast<int32_t>(spec.dtype);
  c.layout = static_cast<int32_t>(spec.layout);
  c.rank = spec.shape.rank();
  const Shape padded = spec.padded_shape();
  std::ranges::copy(spec.shape.extents(), c.shape);
  std::ranges::copy(padded.extents(), c.padded_shape);
  ttnn_memory_config &config = c.memory_config;
  config.struct_size = sizeof config;
  config.memory_layout = spec.memory.memory_layout;
  config.buffer_type = spec.memory.buffer_type;
  config.shard_orientation = spec.memory.orientation;
  config.shard_height = spec.memory.shard_height;
  config.shard_width = spec.memory.shard_width;
  config.num_core_ranges = spec.memory.num_ranges;
  std::copy_n(spec.memory.ranges, spec.memory.num_ranges, config.core_ranges);
  return c;
}

}  // namespace tttv2
