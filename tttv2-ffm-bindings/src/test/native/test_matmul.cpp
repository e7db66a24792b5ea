// SPDX-License-Identifier: Apache-2.0
//
// embedding, matmul, linear, sparse_matmul.
#include <algorithm>
#include <tuple>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

double silu(double x) { return x / (1 + std::exp(-x)); }

// a [batch, M, K] x b [batch | 1, K, N] in double.
Array product(const Array &a, const Array &b, Extents shape) {
  const int64_t k = a.shape.back();
  const int64_t n = b.shape.back();
  const int64_t m = a.shape[a.shape.size() - 2];
  const int64_t matrices = volume(b.shape) / k / n;
  Array result = zeros(std::move(shape));
  for (size_t i = 0; i < result.values.size(); ++i) {
    const auto row = static_cast<int64_t>(i) / n;
    const auto col = static_cast<int64_t>(i) % n;
    const int64_t matrix = matrices == 1 ? 0 : row / m;
    double sum = 0;
    for (int64_t j = 0; j < k; ++j) {
      sum += static_cast<double>(a.values[static_cast<size_t>(row * k + j)]) *
             b.values[static_cast<size_t>((matrix * k + j) * n + col)];
    }
    result.values[i] = static_cast<float>(sum);
  }
  return result;
}

Array swapped(const Array &array) {
  Array result = array;
  const size_t rank = array.shape.size();
  std::swap(result.shape[rank - 1], result.shape[rank - 2]);
  const int64_t rows = array.shape[rank - 2];
  const int64_t cols = array.shape[rank - 1];
  for (int64_t i = 0; i < volume(array.shape); ++i) {
    const int64_t matrix = i / rows / cols;
    result.values[static_cast<size_t>(matrix * rows * cols + i % cols * rows + i / cols % rows)] =
        array.values[static_cast<size_t>(i)];
  }
  return result;
}

}  // namespace

TEST(embedding, values) {
  const Device d;
  const Array table = random({50, 70}, 1);
  Tensor ids = d.ints({3, 49, 0, 3, 17}, {1, 5}, U32);
  for (const int32_t dtype : {F32, BF16}) {
    if (dtype == F32 && check::host_only("FLOAT32 in embedding")) continue;
    Tensor weight = d.make(table, dtype, ROW);
    for (const int32_t layout : {ROW, TILE}) {
      for (const int32_t to : {int32_t{TTNN_DTYPE_DEFAULT}, BF16, BF8}) {
        if (to != TTNN_DTYPE_DEFAULT && to != dtype && layout == ROW) continue;
        auto o = options<ttnn_embedding_options>();
        o.layout = layout;
        o.dtype = to;
        Tensor out;
        OK(ttnn_embedding(ids, weight, &o, out.out()));
        Array expected = zeros({1, 5, 70});
        const int64_t chosen[] = {3, 49, 0, 3, 17};
        for (int64_t i = 0; i < 350; ++i) {
          expected.values[static_cast<size_t>(i)] = table.at({chosen[i / 70], i % 70});
        }
        const int32_t result = to == TTNN_DTYPE_DEFAULT ? dtype : to;
        CHECK_EQ(out.spec().dtype, result);
        CHECK_EQ(out.spec().layout, layout);
        CHECK_VALUES(out.read().values == rounded(rounded(expected, dtype), result).values);
      }
    }
  }
  Tensor weight = d.make(table, BF16, ROW);
  Tensor out;
  OK(ttnn_embedding(d.ints({1, 2}, {2}, U32), weight, nullptr, out.out()));
  CHECK((out.shape() == Extents{2, 70}));
  OK(ttnn_embedding(d.ints({1, 2, 3, 4}, {2, 2}, U32), weight, nullptr, out.out()));
  CHECK((out.shape() == Extents{2, 2, 70}));
  OK(ttnn_embedding(d.ints({1, 2}, {1, 1, 1, 2}, U32), weight, nullptr, out.out()));
  CHECK((out.shape() == Extents{1, 2, 70}));
  OK(ttnn_embedding(ids, d.make(table, BF8), nullptr, out.out()));
  CHECK_EQ(out.spec().dtype, BF16);
}

