// SPDX-License-Identifier: Apache-2.0
//
// Norms and softmax.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <limits>
#include <vector>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/norm_weights.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// Samples [1, positions, channels] whose channels form groups.
struct Groups {
  int64_t samples, positions, channels, groups;

  int64_t width() const { return channels / groups; }
  int64_t size() const { return positions * width(); }
};

// Adds up, for each group of each sample, what `add_row(sample, row, sums, worker)` adds to `kinds` rows of channel sums.
// Float32 sums are of few rows each, and are added in double in an order that does not depend on the threads.
template <typename AddRow>
std::vector<double> group_sums(Device &d, const Groups &g, int64_t kinds, AddRow add_row) {
  constexpr int64_t kPartRows = 64;
  const int64_t parts = (g.positions + kPartRows - 1) / kPartRows;
  std::vector<double> part_sums(static_cast<size_t>(g.samples * parts * kinds * g.groups));
  d.parallel(g.samples * parts, kPartRows * g.channels * kinds, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t sample = part / parts;
      const int64_t first = part % parts * kPartRows;
      float *sums = d.scratch(worker, 0, kinds * g.channels);
      std::fill_n(sums, kinds * g.channels, 0.0F);
      for (int64_t r = first; r < std::min(g.positions, first + kPartRows); ++r) {
        add_row(sample, sample * g.positions + r, sums, worker);
      }
      double *to = part_sums.data() + part * kinds * g.groups;
      for (int64_t i = 0; i < kinds * g.channels; ++i) to[i / g.width()] += static_cast<double>(sums[i]);
    }
  });
  std::vector<double> totals(static_cast<size_t>(g.samples * kinds * g.groups));
  for (int64_t part = 0; part < g.samples * parts; ++part) {
    for (int64_t i = 0; i < kinds * g.groups; ++i) {
      totals[static_cast<size_t>(part / parts * kinds * g.groups + i)] +=
          part_sums[static_cast<size_t>(part * kinds * g.groups + i)];
    }
  }
  return totals;
}

// As the kernel layer_norm: the corrected two-pass algorithm.
void normalize_groups(Device &d, const Groups &g, const Rows &x, const Rows &y, const float *weight, const float *bias,
                      float epsilon) {
  const Kernels &kernels = d.kernels();
  const std::vector<double> sums = group_sums(d, g, 1, [&](int64_t, int64_t row, float *to, int worker) {
    kernels.add(to, load(kernels, x, row, d.scratch(worker, 1, g.channels)), to, g.channels);
  });
  const auto size = static_cast<double>(g.size());
  std::vector<float> means(static_cast<size_t>(g.samples * g.channels));
  const auto group_of = [&](size_t channel) {
    return channel / static_cast<size_t>(g.channels) * static_cast<size_t>(g.groups) +
           channel % static_cast<size_t>(g.channels) / static_cast<size_t>(g.width());
  };
  for (size_t i = 0; i < means.size(); ++i) means[i] = static_cast<float>(sums[group_of(i)] / size);
  const std::vector<double> spreads = group_sums(d, g, 2, [&](int64_t sample, int64_t row, float *to, int worker) {
    float *difference = d.scratch(worker, 2, g.channels);
    const float *values = load(kernels, x, row, d.scratch(worker, 1, g.channels));
    kernels.subtract(values, means.data() + sample * g.channels, difference, g.channels);
    kernels.add(to, difference, to, g.channels);
    kernels.multiply(difference, difference, difference, g.channels);
    kernels.add(to + g.channels, difference, to + g.channels, g.channels);
  });
  std::vector<float> factors(means.size());
  for (size_t i = 0; i < means.size(); ++i) {
    const size_t group = group_of(i);
    const size_t at = group / static_cast<size_t>(g.groups) * 2 * static_cast<size_t>(g.groups) +
                      group % static_cast<size_t>(g.groups);
    const double off = spreads[at] / size;
    const double variance = std::max(0.0, spreads[at + static_cast<size_t>(g.groups)] / size - off * off);
    means[i] = static_cast<float>(static_cast<double>(means[i]) + off);
    factors[i] = static_cast<float>(1 / std::sqrt(variance + static_cast<double>(epsilon)));
    if (weight != nullptr) factors[i] *= weight[i % static_cast<size_t>(g.channels)];
  }
  d.parallel(x.rows, x.cols * 3, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i / g.positions * g.channels;
      float *result = target(y, i, d.scratch(worker, 1, g.channels));
      kernels.subtract(load(kernels, x, i, d.scratch(worker, 0, g.channels)), means.data() + first, result, g.channels);
      kernels.multiply(result, factors.data() + first, result, g.channels);
      if (bias != nullptr) kernels.add(result, bias, result, g.channels);
      store(kernels, y, i, result);
    }
  });
}

