// SPDX-License-Identifier: Apache-2.0
//
// Moving data: concat, slice, reshape, permute, transpose, pad, scatter.
#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <utility>
#include <vector>

#include "common/integers.hpp"
#include "common/moves.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/join.hpp"
#include "host/output.hpp"
#include "host/permuted_memory.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"
#include "host/transpose.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

void check_rank(int32_t rank, const Tensor &x, const void *argument, const char *what) {
  if (rank != x.spec.shape.rank()) {
    fail(TTNN_STATUS_SHAPE, "rank is %d, x has shape %s", rank, x.spec.shape.str().c_str());
  }
  if (argument == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", what);
}

// TTNN untilizes what it has to cut or to join within tiles, and tilizes it again; not all dtypes survive that.
DType retilized(const Spec &x) {
  if (x.dtype == DType::kBFloat4B) fail(TTNN_STATUS_DTYPE, "Only TILE layout is supported for %s", name(x.dtype));
  if (x.dtype == DType::kUInt8 && x.layout == Layout::kTile) {
    fail(TTNN_STATUS_DTYPE, "Can only tilize bfloat16/float32 or int32/uint32/uint16 tensors, x is %s", name(x.dtype));
  }
  return x.dtype == DType::kBFloat8B ? DType::kBFloat16 : x.dtype;
}

// ---- concat

// Whether a dimension is joined within tiles, for which TTNN untilizes.
bool joined_within_tiles(const Spec &x, int32_t along) {
  return x.layout == Layout::kTile && x.padded_shape()[along] != x.shape[along];
}

void check_same_cores(const MemoryConfig &a, const MemoryConfig &b) {
  MemoryConfig cores = a;
  cores.shard_height = b.shard_height;
  cores.shard_width = b.shard_width;
  cores.buffer_type = b.buffer_type;
  if (!(cores == b)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Sharded tensors must have the same grid, memory layout and shard orientation");
  }
}

// Whether a dimension is joined shard by shard: rows side by side where shards hold whole ones, below each other where they
// hold columns, either in blocks.
bool joined_by_shards(const MemoryConfig &memory, const Shape &shape, int32_t along) {
  if (!memory.sharded() || along < shape.rank() - 2) return false;
  if (memory.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED) return true;
  return (memory.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) == (along == shape.rank() - 1);
}

bool in_columns(const MemoryConfig &memory) {
  return memory.sharded() && memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
}

// Shards of an output whose parts are sharded too.
void check_joined_shards(const Spec &output, const MemoryConfig &first, int32_t along) {
  check_same_cores(output.memory, first);
  if (!joined_by_shards(first, output.shape, along)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "Only width concat on height-sharded, height concat on width-sharded tensors, or either on block-sharded ones: not "
         "dimension %d of %s",
         along, output.shape.str().c_str());
  }
}

// Rows that are joined have to fit the shards that are asked for, also where columns are turned for it and where tiles are made of
// them then.
MemoryConfig joined_rows_memory(const Spec &output, int32_t along, bool turned) {
  Spec rows = output;
  rows.layout = Layout::kRowMajor;
  if (turned && along == rows.shape.rank() - 1 && along > 0) std::swap(rows.shape[along], rows.shape[along - 1]);
  place(rows, kGrid);
  MemoryConfig config = output.memory;
  if (output.layout == Layout::kTile && config.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) {
    config.shard_height = static_cast<int32_t>(output.physical_height());
  }
  return config;
}

// In shards rows are moved in units of DRAM.
void check_moved_rows(const Spec &x) {
  const int64_t unit = row_unit(MemoryConfig{});
  if (x.memory.shard_width * element_size(x.dtype) % unit != 0) {
    fail(TTNN_STATUS_SHAPE, "rows of %d values in a shard are no multiples of %" PRId64 " bytes", x.memory.shard_width, unit);
  }
}

