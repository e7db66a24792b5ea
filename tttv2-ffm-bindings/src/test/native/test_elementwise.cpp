// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic, activations, norms, softmax, argmax, topk, conversions.
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

using Binary = ttnn_status (*)(ttnn_tensor *, ttnn_tensor *, const ttnn_binary_options *, ttnn_tensor **);

Array broadcast(const Array &a, const Array &b, const std::function<double(double, double)> &f) {
  const size_t rank = std::max(a.shape.size(), b.shape.size());
  const auto extent = [&](const Array &array, size_t i) {
    return i < rank - array.shape.size() ? 1 : array.shape[i - (rank - array.shape.size())];
  };
  Extents shape;
  for (size_t i = 0; i < rank; ++i) shape.push_back(std::max(extent(a, i), extent(b, i)));
  Array result = zeros(shape);
  for (size_t n = 0; n < result.values.size(); ++n) {
    const auto pick = [&](const Array &array) {
      auto rest = static_cast<int64_t>(n);
      int64_t offset = 0;
      int64_t stride = 1;
      for (size_t i = rank; i-- > 0;) {
        const int64_t index = rest % shape[i];
        rest /= shape[i];
        if (extent(array, i) != 1) offset += index * stride;
        stride *= extent(array, i);
      }
      return static_cast<double>(array.values[static_cast<size_t>(offset)]);
    };
    result.values[n] = static_cast<float>(f(pick(a), pick(b)));
  }
  return result;
}

Array mapped(Array array, const std::function<double(double)> &f) {
  for (float &value : array.values) value = static_cast<float>(f(value));
  return array;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double silu(double x) { return x * sigmoid(x); }
double gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }
double gelu_tanh(double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x))); }
double relu(double x) { return std::max(0.0, x); }

using Norm = ttnn_status (*)(ttnn_tensor *, const ttnn_norm_options *, ttnn_tensor **);

void norm_values(Norm norm, bool centred) {
  const Device d;
  for (const Extents &shape : {Extents{1, 1, 3, 64}, Extents{5, 96}, Extents{2, 3, 4, 32}}) {
    const int64_t width = shape.back();
    const Array array = random(shape, 1, 4);
    const Array residual = random(shape, 2, 4);
    const Array weight = random({width}, 3);
    const Array bias = random({width}, 4);
    for (const bool with_residual : {false, true}) {
      for (const bool row_major : {false, true}) {
        Array expected = array;
        for (int64_t i = 0; i < volume(shape); ++i) {
          if (with_residual) expected.values[static_cast<size_t>(i)] += residual.values[static_cast<size_t>(i)];
        }
        for (int64_t row = 0; row < volume(shape) / width; ++row) {
          float *values = expected.values.data() + row * width;
          double mean = 0;
          for (int64_t i = 0; centred && i < width; ++i) mean += static_cast<double>(values[i]) / width;
          double squares = 0;
          for (int64_t i = 0; i < width; ++i) squares += (values[i] - mean) * (values[i] - mean);
          const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + 1e-5);
          for (int64_t i = 0; i < width; ++i) {
            const auto n = static_cast<size_t>(i);
            values[i] = static_cast<float>((values[i] - mean) * scale * weight.values[n] + bias.values[n]);
          }
        }
        const Extents form = row_major ? Extents{1, 1, width / 32, 32} : Extents{1, 1, 1, width};
        Tensor gamma = d.make(Array{form, weight.values}, F32, row_major ? ROW : TILE);
        Tensor beta = d.make(Array{form, bias.values}, F32, row_major ? ROW : TILE);
        Tensor added = d.make(residual, F32);
        auto o = options<ttnn_norm_options>();
        o.epsilon = 1e-5F;
        o.weight = gamma;
        o.bias = beta;
        if (with_residual) o.residual_input_tensor = added;
        Tensor out;
        OK(norm(d.make(array, F32), &o, out.out()));
        NEAR(out.read(), expected, 1e-5);
        OK(norm(d.make(array, BF16), &o, out.out()));
        CHECK_EQ(out.spec().dtype, BF16);
        NEAR(out.read(), expected, 2 * tolerance(BF16));
      }
    }
  }
}