void check_group_norm_weight(const Tensor &weight, const char *argument, int64_t channels) {
  const Spec &spec = weight.spec;
  if (spec.layout == Layout::kTile && channels % TTNN_TILE_SIZE == 0) {
    fail(TTNN_STATUS_DTYPE, "Gamma tensor must have ROW_MAJOR layout: %s is TILE", argument);
  }
  if (spec.dtype != DType::kBFloat16 && spec.dtype != DType::kFloat32) {
    fail(TTNN_STATUS_DTYPE, "%s is %s, expected BFLOAT16 or FLOAT32", argument, name(spec.dtype));
  }
  if (spec.shape.rank() > 4) {
    fail(TTNN_STATUS_SHAPE, "Tensor rank is greater than 4: %s has shape %s", argument, spec.shape.str().c_str());
  }
  check_group_norm_rows(spec, argument, channels);
  check_norm_weight(weight, argument, channels);
}

// Softmax over a dimension that is not the last: columns of `n` rows that lie `inner` rows apart.
void softmax_columns(Device &d, const Rows &x, const Rows &y, int64_t n, int64_t inner) {
  const Kernels &kernels = d.kernels();
  const int64_t cols = x.cols;
  d.parallel(x.rows / n, n * cols * 8, [&](int64_t begin, int64_t end, int worker) {
    float *largest = d.scratch(worker, 0, cols);
    float *sum = d.scratch(worker, 1, cols);
    float *values = d.scratch(worker, 2, cols);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i / inner * n * inner + i % inner;
      std::fill_n(largest, cols, -std::numeric_limits<float>::infinity());
      std::fill_n(sum, cols, 0.0F);
      for (int64_t r = 0; r < n; ++r) {
        const float *row = load(kernels, x, first + r * inner, values);
        for (int64_t j = 0; j < cols; ++j) largest[j] = std::max(largest[j], row[j]);
      }
      for (int64_t r = 0; r < n; ++r) {
        const float *row = load(kernels, x, first + r * inner, values);
        for (int64_t j = 0; j < cols; ++j) sum[j] += std::exp(row[j] - largest[j]);
      }
      for (int64_t r = 0; r < n; ++r) {
        const float *row = load(kernels, x, first + r * inner, values);
        float *result = target(y, first + r * inner, values);
        for (int64_t j = 0; j < cols; ++j) result[j] = std::exp(row[j] - largest[j]) / sum[j];
        store(kernels, y, first + r * inner, result);
      }
    }
  });
}

// Where a norm's output lies: as asked for, sharded as x where x is.
MemoryConfig norm_memory(const ttnn_memory_config *wish, const MemoryConfig &x) {
  const MemoryConfig wanted = output_memory(wish, x);
  const bool open = wanted.sharded() && wanted.num_ranges == 0;
  if (!x.sharded()) {
    if (open) fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
    return wanted;
  }
  if (x.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Height sharded inputs are not supported.");
  }
  if (wanted.memory_layout != x.memory_layout) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Sharded inputs require sharded outputs.");
  }
  if (open) return x;
  if (int64_t{wanted.shard_height} * wanted.shard_width < int64_t{x.shard_height} * x.shard_width) {
    fail(TTNN_STATUS_SHAPE, "shards of the output, %d x %d, must hold those of x, %d x %d", wanted.shard_height,
         wanted.shard_width, x.shard_height, x.shard_width);
  }
  return wanted;
}

// A residual is added tile by tile, shard by shard.
void check_residual(const Spec &residual, const Spec &x) {
  if (residual.layout != Layout::kTile) {
    fail(TTNN_STATUS_DTYPE, "Residual tensor must have TILE layout, got: %s", name(residual.layout));
  }
  if (!(residual.shape == x.shape) || !(residual.padded_shape() == x.padded_shape())) {
    fail(TTNN_STATUS_SHAPE,
         "Input and residual logical and padded shapes must match, got input: logical=%s padded=%s vs residual: logical=%s "
         "padded=%s",
         x.shape.str().c_str(), x.padded_shape().str().c_str(), residual.shape.str().c_str(),
         residual.padded_shape().str().c_str());
  }
  if (x.memory.sharded() && !(residual.memory == x.memory)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Both x and residual_input_tensor should have the same memory config where x is sharded");
  }
}

