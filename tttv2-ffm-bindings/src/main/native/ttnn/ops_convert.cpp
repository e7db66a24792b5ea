// SPDX-License-Identifier: Apache-2.0
//
// Conversions of dtype, layout and place; argmax and topk.
#include "common/moves.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

ttnn_status ttnn_typecast(ttnn_tensor *x, int32_t dtype, ttnn_tensor **out) {
  return guard(ops::kTypecast, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    const DType wanted = tensor_dtype(dtype);
    check_layout(wanted, input.layout());
    Arguments arguments(bound::kTypecast);
    arguments.add(input.object.get()).add(to_python(wanted));
    // TTNN gives back what has the dtype already.
    if (wanted != input.dtype() && input.layout() == Layout::kTile) {
      Spec spec = input.spec();
      spec.dtype = wanted;
      arguments.key(Key::kOutputTensor, call.memory_for(spec));
    }
    call.publish(arguments.call(), out);
  });
}

ttnn_status ttnn_to_layout(ttnn_tensor *x, int32_t layout, int32_t dtype, ttnn_tensor **out) {
  return guard(ops::kToLayout, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    const Layout wanted = tensor_layout(layout);
    const DType as_it_is =
        wanted == Layout::kRowMajor && is_block_float(input.dtype()) ? DType::kBFloat16 : input.dtype();
    const DType type = dtype == TTNN_DTYPE_DEFAULT ? as_it_is : tensor_dtype(dtype);
    if (wanted == Layout::kRowMajor && type != as_it_is) {
      fail(TTNN_STATUS_DTYPE, "dtype is %s: converting to ROW_MAJOR gives %s", name(type), name(as_it_is));
    }
    // Where nothing is to be converted TTNN changes the dtype no more.
    if (wanted == input.layout() && type != input.dtype()) {
      call.publish(Arguments(bound::kTypecast).add(input.object.get()).add(to_python(type)).call(), out);
      return;
    }
    Arguments arguments(bound::kToLayout);
    arguments.add(input.object.get()).add(to_python(wanted));
    call.publish(arguments.key(Key::kDtype, type == as_it_is ? nullptr : to_python(type)).call(), out);
  });
}

ttnn_status ttnn_to_memory_config(ttnn_tensor *x, const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kToMemoryConfig, [&] {
    check_out(out, "out");
    const ttnn_memory_config config = require_struct("memory_config", memory_config);
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    Spec spec = input.spec();
    spec.memory = make_memory_config("memory_config", config, call.device().grid());
    place(spec, call.device().grid());
    check_columns_filled(input.spec(), spec);
    call.publish(Arguments(bound::kToMemoryConfig).add(input.object.get()).add(to_python(spec.memory)).call(), out);
  });
}

ttnn_status ttnn_copy(ttnn_tensor *src, ttnn_tensor *dst) {
  return guard(ops::kCopy, [&] {
    Call call(src, "src");
    Tensor &from = call.tensor(src, "src");
    Tensor &to = call.tensor(dst, "dst");
    check_writable(to, "dst");
    check_copy(from.spec(), to.spec());
    Arguments(bound::kCopy).add(from.object.get()).add(to.object.get()).call();
    call.record_inputs();
  });
}

ttnn_status ttnn_argmax(ttnn_tensor *x, int32_t dim, int32_t keepdim, ttnn_tensor **out) {
  return guard(ops::kArgmax, [&] {
    check_out(out, "out");
    const bool keep = flag("keepdim", keepdim);
    Call call(x, "x");
    Tensor &input = call.input(ops::kArgmax, x, "x");
    const int32_t rank = input.spec().shape.rank();
    call.publish(Arguments(bound::kArgmax)
                     .add(input.object.get())
                     .add(integer(dimension(dim, rank)))
                     .add(boolean(keep || rank == 1))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_topk(ttnn_tensor *x, int32_t k, ttnn_tensor **out_values, ttnn_tensor **out_indices) {
  return guard(ops::kTopk, [&] {
    check_out(out_values, "out_values");
    check_out(out_indices, "out_indices");
    Call call(x, "x");
    Tensor &input = call.input(ops::kTopk, x, "x");
    const Shape &shape = input.spec().shape;
    if (k < 1 || k > shape.back()) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "k is %d, x has shape %s", k, shape.str().c_str());
    }
    const Object results = Arguments(bound::kTopk).add(input.object.get()).add(integer(k)).call();
    const auto result = [&](int64_t i) { return check(py.PyObject_GetItem(results.get(), integer(i).get())); };
    call.publish(std::array{result(0), result(1)}, std::array{out_values, out_indices});
  });
}
