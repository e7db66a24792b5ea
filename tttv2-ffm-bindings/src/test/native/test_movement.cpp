// SPDX-License-Identifier: Apache-2.0
//
// concat, slice, reshape, permute, transpose, pad.
#include <algorithm>
#include <numeric>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

std::vector<int64_t> strides(const Extents &shape) {
  std::vector<int64_t> result(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0; stride *= shape[i]) result[i] = stride;
  return result;
}

// Calls f(index, n) for every index of the shape, n counting.
template <typename F>
void each(const Extents &shape, F f) {
  for (int64_t n = 0; n < volume(shape); ++n) {
    Extents index(shape.size());
    int64_t rest = n;
    for (size_t i = shape.size(); i-- > 0; rest /= shape[i]) index[i] = rest % shape[i];
    f(index, static_cast<size_t>(n));
  }
}

int64_t offset(const Extents &shape, const Extents &index) {
  const std::vector<int64_t> step = strides(shape);
  return std::inner_product(index.begin(), index.end(), step.begin(), int64_t{0});
}

// Values that every float dtype of a row keeps: small integers would do for BF8, so the same sign and exponent.
const int32_t kFloats[] = {F32, BF16, BF8, BF4};

}  // namespace

TEST(concat, any_dimension) {
  const Device d;
  for (const int32_t dtype : kFloats) {
    for (int32_t dim = -3; dim < 3; ++dim) {
      const auto along = static_cast<size_t>(dim < 0 ? dim + 3 : dim);
      std::vector<Array> arrays;
      std::vector<Tensor> tensors;
      std::vector<ttnn_tensor *> handles;
      Extents shape{2, 3, 48};
      shape[along] = 0;
      for (const int64_t extent : {16, 5, 32}) {
        Extents part{2, 3, 48};
        part[along] = extent;
        shape[along] += extent;
        arrays.push_back(rounded(random(part, static_cast<uint32_t>(extent)), dtype));
        tensors.push_back(d.make(arrays.back(), dtype));
        handles.push_back(tensors.back());
      }
      Array expected = zeros(shape);
      each(shape, [&](Extents index, size_t n) {
        size_t part = 0;
        while (index[along] >= arrays[part].shape[along]) index[along] -= arrays[part++].shape[along];
        expected.values[n] = arrays[part].values[static_cast<size_t>(offset(arrays[part].shape, index))];
      });
      const bool block = dtype == BF8 || dtype == BF4;
      Tensor out;
      if (along > 0 && dtype == BF4) {
        REFUSED(ttnn_concat(handles.data(), 3, dim, nullptr, out.out()), TTNN_STATUS_DTYPE, "Only TILE layout");
        continue;
      }
      OK(ttnn_concat(handles.data(), 3, dim, nullptr, out.out()));
      CHECK_EQ(out.spec().dtype, along > 0 && block ? BF16 : dtype);
      NEAR(out.read(), expected, 0);
    }
  }
  Tensor a = d.ints({1, 2}, {1, 2});
  Tensor b = d.ints({3, 4}, {1, 2});
  ttnn_tensor *handles[] = {a, b};
  Tensor out;
  OK(ttnn_concat(handles, 2, 0, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 2, 3, 4}));
  OK(ttnn_concat(handles, 1, 0, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 2}));
  REFUSED(ttnn_concat(handles, 0, 0, nullptr, out.out()), kInvalid, "count is 0");
  REFUSED(ttnn_concat(nullptr, 2, 0, nullptr, out.out()), kInvalid, "tensors is NULL");
  Tensor f = d.make(zeros({1, 2}), BF16, ROW);
  handles[1] = f;
  REFUSED(ttnn_concat(handles, 2, 0, nullptr, out.out()), TTNN_STATUS_DTYPE, "All Tensors should have same dtypes.");
  Tensor t = d.make(zeros({1, 2}), BF16);
  handles[0] = t;
  REFUSED(ttnn_concat(handles, 2, 0, nullptr, out.out()), TTNN_STATUS_DTYPE, "same layout");
  Tensor wide = d.make(zeros({2, 3}), BF16);
  handles[1] = wide;
  REFUSED(ttnn_concat(handles, 2, 0, nullptr, out.out()), TTNN_STATUS_SHAPE, "only dimension 0 may differ");
}