TEST(embedding, refusals) {
  const Device d;
  Tensor weight = d.make(random({50, 64}, 1), BF16, ROW);
  Tensor out;
  HOST_REFUSED(ttnn_embedding(d.ints({1, 50}, {1, 2}, U32), weight, nullptr, out.out()), kInvalid,
               "id 50 at 1 is not in the table of 50 rows");
  CHECK(out.get() == nullptr);
  HOST_REFUSED(ttnn_embedding(d.ints({-1}, {1, 1}, U32), weight, nullptr, out.out()), kInvalid, "4294967295");
  REFUSED(ttnn_embedding(d.ints({1}, {1, 1}, I32), weight, nullptr, out.out()), TTNN_STATUS_DTYPE,
          "Input must be UINT32 or BFLOAT16");
  Tensor ids = d.ints({1, 2, 3, 4}, {2, 2, 1}, U32);
  REFUSED(ttnn_embedding(ids, weight, nullptr, out.out()), TTNN_STATUS_SHAPE, "[2, 2, 1]");
  Tensor id = d.ints({1}, {1, 1}, U32);
  REFUSED(ttnn_embedding(id, d.make(zeros({4, 32}), BF4), nullptr, out.out()), TTNN_STATUS_DTYPE,
          "Weights tensor must have BFLOAT16 dtype");
  REFUSED(ttnn_embedding(id, id, nullptr, out.out()), TTNN_STATUS_DTYPE, "Weights tensor must have BFLOAT16");
  REFUSED(ttnn_embedding(id, d.make(zeros({2, 4, 32}), BF16), nullptr, out.out()), TTNN_STATUS_SHAPE, "[V, H]");
  auto o = options<ttnn_embedding_options>();
  o.dtype = BF8;
  REFUSED(ttnn_embedding(id, weight, &o, out.out()), TTNN_STATUS_DTYPE, "when producing TILE_LAYOUT output");
  o.dtype = I32;
  REFUSED(ttnn_embedding(id, weight, &o, out.out()), TTNN_STATUS_DTYPE, "INT32");
}

TEST(matmul, shapes_and_dtypes) {
  const Device d;
  struct Case {
    Extents a, b, out;
  };
  const Case cases[] = {
      {{1, 1}, {1, 1}, {1, 1}},
      {{7, 33}, {33, 65}, {7, 65}},
      {{1, 1, 5, 64}, {64, 100}, {1, 1, 5, 100}},
      {{2, 3, 5, 40}, {40, 17}, {2, 3, 5, 17}},
      {{2, 3, 5, 40}, {2, 3, 40, 17}, {2, 3, 5, 17}},
      {{5, 40}, {1, 1, 40, 17}, {1, 1, 5, 17}},
      {{4, 5, 40}, {1, 1, 40, 17}, {1, 4, 5, 17}},
  };
  for (const Case &c : cases) {
    const Array a = random(c.a, 1);
    const Array b = random(c.b, 2);
    for (const int32_t a_dtype : {F32, BF16, BF8}) {
      for (const int32_t b_dtype : {F32, BF16, BF8, BF4}) {
        const Array expected = product(rounded(a, a_dtype), rounded(b, b_dtype), c.out);
        for (const bool transpose_a : {false, true}) {
          for (const bool transpose_b : {false, true}) {
            // The transposed operand is rounded along its own rows: exact for plain dtypes only.
            if ((transpose_a && a_dtype == BF8) || (transpose_b && (b_dtype == BF8 || b_dtype == BF4))) continue;
            auto o = options<ttnn_matmul_options>();
            o.transpose_a = transpose_a ? 1 : 0;
            o.transpose_b = transpose_b ? 1 : 0;
            Tensor x = d.make(transpose_a ? swapped(a) : a, a_dtype);
            Tensor y = d.make(transpose_b ? swapped(b) : b, b_dtype);
            Tensor out;
            OK(ttnn_matmul(x, y, &o, out.out()));
            CHECK_EQ(out.spec().dtype, a_dtype);
            CHECK_EQ(out.spec().layout, TILE);
            // bfloat16 products may be summed by the processor's own bfloat16 instructions.
            NEAR(out.read(), expected, tolerance(a_dtype) + (a_dtype == F32 ? 1e-5 : 0));
          }
        }
      }
    }
  }
}