void concat(Call &call, ttnn_tensor *const *tensors, int32_t count, int32_t dim, const ttnn_memory_config *memory_config,
            ttnn_tensor **out) {
  const Tensor &first = call.tensor(tensors[0], "tensors[0]");
  const int32_t rank = first.spec.shape.rank();
  const int32_t along = dimension(dim, rank);
  std::vector<const Tensor *> parts{&first};
  bool untilizes = joined_within_tiles(first.spec, along);
  for (int32_t i = 1; i < count; ++i) {
    parts.push_back(&call.tensor(tensors[i], "a tensor"));
    untilizes = untilizes || joined_within_tiles(parts.back()->spec, along);
  }
  // Columns of tiles that are no block floats TTNN joins as they are.
  const bool retilizes = untilizes && (along < rank - 1 || rank == 1 || is_block_float(first.spec.dtype));
  const auto joined_dtype = [&](const Spec &x) { return retilizes ? retilized(x) : x.dtype; };
  Spec spec = first.spec;
  spec.memory = output_memory(memory_config, MemoryConfig{});
  check_shards_named(spec);
  const bool rows = untilizes || spec.layout == Layout::kRowMajor;
  const MemoryConfig &place = first.spec.memory;
  const bool by_shards = joined_by_shards(place, spec.shape, along);
  bool mixed = false;
  bool turned = false;  // columns that are not aligned
  for (int32_t i = 0; i < count; ++i) {
    const Spec &part = parts[static_cast<size_t>(i)]->spec;
    const DType dtype = joined_dtype(part);
    turned = turned || (rows && !is_block_float(dtype) && part.cols() * element_size(dtype) % row_unit(part.memory) != 0);
    if (i == 0) continue;
    if (dtype != joined_dtype(first.spec)) {
      fail(TTNN_STATUS_DTYPE, "All Tensors should have same dtypes. Number 0 is %s, number %d %s",
           name(first.spec.dtype), i, name(part.dtype));
    }
    if (part.layout != spec.layout) {
      fail(TTNN_STATUS_DTYPE, "all tensors should have the same layout: number 0 is %s, number %d %s",
           name(spec.layout), i, name(part.layout));
    }
    const Shape &other = part.shape;
    bool fits = other.rank() == rank;
    for (int32_t d = 0; fits && d < rank; ++d) fits = d == along || other[d] == spec.shape[d];
    if (!fits) {
      fail(TTNN_STATUS_SHAPE, "number %d has shape %s, number 0 %s: only dimension %d may differ", i,
           other.str().c_str(), first.spec.shape.str().c_str(), along);
    }
    mixed = mixed || part.memory.sharded() != place.sharded();
    if (by_shards && part.memory.sharded()) check_same_cores(part.memory, place);
    spec.shape[along] += other[along];
  }
  check_extents(spec.shape);
  // Rows in columns or blocks of cores are interleaved first.
  if (mixed && !(rows && place.sharded() && (in_columns(place) || in_columns(spec.memory)))) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "All tensors must be sharded or all must be interleaved");
  }
  if (count > 1) {
    if (untilizes) spec.dtype = retilized(first.spec);
    if (place.sharded() && spec.memory.sharded() && !mixed) check_joined_shards(spec, place, along);
    for (size_t i = 0; by_shards && !mixed && !turned && spec.layout == Layout::kRowMajor && i < parts.size(); ++i) {
      check_moved_rows(parts[i]->spec);
    }
    if (rows && spec.memory.sharded()) spec.memory = joined_rows_memory(spec, along, turned);
  }
  const auto output = make_output(call.device(), spec);
  std::vector<Rows> joint_rows;
  for (const Tensor *part : parts) joint_rows.emplace_back(*part);
  call.device().run(ops::kConcat.name, [joint = Joint(spec.shape, along), parts = std::move(joint_rows), y = Rows(*output)](Device &d) {
    join(d, joint, parts, y);
  });
  call.publish(output, out);
}

// ---- slice

struct SlicePlan {
  Shape shape;       // of the output
  Strides starts{};  // of each dimension
  Strides steps{};
};

SlicePlan plan_slice(const Shape &x, const int64_t *starts, const int64_t *ends, const int64_t *steps) {
  SlicePlan plan;
  for (int32_t i = 0; i < x.rank(); ++i) {
    const int64_t step = check_slice(x, i, starts[i], ends[i], steps == nullptr ? 1 : steps[i]);
    plan.shape.push_back((ends[i] - starts[i] - 1) / step + 1);
    plan.starts[static_cast<size_t>(i)] = starts[i];
    plan.steps[static_cast<size_t>(i)] = step;
  }
  return plan;
}