// Rows within tiles are joined in BFLOAT16, whichever of the two they come from.
TEST(concat, block_floats_beside_bfloat16) {
  const Device d;
  const Array parts[] = {rounded(random({5, 33}, 1), BF8), rounded(random({5, 33}, 2), BF16)};
  Tensor a = d.make(parts[0], BF8);
  Tensor b = d.make(parts[1], BF16);
  ttnn_tensor *handles[] = {a, b};
  for (const size_t along : {0, 1}) {
    Extents shape{5, 33};
    const int64_t extent = shape[along];
    shape[along] *= 2;
    Array expected = zeros(shape);
    each(shape, [&](Extents index, size_t n) {
      const Array &part = parts[index[along] / extent];
      index[along] %= extent;
      expected.values[n] = part.values[static_cast<size_t>(offset(part.shape, index))];
    });
    Tensor out;
    OK(ttnn_concat(handles, 2, static_cast<int32_t>(along), nullptr, out.out()));
    CHECK_EQ(out.spec().dtype, BF16);
    NEAR(out.read(), expected, 0);
  }
}

TEST(slice, values) {
  const Device d;
  const Extents shape{2, 5, 40, 100};
  const struct {
    Extents starts, ends, steps;
  } cases[] = {
      {{0, 0, 0, 0}, {2, 5, 40, 100}, {1, 1, 1, 1}},  {{1, 2, 3, 7}, {2, 5, 40, 9}, {1, 1, 1, 1}},
      {{0, 1, 0, 32}, {2, 4, 33, 64}, {1, 2, 1, 1}},  {{0, 0, 39, 0}, {2, 1, 40, 100}, {1, 1, 1, 1}},
      {{1, 0, 32, 64}, {2, 5, 40, 100}, {1, 3, 4, 1}}, {{0, 0, 0, 1}, {1, 1, 2, 100}, {1, 1, 1, 7}},
  };
  for (const int32_t dtype : kFloats) {
    const Array array = rounded(random(shape, 3), dtype);
    Tensor x = d.make(array, dtype);
    for (const auto &c : cases) {
      Extents sliced;
      for (size_t i = 0; i < 4; ++i) sliced.push_back((c.ends[i] - c.starts[i] + c.steps[i] - 1) / c.steps[i]);
      Array expected = zeros(sliced);
      each(sliced, [&](Extents index, size_t n) {
        for (size_t i = 0; i < 4; ++i) index[i] = c.starts[i] + index[i] * c.steps[i];
        expected.values[n] = array.values[static_cast<size_t>(offset(shape, index))];
      });
      const bool aligned = c.starts[2] % 32 == 0 && c.starts[3] % 32 == 0;
      const bool block = dtype == BF8 || dtype == BF4;
      Tensor out;
      if (block && c.steps != Extents{1, 1, 1, 1}) {
        REFUSED(ttnn_slice(x, 4, c.starts.data(), c.ends.data(), c.steps.data(), nullptr, out.out()), TTNN_STATUS_DTYPE, "");
        continue;
      }
      if (dtype == BF4 && !aligned) {
        REFUSED(ttnn_slice(x, 4, c.starts.data(), c.ends.data(), c.steps.data(), nullptr, out.out()), TTNN_STATUS_DTYPE, "");
        continue;
      }
      OK(ttnn_slice(x, 4, c.starts.data(), c.ends.data(), c.steps.data(), nullptr, out.out()));
      CHECK_EQ(out.spec().dtype, block && !aligned ? BF16 : dtype);
      NEAR(out.read(), expected, 0);
    }
  }
  Tensor ints = d.ints({0, 1, 2, 3, 4, 5, 6, 7}, {2, 4}, U16);
  const int64_t starts[] = {0, 1};
  const int64_t ends[] = {2, 4};
  const int64_t steps[] = {1, 2};
  Tensor out;
  OK(ttnn_slice(ints, 2, starts, ends, steps, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 3, 5, 7}));
  OK(ttnn_slice(ints, 2, starts, ends, nullptr, nullptr, out.out()));
  CHECK((out.shape() == Extents{2, 3}));
  // Steps that go beyond the end, as far as they may.
  Tensor cube = d.ints({0, 1, 2, 3, 4, 5, 6, 7}, {2, 2, 2}, U16);
  const int64_t origin[] = {0, 0, 0};
  const int64_t all[] = {2, 2, 2};
  const int64_t far[] = {INT64_MAX, INT64_MAX, INT64_MAX};
  OK(ttnn_slice(cube, 3, origin, all, far, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{0}));
  const auto refused = [&](Extents s, Extents e, int64_t step, const char *words) {
    const int64_t by[] = {1, step};
    REFUSED(ttnn_slice(ints, 2, s.data(), e.data(), by, nullptr, out.out()), kInvalid, words);
  };
  refused({0, 0}, {2, 160}, 1, "Ends 160 must be less than or equal to the shape");
  refused({0, 4}, {2, 4}, 1, "start 4");
  refused({0, -1}, {2, 4}, 1, "start -1");
  refused({0, 0}, {2, 4}, 0, "step 0");
  REFUSED(ttnn_slice(ints, 3, starts, ends, steps, nullptr, out.out()), TTNN_STATUS_SHAPE, "rank is 3");
  REFUSED(ttnn_slice(ints, 2, nullptr, ends, steps, nullptr, out.out()), kInvalid, "starts is NULL");
}