TEST(matmul, vectors) {
  const Device d;
  const Array a = random({3, 20}, 1);
  const Array v = random({20}, 2);
  Tensor x = d.make(a, F32);
  Tensor y = d.make(v, F32);
  Tensor out;
  OK(ttnn_matmul(x, y, nullptr, out.out()));  // a matrix and a column
  Array expected = product(a, Array{{20, 1}, v.values}, {3, 1});
  expected.shape = {3};
  NEAR(out.read(), expected, 1e-5);
  OK(ttnn_matmul(y, y, nullptr, out.out()));
  expected = product(Array{{1, 20}, v.values}, Array{{20, 1}, v.values}, {1, 1});
  expected.shape = {1};
  NEAR(out.read(), expected, 1e-5);
  Tensor matrix = d.make(swapped(a), F32);
  OK(ttnn_matmul(y, matrix, nullptr, out.out()));  // a row and a matrix
  expected = product(Array{{1, 20}, v.values}, swapped(a), {1, 3});
  expected.shape = {3};
  NEAR(out.read(), expected, 1e-5);
}

TEST(linear, bias_activation_output) {
  const Device d;
  const Array a = random({1, 1, 5, 64}, 1);
  const Array b = random({64, 40}, 2);
  const Array bias = random({40}, 3);
  Array expected = product(a, b, {1, 1, 5, 40});
  for (size_t i = 0; i < expected.values.size(); ++i) {
    expected.values[i] = static_cast<float>(silu(expected.values[i] + static_cast<double>(bias.values[i % 40])));
  }
  Tensor x = d.make(a, F32);
  Tensor w = d.make(b, F32);
  for (const Extents &shape : {Extents{40}, Extents{1, 40}, Extents{1, 1, 1, 40}}) {
    Tensor c = d.make(Array{shape, bias.values}, F32);
    auto o = options<ttnn_matmul_options>();
    o.bias = c;
    o.activation = TTNN_UNARY_SILU;
    Tensor out;
    OK(ttnn_linear(x, w, &o, out.out()));
    NEAR(out.read(), expected, 1e-5);
    // Into a given tensor: another handle of the same buffer.
    Tensor given = d.make(zeros({1, 1, 5, 40}), BF16);
    o.output_tensor = given;
    o.dtype = BF16;
    Tensor again;
    OK(ttnn_linear(x, w, &o, again.out()));
    CHECK(again.get() != given.get());
    NEAR(given.read(), expected, tolerance(BF16));
    CHECK_VALUES(again.read().values == given.read().values);
    o.dtype = F32;
    REFUSED(ttnn_linear(x, w, &o, again.out()), TTNN_STATUS_DTYPE, "output_tensor is BFLOAT16");
    o.output_tensor = x;
    REFUSED(ttnn_linear(x, w, &o, again.out()), TTNN_STATUS_SHAPE, "output_tensor has shape");
    REFUSED(ttnn_matmul(x, w, &o, again.out()), kInvalid, "bias is for linear only");
  }
}

TEST(matmul, one_matrix_with_each_of_b) {
  const Device d;
  const Array a = random({1, 1, 33, 64}, 1);
  const Array b = random({2, 3, 64, 31}, 2);
  Array expected = zeros({2, 3, 33, 31});
  for (int64_t i = 0; i < volume(expected.shape); ++i) {
    double sum = 0;
    for (int64_t k = 0; k < 64; ++k) {
      sum += static_cast<double>(a.at({0, 0, i / 31 % 33, k})) *
             static_cast<double>(b.at({i / 31 / 33 / 3, i / 31 / 33 % 3, k, i % 31}));
    }
    expected.values[static_cast<size_t>(i)] = static_cast<float>(sum);
  }
  Tensor out;
  OK(ttnn_matmul(d.make(a, F32), d.make(b, F32), nullptr, out.out()));
  NEAR(out.read(), expected, tolerance(F32));
}

