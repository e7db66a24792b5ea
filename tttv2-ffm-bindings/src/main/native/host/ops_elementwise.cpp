// SPDX-License-Identifier: Apache-2.0
//
// Elementwise operations.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "common/integers.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

enum class Arithmetic { kAdd, kSubtract, kMultiply };

using FloatKernel = void (*)(const float *, const float *, float *, int64_t);

FloatKernel float_kernel(const Kernels &kernels, Arithmetic op) {
  switch (op) {
    case Arithmetic::kAdd:
      return kernels.add;
    case Arithmetic::kSubtract:
      return kernels.subtract;
    case Arithmetic::kMultiply:
      break;
  }
  return kernels.multiply;
}

// Two's complement, wrapping as the hardware does.
uint32_t apply(Arithmetic op, uint32_t a, uint32_t b) {
  switch (op) {
    case Arithmetic::kAdd:
      return a + b;
    case Arithmetic::kSubtract:
      return a - b;
    case Arithmetic::kMultiply:
      break;
  }
  return a * b;
}

struct Activations {
  Activation a, b, result;
  bool any() const { return a != Activation::kNone || b != Activation::kNone || result != Activation::kNone; }
};

struct BinaryRequest {
  ttnn_binary_options options;
  Activations activations;
  OutputWish output() const { return {options.dtype, options.memory_config, options.output_tensor}; }
};

BinaryRequest read_binary_options(const ttnn_binary_options *options) {
  BinaryRequest request{read_struct("options", options), {}};
  request.activations.a = activation("a_activation", request.options.a_activation);
  request.activations.b = activation("b_activation", request.options.b_activation);
  request.activations.result = activation("activation", request.options.activation);
  return request;
}

// Where a result lies whose operands, tilized, are a and b: where a does, unless b alone is sharded and a is in DRAM, or b is
// on more cores.
MemoryConfig binary_memory(const ttnn_memory_config *wish, const Spec &a, const Spec &b, const Shape &result) {
  if (wish != nullptr) {
    const MemoryConfig wanted = output_memory(wish, MemoryConfig{});
    // Shards that the wish leaves open are an operand's, of whatever kind they are.
    if (!wanted.sharded() || wanted.num_ranges > 0 || (!a.memory.sharded() && !b.memory.sharded())) return wanted;
    return broadcast_memory(a.memory.sharded() ? a : b, result);
  }
  const bool as_b = b.memory.sharded() && (a.memory.sharded() ? core_count(b.memory) > core_count(a.memory)
                                                              : a.memory.buffer_type == TTNN_BUFFER_TYPE_DRAM);
  return broadcast_memory(as_b ? b : a, result);
}

// Where a result lies that has the shape of x: shards that the wish leaves open are those of x.
MemoryConfig elementwise_memory(const ttnn_memory_config *wish, const MemoryConfig &x) {
  const MemoryConfig wanted = output_memory(wish, x);
  if (!wanted.sharded() || wanted.num_ranges > 0 || !x.sharded()) return wanted;
  MemoryConfig config = x;
  config.memory_layout = wanted.memory_layout;
  config.buffer_type = wanted.buffer_type;
  return config;
}

// Row-major operands give a new tensor.
void check_not_reused(Layout layout, const OutputWish &wish) {
  if (layout == Layout::kRowMajor && wish.output_tensor != nullptr) {
    fail(TTNN_STATUS_UNSUPPORTED,
         "Optional output tensor with Row Major input is not supported right now for Elementwise operations");
  }
}

// Strides in rows of an operand over the rows of the output: 0 where it is broadcast.
Strides row_strides(const Shape &operand, const Shape &output) {
  Strides strides{};
  int64_t stride = 1;
  for (int32_t i = 1; i < output.rank(); ++i) {
    if (operand.back(i) != 1) strides[static_cast<size_t>(output.rank() - 1 - i)] = stride;
    stride *= operand.back(i);
  }
  return strides;
}

Shape without_last(const Shape &shape) {
  Shape outer;
  for (int32_t i = 0; i < shape.rank() - 1; ++i) outer.push_back(shape[i]);
  return outer;
}