TEST(reshape, values) {
  const Device d;
  const Extents shape{2, 3, 48};
  for (const int32_t dtype : kFloats) {
    const Array array = rounded(random(shape, 3), dtype);
    Tensor x = d.make(array, dtype);
    for (const Extents &wanted : {Extents{6, 48}, Extents{288}, Extents{-1, 16}, Extents{3, 2, 48}, Extents{1, 9, -1},
                                  Extents{72, 4}, Extents{1, 1, 288, 1}}) {
      Tensor out;
      OK(ttnn_reshape(x, static_cast<int32_t>(wanted.size()), wanted.data(), out.out()));
      CHECK_EQ(volume(out.shape()), volume(shape));
      CHECK_EQ(out.spec().dtype, dtype);
      const Array got = out.read();
      NEAR((Array{shape, got.values}), array, dtype == BF8 || dtype == BF4 ? tolerance(dtype) : 0);
    }
  }
  // Plain dtypes share the buffer.
  Tensor x = d.make(random({4, 8}, 1), BF16);
  const int64_t wanted[] = {2, 16};
  Tensor view;
  OK(ttnn_reshape(x, 2, wanted, view.out()));
  auto o = options<ttnn_binary_options>();
  o.output_tensor = view;
  Tensor out;
  OK(ttnn_add_scalar(view, 1, &o, out.out()));
  CHECK_VALUES(view.read().values == x.read().values);
  const auto refused = [&](Extents to, int32_t status, const char *words) {
    REFUSED(ttnn_reshape(x, static_cast<int32_t>(to.size()), to.data(), out.out()), status, words);
  };
  refused({5, 7}, TTNN_STATUS_SHAPE, "Invalid arguments to reshape");
  refused({-1, 5}, TTNN_STATUS_SHAPE, "Invalid arguments to reshape");
  refused({-1, -1}, kInvalid, "two extents are -1");
  refused({0, 32}, kInvalid, "extent 0 is 0");
  refused({-2, 16}, kInvalid, "-2");
  REFUSED(ttnn_reshape(x, 0, wanted, out.out()), kInvalid, "rank is 0");
  REFUSED(ttnn_reshape(x, 2, nullptr, out.out()), kInvalid, "shape is NULL");
}