TEST(matmul, refusals) {
  const Device d;
  Tensor a = d.make(random({1, 1, 32, 576}, 1), BF16);
  Tensor b = d.make(random({512, 64}, 1), BF16);
  Tensor out;
  REFUSED(ttnn_matmul(a, b, nullptr, out.out()), TTNN_STATUS_SHAPE,
          "The width of the first tensor must be equal to the height of the second tensor. Mismatch: width=576 "
          "height=512");
  Tensor nine = d.make(random({1, 9, 32, 64}, 1), BF16);
  Tensor three = d.make(random({1, 3, 64, 32}, 1), BF16);
  REFUSED(ttnn_matmul(nine, three, nullptr, out.out()), TTNN_STATUS_SHAPE, "bmm (non-bcast matmul) expects");
  Tensor one = d.make(random({1, 1, 32, 64}, 1), BF16);
  Tensor other = d.make(random({2, 3, 64, 32}, 1), BF16);
  REFUSED(ttnn_matmul(d.make(random({3, 32, 64}, 1), BF16), three, nullptr, out.out()), TTNN_STATUS_SHAPE,
          "bmm (non-bcast matmul) expects");
  REFUSED(ttnn_matmul(d.make(random({32, 64}, 1), BF16), other, nullptr, out.out()), TTNN_STATUS_SHAPE,
          "bmm (non-bcast matmul) expects");
  Tensor row = d.make(random({576, 64}, 1), BF16, ROW);
  REFUSED(ttnn_matmul(a, row, nullptr, out.out()), TTNN_STATUS_DTYPE, "Inputs to matmul must be tilized");
  Tensor ints;
  OK(ttnn_to_layout(d.ints({1}, {1, 1}), TILE, TTNN_DTYPE_DEFAULT, ints.out()));
  REFUSED(ttnn_matmul(ints, ints, nullptr, out.out()), TTNN_STATUS_DTYPE, "a is INT32");
  auto o = options<ttnn_matmul_options>();
  o.activation = 9;
  REFUSED(ttnn_linear(a, b, &o, out.out()), kInvalid, "Unknown unary op: activation is 9");
  o = options<ttnn_matmul_options>();
  Tensor bias = d.make(random({63}, 1), BF16);
  Tensor w = d.make(random({576, 64}, 1), BF16);
  o.bias = bias;
  REFUSED(ttnn_linear(a, w, &o, out.out()), TTNN_STATUS_SHAPE, "bias has shape [63], expected [64]");
  o = options<ttnn_matmul_options>();
  o.dtype = U32;
  REFUSED(ttnn_linear(a, w, &o, out.out()), TTNN_STATUS_DTYPE, "UINT32");
  Tensor vector = d.make(random({64}, 1), BF16);
  o = options<ttnn_matmul_options>();
  o.transpose_b = 1;
  REFUSED(ttnn_matmul(one, vector, &o, out.out()), TTNN_STATUS_SHAPE, "nothing to transpose");
  Tensor square = d.make(random({32, 32}, 1), BF16);
  o = options<ttnn_matmul_options>();
  o.output_tensor = square;
  HOST_REFUSED(ttnn_matmul(square, square, &o, out.out()), kInvalid, "shares its buffer");
}

namespace {

// Of a 64 x 96 by a 96 x 160: 2 x 3 x 5 tiles.
ttnn_matmul_program_config program(int32_t kind, int32_t m, int32_t n) {
  auto p = options<ttnn_matmul_program_config>();
  p.program = kind;
  p.grid_x = p.grid_y = 8;
  p.in0_block_w = p.out_subblock_h = p.out_subblock_w = 1;
  p.per_core_m = m;
  p.per_core_n = n;
  return p;
}

}  // namespace

TEST(matmul, programs_change_no_value) {
  const Device d;
  Tensor a = d.make(random({2, 32, 96}, 1), BF16);
  Tensor b = d.make(random({96, 160}, 2), BF16);
  Tensor expected;
  OK(ttnn_linear(a, b, nullptr, expected.out()));
  for (const auto &[kind, m, n] : {std::tuple{TTNN_MATMUL_PROGRAM_MULTICAST_IN0, 2, 1},
                                   {TTNN_MATMUL_PROGRAM_MULTICAST_IN1, 1, 5},
                                   {TTNN_MATMUL_PROGRAM_MULTICAST_2D, 1, 2}}) {
    auto o = options<ttnn_matmul_options>();
    const ttnn_matmul_program_config p = program(kind, m, n);
    o.program_config = &p;
    Tensor out;
    OK(ttnn_linear(a, b, &o, out.out()));
    NEAR(out.read(), expected.read(), 0);
  }
}