void norm_refusals(Norm norm) {
  const Device d;
  Tensor x = d.make(random({1, 1, 3, 64}, 1), BF16);
  Tensor out;
  REFUSED(norm(d.make(zeros({1, 64}), BF4), nullptr, out.out()), TTNN_STATUS_DTYPE, "BFLOAT4_B");
  auto o = options<ttnn_norm_options>();
  Tensor flat = d.make(zeros({1, 1, 1, 64}), BF16, ROW);
  o.weight = flat;
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_SHAPE, "Gamma's last padded dim needs to equal tile width");
  Tensor long_one = d.make(zeros({1, 1, 3, 32}), BF16, ROW);
  o.weight = long_one;
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_SHAPE, "Gamma's last padded dim");
  Tensor good = d.make(zeros({1, 1, 2, 32}), BF16, ROW);
  Tensor tile = d.make(zeros({64}), BF16);
  o.weight = good;
  o.bias = tile;
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_DTYPE, "Gamma and beta must have the same layout!");
  o = options<ttnn_norm_options>();
  Tensor narrow = d.make(zeros({63}), BF16);
  o.weight = narrow;
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_SHAPE, "expected [1, 1, 1, 64]");
  o = options<ttnn_norm_options>();
  o.residual_input_tensor = tile;
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_SHAPE, "residual_input_tensor has shape [64]");
  o = options<ttnn_norm_options>();
  o.epsilon = -1;
  REFUSED(norm(x, &o, out.out()), kInvalid, "epsilon is -1");
  o.epsilon = NAN;
  REFUSED(norm(x, &o, out.out()), kInvalid, "epsilon");
}

}  // namespace

TEST(binary, broadcasting) {
  const Device d;
  const std::pair<Extents, Extents> cases[] = {
      {{3, 33}, {3, 33}},   {{2, 3, 5, 40}, {40}},           {{2, 3, 5, 40}, {5, 1}},     {{2, 3, 5, 40}, {2, 1, 1, 40}},
      {{1, 40}, {7, 1}},    {{5, 1, 40}, {2, 1, 6, 1}},      {{1}, {2, 2, 2, 2, 2, 2, 2, 2}}, {{100, 129}, {1, 1}},
  };
  const struct {
    Binary call;
    std::function<double(double, double)> f;
  } operations[] = {{ttnn_add, std::plus<>()}, {ttnn_subtract, std::minus<>()}, {ttnn_multiply, std::multiplies<>()}};
  for (const auto &[a_shape, b_shape] : cases) {
    const Array a = random(a_shape, 1);
    const Array b = random(b_shape, 2);
    for (const auto &operation : operations) {
      for (const int32_t a_dtype : {F32, BF16, BF8}) {
        for (const int32_t b_dtype : {F32, BF16, BF4}) {
          Tensor out;
          OK(operation.call(d.make(a, a_dtype), d.make(b, b_dtype), nullptr, out.out()));
          const Array expected = broadcast(rounded(a, a_dtype), rounded(b, b_dtype), operation.f);
          CHECK_EQ(out.spec().dtype, a_dtype);
          // Rounded once from float32: exact.
          CHECK((out.read().shape == expected.shape));
          NEAR(out.read(), rounded(expected, a_dtype), a_dtype == F32 ? 1e-7 : tolerance(a_dtype));
        }
      }
    }
  }
}

TEST(binary, fused_and_in_place) {
  const Device d;
  const Array a = random({4, 70}, 1, 3);
  const Array b = random({4, 70}, 2, 3);
  Tensor x = d.make(a, F32);
  Tensor y = d.make(b, F32);
  auto o = options<ttnn_binary_options>();
  o.a_activation = TTNN_UNARY_SILU;
  o.b_activation = TTNN_UNARY_RELU;
  o.activation = TTNN_UNARY_TANH;
  Tensor out;
  OK(ttnn_multiply(x, y, &o, out.out()));
  const Array expected = broadcast(a, b, [](double p, double q) { return std::tanh(silu(p) * relu(q)); });
  NEAR(out.read(), expected, 1e-5);
  o.output_tensor = x;
  Tensor same;
  OK(ttnn_multiply(x, y, &o, same.out()));
  NEAR(x.read(), expected, 1e-5);
  o = options<ttnn_binary_options>();
  o.dtype = BF8;
  OK(ttnn_add(x, y, &o, out.out()));
  CHECK_EQ(out.spec().dtype, BF8);
  OK(ttnn_add_scalar(y, 1.5F, nullptr, out.out()));
  NEAR(out.read(), mapped(b, [](double v) { return v + 1.5; }), 1e-6);
  o = options<ttnn_binary_options>();
  o.a_activation = TTNN_UNARY_RELU;
  o.b_activation = TTNN_UNARY_RELU;
  o.activation = TTNN_UNARY_SIGMOID;
  OK(ttnn_multiply_scalar(y, -2, &o, out.out()));
  NEAR(out.read(), mapped(b, [](double) { return 0.5; }), 1e-6);
}