TEST(permute, any_order) {
  const Device d;
  const struct {
    Extents shape;
    std::vector<int32_t> dims;
  } cases[] = {
      {{5}, {0}},
      {{40, 70}, {1, 0}},
      {{2, 33, 5}, {1, 0, 2}},
      {{2, 33, 5}, {2, 0, 1}},
      {{2, 3, 40, 50}, {0, 2, 1, 3}},
      {{2, 3, 40, 50}, {0, 1, 3, 2}},
      {{2, 3, 40, 50}, {3, 2, 1, 0}},
      {{2, 3, 40, 50}, {-1, 0, -3, 2}},
      {{2, 1, 3, 2, 1, 2, 3, 5}, {7, 0, 3, 5, 2, 1, 6, 4}},
      {{2, 1, 3, 2, 1, 2, 3, 5}, {6, 5, 4, 3, 2, 1, 0, 7}},
  };
  for (const auto &c : cases) {
    for (const int32_t dtype : kFloats) {
      const Array array = rounded(random(c.shape, 3), dtype);
      Extents permuted;
      const auto rank = static_cast<int32_t>(c.shape.size());
      std::vector<int32_t> dims = c.dims;
      for (int32_t &dim : dims) dim = dim < 0 ? dim + rank : dim;
      for (int32_t dim : dims) permuted.push_back(c.shape[static_cast<size_t>(dim)]);
      Array expected = zeros(permuted);
      each(permuted, [&](const Extents &index, size_t n) {
        Extents from(index.size());
        for (size_t i = 0; i < index.size(); ++i) from[static_cast<size_t>(dims[i])] = index[i];
        expected.values[n] = array.values[static_cast<size_t>(offset(c.shape, from))];
      });
      Tensor out;
      OK(ttnn_permute(d.make(array, dtype), rank, c.dims.data(), nullptr, out.out()));
      const bool exact = dims.back() == rank - 1 || dtype == F32 || dtype == BF16;
      NEAR(out.read(), expected, exact ? 0 : tolerance(dtype));
    }
  }
  Tensor bytes = d.ints({1, 2, 3, 4, 5, 6}, {2, 3}, U8);
  Tensor out;
  OK(ttnn_transpose(bytes, 0, -1, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 4, 2, 5, 3, 6}));
  const int32_t twice[] = {1, 1};
  REFUSED(ttnn_permute(bytes, 2, twice, nullptr, out.out()), kInvalid, "twice");
  const int32_t beyond[] = {0, 2};
  REFUSED(ttnn_permute(bytes, 2, beyond, nullptr, out.out()), kInvalid, "dimension 2");
  REFUSED(ttnn_permute(bytes, 3, beyond, nullptr, out.out()), TTNN_STATUS_SHAPE, "rank is 3");
  REFUSED(ttnn_permute(bytes, 2, nullptr, nullptr, out.out()), kInvalid, "dims is NULL");
  REFUSED(ttnn_transpose(bytes, 0, 2, nullptr, out.out()), kInvalid, "dimension 2");
}