TEST(matmul, refused_programs) {
  const Device d;
  Tensor a = d.make(random({64, 96}, 1), BF16);
  Tensor b = d.make(random({96, 160}, 2), BF16);
  Tensor out;
  auto o = options<ttnn_matmul_options>();
  auto p = program(TTNN_MATMUL_PROGRAM_MULTICAST_2D, 1, 1);
  o.program_config = &p;
  OK(ttnn_matmul(a, b, &o, out.out()));
  const auto refused = [&](auto change, const char *words, ttnn_status status = kInvalid) {
    p = program(TTNN_MATMUL_PROGRAM_MULTICAST_2D, 1, 1);
    change();
    Tensor none;
    REFUSED(ttnn_matmul(a, b, &o, none.out()), status, words);
  };
  refused([&] { p.program = 4; }, "program_config.program is 4");
  refused([&] { p.program = TTNN_MATMUL_PROGRAM_DEFAULT; }, "program_config.grid_x is 8, but program is DEFAULT");
  refused([&] { p.grid_y = 0; }, "program_config.grid_y is 0");
  refused([&] { p.out_block_w = -1; }, "program_config.out_block_w is -1");
  refused([&] { p.per_core_m = 3; }, "per_core_m is 3 and per_core_n 1, but the output has 2 x 5 tiles");
  refused([&] { p.in0_block_w = 2; }, "must be divisible by in0_block_w (2)", TTNN_STATUS_SHAPE);
  refused([&] { p.out_subblock_h = 2; }, "must be divisible by out_subblock_h (2)", TTNN_STATUS_SHAPE);
  refused([&] { p.out_block_w = p.out_subblock_w = 2; }, "must be divisible by out_block_w (2)", TTNN_STATUS_SHAPE);
  refused([&] { p.grid_x = 100; }, "must fit within device grid");
  refused([&] { p.grid_x = 4; }, "Num output blocks along");
  refused([&] { p.program = TTNN_MATMUL_PROGRAM_MULTICAST_IN0, p.grid_x = p.grid_y = 3; }, "Number of blocks exceeds");
  refused([&] { p.program = TTNN_MATMUL_PROGRAM_MULTICAST_IN0; }, "to fit within a single");
  p = program(TTNN_MATMUL_PROGRAM_MULTICAST_2D, 1, 1);
  Tensor stack = d.make(random({2, 96, 160}, 2), BF16);
  Tensor stacked = d.make(random({2, 64, 96}, 2), BF16);
  REFUSED(ttnn_matmul(stacked, stack, &o, out.out()), TTNN_STATUS_UNSUPPORTED, "matrices times one matrix");
}