using NormKernel = decltype(Kernels::rms_norm);

// rms_norm and layer_norm: they differ in their arithmetic alone.
void norm(Call &call, const Operation &operation, NormKernel Kernels::*kernel, ttnn_tensor *handle,
          const ttnn_norm_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const float epsilon = read_epsilon(o.epsilon);
  check_compute_config(o.compute_config);
  const Tensor &x_tensor = call.tensor(handle, "x");
  check_input(operation, x_tensor.spec, "x");
  const Tensor *weight = call.optional(o.weight, "weight");
  const Tensor *bias = call.optional(o.bias, "bias");
  const Tensor *residual = call.optional(o.residual_input_tensor, "residual_input_tensor");
  const int64_t width = x_tensor.spec.cols();
  check_norm_weights(weight, bias, width);
  if (x_tensor.spec.layout == Layout::kRowMajor && x_tensor.spec.memory.sharded()) {
    fail(TTNN_STATUS_DTYPE,
         "Input tensor must have TILE layout (ROW_MAJOR is only supported for non-sharded tensors), got: ROW_MAJOR");
  }
  check_cores_filled(x_tensor.spec, "x");
  if (x_tensor.spec.layout == Layout::kRowMajor && width % TTNN_TILE_SIZE != 0) {
    fail(TTNN_STATUS_SHAPE, "ROW_MAJOR input requires W (%" PRId64 ") to be a multiple of tile width (32)", width);
  }
  if (residual != nullptr) {
    check_residual_dtype(residual->spec);
    check_residual(residual->spec, x_tensor.spec);
  }
  Spec spec = x_tensor.spec;
  spec.memory = norm_memory(o.memory_config, spec.memory);
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [=, x = Rows(x_tensor), y = Rows(*output),
                                     gamma = weight == nullptr ? Rows() : Rows(*weight),
                                     beta = bias == nullptr ? Rows() : Rows(*bias),
                                     added = residual == nullptr ? Rows() : Rows(*residual)](Device &d) {
    const Kernels &kernels = d.kernels();
    const float *scale = load_all(d, gamma, 4);
    const float *shift = load_all(d, beta, 5);
    d.parallel(x.rows, x.cols * 2, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const float *values = load(kernels, x, i, d.scratch(worker, 0, x.cols));
        if (added.keep != nullptr) {
          float *sum = d.scratch(worker, 2, x.cols);
          kernels.add(values, load(kernels, added, i, d.scratch(worker, 1, x.cols)), sum, x.cols);
          values = sum;
        }
        float *result = target(y, i, d.scratch(worker, 3, x.cols));
        (kernels.*kernel)(values, scale, shift, epsilon, result, x.cols);
        store(kernels, y, i, result);
      }
    });
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_rms_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out) {
  return run(ops::kRmsNorm, x, "x", [&](Call &call) { norm(call, ops::kRmsNorm, &Kernels::rms_norm, x, options, out); });
}

ttnn_status ttnn_layer_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out) {
  return run(ops::kLayerNorm, x, "x", [&](Call &call) { norm(call, ops::kLayerNorm, &Kernels::layer_norm, x, options, out); });
}