// Where a slice lies: shards of another shape are spread over the same cores.
MemoryConfig slice_memory(const ttnn_memory_config *wish, const Spec &x, const Shape &shape) {
  const MemoryConfig wanted = output_memory(wish, shape == x.shape ? x.memory : spread_memory(x, shape));
  check_shards_kept(x.memory, wanted);
  return wanted;
}

// Tiles are untilized for steps: shards of the rows that are left have to be whole tiles again.
void check_stepped(const Spec &x, const Shape &shape) {
  if (x.layout != Layout::kTile || !x.memory.sharded()) return;
  Spec rows = x;
  rows.layout = Layout::kRowMajor;
  const MemoryConfig left = spread_memory(rows, shape);
  if (left.shard_height % TTNN_TILE_SIZE != 0 || left.shard_width % TTNN_TILE_SIZE != 0) {
    fail(TTNN_STATUS_SHAPE, "Physical shard shape (%d, %d) must be tile {32, 32} sized!", left.shard_height, left.shard_width);
  }
}

// Columns first, first + step, .. of a row, to a row of `to`, which may have another dtype.
void slice_row(Device &d, int worker, const Rows &x, int64_t row, int64_t first, int64_t step, const Rows &y,
               int64_t to) {
  if (x.dtype == y.dtype && step == 1 && can_copy_columns(x.dtype, x.cols, first, y.cols, 0, y.cols)) {
    copy_columns(x.dtype, x.row(row), x.cols, first, y.row(to), y.cols, 0, y.cols);
    return;
  }
  if (is_float(x.dtype)) {
    const int64_t span = (y.cols - 1) * step + 1;
    float *values = d.scratch(worker, 0, span);
    unpack_columns(d.kernels(), x.dtype, x.row(row), x.cols, first, span, values);
    for (int64_t j = 1; step > 1 && j < y.cols; ++j) values[j] = values[j * step];
    d.kernels().pack_row(y.dtype, values, y.cols, y.row(to));
    return;
  }
  const int64_t size = element_size(x.dtype);
  for (int64_t j = 0; j < y.cols; ++j) {
    std::memcpy(y.row(to) + j * size, x.row(row) + (first + j * step) * size, static_cast<size_t>(size));
  }
}

// ---- reshape

// Rows of another length: the values flow on from row to row.
void reflow(Device &d, const Rows &x, const Rows &y) {
  d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
    float *values = d.scratch(worker, 0, y.cols);
    for (int64_t i = begin; i < end; ++i) {
      int64_t element = i * y.cols;
      for (int64_t done = 0; done < y.cols;) {
        const int64_t column = element % x.cols;
        const int64_t n = std::min(y.cols - done, x.cols - column);
        unpack_columns(d.kernels(), x.dtype, x.row(element / x.cols), x.cols, column, n, values + done);
        done += n;
        element += n;
      }
      d.kernels().pack_row(y.dtype, values, y.cols, y.row(i));
    }
  });
}

// ---- permute