TEST(binary, integers_and_layouts) {
  const Device d;
  Tensor x = d.ints({1, -2, INT32_MAX, 4}, {2, 2});
  Tensor y = d.ints({10, 20}, {2});
  Tensor out;
  OK(ttnn_add(x, y, nullptr, out.out()));
  CHECK((out.ints() == std::vector<int32_t>{11, 18, INT32_MIN + 9, 24}));
  OK(ttnn_subtract(x, y, nullptr, out.out()));
  CHECK((out.ints() == std::vector<int32_t>{-9, -22, INT32_MAX - 10, -16}));
  OK(ttnn_multiply_scalar(y, -3, nullptr, out.out()));
  CHECK((out.ints() == std::vector<int32_t>{-30, -60}));
  REFUSED(ttnn_add_scalar(y, 0.5F, nullptr, out.out()), kInvalid, "0.5");
  REFUSED(ttnn_add_scalar(y, 3e9F, nullptr, out.out()), kInvalid, "INT32");
  REFUSED(ttnn_add_scalar(y, NAN, nullptr, out.out()), kInvalid, "nan");
  REFUSED(ttnn_add(x, d.ints({1, 2}, {2}, U32), nullptr, out.out()), TTNN_STATUS_DTYPE, "UINT32");
  REFUSED(ttnn_add(x, d.make(zeros({2, 2}), F32), nullptr, out.out()), TTNN_STATUS_DTYPE, "FLOAT32");
  auto o = options<ttnn_binary_options>();
  o.activation = TTNN_UNARY_RELU;
  REFUSED(ttnn_add(x, y, &o, out.out()), TTNN_STATUS_DTYPE, "no activation");
  o = options<ttnn_binary_options>();
  o.dtype = F32;
  REFUSED(ttnn_add(x, y, &o, out.out()), TTNN_STATUS_DTYPE, "FLOAT32");
  Tensor row = d.make(random({2, 2}, 1), BF16, ROW);
  Tensor tile = d.make(random({2, 2}, 2), BF16);
  OK(ttnn_add(row, row, nullptr, out.out()));
  CHECK_EQ(out.spec().layout, ROW);
  OK(ttnn_add(row, tile, nullptr, out.out()));
  CHECK_EQ(out.spec().layout, TILE);
  o.dtype = BF8;
  REFUSED(ttnn_add(row, row, &o, out.out()), TTNN_STATUS_DTYPE, "Layout must be");
  REFUSED(ttnn_add(d.make(zeros({3, 32}), BF16), d.make(zeros({2, 32}), BF16), nullptr, out.out()), TTNN_STATUS_SHAPE,
          "Invalid subtile broadcast type: a [3, 32], b [2, 32]");
  REFUSED(ttnn_multiply(d.ints({1}, {1}, U16), d.ints({1}, {1}, U16), nullptr, out.out()), TTNN_STATUS_DTYPE, "UINT16");
}

TEST(unary, values) {
  const Device d;
  const struct {
    ttnn_status (*call)(ttnn_tensor *, const ttnn_op_options *, ttnn_tensor **);
    double (*f)(double);
  } operations[] = {{ttnn_silu, silu}, {ttnn_gelu, gelu},       {ttnn_gelu_tanh, gelu_tanh},
                    {ttnn_relu, relu}, {ttnn_tanh, std::tanh}, {ttnn_sigmoid, sigmoid}};
  for (const auto &operation : operations) {
    for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
      const Array array = random({3, 67}, 5, 6);
      Tensor out;
      OK(operation.call(d.make(array, dtype), nullptr, out.out()));
      CHECK_EQ(out.spec().dtype, dtype);
      NEAR(out.read(), mapped(rounded(array, dtype), operation.f), tolerance(dtype));
    }
    Tensor out;
    OK(operation.call(d.make(random({3, 5}, 5), BF16, ROW), nullptr, out.out()));
    CHECK_EQ(out.spec().layout, ROW);
    REFUSED(operation.call(d.ints({1}, {1}), nullptr, out.out()), TTNN_STATUS_DTYPE, "x is INT32");
  }
}