ttnn_status ttnn_group_norm(ttnn_tensor *handle, const ttnn_group_norm_options *options, ttnn_tensor **out) {
  return run(ops::kGroupNorm, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = require_struct("options", options);
    const float epsilon = read_epsilon(o.epsilon);
    check_compute_config(o.compute_config);
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kGroupNorm, x_tensor.spec, "x");
    const Shape &shape = x_tensor.spec.shape;
    if (shape.rank() != 4) {
      fail(TTNN_STATUS_SHAPE, "Invalid tensor shape: Input tensor must have rank 4. (rank=%d)", shape.rank());
    }
    if (shape[1] != 1) fail(TTNN_STATUS_SHAPE, "input tensor shape[1] must be 1! x has shape %s", shape.str().c_str());
    if (x_tensor.spec.memory.sharded()) {
      fail(TTNN_STATUS_UNSUPPORTED, "x is sharded, expected an interleaved tensor");
    }
    const Groups groups{shape[0], shape[2], shape[3], o.num_groups};
    if (o.num_groups < 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "num_groups is %d", o.num_groups);
    if (groups.channels % groups.groups != 0) {
      fail(TTNN_STATUS_SHAPE,
           "Invalid channel configuration: Number of channels (%" PRId64 ") must be divisible by the number of groups (%d)",
           groups.channels, o.num_groups);
    }
    if (x_tensor.spec.layout == Layout::kRowMajor) {
      const int64_t rows = x_tensor.spec.rows();
      if (rows % TTNN_TILE_SIZE != 0) {
        fail(TTNN_STATUS_SHAPE,
             "Invalid tensor dimensions: The product of NHW dimensions (%" PRId64 ") must be divisible by the tile size (32)",
             rows);
      }
      if (groups.channels % TTNN_TILE_SIZE != 0) {
        fail(TTNN_STATUS_SHAPE, "a ROW_MAJOR x has %" PRId64 " channels, expected a multiple of 32", groups.channels);
      }
    }
    if (o.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(o.dtype) != x_tensor.spec.dtype) {
      fail(TTNN_STATUS_DTYPE, "group_norm output dtype must match input dtype (%s), got dtype=%s",
           name(x_tensor.spec.dtype), name(tensor_dtype(o.dtype)));
    }
    const Tensor *weight = call.optional(o.weight, "weight");
    const Tensor *bias = call.optional(o.bias, "bias");
    if (weight != nullptr) check_group_norm_weight(*weight, "weight", groups.channels);
    if (bias != nullptr) check_group_norm_weight(*bias, "bias", groups.channels);
    if (weight != nullptr && bias != nullptr && weight->spec.dtype != bias->spec.dtype) {
      fail(TTNN_STATUS_DTYPE, "weight and bias must share the same dtype: weight is %s, bias %s",
           name(weight->spec.dtype), name(bias->spec.dtype));
    }
    Spec spec = x_tensor.spec;
    spec.memory = output_memory(o.memory_config, MemoryConfig{});
    check_shards_named(spec);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kGroupNorm.name, [=, x = Rows(x_tensor), y = Rows(*output),
                                             gamma = weight == nullptr ? Rows() : Rows(*weight),
                                             beta = bias == nullptr ? Rows() : Rows(*bias)](Device &d) {
      const float *scale = load_all(d, gamma, 4);
      const float *shift = load_all(d, beta, 5);
      normalize_groups(d, groups, x, y, scale, shift, epsilon);
    });
    call.publish(output, out);
  });
}

ttnn_status ttnn_softmax(ttnn_tensor *handle, int32_t dim, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kSoftmax, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kSoftmax, x_tensor.spec, "x");
    Spec spec = x_tensor.spec;
    const int32_t over = dimension(dim, spec.shape.rank());
    const OpOptions o = read_op_options(options, spec.dtype);
    spec.layout = Layout::kTile;
    spec.memory = output_memory(o.memory_config, tilized(x_tensor.spec).memory);
    check_shards_named(spec);
    // The result is cut to its rows by their padded width.
    if (spec.memory.sharded() && spec.padded_shape().back() != spec.cols() &&
        spec.memory.shard_width != spec.padded_shape().back()) {
      fail(TTNN_STATUS_SHAPE,
           "Changing the last dimension of a sharded tensor is not supported unless the shard width matches: the output has "
           "shape %s, shards are %d wide",
           spec.shape.str().c_str(), spec.memory.shard_width);
    }
    const auto output = make_output(call.device(), spec);
    const bool last = over == spec.shape.rank() - 1;
    int64_t inner = 1;  // rows between neighbours in the dimension
    for (int32_t i = over + 1; i < spec.shape.rank() - 1; ++i) inner *= spec.shape[i];
    call.device().run(ops::kSoftmax.name,
                      [=, n = spec.shape[over], x = Rows(x_tensor), y = Rows(*output)](Device &d) {
                        if (!last) return softmax_columns(d, x, y, n, inner);
                        d.parallel(x.rows, x.cols * 8, [&](int64_t begin, int64_t end, int worker) {
                          for (int64_t i = begin; i < end; ++i) {
                            float *values = target(y, i, d.scratch(worker, 0, x.cols));
                            d.kernels().unpack_row(x.dtype, x.row(i), x.cols, values);
                            d.kernels().softmax(values, x.cols);
                            store(d.kernels(), y, i, values);
                          }
                        });
                      });
    call.publish(output, out);
  });
}