TEST(sparse_matmul, values) {
  const Device d;
  const int64_t experts = 5;
  for (const auto &[m, k, n] : {std::tuple<int64_t, int64_t, int64_t>{1, 64, 40}, {7, 33, 65}, {3, 40, 17}}) {
    for (const bool shared : {true, false}) {
      const int64_t batch = 6;
      const Array a = random(shared ? Extents{2, 3, m, k} : Extents{batch, experts, m, k}, 1);
      const Array b = random({1, experts, k, n}, 2);
      // Expert 0 has nobody, expert 1 one batch, expert 2 all of them; a weight of -0 is none.
      Array sparsity = zeros(shared ? Extents{2, 3, 1, experts} : Extents{1, 1, batch, experts});
      for (int64_t i = 0; i < batch; ++i) {
        const auto at = [&](int64_t expert) -> float & { return sparsity.values[static_cast<size_t>(i * experts + expert)]; };
        at(0) = -0.0F;
        at(1) = i == 4 ? 0.25F : 0;
        at(2) = 1e-30F;
        at(3) = i % 2 == 0 ? -1.0F : 0;
        at(4) = i > 2 ? 2.0F : 0;
      }
      for (const int32_t a_dtype : {F32, BF16, BF8}) {
        for (const int32_t b_dtype : {F32, BF16, BF8, BF4}) {
          const Array x = rounded(a, a_dtype);
          const Array w = rounded(b, b_dtype);
          Array expected = zeros(shared ? Extents{2, 3, 1, experts, m, n} : Extents{batch, experts, m, n});
          for (int64_t i = 0; i < batch; ++i) {
            for (int64_t e = 0; e < experts; ++e) {
              if (sparsity.values[static_cast<size_t>(i * experts + e)] == 0) continue;
              const int64_t from = shared ? i : i * experts + e;
              const auto slice = [](const Array &array, int64_t index, Extents shape) {
                const int64_t size = volume(shape);
                return Array{shape, {array.values.begin() + index * size, array.values.begin() + (index + 1) * size}};
              };
              const Array one = product(slice(x, from, {m, k}), slice(w, e, {k, n}), {m, n});
              std::copy(one.values.begin(), one.values.end(), expected.values.begin() + (i * experts + e) * m * n);
            }
          }
          auto o = options<ttnn_sparse_matmul_options>();
          if (!shared) {
            o.is_input_a_sparse = TTNN_SWITCH_ON;
            o.is_input_b_sparse = TTNN_SWITCH_OFF;
          }
          Tensor out;
          OK(ttnn_sparse_matmul(d.make(a, a_dtype), d.make(b, b_dtype), d.make(sparsity, BF16, ROW), &o, out.out()));
          CHECK((out.shape() == expected.shape));
          CHECK_EQ(out.spec().dtype, a_dtype);
          const Array got = out.read();
          NEAR(got, expected, tolerance(a_dtype) + (a_dtype == F32 ? 1e-5 : 0));
          for (size_t i = 0; i < got.values.size(); ++i) CHECK_VALUES(expected.values[i] != 0 || got.values[i] == 0);
        }
      }
    }
  }
  // Both sparse: one batch. And the bits are those of the dense product.
  const Array a = random({1, 2, 9, 48}, 1);
  const Array b = random({1, 2, 48, 33}, 2);
  auto o = options<ttnn_sparse_matmul_options>();
  o.is_input_a_sparse = TTNN_SWITCH_ON;
  o.dtype = BF16;
  Tensor out;
  OK(ttnn_sparse_matmul(d.make(a, F32), d.make(b, F32), d.make(Array{{1, 1, 1, 2}, {1, 1}}, BF16, ROW), &o, out.out()));
  auto dense = options<ttnn_matmul_options>();
  dense.dtype = BF16;
  Tensor whole;
  OK(ttnn_matmul(d.make(a, F32), d.make(b, F32), &dense, whole.out()));
  CHECK_EQ(out.spec().dtype, BF16);
  CHECK_VALUES(out.read().values == whole.read().values);
}

// What a batch gets does not depend on the others of its expert.
TEST(sparse_matmul, batches_are_independent) {
  const Device d;
  const Array a = random({1, 40, 1, 64}, 1);
  Tensor x = d.make(a, F32);
  Tensor w = d.make(random({1, 2, 64, 96}, 2), BF8);
  Array all = zeros({1, 40, 1, 2});
  for (float &value : all.values) value = 1;
  Array one = zeros({1, 40, 1, 2});
  one.values[2 * 17 + 1] = 1;
  Tensor out;
  OK(ttnn_sparse_matmul(x, w, d.make(all, BF16, ROW), nullptr, out.out()));
  const Array crowded = out.read();
  OK(ttnn_sparse_matmul(x, w, d.make(one, BF16, ROW), nullptr, out.out()));
  const Array alone = out.read();
  for (int64_t j = 0; j < 96; ++j) CHECK_VALUES((alone.at({0, 17, 0, 1, 0, j}) == crowded.at({0, 17, 0, 1, 0, j})));
}