TEST(plus_one, values) {
  const Device d;
  Tensor x = d.ints({0, -1, 41, INT32_MAX}, {4});
  OK(ttnn_plus_one(x));
  CHECK((x.ints() == std::vector<int32_t>{1, 0, 42, INT32_MIN}));
  Tensor f = d.make(zeros({4}), F32, ROW);
  REFUSED(ttnn_plus_one(f), TTNN_STATUS_DTYPE, "FLOAT32");
  Tensor tile;
  OK(ttnn_to_layout(x, TILE, TTNN_DTYPE_DEFAULT, tile.out()));
  REFUSED(ttnn_plus_one(tile), TTNN_STATUS_DTYPE, "TILE");
}

TEST(rms_norm, values) {
  norm_values(ttnn_rms_norm, false);
  const Device d;
  // Widths that are no multiple of 32, without weights.
  Tensor out;
  OK(ttnn_rms_norm(d.make(mapped(zeros({2, 45}), [](double) { return -3; }), F32), nullptr, out.out()));
  NEAR(out.read(), mapped(zeros({2, 45}), [](double) { return -1; }), 1e-6);
}

TEST(rms_norm, refusals) {
  norm_refusals(ttnn_rms_norm);
  const Device d;
  Tensor out;
  REFUSED(ttnn_rms_norm(d.make(zeros({1, 64}), BF16, ROW), nullptr, out.out()), TTNN_STATUS_DTYPE,
          "ttnn::rms_norm does not support ROW_MAJOR input tensors");
}

TEST(layer_norm, values) {
  norm_values(ttnn_layer_norm, true);
  const Device d;
  Tensor out;
  // Rows of one value, of any width: no variance, so zeros.
  OK(ttnn_layer_norm(d.make(mapped(zeros({2, 45}), [](double) { return -1234.5; }), F32), nullptr, out.out()));
  NEAR(out.read(), zeros({2, 45}), 0);
  // ROW_MAJOR stays, as with TTNN.
  const Array array = random({3, 64}, 1, 4);
  OK(ttnn_layer_norm(d.make(array, F32), nullptr, out.out()));
  const Array expected = out.read();
  OK(ttnn_layer_norm(d.make(array, F32, ROW), nullptr, out.out()));
  CHECK_EQ(out.spec().layout, ROW);
  CHECK(out.read().values == expected.values);
}

TEST(layer_norm, refusals) {
  norm_refusals(ttnn_layer_norm);
  const Device d;
  Tensor out;
  REFUSED(ttnn_layer_norm(d.make(zeros({1, 45}), BF16, ROW), nullptr, out.out()), TTNN_STATUS_SHAPE,
          "ROW_MAJOR input requires W (45) to be a multiple of tile width (32)");
  Tensor row = d.make(zeros({1, 64}), BF16, ROW);
  auto o = options<ttnn_norm_options>();
  o.residual_input_tensor = row;
  REFUSED(ttnn_layer_norm(row, &o, out.out()), TTNN_STATUS_DTYPE, "Residual tensor must have TILE layout");
}

TEST(softmax, any_dimension) {
  const Device d;
  const Extents shape{2, 3, 5, 37};
  const Array array = random(shape, 1, 9);
  for (int32_t dim = -4; dim < 4; ++dim) {
    const auto over = static_cast<size_t>(dim < 0 ? dim + 4 : dim);
    int64_t inner = 1;
    for (size_t i = over + 1; i < 4; ++i) inner *= shape[i];
    for (const int32_t dtype : {F32, BF16, BF8}) {
      Array expected = rounded(array, dtype);
      const int64_t n = shape[over];
      for (int64_t i = 0; i < volume(shape) / n; ++i) {
        const int64_t first = i / inner * inner * n + i % inner;
        double sum = 0;
        for (int64_t j = 0; j < n; ++j) sum += std::exp(static_cast<double>(expected.values[static_cast<size_t>(first + j * inner)]));
        for (int64_t j = 0; j < n; ++j) {
          float &value = expected.values[static_cast<size_t>(first + j * inner)];
          value = static_cast<float>(std::exp(static_cast<double>(value)) / sum);
        }
      }
      Tensor out;
      OK(ttnn_softmax(d.make(array, dtype), dim, nullptr, out.out()));
      NEAR(out.read(), expected, std::max(tolerance(dtype), 1e-5));
    }
  }
  Tensor out;
  OK(ttnn_softmax(d.make(random({2, 7}, 1), BF16, ROW), -1, nullptr, out.out()));
  CHECK_EQ(out.spec().layout, TILE);
  OK(ttnn_softmax(d.make(Array{{1, 2}, {1000, 1000}}, F32), -1, nullptr, out.out()));
  CHECK((out.read().values == std::vector<float>{0.5, 0.5}));
  REFUSED(ttnn_softmax(d.make(zeros({2, 7}), BF16), 2, nullptr, out.out()), kInvalid, "dimension 2");
  REFUSED(ttnn_softmax(d.make(zeros({2, 7}), BF16), -3, nullptr, out.out()), kInvalid, "dimension -3");
}