// The dtype of the result, which is a's where nothing else is asked for or given to write to.
DType result_dtype(Call &call, const BinaryRequest &request, DType a) {
  if (is_float(a)) return output_dtype(call, request.output(), a);
  if (request.options.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(request.options.dtype) != a) {
    fail(TTNN_STATUS_DTYPE, "dtype is %s, the result of %s is %s", name(tensor_dtype(request.options.dtype)), name(a),
         name(a));
  }
  if (request.activations.any()) fail(TTNN_STATUS_DTYPE, "%s tensors take no activation", name(a));
  return a;
}

// A row of integers as floats of a dtype.
void convert_integers(const Kernels &kernels, const Rows &rows, int64_t i, DType dtype, float *values) {
  const int64_t size = element_size(rows.dtype);
  for (int64_t j = 0; j < rows.cols; ++j) values[j] = static_cast<float>(read_integer(rows.dtype, rows.row(i) + j * size));
  if (dtype == DType::kFloat32) return;
  std::vector<std::byte> packed(static_cast<size_t>(row_bytes(dtype, rows.cols)));
  kernels.pack_row(dtype, values, rows.cols, packed.data());
  kernels.unpack_row(dtype, packed.data(), rows.cols, values);
}

// A row of an operand as `cols` floats of a dtype: unpacked, repeated if it has one value, activated. The result may lie in
// the tensor itself if nothing had to be done.
const float *operand_row(const Kernels &kernels, const Rows &rows, int64_t i, int64_t cols, DType dtype, Activation before,
                         float *scratch) {
  const bool integers = !is_float(rows.dtype);
  if (integers) convert_integers(kernels, rows, i, dtype, scratch);
  const float *values = integers ? scratch : load(kernels, rows, i, scratch);
  if (before != Activation::kNone) {
    if (values != scratch) std::copy_n(values, rows.cols, scratch);
    kernels.activate(before, scratch, rows.cols);
    values = scratch;
  }
  if (rows.cols == cols) return values;
  std::fill_n(scratch, cols, values[0]);
  return scratch;
}

void binary(Call &call, const Operation &operation, Arithmetic op, ttnn_tensor *a_handle, ttnn_tensor *b_handle,
            const ttnn_binary_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const BinaryRequest request = read_binary_options(options);
  const Tensor &a_tensor = call.tensor(a_handle, "a");
  const Tensor &b_tensor = call.tensor(b_handle, "b");
  check_input(operation, a_tensor.spec, "a");
  check_input(operation, b_tensor.spec, "b");
  const DType a_dtype = operand_dtype(operation, a_tensor.spec.dtype, b_tensor.spec.dtype);
  const DType b_dtype = operand_dtype(operation, b_tensor.spec.dtype, a_tensor.spec.dtype);
  if (is_float(a_dtype) != is_float(b_dtype) || (!is_float(a_dtype) && a_dtype != b_dtype)) {
    fail(TTNN_STATUS_DTYPE, "a is %s and b is %s", name(a_dtype), name(b_dtype));
  }
  Spec spec;
  spec.dtype = result_dtype(call, request, a_dtype);
  // Row-major operands give a row-major result; a mixture is tilized.
  spec.layout = a_tensor.spec.layout == b_tensor.spec.layout ? a_tensor.spec.layout : Layout::kTile;
  check_layout(spec.dtype, spec.layout);
  check_not_reused(spec.layout, request.output());
  spec.shape = broadcast_shape(a_tensor.spec.shape, b_tensor.spec.shape);
  spec.memory = binary_memory(request.options.memory_config, tilized(a_tensor.spec), tilized(b_tensor.spec), spec.shape);
  // Sharded rows are tilized and untilized again.
  const bool shards = a_tensor.spec.memory.sharded() || b_tensor.spec.memory.sharded();
  if (spec.layout == Layout::kRowMajor && shards) spec.memory = untilized_memory(tilized(spec));
  const auto output = make_or_reuse_output(call, spec, a_dtype, request.output());
  const Shape outer = without_last(spec.shape);
  const std::array strides{row_strides(a_tensor.spec.shape, spec.shape), row_strides(b_tensor.spec.shape, spec.shape)};

  const Rows a(a_tensor), b(b_tensor), c(*output);
  const Activations with = request.activations;
  const bool plain = op == Arithmetic::kMultiply && is_float(a_dtype) && is_float(b_dtype) && a_tensor.spec.shape == spec.shape &&
                     b_tensor.spec.shape == spec.shape && request.options.output_tensor == nullptr;
  const auto body = [=](Device &d) {
    const Kernels &kernels = d.kernels();
    const FloatKernel kernel = float_kernel(kernels, op);
    d.parallel(c.rows, c.cols, [&](int64_t begin, int64_t end, int worker) {
      Walk walk(outer, strides, begin);
      for (int64_t i = begin; i < end; ++i, walk.next()) {
        if (!is_float(c.dtype)) {
          const auto *x = reinterpret_cast<const uint32_t *>(a.row(walk.offset(0)));
          const auto *y = reinterpret_cast<const uint32_t *>(b.row(walk.offset(1)));
          auto *z = reinterpret_cast<uint32_t *>(c.row(i));
          for (int64_t j = 0; j < c.cols; ++j) z[j] = apply(op, x[a.cols == 1 ? 0 : j], y[b.cols == 1 ? 0 : j]);
          continue;
        }
        const float *x = operand_row(kernels, a, walk.offset(0), c.cols, a_dtype, with.a, d.scratch(worker, 0, c.cols));
        const float *y = operand_row(kernels, b, walk.offset(1), c.cols, b_dtype, with.b, d.scratch(worker, 1, c.cols));
        float *z = target(c, i, d.scratch(worker, 2, c.cols));
        kernel(x, y, z, c.cols);
        if (with.result != Activation::kNone) kernels.activate(with.result, z, c.cols);
        store(kernels, c, i, z);
      }
    });
  };
  call.device().run(operation.name, body, plain ? Part(Multiplication{a, b, c, with.a, with.b, with.result}) : Part());
  call.publish(output, out);
}