void permute(const Operation &operation, Call &call, const Tensor &x_tensor, const std::vector<int32_t> &dims,
             const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  const Shape &shape = x_tensor.spec.shape;
  const int32_t rank = shape.rank();
  Shape permuted;
  for (int32_t dim : dims) permuted.push_back(shape[dim]);
  const int32_t last = rank - 1;
  Spec spec = x_tensor.spec;
  spec.shape = permuted;
  spec.memory = permuted_memory(operation, x_tensor.spec, dims, memory_config);
  const auto output = make_output(call.device(), spec);

  // x's strides, in rows, of the output's dimensions; x's last dimension has none.
  Shape x_rows;
  for (int32_t i = 0; i < last; ++i) x_rows.push_back(shape[i]);
  Shape y_rows;
  for (int32_t i = 0; i < last; ++i) y_rows.push_back(permuted[i]);
  const Strides x_strides = strides_of(x_rows);
  const Strides y_strides = strides_of(y_rows);

  if (dims.back() == last) {
    Strides strides{};
    for (int32_t i = 0; i < last; ++i) strides[static_cast<size_t>(i)] = x_strides[static_cast<size_t>(dims[static_cast<size_t>(i)])];
    call.device().run(operation.name, [=, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
      d.parallel(y.rows, y.stride / 4, [&](int64_t begin, int64_t end, int) {
        Walk<1> walk(y_rows, {strides}, begin);
        for (int64_t i = begin; i < end; ++i, walk.next()) {
          std::memcpy(y.row(i), x.row(walk.offset(0)), static_cast<size_t>(y.stride));
        }
      });
    });
    call.publish(output, out);
    return;
  }

  // x's last dimension becomes dimension `to` of the output, and x's dimension `from` becomes its last: matrices to be
  // transposed, one for each index of the other dimensions.
  const int32_t from = dims.back();
  const auto to = static_cast<int32_t>(std::ranges::find(dims, last) - dims.begin());
  Shape others;
  Strides x_others{};
  Strides y_others{};
  for (int32_t i = 0; i < last; ++i) {
    if (i == to) continue;
    const auto slot = static_cast<size_t>(others.rank());
    x_others[slot] = x_strides[static_cast<size_t>(dims[static_cast<size_t>(i)])];
    y_others[slot] = y_strides[static_cast<size_t>(i)];
    others.push_back(permuted[i]);
  }
  const int64_t x_pitch = x_strides[static_cast<size_t>(from)];
  const int64_t y_pitch = y_strides[static_cast<size_t>(to)];
  const Transposition what{others.volume(), shape[from], shape[last], x_tensor.spec.dtype, x_tensor.spec.dtype};
  call.device().run(operation.name, [=, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
    const auto row = [&](const Strides &strides, int64_t matrix) {
      int64_t offset = 0;
      for (int32_t i = others.rank() - 1; i >= 0; --i) {
        offset += matrix % others[i] * strides[static_cast<size_t>(i)];
        matrix /= others[i];
      }
      return offset;
    };
    transpose(
        d, what, [&](int64_t m, int64_t h) { return x.row(row(x_others, m) + h * x_pitch); },
        [&](int64_t m, int64_t w) { return y.row(row(y_others, m) + w * y_pitch); });
  });
  call.publish(output, out);
}

// ---- pad

struct PadPlan {
  Shape input, output;
  Strides low{};
  float value;
  int64_t integer;
};

// The row of x that lies in row i of the output; -1 if that is all padding.
int64_t padded_source(const PadPlan &plan, int64_t i) {
  int64_t row = 0;
  int64_t stride = 1;
  for (int32_t d = plan.output.rank() - 2; d >= 0; --d) {
    const int64_t index = i % plan.output[d] - plan.low[static_cast<size_t>(d)];
    i /= plan.output[d];
    if (index < 0 || index >= plan.input[d]) return -1;
    row += index * stride;
    stride *= plan.input[d];
  }
  return row;
}

void pad_rows(Device &d, const PadPlan &plan, const Rows &x, const Rows &y) {
  const int64_t before = plan.low[static_cast<size_t>(plan.output.rank() - 1)];
  d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
    float *values = d.scratch(worker, 0, y.cols);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t source = padded_source(plan, i);
      if (is_float(y.dtype)) {
        std::fill_n(values, y.cols, plan.value);
        if (source >= 0) d.kernels().unpack_row(x.dtype, x.row(source), x.cols, values + before);
        d.kernels().pack_row(y.dtype, values, y.cols, y.row(i));
        continue;
      }
      const int64_t size = element_size(y.dtype);
      for (int64_t j = 0; j < y.cols; ++j) write_integer(y.dtype, y.row(i) + j * size, plan.integer);
      if (source >= 0) std::memcpy(y.row(i) + before * size, x.row(source), static_cast<size_t>(x.stride));
    }
  });
}