TEST(argmax, any_dimension) {
  const Device d;
  const Extents shape{2, 3, 4, 37};
  Array array = rounded(random(shape, 1), BF16);
  array.values[5] = array.values[9] = 2;  // the first of equal ones
  for (const int32_t dtype : {F32, BF16}) {
    for (const int32_t layout : {ROW, TILE}) {
      for (int32_t dim = -4; dim < 4; ++dim) {
        const auto over = static_cast<size_t>(dim < 0 ? dim + 4 : dim);
        int64_t inner = 1;
        for (size_t i = over + 1; i < 4; ++i) inner *= shape[i];
        std::vector<int32_t> expected;
        const int64_t n = shape[over];
        for (int64_t i = 0; i < volume(shape) / n; ++i) {
          const int64_t first = i / inner * inner * n + i % inner;
          int32_t best = 0;
          for (int32_t j = 1; j < n; ++j) {
            if (array.values[static_cast<size_t>(first + j * inner)] >
                array.values[static_cast<size_t>(first + best * inner)]) {
              best = j;
            }
          }
          expected.push_back(best);
        }
        Tensor out;
        OK(ttnn_argmax(d.make(array, dtype, layout), dim, 1, out.out()));
        Extents kept = shape;
        kept[over] = 1;
        CHECK(out.shape() == kept);
        CHECK_EQ(out.spec().dtype, U32);
        CHECK_EQ(out.spec().layout, ROW);
        CHECK(out.ints() == expected);
        OK(ttnn_argmax(d.make(array, dtype, layout), dim, 0, out.out()));
        CHECK_EQ(out.shape().size(), size_t{3});
        CHECK(out.ints() == expected);
      }
    }
  }
  Tensor out;
  OK(ttnn_argmax(d.make(Array{{4}, {1, NAN, 3, NAN}}, F32), 0, 0, out.out()));
  CHECK((out.shape() == Extents{1}));
  CHECK((out.ints() == std::vector<int32_t>{1}));
  REFUSED(ttnn_argmax(d.make(zeros({2, 32}), BF8), -1, 0, out.out()), TTNN_STATUS_DTYPE, "BFLOAT8_B");
  REFUSED(ttnn_argmax(d.ints({1}, {1}), -1, 0, out.out()), TTNN_STATUS_DTYPE, "INT32");
  REFUSED(ttnn_argmax(d.make(zeros({2, 32}), BF16), -1, 2, out.out()), kInvalid, "keepdim is 2");
}

TEST(topk, values) {
  const Device d;
  for (const int64_t width : {int64_t{1}, int64_t{50}, int64_t{1000}, int64_t{70000}}) {
    for (const int32_t dtype : {F32, BF16, BF8}) {
      const Array array = rounded(random({3, width}, 1), dtype);
      const auto k = static_cast<int32_t>(std::min<int64_t>(width, 33));
      Tensor values;
      Tensor indices;
      OK(ttnn_topk(d.make(array, dtype), k, values.out(), indices.out()));
      CHECK_EQ(indices.spec().dtype, dtype == F32 || width > 65536 ? U32 : U16);
      CHECK_EQ(values.spec().dtype, dtype);
      const std::vector<int32_t> chosen = indices.ints();
      Array expected = zeros({3, k});
      for (int64_t row = 0; row < 3; ++row) {
        std::vector<int32_t> order(static_cast<size_t>(width));
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, [&](int32_t a, int32_t b) { return array.at({row, a}) > array.at({row, b}); });
        for (int64_t i = 0; i < k; ++i) {
          CHECK_EQ(chosen[static_cast<size_t>(row * k + i)], order[static_cast<size_t>(i)]);
          expected.values[static_cast<size_t>(row * k + i)] = array.at({row, order[static_cast<size_t>(i)]});
        }
      }
      NEAR(values.read(), expected, dtype == BF8 ? tolerance(BF8) : 0);
    }
  }
  Tensor x = d.make(zeros({2, 40}), BF16);
  Tensor v;
  Tensor i;
  REFUSED(ttnn_topk(x, 41, v.out(), i.out()), kInvalid, "k is 41");
  REFUSED(ttnn_topk(x, 0, v.out(), i.out()), kInvalid, "k is 0");
  REFUSED(ttnn_topk(d.make(zeros({2, 40}), BF16, ROW), 4, v.out(), i.out()), TTNN_STATUS_DTYPE, "ROW_MAJOR");
  REFUSED(ttnn_topk(x, 4, v.out(), nullptr), kInvalid, "out_indices is NULL");
  CHECK_EQ(d.stats().live_tensors, 1);
}

