// SPDX-License-Identifier: Apache-2.0
//
// Moving data: concat, slice, reshape, permute, transpose, pad, scatter.
#include <array>
#include <vector>

#include "common/moves.hpp"
#include "common/options.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

void check_rank(int32_t rank, Tensor &x, const void *argument, const char *what) {
  if (rank != x.spec().shape.rank()) {
    fail(TTNN_STATUS_SHAPE, "rank is %d, x has shape %s", rank, x.spec().shape.str().c_str());
  }
  if (argument == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", what);
}

std::span<const int64_t> values(const int64_t *data, int32_t rank) { return {data, static_cast<size_t>(rank)}; }

}  // namespace

ttnn_status ttnn_concat(ttnn_tensor *const *tensors, int32_t count, int32_t dim,
                        const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kConcat, [&] {
    check_out(out, "out");
    check_out(tensors, "tensors");
    if (count < 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "count is %d, expected 1 or more", count);
    Call call(tensors[0], "tensors[0]");
    Tensor &first = call.tensor(tensors[0], "tensors[0]");
    const int32_t along = dimension(dim, first.spec().shape.rank());
    Object list = check(py.PyList_New(count));
    py.PyList_SetItem(list.get(), 0, Object::share(first.object.get()).release());
    for (int32_t i = 1; i < count; ++i) {
      Tensor &part = call.tensor(tensors[i], "a tensor");
      if (part.layout() != first.layout()) {
        fail(TTNN_STATUS_DTYPE, "all tensors should have the same layout: number 0 is %s, number %d %s",
             name(first.layout()), i, name(part.layout()));
      }
      py.PyList_SetItem(list.get(), i, Object::share(part.object.get()).release());
    }
    call.publish(Arguments(bound::kConcat)
                     .add(std::move(list))
                     .add(integer(along))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_slice(ttnn_tensor *x, int32_t rank, const int64_t *starts, const int64_t *ends, const int64_t *steps,
                       const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kSlice, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    check_rank(rank, input, starts, "starts");
    check_rank(rank, input, ends, "ends");
    check_uncut(input.spec(), starts);
    check_shards_kept(input.spec().memory, call.wished_memory(memory_config));
    std::array<int64_t, TTNN_MAX_RANK> strides;
    strides.fill(1);
    for (int32_t i = 0; i < rank; ++i) {
      strides[static_cast<size_t>(i)] =
          check_slice(input.spec().shape, i, starts[i], ends[i], steps == nullptr ? 1 : steps[i]);
    }
    if (memory_config != nullptr) {
      Spec output = input.spec();
      for (int32_t i = 0; i < rank; ++i) output.shape[i] = divide_up(ends[i] - starts[i], strides[static_cast<size_t>(i)]);
      output.memory = call.wished_memory(memory_config);
      check_columns_filled(input.spec(), output);
    }
    call.publish(Arguments(bound::kSlice)
                     .add(input.object.get())
                     .add(to_list(values(starts, rank)))
                     .add(to_list(values(ends, rank)))
                     .add(to_list(values(strides.data(), rank)))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_reshape(ttnn_tensor *x, int32_t rank, const int64_t *shape, ttnn_tensor **out) {
  return guard(ops::kReshape, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    const Shape wanted = reshaped(input.spec().shape, rank, shape);
    call.publish(Arguments(bound::kReshape).add(input.object.get()).add(to_list(wanted.extents())).call(), out);
  });
}

ttnn_status ttnn_permute(ttnn_tensor *x, int32_t rank, const int32_t *dims, const ttnn_memory_config *memory_config,
                         ttnn_tensor **out) {
  return guard(ops::kPermute, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    check_rank(rank, input, dims, "dims");
    const std::vector<int32_t> dimensions = permutation(rank, dims);
    const std::vector<int64_t> order(dimensions.begin(), dimensions.end());
    call.publish(Arguments(bound::kPermute)
                     .add(input.object.get())
                     .add(to_list(order))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_transpose(ttnn_tensor *x, int32_t dim1, int32_t dim2, const ttnn_memory_config *memory_config,
                           ttnn_tensor **out) {
  return guard(ops::kTranspose, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    const int32_t rank = input.spec().shape.rank();
    call.publish(Arguments(bound::kTranspose)
                     .add(input.object.get())
                     .add(integer(dimension(dim1, rank)))
                     .add(integer(dimension(dim2, rank)))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_pad(ttnn_tensor *x, int32_t rank, const int64_t *low, const int64_t *high, float value,
                     const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kPad, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.tensor(x, "x");
    check_rank(rank, input, low, "low");
    check_rank(rank, input, high, "high");
    Shape padded;
    for (int32_t i = 0; i < rank; ++i) padded.push_back(check_padding(input.spec(), i, low[i], high[i]));
    check_extents(padded);
    if (!is_float(input.dtype())) whole_number("value", value, input.dtype());
    Object padding = check(py.PyList_New(rank));
    for (int32_t i = 0; i < rank; ++i) {
      const std::array<int64_t, 2> sides{low[i], high[i]};
      py.PyList_SetItem(padding.get(), i, to_list(sides).release());
    }
    call.publish(Arguments(bound::kPad)
                     .add(input.object.get())
                     .add(std::move(padding))
                     .add(real(value))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_scatter(ttnn_tensor *x, int32_t dim, ttnn_tensor *index, ttnn_tensor *src,
                         const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return guard(ops::kScatter, [&] {
    check_out(out, "out");
    Call call(x, "x");
    Tensor &input = call.input(ops::kScatter, x, "x");
    const int32_t along = dimension(dim, input.spec().shape.rank());
    call.publish(Arguments(bound::kScatter)
                     .add(input.object.get())
                     .add(integer(along))
                     .add(call.object(index, "index"))
                     .add(call.object(src, "src"))
                     .key(Key::kMemoryConfig, call.memory_config(memory_config))
                     .call(),
                 out);
  });
}