// What TTNN's padding doesn't take.
void check_padded(const Spec &x, const Spec &output) {
  if (output.shape == x.shape) return;
  const bool more_tiles = !(output.padded_shape() == x.padded_shape());
  if (x.dtype == DType::kUInt8 || (x.dtype == DType::kBFloat4B && more_tiles)) {
    fail(TTNN_STATUS_DTYPE, "Cannot pad tensor with specified format: x is %s", name(x.dtype));
  }
  if (x.layout == Layout::kTile && x.shape.rank() == 1 && more_tiles) {
    fail(TTNN_STATUS_UNSUPPORTED, "MeshBuffer must be large enough to hold the tensor: x of shape %s would need more tiles",
         x.shape.str().c_str());
  }
  if (x.layout == Layout::kTile) check_fillable(x);
  check_aligned_rows(x);
}

// Rows spread over the cores of x as if there were no tiles, which must come out as whole ones.
MemoryConfig row_shards(const Spec &x, const Shape &shape) {
  MemoryConfig config = spread_memory(x, shape);
  const int64_t cores = core_count(config);
  config.orientation = TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  config.shard_height = static_cast<int32_t>((shape.outer(1) + cores - 1) / cores);
  if (x.layout == Layout::kTile && config.shard_height % TTNN_TILE_SIZE != 0) {
    fail(TTNN_STATUS_SHAPE, "Physical shard shape (%d, %d) must be tile {32, 32} sized!", config.shard_height,
         config.shard_width);
  }
  return config;
}

// Where the result lies: as asked for, else in the shards of x, however few of them it takes or many it would; height sharded
// rows that grow longer are spread over the cores of x.
MemoryConfig padded_memory(const ttnn_memory_config *wish, const Spec &x, const Spec &output) {
  const MemoryConfig wanted = output_memory(wish, x.memory);
  const bool open = wanted.sharded() && wanted.num_ranges == 0;
  if (output.shape == x.shape) return wanted;
  const Shape before = x.padded_shape();
  const Shape after = output.padded_shape();
  if (x.layout == Layout::kTile && before == after) {
    if (open && x.memory.sharded()) fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
    return open || wanted.sharded() == x.memory.sharded() ? x.memory : wanted;
  }
  if (open && x.layout == Layout::kTile) fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
  const bool longer = x.cols() != after.back();
  const bool as_many = x.shape.outer(1) == output.shape.outer(1);
  if (wanted.sharded() && x.memory.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED && longer) {
    // First the rows grow longer, then there are more of them.
    row_shards(x, x.shape);
    if (wish == nullptr || as_many) return row_shards(x, output.shape);
  }
  if (open) fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
  return wanted;
}

// ---- scatter

struct ScatterPlan {
  Shape outer;  // the rows of index
  std::array<Strides, 3> strides;  // in rows: of index, src and the output, where the dimension that is scattered along is 0
  int64_t pitch;  // rows of the output between neighbours in that dimension; 0: it is the last
  int64_t extent;
  int32_t dim;
};

// TTNN scatters untilized values.
DType untilized(DType dtype) { return is_block_float(dtype) ? DType::kBFloat16 : dtype; }

// TTNN's way from tiles to rows.
void check_scattered(const Spec &x, const char *argument, int32_t dim) {
  constexpr int64_t kLongest = 256;
  const bool wide_integers = x.dtype == DType::kUInt32 || x.dtype == DType::kInt32;
  if (x.layout == Layout::kTile && wide_integers && x.shape[dim] > kLongest) {
    fail(TTNN_STATUS_UNSUPPORTED,
         "Scatter doesn't work for int32 tensors that have scatter row longer than %" PRId64 " elements: %s is %s TILE of shape %s",
         kLongest, argument, name(x.dtype), x.shape.str().c_str());
  }
}

