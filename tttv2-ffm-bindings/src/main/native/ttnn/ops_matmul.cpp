// SPDX-License-Identifier: Apache-2.0
//
// Embedding and matrix products, dense and of experts.
#include "common/matmul_program.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/dtype_option.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

ttnn_status ttnn_embedding(ttnn_tensor *ids, ttnn_tensor *weight, const ttnn_embedding_options *options,
                           ttnn_tensor **out) {
  return guard(ops::kEmbedding, [&] {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    Call call(ids, "ids");
    Tensor &index = call.input(ops::kEmbedding, ids, "ids");
    Tensor &table = call.tensor(weight, "weight");
    check_lookup(index.plain(), table.plain());
    const Layout layout = o.layout == TTNN_LAYOUT_DEFAULT ? Layout::kRowMajor : tensor_layout(o.layout);
    check_lookup_dtype(o.dtype, layout, DType::kBFloat16);
    call.publish(Arguments(bound::kEmbedding)
                     .add(index.object.get())
                     .add(table.object.get())
                     .key(Key::kLayout, to_python(layout))
                     .key(Key::kDtype, float_option("dtype", o.dtype))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .call(),
                 out);
  });
}

namespace {

// Memory for a product of an activation and one matrix, where TTNN does nothing else than multiply.
PyObject *memory_for_product(Call &call, Tensor &a, Tensor &b, const ttnn_matmul_options &o) {
  if (o.bias != nullptr || o.activation != TTNN_UNARY_NONE || o.transpose_a != 0 || o.transpose_b != 0) return nullptr;
  const Spec &left = a.spec();
  const Shape &right = b.shape();
  if (left.memory.sharded() || left.layout != Layout::kTile || b.layout() != Layout::kTile || right.rank() < 2 ||
      right.rank() > left.shape.rank() || right.outer(2) != 1 || left.shape.back() != right.back(1)) {
    return nullptr;
  }
  Spec spec = left;
  spec.dtype = float_output("dtype", o.dtype, left.dtype);
  spec.shape[spec.shape.rank() - 1] = right.back();
  if (o.memory_config != nullptr) spec.memory = call.wished_memory(o.memory_config);
  return call.memory_for(spec);
}

void product(Function &function, const Operation &operation, ttnn_tensor *a, ttnn_tensor *b,
             const ttnn_matmul_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const bool transpose_a = flag("transpose_a", o.transpose_a);
  const bool transpose_b = flag("transpose_b", o.transpose_b);
  const Activation after = activation("activation", o.activation);
  check_compute_config(o.compute_config);
  const auto program = read_matmul_program(o.program_config);
  if (o.bias != nullptr && &operation != &ops::kLinear) fail(TTNN_STATUS_INVALID_ARGUMENT, "bias is for linear only");
  Call call(a, "a");
  Tensor &left = call.input(operation, a, "a");
  Tensor &right = call.tensor(b, "b");
  Tensor *bias = call.optional(o.bias, "bias");
  // A vector b is a column.
  if (bias != nullptr) check_bias(bias->plain(), right.shape().back(transpose_b || right.shape().rank() == 1 ? 1 : 0));
  if (left.spec().memory.sharded()) check_sharded_product(left.spec(), right.plain(), transpose_a, after);
  if (program.has_value()) {
    check_program_operands(*program, left.spec(), right.spec(), call.wished_memory(o.memory_config), transpose_a, transpose_b);
  }
  Tensor *output = call.optional(o.output_tensor, "output_tensor");
  PyObject *target = nullptr;
  if (output != nullptr) {
    check_writable(*output, "output_tensor");
    const MemoryConfig memory = call.wished_memory(o.memory_config);
    check_output_tensor(output->spec(), product_shape(left.plain(), right.plain(), transpose_a, transpose_b), Layout::kTile,
                        left.dtype(), o.memory_config == nullptr ? nullptr : &memory);
    target = output->object.get();
  } else {
    target = memory_for_product(call, left, right, o);
  }
  call.publish(Arguments(function)
                   .add(left.object.get())
                   .add(right.object.get())
                   .key(Key::kBias, bias == nullptr ? nullptr : bias->object.get())
                   .key(Key::kTransposeA, transpose_a ? py.yes : nullptr)
                   .key(Key::kTransposeB, transpose_b ? py.yes : nullptr)
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kDtype, float_option("dtype", o.dtype))
                   .key(Key::kProgramConfig, program.has_value() ? matmul_program_config(*program) : nullptr)
                   .key(Key::kActivation, unary_op(after))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .key(Key::kOptionalOutputTensor, target)
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_matmul(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out) {
  return guard(ops::kMatmul, [&] { product(bound::kMatmul, ops::kMatmul, a, b, options, out); });
}

ttnn_status ttnn_linear(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out) {
  return guard(ops::kLinear, [&] { product(bound::kLinear, ops::kLinear, a, b, options, out); });
}

ttnn_status ttnn_sparse_matmul(ttnn_tensor *a, ttnn_tensor *b, ttnn_tensor *sparsity,
                               const ttnn_sparse_matmul_options *options, ttnn_tensor **out) {
  return guard(ops::kSparseMatmul, [&] {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const bool a_sparse = switched_on("is_input_a_sparse", o.is_input_a_sparse, false);
    const bool b_sparse = switched_on("is_input_b_sparse", o.is_input_b_sparse, true);
    check_compute_config(o.compute_config);
    Call call(a, "a");
    Tensor &left = call.input(ops::kSparseMatmul, a, "a");
    Tensor &right = call.tensor(b, "b");
    Tensor &mask = call.tensor(sparsity, "sparsity");
    check_sparse_product(left.plain(), right.plain(), mask.plain(), a_sparse, b_sparse);
    call.publish(Arguments(bound::kSparseMatmul)
                     .add(left.object.get())
                     .add(right.object.get())
                     .key(Key::kSparsity, mask.object.get())
                     .key(Key::kProgramConfig,
                          sparse_program_config(call.device().grid(), left.shape().back(1), right.shape().back(0)))
                     .key(Key::kIsInputASparse, boolean(a_sparse))
                     .key(Key::kIsInputBSparse, boolean(b_sparse))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .key(Key::kDtype, float_option("dtype", o.dtype))
                     .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                     .call(),
                 out);
  });
}