void scalar(Call &call, const Operation &operation, Arithmetic op, ttnn_tensor *a_handle, float b,
            const ttnn_binary_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const BinaryRequest request = read_binary_options(options);
  const Tensor &a_tensor = call.tensor(a_handle, "a");
  check_input(operation, a_tensor.spec, "a");
  Spec spec = a_tensor.spec;
  spec.dtype = result_dtype(call, request, spec.dtype);
  check_layout(spec.dtype, spec.layout);
  check_not_reused(spec.layout, request.output());
  const uint32_t bits = is_float(spec.dtype) ? 0 : static_cast<uint32_t>(whole_number("b", b, spec.dtype));
  spec.memory = elementwise_memory(request.options.memory_config, tilized(a_tensor.spec).memory);
  if (spec.layout == Layout::kRowMajor && a_tensor.spec.memory.sharded()) spec.memory = untilized_memory(tilized(spec));
  const auto output = make_or_reuse_output(call, spec, a_tensor.spec.dtype, request.output());
  call.device().run(operation.name, [=, a = Rows(a_tensor), c = Rows(*output), with = request.activations](Device &d) {
    const Kernels &kernels = d.kernels();
    const FloatKernel kernel = float_kernel(kernels, op);
    float other = b;
    kernels.activate(with.b, &other, 1);
    d.parallel(c.rows, c.cols, [&](int64_t begin, int64_t end, int worker) {
      float *y = d.scratch(worker, 1, c.cols);
      std::fill_n(y, c.cols, other);
      for (int64_t i = begin; i < end; ++i) {
        if (!is_float(c.dtype)) {
          const auto *x = reinterpret_cast<const uint32_t *>(a.row(i));
          auto *z = reinterpret_cast<uint32_t *>(c.row(i));
          for (int64_t j = 0; j < c.cols; ++j) z[j] = apply(op, x[j], bits);
          continue;
        }
        const float *x = operand_row(kernels, a, i, c.cols, a.dtype, with.a, d.scratch(worker, 0, c.cols));
        float *z = target(c, i, d.scratch(worker, 2, c.cols));
        kernel(x, y, z, c.cols);
        if (with.result != Activation::kNone) kernels.activate(with.result, z, c.cols);
        store(kernels, c, i, z);
      }
    });
  });
  call.publish(output, out);
}

// Shards of rows that the wish leaves open: those of x, with sides of a tile at least, or ones in which columns are aligned.
void choose_row_shards(Spec &spec) {
  MemoryConfig &memory = spec.memory;
  if (memory.num_ranges == 0) {
    memory = aligned_columns(spec);
  } else {
    memory.shard_height = std::max(memory.shard_height, TTNN_TILE_SIZE);
    memory.shard_width = std::max(memory.shard_width, TTNN_TILE_SIZE);
  }
}