TEST(convert, typecast) {
  const Device d;
  const Array array{{2, 3}, {0, 1, 2.7F, -3.6F, 100000, 255}};
  Tensor out;
  for (const int32_t from : {F32, BF16, BF8, BF4}) {
    const Array source = rounded(array, from);
    Tensor x = d.make(array, from);
    for (const int32_t to : {F32, BF16, BF8, BF4}) {
      OK(ttnn_typecast(x, to, out.out()));
      CHECK(out.read().values == rounded(source, to).values);
    }
    for (const int32_t to : {U32, I32, U16, U8}) {
      OK(ttnn_typecast(x, to, out.out()));
      const std::vector<int32_t> values = out.ints();
      const double high = to == U8 ? UINT8_MAX : to == U16 ? UINT16_MAX : INT32_MAX;
      for (size_t i = 0; i < values.size(); ++i) {
        const double exact = std::trunc(static_cast<double>(source.values[i]));
        CHECK_EQ(values[i], static_cast<int32_t>(std::clamp(exact, to == I32 ? double{INT32_MIN} : 0.0, high)));
      }
    }
  }
  Tensor ints = d.ints({-1, 300, 70000}, {3});
  OK(ttnn_typecast(ints, F32, out.out()));
  CHECK((out.read().values == std::vector<float>{-1, 300, 70000}));
  OK(ttnn_typecast(ints, U16, out.out()));
  CHECK((out.ints() == std::vector<int32_t>{65535, 300, 4464}));
  REFUSED(ttnn_typecast(ints, BF8, out.out()), TTNN_STATUS_DTYPE, "Layout must be");
  REFUSED(ttnn_typecast(ints, 0, out.out()), kInvalid, "0 is not a dtype");
  Tensor extreme = d.make(Array{{4}, {INFINITY, -INFINITY, NAN, 1e30F}}, F32);
  OK(ttnn_typecast(extreme, I32, out.out()));
  CHECK((out.ints() == std::vector<int32_t>{INT32_MAX, INT32_MIN, 0, INT32_MAX}));
}

TEST(convert, layouts) {
  const Device d;
  const Array array = random({3, 40}, 1);
  Tensor x = d.make(array, BF16, ROW);
  Tensor out;
  OK(ttnn_to_layout(x, TILE, BF8, out.out()));
  CHECK_EQ(out.spec().dtype, BF8);
  CHECK_EQ(out.spec().layout, TILE);
  CHECK(out.read().values == rounded(rounded(array, BF16), BF8).values);
  Tensor back;
  OK(ttnn_to_layout(out, ROW, TTNN_DTYPE_DEFAULT, back.out()));
  CHECK_EQ(back.spec().dtype, BF16);
  CHECK(back.read().values == out.read().values);
  REFUSED(ttnn_to_layout(out, ROW, F32, back.out()), TTNN_STATUS_DTYPE, "ROW_MAJOR gives BFLOAT16");
  REFUSED(ttnn_to_layout(out, 0, 0, back.out()), kInvalid, "0 is not a layout");
}

TEST(convert, memory_and_copy) {
  const Device d;
  Tensor x = d.make(random({1, 4, 3, 64}, 1), BF16);
  ttnn_memory_config config = height_sharded();
  Tensor out;
  OK(ttnn_to_memory_config(x, &config, out.out()));
  CHECK_EQ(out.spec().memory_config.shard_width, 64);
  CHECK(out.read().values == x.read().values);
  REFUSED(ttnn_to_memory_config(x, nullptr, out.out()), kInvalid, "memory_config is NULL");
  Tensor y = d.make(zeros({1, 4, 3, 64}), BF16);
  OK(ttnn_copy(x, y));
  CHECK(y.read().values == x.read().values);
  OK(ttnn_copy(y, y));
  REFUSED(ttnn_copy(x, d.make(zeros({1, 4, 3, 64}), F32)), TTNN_STATUS_DTYPE, "dst FLOAT32");
  REFUSED(ttnn_copy(x, d.make(zeros({4, 3, 64}), BF16)), TTNN_STATUS_SHAPE, "dst [4, 3, 64]");
}
