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
  REFUSED(norm(x, &o, out.out()), TTNN_STATUS_SHAPE, "residual: logical=[64]");
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
      {{1, 40}, {7, 1}},    {{5, 1, 40}, {2, 1, 6, 1}},      {{1}, {2, 2, 2, 2, 2, 2}}, {{100, 129}, {1, 1}},
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
  CHECK_VALUES((out.ints() == std::vector<int32_t>{11, 18, INT32_MIN + 9, 24}));
  OK(ttnn_subtract(x, y, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{-9, -22, INT32_MAX - 10, -16}));
  OK(ttnn_multiply_scalar(y, -3, nullptr, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{-30, -60}));
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

// Routing compares the expert of each slot with all of them: 1 where they are equal.
TEST(binary, one_hot) {
  const Device d;
  for (const int32_t dtype : {F32, BF16}) {
    Tensor ints = d.ints({0, 1, 2, 3, 4}, {1, 1, 1, 5});
    Tensor experts;
    OK(ttnn_typecast(ints, dtype, experts.out()));
    Tensor chosen;
    OK(ttnn_typecast(d.ints({3, 0}, {2, 1, 1, 1}), dtype, chosen.out()));
    Tensor distance;
    OK(ttnn_subtract(experts, chosen, nullptr, distance.out()));
    CHECK((distance.shape() == Extents{2, 1, 1, 5}));
    CHECK_VALUES((distance.read().values == std::vector<float>{-3, -2, -1, 0, 1, 0, 1, 2, 3, 4}));
    auto o = options<ttnn_binary_options>();
    o.activation = TTNN_UNARY_RELU;
    OK(ttnn_subtract(experts, chosen, &o, distance.out()));
    CHECK_VALUES((distance.read().values == std::vector<float>{0, 0, 0, 0, 1, 0, 1, 2, 3, 4}));
  }
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
  CHECK_VALUES((x.ints() == std::vector<int32_t>{1, 0, 42, INT32_MIN}));
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
  CHECK_VALUES(out.read().values == expected.values);
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

TEST(group_norm, values) {
  const Device d;
  struct Case {
    int64_t samples, positions, channels;
    int32_t groups;
  };
  // One group, one channel a group, widths that no tile has, more positions than a part of the sums.
  for (const Case &c : {Case{1, 9, 16, 8}, Case{2, 65, 64, 32}, Case{3, 130, 96, 1}, Case{1, 1, 12, 3}, Case{2, 33, 5, 5}}) {
    const Extents shape{c.samples, 1, c.positions, c.channels};
    Array array = random(shape, 1, 4);
    for (float &value : array.values) value += 3;
    const bool tiled = c.channels % 32 != 0;
    const Extents form = tiled ? Extents{1, 1, 1, c.channels} : Extents{1, 1, c.channels / 32, 32};
    const Array weight = random(form, 2);
    const Array bias = random(form, 3);
    for (const int32_t dtype : {F32, BF16}) {
      for (const bool affine : {false, true}) {
        if (tiled && check::host_only("channels that are no multiple of 32")) continue;
        Array expected = rounded(array, dtype);
        const int64_t width = c.channels / c.groups;
        for (int64_t n = 0; n < c.samples; ++n) {
          for (int64_t g = 0; g < c.groups; ++g) {
            const auto at = [&](int64_t i) -> float & {
              const int64_t row = n * c.positions + i / width;
              return expected.values[static_cast<size_t>(row * c.channels + g * width + i % width)];
            };
            const int64_t size = c.positions * width;
            double mean = 0;
            double variance = 0;
            for (int64_t i = 0; i < size; ++i) mean += at(i) / static_cast<double>(size);
            for (int64_t i = 0; i < size; ++i) variance += (at(i) - mean) * (at(i) - mean) / static_cast<double>(size);
            for (int64_t i = 0; i < size; ++i) {
              const auto channel = static_cast<size_t>(g * width + i % width);
              const double y = (at(i) - mean) / std::sqrt(variance + 1e-5);
              at(i) = static_cast<float>(affine ? y * weight.values[channel] + bias.values[channel] : y);
            }
          }
        }
        Tensor gamma = d.make(weight, F32, tiled ? TILE : ROW);
        Tensor beta = d.make(bias, F32, tiled ? TILE : ROW);
        auto o = options<ttnn_group_norm_options>();
        o.num_groups = c.groups;
        o.epsilon = 1e-5F;
        if (affine) {
          o.weight = gamma;
          o.bias = beta;
        }
        Tensor out;
        OK(ttnn_group_norm(d.make(array, dtype), &o, out.out()));
        CHECK_EQ(out.spec().dtype, dtype);
        CHECK_EQ(out.spec().layout, TILE);
        CHECK((out.shape() == shape));
        NEAR(out.read(), expected, dtype == F32 ? 1e-5 : tolerance(BF16));
      }
    }
  }
  auto o = options<ttnn_group_norm_options>();
  o.num_groups = 4;
  Tensor out;
  // ROW_MAJOR stays; the bits do not depend on the threads; one value throughout gives zeros.
  const Array array = random({1, 1, 320, 64}, 1);
  OK(ttnn_group_norm(d.make(array, F32), &o, out.out()));
  const Array expected = out.read();
  OK(ttnn_group_norm(d.make(array, F32, ROW), &o, out.out()));
  CHECK_EQ(out.spec().layout, ROW);
  CHECK_VALUES(out.read().values == expected.values);
  if (!check::host_only("a second device")) {
    const Device alone(256 << 20, 1);
    OK(ttnn_group_norm(alone.make(array, F32), &o, out.out()));
    CHECK_VALUES(out.read().values == expected.values);
  }
  OK(ttnn_group_norm(d.make(mapped(zeros({2, 1, 99, 32}), [](double) { return 1234.567; }), F32), &o, out.out()));
  CHECK_VALUES(out.read().values == zeros({2, 1, 99, 32}).values);
}

TEST(group_norm, refusals) {
  const Device d;
  Tensor x = d.make(random({1, 1, 32, 64}, 1), BF16);
  Tensor out;
  auto o = options<ttnn_group_norm_options>();
  const auto refused = [&](const Tensor &input, int32_t status, const char *words) {
    REFUSED(ttnn_group_norm(input, &o, out.out()), status, words);
  };
  REFUSED(ttnn_group_norm(x, nullptr, out.out()), kInvalid, "options is NULL");
  refused(x, kInvalid, "num_groups is 0");
  o.num_groups = 5;
  refused(x, TTNN_STATUS_SHAPE, "Number of channels (64) must be divisible by the number of groups (5)");
  o.num_groups = 8;
  OK(ttnn_group_norm(x, &o, out.out()));
  refused(d.make(zeros({1, 32, 64}), BF16), TTNN_STATUS_SHAPE, "must have rank 4. (rank=3)");
  refused(d.make(zeros({1, 2, 32, 64}), BF16), TTNN_STATUS_SHAPE, "input tensor shape[1] must be 1!");
  refused(d.make(zeros({1, 1, 32, 64}), BF8), TTNN_STATUS_DTYPE, "Input tensor must be BFLOAT16 or FLOAT32");
  refused(d.make(zeros({1, 1, 9, 64}), BF16, ROW), TTNN_STATUS_SHAPE, "The product of NHW dimensions (9)");
  refused(d.make(zeros({1, 1, 32, 48}), BF16, ROW), TTNN_STATUS_SHAPE, "48 channels, expected a multiple of 32");
  const ttnn_memory_config sharded = height_sharded();
  refused(d.make(zeros({1, 1, 32, 64}), BF16, TILE, sharded), TTNN_STATUS_UNSUPPORTED, "sharded");
  o.dtype = F32;
  refused(x, TTNN_STATUS_DTYPE, "output dtype must match input dtype (BFLOAT16), got dtype=FLOAT32");
  o.dtype = BF16;
  Tensor tile = d.make(zeros({64}), BF16);
  Tensor flat = d.make(zeros({1, 1, 1, 64}), BF16, ROW);
  Tensor good = d.make(zeros({1, 1, 2, 32}), BF16, ROW);
  Tensor exact = d.make(zeros({1, 1, 2, 32}), F32, ROW);
  o.weight = tile;
  refused(x, TTNN_STATUS_DTYPE, "Gamma tensor must have ROW_MAJOR layout: weight is TILE");
  o.weight = flat;
  refused(x, TTNN_STATUS_SHAPE, "weight has shape [1, 1, 1, 64]");
  o.weight = good;
  o.bias = exact;
  refused(x, TTNN_STATUS_DTYPE, "weight and bias must share the same dtype: weight is BFLOAT16, bias FLOAT32");
  Tensor packed = d.make(zeros({16}), BF8);
  o.weight = nullptr;
  o.bias = packed;
  if (!check::host_only("channels that are no multiple of 32")) {
    refused(d.make(zeros({1, 1, 32, 16}), BF16), TTNN_STATUS_DTYPE, "bias is BFLOAT8_B");
  }
  o.bias = nullptr;
  o.epsilon = -1;
  refused(x, kInvalid, "epsilon is -1");
}

TEST(sum, any_dimension) {
  const Device d;
  for (const Extents &shape : {Extents{2, 3, 5, 37}, Extents{4, 70}, Extents{3, 2, 33}, Extents{129}}) {
    const Array array = random(shape, 1, 9);
    const auto rank = static_cast<int32_t>(shape.size());
    for (int32_t dim = -rank; dim < rank; ++dim) {
      const auto over = static_cast<size_t>(dim < 0 ? dim + rank : dim);
      int64_t inner = 1;
      for (size_t i = over + 1; i < shape.size(); ++i) inner *= shape[i];
      for (const int32_t dtype : {F32, BF16, BF8}) {
        for (const int32_t layout : {TILE, ROW}) {
          if (dtype == BF8 && layout == ROW) continue;
          const Array from = rounded(array, dtype);
          Array expected;
          const int64_t n = shape[over];
          for (int64_t i = 0; i < volume(shape) / n; ++i) {
            double sum = 0;
            for (int64_t j = 0; j < n; ++j) {
              sum += static_cast<double>(from.values[static_cast<size_t>(i / inner * inner * n + i % inner + j * inner)]);
            }
            expected.values.push_back(static_cast<float>(sum));
          }
          Tensor x = d.make(array, dtype, layout);
          for (const bool keep : {true, false}) {
            expected.shape = shape;
            expected.shape[over] = 1;
            if (!keep && rank > 1) expected.shape.erase(expected.shape.begin() + static_cast<ptrdiff_t>(over));
            Tensor out;
            OK(ttnn_sum(x, dim, keep ? 1 : 0, nullptr, out.out()));
            CHECK((out.shape() == expected.shape));
            CHECK_EQ(out.spec().dtype, dtype);
            CHECK_EQ(out.spec().layout, static_cast<int32_t>(over) < rank - 2 && dtype != F32 ? TILE : layout);
            NEAR(out.read(), expected, std::max(tolerance(dtype), 1e-6));
          }
        }
      }
    }
  }
  Tensor out;
  Tensor x = d.make(zeros({2, 7}), BF16);
  REFUSED(ttnn_sum(x, 2, 0, nullptr, out.out()), kInvalid, "dimension 2");
  REFUSED(ttnn_sum(x, 0, 2, nullptr, out.out()), kInvalid, "keepdim is 2");
  REFUSED(ttnn_sum(d.make(zeros({2, 7}), BF4), 0, 0, nullptr, out.out()), TTNN_STATUS_DTYPE, "BFLOAT4_B");
  REFUSED(ttnn_sum(d.ints({1}, {1}, U16), 0, 0, nullptr, out.out()), TTNN_STATUS_DTYPE, "UINT16");
  auto o = options<ttnn_op_options>();
  o.dtype = F32;
  REFUSED(ttnn_sum(x, 0, 0, &o, out.out()), TTNN_STATUS_DTYPE, "FLOAT32");
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
  CHECK_VALUES((out.read().values == std::vector<float>{0.5, 0.5}));
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
        CHECK_VALUES(out.ints() == expected);
        OK(ttnn_argmax(d.make(array, dtype, layout), dim, 0, out.out()));
        CHECK_EQ(out.shape().size(), size_t{3});
        CHECK_VALUES(out.ints() == expected);
      }
    }
  }
  Tensor out;
  OK(ttnn_argmax(d.make(Array{{4}, {1, NAN, 3, NAN}}, F32), 0, 0, out.out()));
  CHECK((out.shape() == Extents{1}));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{1}));
  // Long rows go in pieces.
  Array rows = rounded(random({5, 20000}, 2), BF16);
  const auto at = [&](int64_t row, int64_t column) -> float & { return rows.values[static_cast<size_t>(row * 20000 + column)]; };
  at(0, 5000) = at(0, 17000) = 100;
  at(1, 19999) = 100;
  at(2, 3) = INFINITY;
  at(2, 12000) = at(2, 16000) = NAN;
  for (int64_t i = 0; i < 20000; ++i) at(3, i) = -INFINITY;
  at(4, 4095) = at(4, 4096) = 100;
  for (const int32_t dtype : {F32, BF16}) {
    OK(ttnn_argmax(d.make(rows, dtype), -1, 0, out.out()));
    CHECK_VALUES((out.ints() == std::vector<int32_t>{5000, 19999, 12000, 0, 4095}));
  }
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
          CHECK_VALUES((chosen[static_cast<size_t>(row * k + i)] == order[static_cast<size_t>(i)]));
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
      CHECK_VALUES(out.read().values == rounded(source, to).values);
    }
    for (const int32_t to : {U32, I32, U16, U8}) {
      OK(ttnn_typecast(x, to, out.out()));
      const std::vector<int32_t> values = out.ints();
      const double high = to == U8 ? UINT8_MAX : to == U16 ? UINT16_MAX : INT32_MAX;
      for (size_t i = 0; i < values.size(); ++i) {
        const double exact = std::trunc(static_cast<double>(source.values[i]));
        CHECK_VALUES((values[i] == (static_cast<int32_t>(std::clamp(exact, to == I32 ? double{INT32_MIN} : 0.0, high)))));
      }
    }
  }
  Tensor ints = d.ints({-1, 300, 70000}, {3});
  OK(ttnn_typecast(ints, F32, out.out()));
  CHECK_VALUES((out.read().values == std::vector<float>{-1, 300, 70000}));
  OK(ttnn_typecast(ints, U16, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{65535, 300, 4464}));
  REFUSED(ttnn_typecast(ints, BF8, out.out()), TTNN_STATUS_DTYPE, "Layout must be");
  REFUSED(ttnn_typecast(ints, 0, out.out()), kInvalid, "0 is not a dtype");
  Tensor extreme = d.make(Array{{4}, {INFINITY, -INFINITY, NAN, 1e30F}}, F32);
  OK(ttnn_typecast(extreme, I32, out.out()));
  CHECK_VALUES((out.ints() == std::vector<int32_t>{INT32_MAX, INT32_MIN, 0, INT32_MAX}));
}

