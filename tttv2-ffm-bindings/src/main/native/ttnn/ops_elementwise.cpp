// SPDX-License-Identifier: Apache-2.0
//
// Elementwise operations.
#include <cmath>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/dtype_option.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// A tensor that the result of a and, where there is one, b is written to.
void check_target(Tensor &output, Tensor &a, Tensor *b, DType operands, const MemoryConfig *wish) {
  check_writable(output, "output_tensor");
  const Spec &spec = a.spec();
  const Shape shape = b == nullptr ? spec.shape : broadcast_shape(spec.shape, b->spec().shape);
  const Layout layout = b == nullptr || spec.layout == b->layout() ? spec.layout : Layout::kTile;
  check_output_tensor(output.spec(), shape, layout, operands, wish);
}

// Memory for a result of two tensors of one kind, which is of that kind.
PyObject *memory_like(Call &call, Tensor &a, Tensor &b, const ttnn_binary_options &o) {
  const bool plain = a.dtype() == DType::kBFloat16 || a.dtype() == DType::kFloat32;
  if (!plain || (o.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(o.dtype) != a.dtype())) return nullptr;
  const Spec &spec = a.spec();
  if (spec.layout != Layout::kTile || !(b.spec() == spec) || spec.memory.sharded()) return nullptr;
  Spec result = spec;
  if (o.memory_config != nullptr) result.memory = call.wished_memory(o.memory_config);
  return call.memory_for(result);
}

// b as a tensor or, where there is none, as the number.
void binary(Function &function, const Operation &operation, ttnn_tensor *a, ttnn_tensor *b, const float *number,
            const ttnn_binary_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const Activation before_a = activation("a_activation", o.a_activation);
  const Activation before_b = activation("b_activation", o.b_activation);
  const Activation after = activation("activation", o.activation);
  const bool any = before_a != Activation::kNone || before_b != Activation::kNone || after != Activation::kNone;
  Call call(a, "a");
  Tensor &left = call.input(operation, a, "a");
  Tensor *other = number != nullptr ? nullptr : &call.input(operation, b, "b");
  const DType operands = other == nullptr ? left.dtype() : operand_dtype(operation, left.dtype(), other->dtype());
  const bool floats = is_float(operands);
  if (!floats && any) fail(TTNN_STATUS_DTYPE, "%s tensors take no activation", name(left.dtype()));
  if (!floats && o.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(o.dtype) != left.dtype()) {
    fail(TTNN_STATUS_DTYPE, "dtype is %s, the result of %s is %s", name(tensor_dtype(o.dtype)), name(left.dtype()),
         name(left.dtype()));
  }
  Object scalar;
  if (number != nullptr) scalar = floats ? real(*number) : integer(whole_number("b", *number, left.dtype()));
  PyObject *right = other == nullptr ? scalar.get() : other->object.get();
  Tensor *output = call.optional(o.output_tensor, "output_tensor");
  const MemoryConfig memory = call.wished_memory(o.memory_config);
  PyObject *target = nullptr;
  if (output != nullptr) {
    check_target(*output, left, other, operands, o.memory_config == nullptr ? nullptr : &memory);
    target = output->object.get();
  } else if (other != nullptr) {
    target = memory_like(call, left, *other, o);
  }
  call.publish(Arguments(function)
                   .add(left.object.get())
                   .add(right)
                   .key(Key::kDtype, floats ? float_option("dtype", o.dtype) : nullptr)
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kOutputTensor, target)
                   .key(Key::kActivations, activation_list(after))
                   .key(Key::kInputTensorAActivations, activation_list(before_a))
                   .key(Key::kInputTensorBActivations, activation_list(before_b))
                   .call(),
               out);
}

void unary(Function &function, const Operation &operation, PyObject *variant, ttnn_tensor *x,
           const ttnn_op_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  const OpOptions o = read_op_options(options, input.dtype());
  call.publish(Arguments(function)
                   .add(input.object.get())
                   .key(Key::kVariant, variant)
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_add(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return guard(ops::kAdd, [&] { binary(bound::kAdd, ops::kAdd, a, b, nullptr, options, out); });
}

ttnn_status ttnn_subtract(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return guard(ops::kSubtract, [&] { binary(bound::kSubtract, ops::kSubtract, a, b, nullptr, options, out); });
}

ttnn_status ttnn_multiply(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return guard(ops::kMultiply, [&] { binary(bound::kMultiply, ops::kMultiply, a, b, nullptr, options, out); });
}

ttnn_status ttnn_add_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return guard(ops::kAddScalar, [&] { binary(bound::kAdd, ops::kAddScalar, a, nullptr, &b, options, out); });
}

ttnn_status ttnn_multiply_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return guard(ops::kMultiplyScalar, [&] { binary(bound::kMultiply, ops::kMultiplyScalar, a, nullptr, &b, options, out); });
}

ttnn_status ttnn_silu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kSilu, [&] { unary(bound::kSilu, ops::kSilu, nullptr, x, options, out); });
}

ttnn_status ttnn_gelu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kGelu, [&] { unary(bound::kGelu, ops::kGelu, gelu_variant(false), x, options, out); });
}

ttnn_status ttnn_gelu_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kGeluTanh, [&] { unary(bound::kGelu, ops::kGeluTanh, gelu_variant(true), x, options, out); });
}

ttnn_status ttnn_relu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kRelu, [&] { unary(bound::kRelu, ops::kRelu, nullptr, x, options, out); });
}

ttnn_status ttnn_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kTanh, [&] { unary(bound::kTanh, ops::kTanh, nullptr, x, options, out); });
}

ttnn_status ttnn_sigmoid(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kSigmoid, [&] { unary(bound::kSigmoid, ops::kSigmoid, nullptr, x, options, out); });
}

ttnn_status ttnn_plus_one(ttnn_tensor *x) {
  return guard(ops::kPlusOne, [&] {
    Call call(x, "x");
    Tensor &input = call.input(ops::kPlusOne, x, "x");
    check_writable(input, "x");
    Arguments(bound::kPlusOne).add(input.object.get()).call();
    call.record_inputs();
  });
}