ScatterPlan plan_scatter(const Shape &x, int32_t dim, const Shape &index, const Shape &src) {
  if (index.rank() != x.rank() || src.rank() != x.rank()) {
    fail(TTNN_STATUS_SHAPE, "x has shape %s, index %s and src %s, expected one rank", x.str().c_str(), index.str().c_str(),
         src.str().c_str());
  }
  for (int32_t i = 0; i < x.rank(); ++i) {
    if (index[i] > src[i]) {
      fail(TTNN_STATUS_SHAPE, "index_shape[%d] <= source_shape[%d] == false (index_shape: %s, source_shape: %s)", i, i,
           index.str().c_str(), src.str().c_str());
    }
    if (i != dim && index[i] > x[i]) {
      fail(TTNN_STATUS_SHAPE, "index_shape[%d] <= input_shape[%d] == false (index_shape: %s, input_shape: %s)", i, i,
           index.str().c_str(), x.str().c_str());
    }
  }
  const auto rows_of = [](const Shape &shape) {
    Strides strides{};
    int64_t stride = 1;
    for (int32_t i = shape.rank() - 2; i >= 0; --i) {
      strides[static_cast<size_t>(i)] = stride;
      stride *= shape[i];
    }
    return strides;
  };
  ScatterPlan plan{{}, {rows_of(index), rows_of(src), rows_of(x)}, 0, x[dim], dim};
  for (int32_t i = 0; i < index.rank() - 1; ++i) plan.outer.push_back(index[i]);
  if (dim < x.rank() - 1) std::swap(plan.pitch, plan.strides[2][static_cast<size_t>(dim)]);
  return plan;
}

// One row of positions after the other, so that the last one counts where several have the same target.
void scatter_rows(Device &d, const ScatterPlan &plan, const Rows &index, const Rows &src, const Rows &y) {
  const int64_t size = element_size(y.dtype);
  const int64_t index_size = element_size(index.dtype);
  std::vector<std::byte> converted(static_cast<size_t>(src.dtype == y.dtype ? 0 : src.cols * size));
  Walk walk(plan.outer, plan.strides, 0);
  for (int64_t row = 0; row < index.rows; ++row, walk.next()) {
    const std::byte *from = src.row(walk.offset(1));
    if (src.dtype != y.dtype) {
      d.kernels().pack_row(y.dtype, load(d.kernels(), src, walk.offset(1), d.scratch(0, 0, src.cols)), src.cols,
                           converted.data());
      from = converted.data();
    }
    for (int64_t j = 0; j < index.cols; ++j) {
      const int64_t at = read_integer(index.dtype, index.row(walk.offset(0)) + j * index_size);
      if (at < 0 || at >= plan.extent) {
        fail(TTNN_STATUS_INVALID_ARGUMENT,
             "index %" PRId64 " in row %" PRId64 ", column %" PRId64 " is not in dimension %d of x, which has %" PRId64,
             at, row, j, plan.dim, plan.extent);
      }
      const int64_t to_row = walk.offset(2) + at * plan.pitch;
      const int64_t to_column = plan.pitch == 0 ? at : j;
      std::memcpy(y.row(to_row) + to_column * size, from + j * size, static_cast<size_t>(size));
    }
  }
}

}  // namespace

ttnn_status ttnn_concat(ttnn_tensor *const *tensors, int32_t count, int32_t dim,
                        const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kConcat, [&] {
    constexpr int32_t kMaxCount = 65536;
    check_out(out, "out");
    check_out(tensors, "tensors");
    if (count < 1 || count > kMaxCount) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "count is %d, expected 1 to %d", count, kMaxCount);
    }
    Call call(tensors[0], "tensors[0]");
    call.each_device([&] { concat(call, tensors, count, dim, memory_config, out); });
  });
}