TEST(convert, layouts) {
  const Device d;
  const Array array = random({3, 40}, 1);
  Tensor x = d.make(array, BF16, ROW);
  Tensor out;
  OK(ttnn_to_layout(x, TILE, BF8, out.out()));
  CHECK_EQ(out.spec().dtype, BF8);
  CHECK_EQ(out.spec().layout, TILE);
  CHECK_VALUES(out.read().values == rounded(rounded(array, BF16), BF8).values);
  Tensor back;
  OK(ttnn_to_layout(out, ROW, TTNN_DTYPE_DEFAULT, back.out()));
  CHECK_EQ(back.spec().dtype, BF16);
  CHECK_VALUES(back.read().values == out.read().values);
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
  CHECK_VALUES(out.read().values == x.read().values);
  REFUSED(ttnn_to_memory_config(x, nullptr, out.out()), kInvalid, "memory_config is NULL");
  Tensor y = d.make(zeros({1, 4, 3, 64}), BF16);
  OK(ttnn_copy(x, y));
  CHECK_VALUES(y.read().values == x.read().values);
  OK(ttnn_copy(y, y));
  REFUSED(ttnn_copy(x, d.make(zeros({1, 4, 3, 64}), F32)), TTNN_STATUS_DTYPE, "dst FLOAT32");
  REFUSED(ttnn_copy(x, d.make(zeros({4, 3, 64}), BF16)), TTNN_STATUS_SHAPE, "dst [4, 3, 64]");
}
