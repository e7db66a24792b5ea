// SPDX-License-Identifier: Apache-2.0
//
// Norms over a dimension that is shared out among the devices of a mesh.
#include <cmath>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/norm_weights.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// A device's stats are tiles, of which the first columns hold the sum of squares and, for layer_norm, the sum.
enum class Kind : int32_t { kRms = 1, kLayer = 2 };
constexpr int64_t width_of(Kind kind) { return static_cast<int64_t>(kind) * TTNN_TILE_SIZE; }

void check_float32(const Spec &spec, const char *argument, bool accumulates) {
  if (spec.dtype == DType::kFloat32 && !accumulates) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is FLOAT32, which needs a compute_config with fp32_dest_acc_en", argument);
  }
}

void check_weight(const Tensor *weight, const char *argument, int64_t width) {
  if (weight == nullptr) return;
  check_norm_weight(*weight, argument, width);
  if (is_block_float(weight->spec.dtype)) {
    fail(TTNN_STATUS_DTYPE, "%s must be BFLOAT16 or FLOAT32, got: %s", argument, name(weight->spec.dtype));
  }
}

void pre(Call &call, const Operation &operation, Kind kind, ttnn_tensor *x_handle, const ttnn_op_options *options,
         ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  check_compute_config(o.compute_config);
  const Tensor &x_tensor = call.tensor(x_handle, "x");
  check_input(operation, x_tensor.spec, "x");
  check_distributed_norm(x_tensor.spec);
  check_interleaved(x_tensor.spec, "x");
  check_float32(x_tensor.spec, "x", accumulates_float32(o.compute_config));
  Spec spec = x_tensor.spec;
  spec.dtype = float_output("options.dtype", o.dtype, DType::kBFloat16);
  spec.shape[3] = width_of(kind);
  spec.memory = output_memory(o.memory_config, spec.memory);
  if (spec.memory.sharded()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Output memory config must be interleaved for an interleaved input");
  }
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [kind, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
    d.parallel(x.rows, x.cols, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const float *values = load(d.kernels(), x, i, d.scratch(worker, 0, x.cols));
        double sum = 0;
        double squares = 0;
        for (int64_t j = 0; j < x.cols; ++j) {
          sum += static_cast<double>(values[j]);
          squares += static_cast<double>(values[j]) * static_cast<double>(values[j]);
        }
        float *stats = target(y, i, d.scratch(worker, 1, y.cols));
        std::fill_n(stats, y.cols, 0.0F);
        stats[0] = static_cast<float>(squares);
        if (kind == Kind::kLayer) stats[TTNN_TILE_SIZE] = static_cast<float>(sum);
        store(d.kernels(), y, i, stats);
      }
    });
  });
  call.publish(output, out);
}

void check_stats(const Spec &stats, const Spec &x, Kind kind) {
  if (!is_float(stats.dtype) || stats.dtype == DType::kBFloat4B || stats.layout != Layout::kTile) {
    fail(TTNN_STATUS_DTYPE, "stats is %s %s, expected TILE of BFLOAT16, FLOAT32 or BFLOAT8_B", name(stats.dtype),
         name(stats.layout));
  }
  check_distributed_stats(stats, x, width_of(kind));
}

void post(Call &call, const Operation &operation, Kind kind, ttnn_tensor *x_handle, ttnn_tensor *stats_handle,
          const ttnn_norm_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const float epsilon = read_epsilon(o.epsilon);
  check_compute_config(o.compute_config);
  if (o.residual_input_tensor != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "residual_input_tensor is not taken: add it before the first part");
  }
  const Tensor &x_tensor = call.tensor(x_handle, "x");
  const Tensor &stats_tensor = call.tensor(stats_handle, "stats");
  check_input(operation, x_tensor.spec, "x");
  check_distributed_norm(x_tensor.spec);
  check_interleaved(x_tensor.spec, "x");
  check_stats(stats_tensor.spec, x_tensor.spec, kind);
  const bool accumulates = accumulates_float32(o.compute_config);
  check_float32(x_tensor.spec, "x", accumulates);
  check_float32(stats_tensor.spec, "stats", accumulates);
  const Tensor *weight = call.optional(o.weight, "weight");
  const Tensor *bias = call.optional(o.bias, "bias");
  check_weight(weight, "weight", x_tensor.spec.cols());
  check_weight(bias, "bias", x_tensor.spec.cols());
  Spec spec = x_tensor.spec;
  spec.memory = output_memory(o.memory_config, spec.memory);
  check_shards_named(spec);
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [kind, epsilon, x = Rows(x_tensor), s = Rows(stats_tensor), y = Rows(*output),
                                     gamma = weight == nullptr ? Rows() : Rows(*weight),
                                     beta = bias == nullptr ? Rows() : Rows(*bias)](Device &d) {
    const float *scale = load_all(d, gamma, 4);
    const float *shift = load_all(d, beta, 5);
    const int64_t step = width_of(kind);
    const double n = static_cast<double>(x.cols * (s.cols / step));
    d.parallel(x.rows, x.cols * 2, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const float *stats = load(d.kernels(), s, i, d.scratch(worker, 0, s.cols));
        double sum = 0;
        double squares = 0;
        for (int64_t at = 0; at < s.cols; at += step) {
          squares += static_cast<double>(stats[at]);
          if (kind == Kind::kLayer) sum += static_cast<double>(stats[at + TTNN_TILE_SIZE]);
        }
        const double mean = sum / n;
        const double variance = std::max(0.0, squares / n - mean * mean);
        const auto factor = static_cast<float>(1 / std::sqrt(variance + static_cast<double>(epsilon)));
        const float *values = load(d.kernels(), x, i, d.scratch(worker, 1, x.cols));
        float *result = target(y, i, d.scratch(worker, 2, x.cols));
        for (int64_t j = 0; j < x.cols; ++j) {
          float value = (values[j] - static_cast<float>(mean)) * factor;
          if (scale != nullptr) value *= scale[j];
          if (shift != nullptr) value += shift[j];
          result[j] = value;
        }
        store(d.kernels(), y, i, result);
      }
    });
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_rms_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kRmsNormPre, x, "x", [&](Call &call) { pre(call, ops::kRmsNormPre, Kind::kRms, x, options, out); });
}

ttnn_status ttnn_layer_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kLayerNormPre, x, "x", [&](Call &call) { pre(call, ops::kLayerNormPre, Kind::kLayer, x, options, out); });
}

ttnn_status ttnn_rms_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats, const ttnn_norm_options *options,
                                          ttnn_tensor **out) {
  return run(ops::kRmsNormPost, x, "x",
             [&](Call &call) { post(call, ops::kRmsNormPost, Kind::kRms, x, stats, options, out); });
}

ttnn_status ttnn_layer_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats, const ttnn_norm_options *options,
                                            ttnn_tensor **out) {
  return run(ops::kLayerNormPost, x, "x",
             [&](Call &call) { post(call, ops::kLayerNormPost, Kind::kLayer, x, stats, options, out); });
}