ttnn_status ttnn_slice(ttnn_tensor *handle, int32_t rank, const int64_t *starts, const int64_t *ends,
                       const int64_t *steps, const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return run(ops::kSlice, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_rank(rank, x_tensor, starts, "starts");
    check_rank(rank, x_tensor, ends, "ends");
    const SlicePlan plan = plan_slice(x_tensor.spec.shape, starts, ends, steps);
    Spec spec = x_tensor.spec;
    spec.shape = plan.shape;
    bool whole_tiles = true;
    bool steps_on = false;
    for (int32_t i = 0; i < rank; ++i) {
      whole_tiles = whole_tiles && (i < rank - 2 || starts[i] % TTNN_TILE_SIZE == 0);
      steps_on = steps_on || plan.steps[static_cast<size_t>(i)] > 1;
    }
    if (steps_on && is_block_float(spec.dtype)) {
      fail(TTNN_STATUS_DTYPE, "slice with steps does not take %s", name(spec.dtype));
    }
    check_uncut(x_tensor.spec, starts);
    if (spec.layout == Layout::kTile && !whole_tiles) spec.dtype = retilized(x_tensor.spec);
    spec.memory = slice_memory(memory_config, x_tensor.spec, plan.shape);
    if (steps_on && spec.memory.sharded()) check_stepped(x_tensor.spec, plan.shape);
    if (!(plan.shape == x_tensor.spec.shape)) {
      const MemoryConfig &before = x_tensor.spec.memory;
      if (!before.sharded() || before.memory_layout == spec.memory.memory_layout) check_recounted_rows(spec);
    }
    if (memory_config != nullptr) check_columns_filled(x_tensor.spec, spec);
    const auto output = make_output(call.device(), spec);
    const auto last = static_cast<size_t>(rank - 1);
    Shape rows;
    Shape x_rows;
    for (int32_t i = 0; i < rank - 1; ++i) {
      rows.push_back(plan.shape[i]);
      x_rows.push_back(x_tensor.spec.shape[i]);
    }
    Strides strides = strides_of(x_rows);
    int64_t origin = 0;
    for (size_t i = 0; i < last; ++i) {
      origin += plan.starts[i] * strides[i];
      strides[i] *= plan.steps[i];
    }
    call.device().run(ops::kSlice.name, [=, first = plan.starts[last], step = plan.steps[last], x = Rows(x_tensor),
                                         y = Rows(*output)](Device &d) {
      d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
        Walk<1> walk(rows, {strides}, begin);
        for (int64_t i = begin; i < end; ++i, walk.next()) {
          slice_row(d, worker, x, origin + walk.offset(0), first, step, y, i);
        }
      });
    });
    call.publish(output, out);
  });
}

ttnn_status ttnn_reshape(ttnn_tensor *handle, int32_t rank, const int64_t *shape, ttnn_tensor **out) {
  return run(ops::kReshape, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x = call.tensor(handle, "x");
    const Shape wanted = reshaped(x.spec.shape, rank, shape);
    Spec spec = x.spec;
    spec.shape = wanted;
    spec.memory = reshaped_memory(x.spec, wanted);
    if ((spec.dtype == DType::kUInt16 || spec.dtype == DType::kUInt8) && !is_view(x.spec, wanted)) {
      fail(TTNN_STATUS_DTYPE, "Can only work with bfloat16/float32 or int32/uint32 tensors, x is %s", name(spec.dtype));
    }
    // Rows of plain values follow each other without gaps: any shape is a view. So it is with rows that stay, also in panels.
    const bool rows_stay = wanted.back() == x.spec.shape.back();
    if (!is_block_float(spec.dtype) || rows_stay) {
      if (!rows_stay) turn_to_rows(x);
      call.publish(call.device().make_tensor(spec, x.buffer), out);
      return;
    }
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kReshape.name, [from = Rows(x), y = Rows(*output)](Device &d) { reflow(d, from, y); });
    call.publish(output, out);
  });
}

ttnn_status ttnn_permute(ttnn_tensor *handle, int32_t rank, const int32_t *dims,
                         const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return run(ops::kPermute, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x = call.tensor(handle, "x");
    check_rank(rank, x, dims, "dims");
    const std::vector<int32_t> order = permutation(rank, dims);
    permute(ops::kPermute, call, x, order, memory_config, out);
  });
}

ttnn_status ttnn_transpose(ttnn_tensor *handle, int32_t dim1, int32_t dim2, const ttnn_memory_config *memory_config,
                           ttnn_tensor **out) {
  return run(ops::kTranspose, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x = call.tensor(handle, "x");
    const int32_t rank = x.spec.shape.rank();
    if (rank == 1 && x.spec.layout == Layout::kTile) {
      fail(TTNN_STATUS_SHAPE, "Can't convert shape rank: x has shape %s", x.spec.shape.str().c_str());
    }
    std::vector<int32_t> order(static_cast<size_t>(rank));
    for (int32_t i = 0; i < rank; ++i) order[static_cast<size_t>(i)] = i;
    std::swap(order[static_cast<size_t>(dimension(dim1, rank))], order[static_cast<size_t>(dimension(dim2, rank))]);
    permute(ops::kTranspose, call, x, order, memory_config, out);
  });
}