TEST(sparse_matmul, refusals) {
  const Device d;
  Tensor a = d.make(random({2, 3, 5, 64}, 1), BF16);
  Tensor b = d.make(random({1, 4, 64, 32}, 1), BF16);
  Tensor mask = d.make(zeros({2, 3, 1, 4}), BF16, ROW);
  Tensor out;
  auto o = options<ttnn_sparse_matmul_options>();
  const auto refused = [&](const Tensor &x, const Tensor &w, const Tensor &m, int32_t status, const char *words) {
    REFUSED(ttnn_sparse_matmul(x, w, m, &o, out.out()), status, words);
  };
  OK(ttnn_sparse_matmul(a, b, mask, &o, out.out()));
  CHECK_VALUES(out.read().values == zeros({2, 3, 1, 4, 5, 32}).values);
  refused(a, d.make(zeros({1, 4, 96, 32}), BF16), mask, TTNN_STATUS_SHAPE,
          "Dimension K (A.shape[-1] 64) and B.shape[-2] (96) must match");
  refused(a, d.make(zeros({2, 4, 64, 32}), BF16), mask, TTNN_STATUS_SHAPE, "expected rank 4 and b [1, E, K, N]");
  refused(d.make(zeros({3, 5, 64}), BF16), b, mask, TTNN_STATUS_SHAPE, "a has shape [3, 5, 64]");
  refused(d.make(zeros({2, 3, 5, 64}), BF16, ROW), b, mask, TTNN_STATUS_DTYPE, "Input tensor must be TILE layout");
  refused(a, b, d.make(zeros({2, 3, 1, 5}), BF16, ROW), TTNN_STATUS_SHAPE,
          "sparsity logical_volume (30) must equal batch_length (24)");
  refused(a, b, d.make(zeros({2, 3, 1, 4}), BF16), TTNN_STATUS_DTYPE, "Sparsity tensor must be ROW_MAJOR layout, got TILE");
  refused(a, b, d.make(zeros({2, 3, 1, 4}), F32, ROW), TTNN_STATUS_DTYPE, "and BFLOAT16, got FLOAT32");
  o.is_input_b_sparse = TTNN_SWITCH_OFF;
  refused(a, b, mask, kInvalid, "requires at least one of is_input_a_sparse or is_input_b_sparse to be true");
  o.is_input_a_sparse = TTNN_SWITCH_ON;
  refused(a, b, mask, TTNN_STATUS_SHAPE, "a has shape [2, 3, 5, 64], expected [A, 4, M, K]: b has 4 experts");
  o.is_input_b_sparse = TTNN_SWITCH_ON;
  refused(d.make(zeros({2, 4, 5, 64}), BF16), b, mask, TTNN_STATUS_SHAPE, "expected [1, 4, M, K]");
  o.is_input_b_sparse = 3;
  refused(a, b, mask, kInvalid, "is_input_b_sparse is 3");
  o = options<ttnn_sparse_matmul_options>();
  o.dtype = U32;
  refused(a, b, mask, TTNN_STATUS_DTYPE, "UINT32");
  REFUSED(ttnn_sparse_matmul(a, b, nullptr, nullptr, out.out()), kInvalid, "sparsity is NULL");
}

namespace {

// The same weights after anything else than a product has used them are stored otherwise, which must not be seen.
void rest(const Tensor &weights) {
  Tensor sum;
  OK(ttnn_add(weights, weights, nullptr, sum.out()));
}

Array product_of(const Tensor &x, const Tensor &weights) {
  Tensor y;
  OK(ttnn_linear(x, weights, nullptr, y.out()));
  return y.read();
}

}  // namespace