TEST(pad, values) {
  const Device d;
  const Extents shape{2, 3, 20};
  const Extents low{1, 0, 2};
  const Extents high{0, 2, 11};
  for (const int32_t layout : {ROW, TILE}) {
    for (const int32_t dtype : kFloats) {
      if (layout == ROW && (dtype == BF8 || dtype == BF4)) continue;
      const Array array = rounded(random(shape, 3), dtype);
      const Extents before = layout == ROW ? low : Extents{0, 0, 0};
      Extents padded;
      for (size_t i = 0; i < 3; ++i) padded.push_back(before[i] + shape[i] + high[i]);
      Array expected = zeros(padded);
      each(padded, [&](Extents index, size_t n) {
        bool inside = true;
        for (size_t i = 0; i < 3; ++i) {
          index[i] -= before[i];
          inside = inside && index[i] >= 0 && index[i] < shape[i];
        }
        expected.values[n] = inside ? array.values[static_cast<size_t>(offset(shape, index))] : 0.5F;
      });
      Tensor out;
      OK(ttnn_pad(d.make(array, dtype, layout), 3, before.data(), high.data(), 0.5F, nullptr, out.out()));
      NEAR(out.read(), expected, dtype == BF8 || dtype == BF4 ? tolerance(dtype) : 0);
    }
  }
  Tensor ints = d.ints({1, 2}, {1, 2});
  const int64_t one[] = {1, 1};
  const int64_t none[] = {0, 0};
  Tensor out;
  OK(ttnn_pad(ints, 2, one, none, -7, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{-7, -7, -7, -7, 1, 2}));
  REFUSED(ttnn_pad(ints, 2, one, none, 0.5F, nullptr, out.out()), kInvalid, "0.5");
  REFUSED(ttnn_pad(d.make(zeros({1, 2}), BF16), 2, one, none, 0, nullptr, out.out()), kInvalid,
          "on device tile padding does not support front padding");
  const int64_t negative[] = {0, -1};
  REFUSED(ttnn_pad(ints, 2, none, negative, 0, nullptr, out.out()), kInvalid, "-1");
  const int64_t huge[] = {int64_t{1} << 40, int64_t{1} << 40};
  REFUSED(ttnn_pad(ints, 2, none, huge, 0, nullptr, out.out()), kInvalid, "2^40");
}

TEST(scatter, values) {
  const Device d;
  struct Case {
    Extents x, index, src;
    int32_t dim;
  };
  const Case cases[] = {
      {{1, 1, 4, 67}, {1, 1, 4, 3}, {1, 1, 4, 3}, -1}, {{2, 3, 5, 7}, {2, 3, 2, 7}, {2, 3, 4, 7}, 2},
      {{4, 2, 3, 5}, {2, 1, 3, 4}, {3, 2, 3, 5}, 0},   {{2, 6, 3, 5}, {2, 9, 2, 5}, {2, 9, 3, 6}, 1},
      {{70}, {5}, {8}, 0},                             {{3, 40}, {2, 80}, {3, 80}, 1},
  };
  for (const Case &c : cases) {
    const auto rank = static_cast<int64_t>(c.x.size());
    const auto over = static_cast<size_t>(c.dim < 0 ? c.dim + rank : c.dim);
    std::vector<int32_t> targets;
    for (int64_t i = 0; i < volume(c.index); ++i) targets.push_back(static_cast<int32_t>((i * 7 + 3) % c.x[over]));
    for (const int32_t dtype : {F32, BF16, BF8}) {
      for (const int32_t index_dtype : {I32, U32, U16, U8}) {
        for (const int32_t layout : {TILE, ROW}) {
          if (dtype == BF8 && layout == ROW) continue;
          if (dtype == F32 && layout == TILE && check::host_only("scatter to FLOAT32 in tiles")) continue;
          const Array x = rounded(random(c.x, 1), dtype);
          const Array src = rounded(random(c.src, 2), dtype);
          Array expected = x;
          for (int64_t i = 0; i < volume(c.index); ++i) {
            int64_t rest = i;
            int64_t from = 0, from_stride = 1, to = 0, to_stride = 1;
            for (size_t k = c.x.size(); k-- > 0;) {
              const int64_t at = rest % c.index[k];
              rest /= c.index[k];
              from += at * from_stride;
              to += (k == over ? targets[static_cast<size_t>(i)] : at) * to_stride;
              from_stride *= c.src[k];
              to_stride *= c.x[k];
            }
            expected.values[static_cast<size_t>(to)] = src.values[static_cast<size_t>(from)];
          }
          Tensor input = d.make(x, dtype, layout);
          Tensor out;
          OK(ttnn_scatter(input, c.dim, d.ints(targets, c.index, index_dtype), d.make(src, dtype, layout), nullptr, out.out()));
          CHECK_EQ(out.spec().dtype, dtype == BF8 ? BF16 : dtype);
          CHECK_EQ(out.spec().layout, layout);
          CHECK_VALUES(out.read().values == expected.values);
          CHECK_VALUES(input.read().values == x.values);
        }
      }
    }
  }
  // Integers, tiled indices, and a block-float src for a BFLOAT16 x.
  Tensor index;
  OK(ttnn_to_layout(d.ints({1, 0}, {2, 1}), TILE, TTNN_DTYPE_DEFAULT, index.out()));
  Tensor out;
  OK(ttnn_scatter(d.ints({1, 2, 3, 4}, {2, 2}), 1, index, d.ints({7, 8}, {2, 1}), nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 7, 8, 4}));
  OK(ttnn_scatter(d.make(zeros({2, 2}), BF16), 1, index, d.make(Array{{2, 1}, {0.5, -2}}, BF8), nullptr, out.out()));
  CHECK_VALUES((out.read().values == std::vector<float>{0, 0.5, -2, 0}));
  // The last of several positions with one target.
  OK(ttnn_scatter(d.make(zeros({1, 3}), F32, ROW), 1, d.ints({2, 2, 2}, {1, 3}),
                  d.make(Array{{1, 3}, {1, 2, 3}}, F32, ROW), nullptr, out.out()));
  CHECK_VALUES((out.read().values == std::vector<float>{0, 0, 3}));
}

