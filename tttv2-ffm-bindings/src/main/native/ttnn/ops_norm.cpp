// SPDX-License-Identifier: Apache-2.0
//
// Norms, softmax and sums.
#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// In another layout, on the way to a result.
Object to_layout(Call &call, PyObject *tensor, Layout layout) {
  Object result = Arguments(bound::kToLayout).add(tensor).add(to_python(layout)).call();
  call.device().make(result.get());
  return result;
}

void norm(Function &function, const Operation &operation, ttnn_tensor *x, const ttnn_norm_options *options,
          ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const float epsilon = read_epsilon(o.epsilon);
  check_compute_config(o.compute_config);
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  Tensor *weight = call.optional(o.weight, "weight");
  Tensor *bias = call.optional(o.bias, "bias");
  Tensor *residual = call.optional(o.residual_input_tensor, "residual_input_tensor");
  const int64_t width = input.shape().back();
  if (weight != nullptr) check_norm_weight_form(weight->plain(), "weight", width);
  if (bias != nullptr) check_norm_weight_form(bias->plain(), "bias", width);
  if (residual != nullptr) check_residual_dtype(residual->plain());
  call.computed();
  call.expect(input, input.shape(), o.memory_config);
  call.publish(Arguments(function)
                   .add(input.object.get())
                   .key(Key::kEpsilon, real(epsilon))
                   .key(Key::kWeight, weight == nullptr ? nullptr : weight->object.get())
                   .key(Key::kBias, bias == nullptr ? nullptr : bias->object.get())
                   .key(Key::kResidualInputTensor, residual == nullptr ? nullptr : residual->object.get())
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_rms_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out) {
  return guard(ops::kRmsNorm, [&] { norm(bound::kRmsNorm, ops::kRmsNorm, x, options, out); });
}

ttnn_status ttnn_layer_norm(ttnn_tensor *x, const ttnn_norm_options *options, ttnn_tensor **out) {
  return guard(ops::kLayerNorm, [&] { norm(bound::kLayerNorm, ops::kLayerNorm, x, options, out); });
}

ttnn_status ttnn_group_norm(ttnn_tensor *x, const ttnn_group_norm_options *options, ttnn_tensor **out) {
  return guard(ops::kGroupNorm, [&] {
    check_out(out, "out");
    const auto o = require_struct("options", options);
    const float epsilon = read_epsilon(o.epsilon);
    check_compute_config(o.compute_config);
    if (o.num_groups < 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "num_groups is %d", o.num_groups);
    Call call(x, "x");
    Tensor &input = call.input(ops::kGroupNorm, x, "x");
    const Spec &spec = input.spec();
    if (spec.memory.memory_layout != TTNN_MEMORY_LAYOUT_INTERLEAVED) {
      fail(TTNN_STATUS_UNSUPPORTED, "x is sharded, expected an interleaved one");
    }
    // TTNN would count the padding's channels in.
    if (spec.shape.back() % TTNN_TILE_SIZE != 0) {
      fail(TTNN_STATUS_SHAPE, "x has %lld channels, expected a multiple of 32", static_cast<long long>(spec.shape.back()));
    }
    const bool rows = spec.layout == Layout::kRowMajor;
    const int64_t positions = spec.shape.rank() == 4 ? spec.shape[0] * spec.shape[1] * spec.shape[2] : 0;
    if (rows && positions % TTNN_TILE_SIZE != 0) {
      fail(TTNN_STATUS_SHAPE, "The product of NHW dimensions (%lld) must be a multiple of 32 for ROW_MAJOR",
           static_cast<long long>(positions));
    }
    if (o.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(o.dtype) != input.dtype()) {
      fail(TTNN_STATUS_DTYPE, "group_norm output dtype must match input dtype (%s), got dtype=%s", name(input.dtype()),
           name(tensor_dtype(o.dtype)));
    }
    Tensor *weight = call.optional(o.weight, "weight");
    Tensor *bias = call.optional(o.bias, "bias");
    const int64_t channels = spec.shape.back();
    if (weight != nullptr) check_group_norm_rows(weight->plain(), "weight", channels);
    if (bias != nullptr) check_group_norm_rows(bias->plain(), "bias", channels);
    // On Blackhole TTNN takes tiles only.
    const Object tiles = rows ? to_layout(call, input.object.get(), Layout::kTile) : Object();
    Object result = Arguments(bound::kGroupNorm)
                        .add(rows ? tiles.get() : input.object.get())
                        .key(Key::kNumGroups, integer(o.num_groups))
                        .key(Key::kEpsilon, real(epsilon))
                        .key(Key::kWeight, weight == nullptr ? nullptr : weight->object.get())
                        .key(Key::kBias, bias == nullptr ? nullptr : bias->object.get())
                        .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                        .key(Key::kInplace, py.no)
                        .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                        .call();
    if (rows) {
      call.device().make(result.get());
      result = to_layout(call, result.get(), Layout::kRowMajor);
    }
    call.publish(std::move(result), out);
  });
}

ttnn_status ttnn_softmax(ttnn_tensor *x, int32_t dim, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kSoftmax, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.input(ops::kSoftmax, x, "x");
    const OpOptions o = read_op_options(options, input.dtype());
    const int32_t over = dimension(dim, input.spec().shape.rank());
    // TTNN tilizes rows for some dimensions and shapes only.
    Object tiles;
    if (input.layout() == Layout::kRowMajor) {
      tiles = to_layout(call, input.object.get(), Layout::kTile);
    }
    call.publish(Arguments(bound::kSoftmax)
                     .add(tiles ? tiles.get() : input.object.get())
                     .add(integer(over))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .key(Key::kComputeKernelConfig,
                          compute_config(call.device().arch(), o.compute_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_sum(ttnn_tensor *x, int32_t dim, int32_t keepdim, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kSum, [&] {
    check_out(out, "out");
    const bool keep = flag("keepdim", keepdim);
    Call call(x, "x");
    Tensor &input = call.input(ops::kSum, x, "x");
    const OpOptions o = read_op_options(options, input.dtype());
    const int32_t over = dimension(dim, input.spec().shape.rank());
    check_outer_sum(input.spec(), call.wished_memory(o.memory_config), over);
    call.publish(Arguments(bound::kSum)
                     .add(input.object.get())
                     .add(integer(over))
                     .add(boolean(keep || input.spec().shape.rank() == 1))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .key(Key::kComputeKernelConfig,
                          compute_config(call.device().arch(), o.compute_config))
                     .call(),
                 out);
  });
}