TEST(matmul, weights_are_what_they_were) {
  for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
    for (const int64_t rows : {1, 3, 20}) {
      // Small plain weights are not stored otherwise.
      const int64_t depth = dtype == F32 || dtype == BF16 ? 512 : 128, cols = dtype == F32 || dtype == BF16 ? 288 : 70;
      const Device d;
      const Tensor x = d.make(random({1, 1, rows, depth}, 1), BF16);
      const Array values = rounded(random({1, 1, depth, cols}, 2), dtype), others = rounded(random({1, 1, depth, cols}, 3), dtype);
      const Tensor weights = d.make(values, dtype);
      const std::vector<uint8_t> bytes = weights.storage();
      const Array before = product_of(x, weights);
      rest(weights);
      NEAR(product_of(x, weights), before, tolerance(BF16));
      CHECK_VALUES(weights.read().values == values.values);
      CHECK(weights.storage() == bytes);
      write(weights, others);
      const Tensor fresh = d.make(others, dtype);
      NEAR(product_of(x, weights), product_of(x, fresh), tolerance(BF16));
      CHECK(weights.storage() == fresh.storage());

      // From storage, copied or in place, which stays as it is.
      const ttnn_tensor_spec spec = make_spec(dtype, TILE, {1, 1, depth, cols});
      for (const int32_t borrow : {0, 1}) {
        const std::vector<uint8_t> kept = bytes;
        Tensor stored;
        OK(ttnn_tensor_from_storage(d, &spec, kept.data(), kept.size(), borrow, stored.out()));
        NEAR(product_of(x, stored), before, 0);
        rest(stored);
        NEAR(product_of(x, stored), before, tolerance(BF16));
        CHECK_VALUES(stored.read().values == values.values);
        CHECK(stored.storage() == bytes);
        CHECK(kept == bytes);
      }
    }
  }
}

TEST(matmul, weights_under_other_shapes) {
  for (const int32_t dtype : {F32, BF16, BF8}) {
    const Device d;
    const int64_t depth = dtype == BF8 ? 64 : 512, cols = dtype == BF8 ? 64 : 128;
    const auto k_size = static_cast<size_t>(depth), n_size = static_cast<size_t>(cols);
    const Array values = rounded(random({1, 1, 2 * depth, cols}, 2), dtype);
    const Tensor weights = d.make(values, dtype);
    Tensor halves, columns, wide;
    const int64_t two[] = {1, 2, depth, cols}, many[] = {1, 2 * depth, 1, cols}, twice[] = {1, 1, depth, 2 * cols};
    OK(ttnn_reshape(weights, 4, two, halves.out()));
    const Array x = rounded(random({1, 2, 1, depth}, 4), BF16);
    Array expected = zeros({1, 2, 1, cols});
    for (size_t h = 0; h < 2; ++h) {
      for (size_t k = 0; k < k_size; ++k) {
        const size_t row = h * k_size + k;
        for (size_t n = 0; n < n_size; ++n) expected.values[h * n_size + n] += x.values[row] * values.values[row * n_size + n];
      }
    }
    const auto check = [&] {
      Tensor y;
      OK(ttnn_matmul(d.make(x, BF16), halves, nullptr, y.out()));
      NEAR(y.read(), expected, tolerance(BF16));
    };
    check();
    OK(ttnn_reshape(weights, 4, twice, wide.out()));
    check();
    if (dtype != BF8) CHECK_VALUES(wide.read().values == values.values);  // its blocks are others now
    OK(ttnn_reshape(weights, 4, many, columns.out()));
    CHECK_VALUES(columns.read().values == values.values);
    check();
    CHECK_VALUES(weights.read().values == values.values);
  }
}

TEST(matmul, traces_see_what_becomes_of_weights) {
  for (const int32_t dtype : {F32, BF16, BF8}) {
    const Device d;
    const Tensor x = d.make(random({1, 1, 1, 512}, 1), BF16);
    const Array others = rounded(random({512, 288}, 3), dtype);
    const Tensor weights = d.make(random({512, 288}, 2), dtype);
    const Array before = product_of(x, weights);
    uint32_t trace = 0;
    Tensor y;
    OK(ttnn_begin_trace_capture(d, &trace));
    OK(ttnn_linear(x, weights, nullptr, y.out()));
    OK(ttnn_end_trace_capture(d, trace));
    OK(ttnn_execute_trace(d, trace, 1));
    NEAR(y.read(), before, 0);
    rest(weights);
    OK(ttnn_execute_trace(d, trace, 1));
    NEAR(y.read(), before, tolerance(BF16));
    write(weights, others);
    OK(ttnn_execute_trace(d, trace, 1));
    NEAR(y.read(), product_of(x, weights), tolerance(BF16));
    NEAR(y.read(), product_of(x, d.make(others, dtype)), tolerance(BF16));
  }
}