TEST(scatter, refusals) {
  const Device d;
  Tensor x = d.make(zeros({1, 1, 4, 64}), BF16);
  Tensor index = d.ints(std::vector<int32_t>(12, 0), {1, 1, 4, 3});
  Tensor src = d.make(zeros({1, 1, 4, 3}), BF16);
  Tensor out;
  OK(ttnn_scatter(x, -1, index, src, nullptr, out.out()));
  REFUSED(ttnn_scatter(x, 4, index, src, nullptr, out.out()), kInvalid, "dimension 4");
  REFUSED(ttnn_scatter(x, -1, src, src, nullptr, out.out()), TTNN_STATUS_DTYPE, "index_dtype is not integer, it is BFLOAT16");
  REFUSED(ttnn_scatter(x, -1, index, d.make(zeros({1, 1, 4, 3}), F32), nullptr, out.out()), TTNN_STATUS_DTYPE,
          "input_dtype differs from src_dtype: x is BFLOAT16, src FLOAT32");
  REFUSED(ttnn_scatter(d.make(zeros({1, 1, 4, 64}), BF4), -1, index, src, nullptr, out.out()), TTNN_STATUS_DTYPE, "BFLOAT4_B");
  REFUSED(ttnn_scatter(x, -1, index, d.make(zeros({1, 1, 4, 2}), BF16), nullptr, out.out()), TTNN_STATUS_SHAPE,
          "index_shape[3] <= source_shape[3] == false");
  REFUSED(ttnn_scatter(x, -1, d.ints(std::vector<int32_t>(15, 0), {1, 1, 5, 3}), d.make(zeros({1, 1, 5, 3}), BF16), nullptr,
                       out.out()),
          TTNN_STATUS_SHAPE, "index_shape[2] <= input_shape[2] == false");
  REFUSED(ttnn_scatter(x, -1, d.ints({0}, {1, 1}), src, nullptr, out.out()), TTNN_STATUS_SHAPE, "expected one rank");
  for (const int32_t beyond : {-1, 64}) {
    if (check::host_only("refusal: indices that are not in x")) break;
    REFUSED(ttnn_scatter(x, -1, d.ints({0, 0, 0, 0, beyond, 0}, {1, 1, 2, 3}), src, nullptr, out.out()), kInvalid,
            "index " + std::to_string(beyond) + " in row 1, column 1 is not in dimension 3 of x, which has 64");
  }
  const ttnn_memory_config sharded = height_sharded();
  REFUSED(ttnn_scatter(d.make(zeros({1, 1, 32, 64}), BF16, TILE, sharded), -1, index, src, nullptr, out.out()),
          TTNN_STATUS_UNSUPPORTED, "interleaved");
  REFUSED(ttnn_scatter(x, -1, nullptr, src, nullptr, out.out()), kInvalid, "index is NULL");
}
