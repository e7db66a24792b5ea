// SPDX-License-Identifier: Apache-2.0
//
// Splitting and joining heads, rotary position embedding.
#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// TTNN pads heads of another size and says nothing: its outputs would have the padding's size.
void check_head_size(int64_t size) {
  if (size % TTNN_TILE_SIZE != 0) {
    fail(TTNN_STATUS_SHAPE, "head size is %lld, expected a multiple of 32", static_cast<long long>(size));
  }
}

// Of an even part of x's columns.
int64_t head_size(const Shape &x, int32_t heads) {
  const int64_t width = x.back();
  if (width % heads != 0) {
    fail(TTNN_STATUS_SHAPE, "x has shape %s, whose width is no multiple of %d heads", x.str().c_str(), heads);
  }
  return width / heads;
}

// Memory for queries, keys and values, a list; empty where they are sharded or in L1.
Object memory_for_heads(Call &call, const Spec &x, int64_t heads, int64_t kv_heads, const ttnn_memory_config *memory) {
  Spec spec = x;
  if (memory != nullptr) spec.memory = call.wished_memory(memory);
  const int64_t size = x.shape.back() / (heads + 2 * kv_heads);
  Object list = check(py.PyList_New(3));
  for (size_t i = 0; i < 3; ++i) {
    spec.shape = Shape{x.shape[0], i == 0 ? heads : kv_heads, x.shape.back(1), size};
    PyObject *one = call.memory_for(spec, i);
    if (one == nullptr) return {};
    py.PyList_SetItem(list.get(), static_cast<intptr_t>(i), Object::share(one).release());
  }
  return list;
}

void create_heads(Function &function, const Operation &operation, bool decode, ttnn_tensor *x,
                  const ttnn_heads_options *options, const std::array<ttnn_tensor **, 3> &outs) {
  check_out(outs[0], "out_q");
  check_out(outs[1], "out_k");
  check_out(outs[2], "out_v");
  const auto o = require_struct("options", options);
  if (o.num_heads < 1 || o.num_kv_heads < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "num_heads is %d, num_kv_heads %d", o.num_heads, o.num_kv_heads);
  }
  const bool transpose = switched_on("transpose_k_heads", o.transpose_k_heads, true);
  if (decode && o.transpose_k_heads == TTNN_SWITCH_ON) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "transpose_k_heads is for prefill only");
  }
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  const int32_t kv_heads = o.num_kv_heads == 0 ? o.num_heads : o.num_kv_heads;
  check_head_size(head_size(input.shape(), o.num_heads + 2 * kv_heads));
  PyObject *memory = call.memory_config(o.memory_config);
  if (!decode) check_projections(input.spec(), call.wished_memory(o.memory_config));
  if (decode && memory != nullptr && o.memory_config->memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "the outputs must be HEIGHT_SHARDED");
  }
  if (decode && memory == nullptr) {
    MemoryConfig sharded;
    sharded.memory_layout = TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
    sharded.buffer_type = TTNN_BUFFER_TYPE_L1;
    memory = to_python(sharded);
  }
  Object targets;
  if (!decode && !transpose && input.spec().shape.rank() == 4) {
    targets = memory_for_heads(call, input.spec(), o.num_heads, kv_heads, o.memory_config);
  }
  const Object results = Arguments(function)
                             .add(input.object.get())
                             .key(Key::kNumHeads, integer(o.num_heads))
                             .key(Key::kNumKvHeads, integer(kv_heads))
                             .key(Key::kTransposeKHeads, decode ? nullptr : boolean(transpose))
                             .key(Key::kMemoryConfig, memory)
                             .key(Key::kOutputTensors, targets.get())
                             .call();
  const auto result = [&](int64_t i) { return check(py.PyObject_GetItem(results.get(), integer(i).get())); };
  call.computed();
  call.publish(std::array{result(0), result(1), result(2)}, outs);
}

void rotary(Function &function, const Operation &operation, ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin,
            ttnn_tensor *trans_mat, const ttnn_rotary_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const bool decode = flag("is_decode_mode", o.is_decode_mode);
  check_compute_config(o.compute_config);
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  Tensor &cosines = call.tensor(cos, "cos");
  Tensor &sines = call.tensor(sin, "sin");
  check_rotary(input.plain(), cosines.plain(), sines.plain(), decode);
  Arguments arguments(function);
  arguments.add(input.object.get()).add(cosines.object.get()).add(sines.object.get());
  if (&operation == &ops::kRotaryLlama) arguments.add(call.object(trans_mat, "trans_mat"));
  call.computed();
  if (!decode) call.expect(input, input.shape(), o.memory_config);
  call.publish(arguments.key(Key::kIsDecodeMode, boolean(decode))
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_nlp_create_qkv_heads(ttnn_tensor *x, const ttnn_heads_options *options, ttnn_tensor **out_q,
                                      ttnn_tensor **out_k, ttnn_tensor **out_v) {
  return guard(ops::kCreateHeads, [&] {
    create_heads(bound::kCreateHeads, ops::kCreateHeads, false, x, options, {out_q, out_k, out_v});
  });
}

ttnn_status ttnn_nlp_create_qkv_heads_decode(ttnn_tensor *x, const ttnn_heads_options *options, ttnn_tensor **out_q,
                                             ttnn_tensor **out_k, ttnn_tensor **out_v) {
  return guard(ops::kCreateHeadsDecode, [&] {
    create_heads(bound::kCreateHeadsDecode, ops::kCreateHeadsDecode, true, x, options, {out_q, out_k, out_v});
  });
}

ttnn_status ttnn_nlp_concat_heads(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kConcatHeads, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.input(ops::kConcatHeads, x, "x");
    const OpOptions o = read_op_options(options, input.dtype());
    check_heads(input.spec(), call.wished_memory(o.memory_config));
    const Shape &heads = input.shape();
    check_head_size(heads.back());
    call.computed();
    if (heads.rank() == 4) call.expect(input, Shape{heads[0], 1, heads[2], heads[1] * heads[3]}, o.memory_config);
    call.publish(Arguments(bound::kConcatHeads)
                     .add(input.object.get())
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_nlp_concat_heads_decode(ttnn_tensor *x, int32_t num_heads, const ttnn_op_options *options,
                                         ttnn_tensor **out) {
  return guard(ops::kConcatHeadsDecode, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.input(ops::kConcatHeadsDecode, x, "x");
    check_decode_heads(input.plain(), num_heads);
    check_head_size(input.shape().back());
    const OpOptions o = read_op_options(options, input.dtype());
    if (input.spec().memory.num_ranges > 1) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "x lies on %d ranges of cores, expected one rectangle",
           input.spec().memory.num_ranges);
    }
    call.publish(Arguments(bound::kConcatHeadsDecode)
                     .add(input.object.get())
                     .key(Key::kNumHeads, integer(num_heads))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_rotary_embedding_hf(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin,
                                     const ttnn_rotary_options *options, ttnn_tensor **out) {
  return guard(ops::kRotaryHf, [&] { rotary(bound::kRotaryHf, ops::kRotaryHf, x, cos, sin, nullptr, options, out); });
}

ttnn_status ttnn_rotary_embedding_llama(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin, ttnn_tensor *trans_mat,
                                        const ttnn_rotary_options *options, ttnn_tensor **out) {
  return guard(ops::kRotaryLlama,
               [&] { rotary(bound::kRotaryLlama, ops::kRotaryLlama, x, cos, sin, trans_mat, options, out); });
}