void unary(Call &call, const Operation &operation, Activation op, ttnn_tensor *handle, const ttnn_op_options *options,
           ttnn_tensor **out) {
  check_out(out, "out");
  const Tensor &x_tensor = call.tensor(handle, "x");
  check_input(operation, x_tensor.spec, "x");
  Spec spec = x_tensor.spec;
  const ttnn_memory_config *wish = read_op_options(options, spec.dtype).memory_config;
  spec.memory = elementwise_memory(wish, spec.memory);
  if (wish != nullptr && spec.layout == Layout::kRowMajor && output_memory(wish, {}).num_ranges == 0) choose_row_shards(spec);
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [op, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
    constexpr int64_t kStepsPerValue = 8;
    d.parallel(y.rows, y.cols * kStepsPerValue, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        float *values = target(y, i, d.scratch(worker, 0, y.cols));
        d.kernels().unpack_row(x.dtype, x.row(i), x.cols, values);
        d.kernels().activate(op, values, y.cols);
        store(d.kernels(), y, i, values);
      }
    });
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_add(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return run(ops::kAdd, a, "a", [&](Call &call) { binary(call, ops::kAdd, Arithmetic::kAdd, a, b, options, out); });
}

ttnn_status ttnn_subtract(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return run(ops::kSubtract, a, "a", [&](Call &call) { binary(call, ops::kSubtract, Arithmetic::kSubtract, a, b, options, out); });
}

ttnn_status ttnn_multiply(ttnn_tensor *a, ttnn_tensor *b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return run(ops::kMultiply, a, "a", [&](Call &call) { binary(call, ops::kMultiply, Arithmetic::kMultiply, a, b, options, out); });
}

ttnn_status ttnn_add_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return run(ops::kAddScalar, a, "a", [&](Call &call) { scalar(call, ops::kAddScalar, Arithmetic::kAdd, a, b, options, out); });
}

ttnn_status ttnn_multiply_scalar(ttnn_tensor *a, float b, const ttnn_binary_options *options, ttnn_tensor **out) {
  return run(ops::kMultiplyScalar, a, "a", [&](Call &call) { scalar(call, ops::kMultiplyScalar, Arithmetic::kMultiply, a, b, options, out); });
}

ttnn_status ttnn_silu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kSilu, x, "x", [&](Call &call) { unary(call, ops::kSilu, Activation::kSilu, x, options, out); });
}

ttnn_status ttnn_gelu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kGelu, x, "x", [&](Call &call) { unary(call, ops::kGelu, Activation::kGelu, x, options, out); });
}

ttnn_status ttnn_gelu_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kGeluTanh, x, "x", [&](Call &call) { unary(call, ops::kGeluTanh, Activation::kGeluTanh, x, options, out); });
}

ttnn_status ttnn_relu(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kRelu, x, "x", [&](Call &call) { unary(call, ops::kRelu, Activation::kRelu, x, options, out); });
}

ttnn_status ttnn_tanh(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kTanh, x, "x", [&](Call &call) { unary(call, ops::kTanh, Activation::kTanh, x, options, out); });
}

ttnn_status ttnn_sigmoid(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kSigmoid, x, "x", [&](Call &call) { unary(call, ops::kSigmoid, Activation::kSigmoid, x, options, out); });
}

ttnn_status ttnn_plus_one(ttnn_tensor *handle) {
  return run(ops::kPlusOne, handle, "x", [&](Call &call) {
    const Tensor &tensor = call.tensor(handle, "x");
    check_input(ops::kPlusOne, tensor.spec, "x");
    if (tensor.spec.shape.rank() > 4) {
      fail(TTNN_STATUS_SHAPE, "must have 1 to 4 dimensions for input tensor: x has shape %s", tensor.spec.shape.str().c_str());
    }
    check_writable(tensor, "x");
    call.device().run(ops::kPlusOne.name, [x = Rows(tensor)](Device &) {
      auto *values = reinterpret_cast<uint32_t *>(x.data);
      for (int64_t i = 0; i < x.rows * x.cols; ++i) ++values[i];
    });
  });
}