ttnn_status ttnn_pad(ttnn_tensor *handle, int32_t rank, const int64_t *low, const int64_t *high, float value,
                     const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return run(ops::kPad, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_rank(rank, x_tensor, low, "low");
    check_rank(rank, x_tensor, high, "high");
    PadPlan plan{};
    plan.input = x_tensor.spec.shape;
    for (int32_t i = 0; i < rank; ++i) {
      plan.low[static_cast<size_t>(i)] = low[i];
      plan.output.push_back(check_padding(x_tensor.spec, i, low[i], high[i]));
    }
    check_extents(plan.output);
    if (plan.output == x_tensor.spec.shape) {  // it stays where it is, whatever memory is asked for
      call.publish(call.device().make_tensor(x_tensor.spec, x_tensor.buffer), out);
      return;
    }
    plan.value = value;
    plan.integer = is_float(x_tensor.spec.dtype) ? 0 : whole_number("value", value, x_tensor.spec.dtype);
    Spec spec = x_tensor.spec;
    spec.shape = plan.output;
    check_padded(x_tensor.spec, spec);
    if (x_tensor.spec.memory.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED && low[rank - 1] > 0 &&
        spec.rows() != x_tensor.spec.rows()) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Output size cannot fit input with offset: height sharded rows that grow at their "
           "beginning cannot become more");
    }
    spec.memory = MemoryConfig{};
    spec.memory = padded_memory(memory_config, x_tensor.spec, spec);
    check_aligned_rows(spec);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kPad.name,
                      [plan, x = Rows(x_tensor), y = Rows(*output)](Device &d) { pad_rows(d, plan, x, y); });
    call.publish(output, out);
  });
}

ttnn_status ttnn_scatter(ttnn_tensor *handle, int32_t dim, ttnn_tensor *index_handle, ttnn_tensor *src_handle,
                         const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return run(ops::kScatter, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    const Tensor &index_tensor = call.tensor(index_handle, "index");
    const Tensor &src_tensor = call.tensor(src_handle, "src");
    check_input(ops::kScatter, x_tensor.spec, "x");
    check_input(ops::kScatter, src_tensor.spec, "src");
    if (is_float(index_tensor.spec.dtype)) {
      fail(TTNN_STATUS_DTYPE, "index_dtype is not integer, it is %s", name(index_tensor.spec.dtype));
    }
    Spec spec = x_tensor.spec;
    spec.dtype = untilized(spec.dtype);
    if (untilized(src_tensor.spec.dtype) != spec.dtype) {
      fail(TTNN_STATUS_DTYPE, "input_dtype differs from src_dtype: x is %s, src %s", name(x_tensor.spec.dtype),
           name(src_tensor.spec.dtype));
    }
    for (const Tensor *tensor : {&x_tensor, &index_tensor, &src_tensor}) {
      if (tensor->spec.memory.sharded()) fail(TTNN_STATUS_UNSUPPORTED, "Input tensors must be interleaved");
    }
    const int32_t along = dimension(dim, spec.shape.rank());
    const ScatterPlan plan = plan_scatter(spec.shape, along, index_tensor.spec.shape, src_tensor.spec.shape);
    check_scattered(x_tensor.spec, "x", along);
    check_scattered(index_tensor.spec, "index", along);
    check_scattered(src_tensor.spec, "src", along);
    spec.memory = output_memory(memory_config, spec.memory);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kScatter.name, [plan, x = Rows(x_tensor), index = Rows(index_tensor), src = Rows(src_tensor),
                                           y = Rows(*output)](Device &d) {
      if (x.dtype == y.dtype) {
        copy_rows(d, x, y);
      } else {
        d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
          for (int64_t i = begin; i < end; ++i) {
            store(d.kernels(), y, i, load(d.kernels(), x, i, d.scratch(worker, 0, x.cols)));
          }
        });
      }
      scatter_rows(d, plan, index, src, y);
    });
    call.publish(output, out);
  });
}
