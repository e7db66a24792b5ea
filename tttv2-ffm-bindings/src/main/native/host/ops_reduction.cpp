// SPDX-License-Identifier: Apache-2.0
//
// Sums.
#include <cstring>
#include <vector>

#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// In lanes that do not wait for each other, which also keeps the rounding of long rows small.
float sum_of(const float *values, int64_t n) {
  constexpr int64_t kLanes = 32;
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lanes[j] += values[i + j];
  }
  for (int64_t j = 0; i < n; ++i, ++j) lanes[j] += values[i];
  for (int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (int64_t j = 0; j < width; ++j) lanes[j] += lanes[j + width];
  }
  return lanes[0];
}

// Over the last dimension: a row of x is one value of y, whose rows may be longer.
void sum_rows(Device &d, const Rows &x, const Rows &y) {
  std::vector<float> sums(static_cast<size_t>(x.rows));
  d.parallel(x.rows, x.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      sums[static_cast<size_t>(i)] = sum_of(load(d.kernels(), x, i, d.scratch(worker, 0, x.cols)), x.cols);
    }
  });
  for (int64_t i = 0; i < y.rows; ++i) store(d.kernels(), y, i, sums.data() + i * y.cols);
}

// Over another one: n rows that lie `inner` rows apart become one.
void sum_columns(Device &d, const Rows &x, const Rows &y, int64_t n, int64_t inner) {
  d.parallel(y.rows, n * x.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i / inner * n * inner + i % inner;
      float *sums = target(y, i, d.scratch(worker, 0, x.cols));
      std::memset(sums, 0, static_cast<size_t>(x.cols) * sizeof(float));
      for (int64_t r = 0; r < n; ++r) {
        d.kernels().add(sums, load(d.kernels(), x, first + r * inner, d.scratch(worker, 1, x.cols)), sums, x.cols);
      }
      store(d.kernels(), y, i, sums);
    }
  });
}

// Over one of the last two dimensions: shards of the output, whose extent there is 1, spread over the cores that are named, or
// those of x.
MemoryConfig reduced_memory(const ttnn_memory_config *wish, const Spec &x, const Spec &output) {
  const MemoryConfig wanted = output_memory(wish, x.memory);
  if (!wanted.sharded()) return wanted;
  Spec spread = output;
  spread.memory = wanted;
  if (wanted.num_ranges == 0) {
    if (!x.memory.sharded() || x.memory.buffer_type != wanted.buffer_type) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards, and x has none there");
    }
    spread.memory = x.memory;
    spread.memory.memory_layout = wanted.memory_layout;
  }
  return widened(spread_memory(spread, output.shape), output);
}

// Over an outer dimension.
MemoryConfig outer_memory(const ttnn_memory_config *wish, const Spec &x, const Spec &output) {
  if (wish == nullptr && x.memory.sharded() && x.layout == Layout::kTile) return x.memory;
  const MemoryConfig config = output_memory(wish, inherited_memory(x, output.shape, output.layout));
  if (config.sharded() && config.num_ranges == 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
  }
  return config;
}

}  // namespace

ttnn_status ttnn_sum(ttnn_tensor *handle, int32_t dim, int32_t keepdim, const ttnn_op_options *options,
                     ttnn_tensor **out) {
  return run(ops::kSum, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const bool keep = flag("keepdim", keepdim);
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kSum, x_tensor.spec, "x");
    const OpOptions o = read_op_options(options, x_tensor.spec.dtype);
    const Shape &shape = x_tensor.spec.shape;
    const int32_t rank = shape.rank();
    const int32_t over = dimension(dim, rank);
    Spec spec;
    spec.dtype = x_tensor.spec.dtype;
    const bool outer = over < rank - 2;
    check_outer_sum(x_tensor.spec, output_memory(o.memory_config, {}), over);
    const bool by_shards = x_tensor.spec.memory.sharded() || output_memory(o.memory_config, {}).sharded();
    // TTNN tilizes what is sharded, and over an outer dimension all but FLOAT32.
    const bool tilizes = outer ? spec.dtype != DType::kFloat32 : by_shards;
    const Spec input = tilizes || by_shards ? tilized(x_tensor.spec) : x_tensor.spec;
    check_fillable(input);
    if (input.memory.shard_width != x_tensor.spec.memory.shard_width) {
      fail(TTNN_STATUS_SHAPE, "Shard width %d must match physical width %d for height sharded", x_tensor.spec.memory.shard_width,
           input.memory.shard_width);
    }
    spec.layout = tilizes ? Layout::kTile : x_tensor.spec.layout;
    int64_t inner = 1;  // rows between neighbours in the dimension
    for (int32_t i = 0; i < rank; ++i) {
      if (i != over) {
        spec.shape.push_back(shape[i]);
      } else if (keep || rank == 1) {
        spec.shape.push_back(1);
      }
      if (i > over && i < rank - 1) inner *= shape[i];
    }
    if (outer) {
      spec.memory = outer_memory(o.memory_config, input, spec);
    } else {
      Spec kept = spec;
      kept.shape = shape;
      kept.shape[over] = 1;
      kept.memory = reduced_memory(o.memory_config, input, kept);
      place(kept, kGrid);
      spec.memory = reshaped_memory(kept, spec.shape);
    }
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kSum.name, [=, last = over == rank - 1, n = shape[over], x = Rows(x_tensor),
                                       y = Rows(*output)](Device &d) {
      if (last) {
        sum_rows(d, x, y);
      } else {
        sum_columns(d, x, y, n, inner);
      }
    });
    call.publish(output, out);
  });
}
