// SPDX-License-Identifier: Apache-2.0
#include <cfloat>

#include "check.hpp"
#include "common/thread_pool.hpp"
#include "host/kernels/isa.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

struct Case {
  int64_t m, n, k;
  DType a, b, c;
  bool a_transposed = false, b_transposed = false, bias = false;
  Activation activation = Activation::kNone;
  int64_t offset = 0;  // bytes that operands are off a multiple of 64
  bool panels = false;  // b's form
};

std::string text(const Case &x) {
  return std::to_string(x.m) + "x" + std::to_string(x.n) + "x" + std::to_string(x.k) + " " + name_of(x.a) +
         (x.a_transposed ? "^T " : " ") + name_of(x.b) + (x.b_transposed ? "^T" : "") + (x.panels ? " in panels -> " : " -> ") + name_of(x.c) +
         (x.bias ? " bias" : "") + " activation " + std::to_string(static_cast<int>(x.activation));
}

std::vector<float> transpose(const std::vector<float> &x, int64_t rows, int64_t cols) {
  std::vector<float> y(x.size());
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < cols; ++c) y[static_cast<size_t>(c * rows + r)] = x[static_cast<size_t>(r * cols + c)];
  }
  return y;
}

struct Operands {
  Operands(const Case &x, uint32_t seed) : Operands(x, Random(seed)) {}
  Operands(const Case &x, Random random)
      : a(make(x.a, random, x.m, x.k, x.a_transposed, x.offset)),
        b(make(x.b, random, x.k, x.n, x.b_transposed, x.offset)),
        bias(random.normals(x.n)) {
    if (x.panels) b.turn_to_panels();
  }
  static Packed make(DType dtype, Random &random, int64_t rows, int64_t cols, bool transposed, int64_t offset) {
    const std::vector<float> v = random.normals(rows * cols);
    return transposed ? Packed(dtype, v, cols, rows, offset, offset) : Packed(dtype, v, rows, cols, offset, offset);
  }
  Packed a, b;
  std::vector<float> bias;
};

// The packed rows of c.
Bytes run(ThreadPool &pool, const Kernels &kernels, const Case &x, const Operands &in, int64_t rows) {
  const int64_t stride = row_bytes(x.c, x.n) + x.offset;
  Bytes c(stride * rows, x.offset);
  std::memset(c.data(), 0, static_cast<size_t>(c.size()));
  const Gemm gemm_args = {rows,
                          x.n,
                          x.k,
                          in.a.matrix(),
                          x.a_transposed,
                          in.b.matrix(),
                          x.b_transposed,
                          x.bias ? in.bias.data() : nullptr,
                          x.activation,
                          x.c,
                          c.data(),
                          stride};
  gemm(pool, kernels, gemm_args);
  CHECK(c.intact(), "%s: %s writes over the end", kernels.isa, text(x).c_str());
  return c;
}

double activation(Activation op, double x) {
  switch (op) {
    case Activation::kSilu: return x / (1 + std::exp(-x));
    case Activation::kRelu: return x > 0 ? x : 0;
    default: return x;
  }
}

// Whether a product goes in tiles, and has other bits than one of few rows.
bool in_tiles(const Kernels &kernels, const Case &x) {
  return kernels.micro->tiles != nullptr && x.a == DType::kBFloat16 && !x.a_transposed && x.b != DType::kFloat32 &&
         x.m >= kernels.micro->tiles->fewest_rows && x.k % kTileDepth == 0;
}

// Whether few rows of a go in integers.
bool in_integers(const Kernels &kernels, const Case &x) {
  return x.panels && !is_plain_float(x.b) && x.a != DType::kFloat32 && x.m <= kernels.micro->integer_rows && !in_tiles(kernels, x);
}

void against_double(ThreadPool &pool, const Kernels &kernels, const Case &x) {
  const Operands in(x, static_cast<uint32_t>(x.m * 31 + x.n * 7 + x.k));
  const Bytes c = run(pool, kernels, x, in, x.m);
  const std::vector<float> a = x.a_transposed ? transpose(in.a.values, x.k, x.m) : in.a.values;
  const std::vector<float> b = x.b_transposed ? transpose(in.b.values, x.n, x.k) : in.b.values;
  const int64_t stride = row_bytes(x.c, x.n) + x.offset;
  const Kernels &portable = *runnable_kernels().back();
  std::vector<float> row(static_cast<size_t>(x.n));
  for (int64_t i = 0; i < x.m; ++i) {
    portable.unpack_row(x.c, c.data() + i * stride, x.n, row.data());
    std::vector<double> expected(static_cast<size_t>(x.n)), scale(static_cast<size_t>(x.n));
    std::vector<double> block_top(static_cast<size_t>(x.n / 16 + 1));
    for (int64_t j = 0; j < x.n; ++j) {
      double sum = x.bias ? in.bias[static_cast<size_t>(j)] : 0, size = std::fabs(sum);
      for (int64_t k = 0; k < x.k; ++k) {
        const double product =
            static_cast<double>(a[static_cast<size_t>(i * x.k + k)]) * b[static_cast<size_t>(k * x.n + j)];
        sum += product;
        size += std::fabs(product);
      }
      expected[static_cast<size_t>(j)] = activation(x.activation, sum);
      scale[static_cast<size_t>(j)] = size;
      block_top[static_cast<size_t>(j / 16)] = std::max(block_top[static_cast<size_t>(j / 16)], std::fabs(expected[static_cast<size_t>(j)]));
    }
    for (int64_t j = 0; j < x.n; ++j) {
      const auto at = static_cast<size_t>(j);
      double tolerance = 1e-6 * scale[at] + 1e-7;
      // Half a unit in the last place of the output format; a saturated block value may be off by one.
      if (x.c == DType::kBFloat16) tolerance += std::fabs(expected[at]) / 256 * 1.001;
      if (x.c == DType::kBFloat8B) tolerance += block_top[at / 16] / 64 * 1.001;
      if (x.c == DType::kBFloat4B) tolerance += block_top[at / 16] / 4 * 1.001;
      CHECK(std::fabs(row[at] - expected[at]) <= tolerance, "%s: %s (%ld, %ld) is %.9g, expected %.9g", kernels.isa,
            text(x).c_str(), i, j, row[at], expected[at]);
    }
  }
}

// The rows of a product of m rows have the bits of the product of each row alone, whatever the threads.
void rows_are_independent(const Kernels &kernels, Case x) {
  ThreadPool one(1), three(3);
  const Operands in(x, 77);
  const Bytes all = run(one, kernels, x, in, x.m);
  CHECK(run(three, kernels, x, in, x.m) == all, "%s: %s depends on the threads", kernels.isa, text(x).c_str());
  if (x.a_transposed) return;
  const int64_t stride = row_bytes(x.c, x.n) + x.offset;
  const bool tiles = in_tiles(kernels, x);
  const int64_t few = tiles ? kernels.micro->tiles->fewest_rows : 1;
  for (const int64_t rows : {int64_t{1}, int64_t{2}, int64_t{8}, int64_t{9}, int64_t{13}, int64_t{16}, int64_t{27}}) {
    if (rows >= x.m) break;
    if (rows < few) continue;
    const Bytes some = run(three, kernels, x, in, rows);
    CHECK(std::memcmp(some.data(), all.data(), static_cast<size_t>(some.size())) == 0,
          "%s: %s differs from its first %ld rows", kernels.isa, text(x).c_str(), rows);
  }
  // The last rows alone: a row's place does not matter.
  Bytes last(stride * few, x.offset);
  Gemm args = {few,
               x.n,
               x.k,
               in.a.matrix(),
               false,
               in.b.matrix(),
               x.b_transposed,
               x.bias ? in.bias.data() : nullptr,
               x.activation,
               x.c,
               last.data(),
               stride};
  args.a.data = in.a.bytes.data() + (x.m - few) * in.a.stride;
  gemm(three, kernels, args);
  for (int64_t row = 0; row < few; ++row) {
    CHECK(std::memcmp(last.data() + row * stride, all.data() + (x.m - few + row) * stride,
                      static_cast<size_t>(row_bytes(x.c, x.n))) == 0,
          "%s: %s: the last %ld rows alone differ", kernels.isa, text(x).c_str(), few);
  }
}

// A gate and what is beside it in one go are what they are one by one.
void gates(const Kernels &kernels) {
  ThreadPool three(3);
  Random random(11);
  for (const auto &[m, n, k, a_dtype, b_dtype, c_dtype, panels] :
       {std::tuple{1L, 96L, 64L, DType::kBFloat16, DType::kBFloat8B, DType::kBFloat16, true},
        std::tuple{1L, 1536L, 576L, DType::kBFloat16, DType::kBFloat8B, DType::kBFloat16, true},
        std::tuple{2L, 1000L, 128L, DType::kBFloat16, DType::kBFloat4B, DType::kBFloat8B, true},
        std::tuple{8L, 333L, 77L, DType::kFloat32, DType::kBFloat16, DType::kFloat32, false},
        std::tuple{1L, 31L, 320L, DType::kBFloat16, DType::kBFloat4B, DType::kBFloat4B, false},
        std::tuple{13L, 160L, 96L, DType::kBFloat16, DType::kBFloat16, DType::kBFloat16, false}}) {
    for (const bool large : {false, true}) {  // too large for integers
      std::vector<float> values = random.normals(m * k);
      if (large) values[static_cast<size_t>((m - 1) * k)] = 1e30F;
      const Packed a(a_dtype, values, m, k);
      Packed gate(b_dtype, random.normals(k * n), k, n), up(b_dtype, random.normals(k * n), k, n);
      if (panels) {
        gate.turn_to_panels();
        up.turn_to_panels();
      }
      const int64_t stride = row_bytes(c_dtype, n);
      Bytes results[2][3] = {{Bytes(stride * m, 0), Bytes(stride * m, 0), Bytes(stride * m, 0)},
                             {Bytes(stride * m, 0), Bytes(stride * m, 0), Bytes(stride * m, 0)}};
      const auto product = [&, m = m, n = n, k = k, c_dtype = c_dtype](const Packed &b, Bytes &c, Activation activation) {
        return Gemm{m, n, k, a.matrix(), false, b.matrix(), false, nullptr, activation, c_dtype, c.data(), stride};
      };
      for (int which = 0; which < 2; ++which) {
        Bytes *c = results[which];
        for (int i = 0; i < 3; ++i) std::memset(c[i].data(), 0, static_cast<size_t>(c[i].size()));
        const Gated args{product(gate, c[0], Activation::kNone), product(up, c[1], Activation::kRelu), Activation::kSilu,
                         Activation::kNone, Activation::kTanh, c_dtype, c[2].data(), stride};
        if (which == 0) {
          gated_gemm(three, kernels, args);
          continue;
        }
        gemm(three, kernels, args.gate);
        gemm(three, kernels, args.up);
        std::vector<float> x(static_cast<size_t>(n)), y(x);
        for (int64_t row = 0; row < m; ++row) {
          kernels.unpack_row(c_dtype, c[0].data() + row * stride, n, x.data());
          kernels.unpack_row(c_dtype, c[1].data() + row * stride, n, y.data());
          kernels.activate(Activation::kSilu, x.data(), n);
          kernels.multiply(x.data(), y.data(), x.data(), n);
          kernels.activate(Activation::kTanh, x.data(), n);
          kernels.pack_row(c_dtype, x.data(), n, c[2].data() + row * stride);
        }
      }
      for (int i = 0; i < 3; ++i) {
        CHECK(results[0][i] == results[1][i], "%s: gate of %ldx%ldx%ld: result %d differs", kernels.isa, m, n, k, i);
        CHECK(results[0][i].intact(), "%s: gate of %ldx%ldx%ld writes over the end of %d", kernels.isa, m, n, k, i);
      }
    }
  }
}

// b given transposed, or a, makes no difference: plain dtypes hold the same values either way.
void transposition_is_invisible(const Kernels &kernels, DType dtype) {
  ThreadPool pool(2);
  Random random(8);
  const int64_t m = 21, n = 75, k = 333;
  const std::vector<float> av = random.normals(m * k), bv = random.normals(k * n);
  const Packed a(dtype, av, m, k), at(dtype, transpose(av, m, k), k, m), b(dtype, bv, k, n),
      bt(dtype, transpose(bv, k, n), n, k);
  std::vector<std::vector<float>> results;
  for (int which = 0; which < 4; ++which) {
    std::vector<float> c(static_cast<size_t>(m * n));
    const Gemm args = {m,
                       n,
                       k,
                       which & 1 ? at.matrix() : a.matrix(),
                       (which & 1) != 0,
                       which & 2 ? bt.matrix() : b.matrix(),
                       (which & 2) != 0,
                       nullptr,
                       Activation::kNone,
                       DType::kFloat32,
                       c.data(),
                       n * 4};
    gemm(pool, kernels, args);
    results.push_back(c);
  }
  for (int which = 1; which < 4; ++which) {
    CHECK(same_bits(results[0], results[static_cast<size_t>(which)]), "%s: %s transposed %d", kernels.isa,
          name_of(dtype), which);
  }
}

void specials_pass_through(const Kernels &kernels, bool panels) {
  ThreadPool pool(2);
  for (const DType dtype : {DType::kBFloat8B, DType::kBFloat4B}) {
    std::vector<float> bv(64 * 64, 1.0f);
    bv[5 * 64 + 3] = NAN;
    bv[6 * 64 + 40] = INFINITY;
    Packed b(dtype, bv, 64, 64);
    if (panels) b.turn_to_panels();
    for (const auto &[type, m] : {std::pair<DType, int64_t>{DType::kFloat32, 1},
                                  {DType::kFloat32, 20},
                                  {DType::kBFloat16, 1},
                                  {DType::kBFloat16, 20}}) {
      const Packed a(type, std::vector<float>(static_cast<size_t>(m * 64), 1.0f), m, 64);
      std::vector<float> c(static_cast<size_t>(m * 64));
      gemm(pool, kernels,
           {m,
            64,
            64,
            a.matrix(),
            false,
            b.matrix(),
            false,
            nullptr,
            Activation::kNone,
            DType::kFloat32,
            c.data(),
            256});
      CHECK(std::isnan(c[3]) && c[40] == INFINITY && c[20] == 64.0f && c[4] == 63.0f, "%s: %s, %ld rows: %g %g %g %g",
            kernels.isa, name_of(dtype), m, c[3], c[40], c[20], c[4]);
    }
  }
}

// One row goes another way than several; also where scales and values reach the ends of what a float holds.
void one_row_has_the_bits_of_several(const Kernels &kernels, DType dtype) {
  ThreadPool pool(2);
  Random random(12);
  constexpr int64_t kRows = 3, kCols = 300, kDepth = 40;
  const auto power = [&](int64_t most) { return std::ldexp(1.0f, static_cast<int>(random.below(2 * most) - most)); };
  for (int trial = 0; trial < 200; ++trial) {
    const int64_t weights_range = trial % 4 == 0 ? 126 : 4, values_range = trial % 3 == 0 ? 140 : 4;
    std::vector<float> av = random.normals(kRows * kDepth), bv = random.normals(kDepth * kCols);
    for (float &x : av) x = random.below(4) == 0 ? 0.0f : x * power(values_range);
    for (size_t i = 0; i < bv.size(); i += 16) {
      const float scale = power(weights_range);
      for (size_t j = i; j < std::min(i + 16, bv.size()); ++j) bv[j] *= scale;
    }
    const Packed a(DType::kFloat32, av, kRows, kDepth), b(dtype, bv, kDepth, kCols);
    std::vector<float> all(static_cast<size_t>(kRows * kCols)), one(static_cast<size_t>(kCols));
    const auto multiply = [&](int64_t rows, float *c) {
      gemm(pool, kernels,
           {rows, kCols, kDepth, a.matrix(), false, b.matrix(), false, nullptr, Activation::kNone, DType::kFloat32, c, kCols * 4});
    };
    multiply(kRows, all.data());
    multiply(1, one.data());
    for (size_t i = 0; i < one.size(); ++i) {
      CHECK(std::memcmp(&one[i], &all[i], 4) == 0 || (std::isnan(one[i]) && std::isnan(all[i])),
            "%s: %s trial %d column %zu: %.9g alone, %.9g among others", kernels.isa, name_of(dtype), trial, i, one[i], all[i]);
    }
  }
}

// Every value under every exponent: what tiles hold is what unpacking gives, or zero for what is below the smallest normal
// number.
void tiles_hold_what_is_packed(const Kernels &kernels) {
  const TileKernels *tiles = kernels.micro->tiles;
  if (tiles == nullptr) return;
  Random random(5);
  constexpr int64_t kDepth = 64;
  for (const DType dtype : {DType::kBFloat8B, DType::kBFloat4B, DType::kBFloat16}) {
    for (const auto &[begin, count] : {std::pair<int64_t, int64_t>{0, 1200}, {32, 1056}, {992, 208}, {64, 5}}) {
      // Blocks with infinities and NaNs are unpacked otherwise, with the 32 rows around them.
      for (const uint32_t top : {255u, 256u}) {
        constexpr int64_t kCols = 1200;
        const int64_t stride = row_bytes(dtype, kCols);
        const int64_t mantissas = round_up(kCols, 32) / (dtype == DType::kBFloat8B ? 1 : 2);
        std::vector<uint8_t> rows(static_cast<size_t>(stride * kDepth));
        for (int64_t i = 0; i < stride * kDepth; ++i) {
          auto &byte = rows[static_cast<size_t>(i)];
          byte = static_cast<uint8_t>(random.below(256));
          if (dtype == DType::kBFloat16) continue;
          if (i % stride >= mantissas) {
            byte = static_cast<uint8_t>(random.below(3) == 0 ? random.below(10) : random.below(top));
          } else if (dtype == DType::kBFloat8B && byte == 128) {
            byte = 0;  // no such value is ever packed
          }
        }
        const int64_t panels = (count + kPanelCols - 1) / kPanelCols;
        std::vector<uint16_t> packed(static_cast<size_t>(panels * kDepth * kPanelCols));
        tiles->pack_rows(dtype, rows.data(), stride, kDepth, kCols, begin, count, nullptr, packed.data(),
                         kDepth * kPanelCols * 2);
        for (int64_t k = 0; k < kDepth; ++k) {
          std::vector<float> expected(static_cast<size_t>(count));
          kernels.micro->unpack_columns(dtype, rows.data() + k * stride, kCols, begin, count, expected.data());
          for (int64_t i = 0; i < count; ++i) {
            const int64_t tile = i / 32 * kDepth * 32 + k / 32 * 1024 + i % 32 / 16 * 512;
            const uint32_t bits = uint32_t{packed[static_cast<size_t>(tile + k % 32 / 2 * 32 + i % 16 * 2 + k % 2)]} << 16;
            float got, want = expected[static_cast<size_t>(i)];
            std::memcpy(&got, &bits, 4);
            const bool same = std::isnan(want) ? std::isnan(got) : got == want;
            const bool zeros = std::fabs(want) < FLT_MIN && std::fabs(got) < FLT_MIN;
            CHECK(same || zeros, "%s: %s row %ld column %ld from %ld: %g in tiles, %g unpacked", kernels.isa, name_of(dtype),
                  k, i, begin, got, want);
          }
        }
      }
    }
  }
}

bool makes_panels(const Kernels &kernels, DType dtype) { return weight_form(kernels, dtype, kGroupRows, kPanelCols) == Form::kPanels; }

// Of two threads each reads one half of the columns of a group of panels after the other; rows are not read so, nor many rows of a.
void reads_are_the_strips_panels() {
  ThreadPool pool(2);
  constexpr int64_t kRows = 192, kCols = 256;
  const Kernels &kernels = host::kernels();
  std::vector<uint8_t> b(static_cast<size_t>(kRows * row_bytes(DType::kBFloat8B, kCols)));
  Gemm g = {};
  g.m = 1, g.n = kCols, g.k = kRows;
  g.a = {DType::kBFloat16, nullptr, kRows * 2};
  g.b = {DType::kBFloat8B, b.data(), row_bytes(DType::kBFloat8B, kCols), Form::kPanels};
  const Reads reads = reads_of(pool, kernels, g);
  const int64_t panel = weight_panel_bytes(DType::kBFloat8B);
  CHECK(reads.data == b.data() && reads.size == 4 * panel && reads.stride == 8 * panel && reads.count == 3,
        "a worker reads %ld pieces of %ld bytes, %ld apart", reads.count, reads.size, reads.stride);
  CHECK(static_cast<size_t>(reads.size + (reads.count - 1) * reads.stride + reads.size) == b.size(), "the last piece ends with b");
  g.b.form = Form::kRows;
  CHECK(reads_of(pool, kernels, g).count == 0, "rows are in no panels");
  g.b.form = Form::kPanels, g.m = 64;
  CHECK(reads_of(pool, kernels, g).count == 0, "many rows do not go by strips");
}

void panels_hold_what_rows_do() {
  Random random(6);
  for (const DType dtype : kTensorDTypes) {
    for (const auto &[rows, cols] : {std::pair<int64_t, int64_t>{64, 1}, {64, 64}, {192, 33}, {128, 1000}, {192, 992}}) {
      if (!has_panels(dtype, rows, cols)) continue;
      Packed packed(dtype, random.normals(rows * cols), rows, cols);
      const Bytes before = packed.bytes;
      packed.turn_to_panels();
      CHECK(packed.bytes.intact(), "%s: %ld x %ld writes over the end", name_of(dtype), rows, cols);
      CHECK(!(packed.bytes == before), "%s: %ld x %ld stays as it is", name_of(dtype), rows, cols);
      ThreadPool pool(3);
      to_rows(pool, dtype, rows, cols, packed.bytes.data());
      CHECK(packed.bytes == before, "%s: %ld x %ld comes back otherwise", name_of(dtype), rows, cols);
    }
  }
}

// What does not go in integers has the same bits as with b in rows. What does has the same bits for every number of rows.
void panels_give_the_same(const Kernels &kernels, Case x) {
  ThreadPool one(1), three(3);
  const Operands in_rows(x, 78);
  x.panels = true;
  const Operands in(x, 78);
  const int64_t stride = row_bytes(x.c, x.n);
  const Bytes all = run(three, kernels, x, in, x.m);
  CHECK(run(one, kernels, x, in, x.m) == all, "%s: %s depends on the threads", kernels.isa, text(x).c_str());
  if (!in_integers(kernels, x)) {
    CHECK(run(one, kernels, x, in_rows, x.m) == all, "%s: %s differs from rows", kernels.isa, text(x).c_str());
    return;
  }
  for (int64_t rows = 1; rows < x.m; ++rows) {
    const Bytes some = run(three, kernels, x, in, rows);
    CHECK(std::memcmp(some.data(), all.data(), static_cast<size_t>(stride * rows)) == 0, "%s: %s differs from its first %ld rows",
          kernels.isa, text(x).c_str(), rows);
  }
}

// Values of a and scales of b from everywhere, also where integers do not do: what is added up is as near as in float32.
void integers_are_near(const Kernels &kernels, DType dtype) {
  ThreadPool pool(2);
  Random random(13);
  constexpr int64_t kCols = 100, kDepth = 192;
  const auto power = [&](int64_t most) { return std::ldexp(1.0f, static_cast<int>(random.below(2 * most) - most)); };
  for (int trial = 0; trial < 300; ++trial) {
    const bool compensated = trial % 6 == 0;  // small values have large weights: their products count
    const int64_t weights_range = trial % 4 == 0 && !compensated ? 100 : 6, values_range = trial % 3 == 0 ? 120 : 6;
    const float level = trial % 5 == 0 ? power(120) : 1;
    std::vector<float> av = random.normals(kDepth), bv = random.normals(kDepth * kCols);
    for (float &x : av) x = random.below(4) == 0 ? 0.0f : x * power(values_range) * level;
    std::vector<float> powers(kDepth, 1.0f);
    if (compensated) {
      const float middle = std::ldexp(1.0f, -static_cast<int>(random.below(60)));
      for (size_t k = 0; k < powers.size(); ++k) {
        powers[k] = power(60);
        av[k] = av[k] == 0 ? 0 : std::copysign(powers[k] * middle, av[k]);
      }
    }
    if (trial % 7 == 0) std::fill_n(av.begin() + 64, 64, 0.0f);
    if (trial % 11 == 0) av[70] = random.below(2) == 0 ? 1e-40f : 3e5f;
    for (size_t i = 0; i < bv.size(); i += 16) {
      const float scale = random.below(20) == 0 ? 0 : power(weights_range) / powers[i / kCols];
      for (size_t j = i; j < std::min(i + 16, bv.size()); ++j) bv[j] *= scale;
    }
    const Packed a(DType::kBFloat16, av, 1, kDepth);
    Packed b(dtype, bv, kDepth, kCols);
    b.turn_to_panels();
    std::vector<float> c(static_cast<size_t>(kCols));
    gemm(pool, kernels, {1, kCols, kDepth, a.matrix(), false, b.matrix(), false, nullptr, Activation::kNone, DType::kFloat32, c.data(), kCols * 4});
    for (int64_t j = 0; j < kCols; ++j) {
      double sum = 0, most = 0;
      for (int64_t k = 0; k < kDepth; ++k) {
        const double x = a.values[static_cast<size_t>(k)];
        sum += x * b.values[static_cast<size_t>(k * kCols + j)];
        double block = 0;  // the block's largest: what a's values are multiplied with has its size
        for (int64_t i = j / 16 * 16; i < std::min(kCols, j / 16 * 16 + 16); ++i) block = std::max(block, std::fabs(static_cast<double>(b.values[static_cast<size_t>(k * kCols + i)])));
        most = std::max(most, std::fabs(x) * block);
      }
      const double tolerance = most * std::ldexp(1.0, -15) + std::fabs(sum) * 1e-6 + FLT_MIN;
      const float got = c[static_cast<size_t>(j)];
      const bool overflows = most * kDepth > FLT_MAX;
      CHECK(overflows || std::fabs(got - sum) <= tolerance, "%s: %s trial %d column %ld: %.9g, expected %.9g", kernels.isa, name_of(dtype), trial, j, got, sum);
    }
  }
}

void panels(const Kernels &kernels) {
  ThreadPool pool(3);
  Random random(14);
  for (const DType b : kTensorDTypes) {
    // Every processor reads plain values in panels, whether it likes them or not.
    if (!makes_panels(kernels, b) && !is_plain_float(b)) continue;
    for (const DType a : kTensorDTypes) {
      for (const int64_t k : {int64_t{64}, int64_t{320}, int64_t{576}}) {
        for (const int64_t m : {int64_t{1}, int64_t{2}, int64_t{3}, int64_t{4}, int64_t{8}, int64_t{9}, int64_t{33}}) {
          for (const int64_t n : {int64_t{1}, int64_t{32}, int64_t{33}, int64_t{160}, int64_t{161}}) {
            if (!has_panels(b, k, n)) continue;
            Case x = {m, n, k, a, b, kTensorDTypes[random.below(4)]};
            x.a_transposed = random.below(4) == 0;
            x.bias = random.below(2) == 0;
            x.activation = random.below(2) == 0 ? Activation::kSilu : Activation::kNone;
            x.panels = true;
            against_double(pool, kernels, x);
            for (const DType c : {DType::kFloat32, DType::kBFloat16}) panels_give_the_same(kernels, {m, n, k, a, b, c});
          }
        }
      }
    }
    against_double(pool, kernels, {1, is_plain_float(b) ? 4992 : 5000, 64, DType::kBFloat16, b, DType::kFloat32, false, false, false, Activation::kNone, 0, true});
    if (!is_plain_float(b)) integers_are_near(kernels, b);
  }
}

void nothing_to_sum(const Kernels &kernels) {
  ThreadPool pool(2);
  for (const int64_t m : {int64_t{1}, int64_t{30}}) {
    std::vector<float> c(static_cast<size_t>(m * 3), 9.0f);
    const float bias[3] = {1, 2, 3};
    float unused = 0;
    gemm(pool, kernels,
         {m,
          3,
          0,
          {DType::kFloat32, &unused, 0},
          false,
          {DType::kFloat32, &unused, 12},
          false,
          bias,
          Activation::kNone,
          DType::kFloat32,
          c.data(),
          12});
    CHECK(c[0] == 1 && c[1] == 2 && c.back() == 3, "%s: k = 0: %g %g %g", kernels.isa, c[0], c[1], c.back());
  }
}

}  // namespace

int main() {
  reads_are_the_strips_panels();
  ThreadPool pool(3);
  Random random(4);
  panels_hold_what_rows_do();
  for (const Kernels *kernels : runnable_kernels()) {
    for (const DType a : kTensorDTypes) {
      for (const DType b : kTensorDTypes) {
        for (const DType c : kTensorDTypes) {
          for (int which = 0; which < 4; ++which) {
            for (const int64_t m : {int64_t{1}, int64_t{5}, int64_t{17}}) {
              against_double(pool, *kernels, {m, 49, 67, a, b, c, (which & 1) != 0, (which & 2) != 0, which != 1});
            }
          }
        }
      }
    }
    const int64_t sizes[] = {1, 2, 3, 15, 16, 17, 31, 33, 63, 64, 97, 131, 259, 521};
    for (int trial = 0; trial < 120; ++trial) {
      Case x = {sizes[random.below(12)],        sizes[random.below(14)],        sizes[random.below(14)],
                kTensorDTypes[random.below(4)], kTensorDTypes[random.below(4)], kTensorDTypes[random.below(4)]};
      x.a_transposed = random.below(4) == 0;
      x.b_transposed = random.below(4) == 0;
      x.bias = random.below(2) == 0;
      x.activation = random.below(2) == 0   ? Activation::kSilu
                     : random.below(2) == 0 ? Activation::kRelu
                                            : Activation::kNone;
      // Block floats of another activation's output straddle the rounding; plain outputs show it.
      x.offset = random.below(3) == 0 ? 1 : 0;
      against_double(pool, *kernels, x);
    }
    // Whole tiles of depth, and every part of one in the other directions.
    for (const DType b : kTensorDTypes) {
      for (const int64_t k : {int64_t{32}, int64_t{96}, int64_t{288}, int64_t{544}}) {
        for (const int64_t m : {int64_t{9}, int64_t{15}, int64_t{16}, int64_t{17}, int64_t{31}, int64_t{32}, int64_t{33},
                                int64_t{47}, int64_t{49}, int64_t{100}}) {
          for (const int64_t n : {int64_t{1}, int64_t{31}, int64_t{33}, int64_t{150}}) {
            Case x = {m, n, k, DType::kBFloat16, b, kTensorDTypes[random.below(4)]};
            x.b_transposed = random.below(2) == 0;
            x.bias = random.below(2) == 0;
            x.activation = random.below(2) == 0 ? Activation::kSilu : Activation::kNone;
            x.offset = random.below(3) == 0 ? 1 : 0;
            against_double(pool, *kernels, x);
          }
        }
      }
      against_double(pool, *kernels, {9, 4000, 32, DType::kBFloat16, b, DType::kFloat32});
      against_double(pool, *kernels, {83, 70, 1024, DType::kBFloat16, b, DType::kFloat32});  // a is copied for tiles
      against_double(pool, *kernels, {200, 33, 2048, DType::kBFloat16, b, DType::kFloat32});
      rows_are_independent(*kernels, {70, 161, 608, DType::kBFloat16, b, DType::kFloat32});
    }
    for (const DType a : kTensorDTypes) {
      for (const DType b : kTensorDTypes) {
        rows_are_independent(*kernels, {29, 161, 600, a, b, DType::kFloat32, false, false, true, Activation::kGelu});
        rows_are_independent(*kernels, {29, 33, 270, a, b, DType::kBFloat8B, false, true});
      }
    }
    rows_are_independent(*kernels, {300, 96, 576, DType::kFloat32, DType::kFloat32, DType::kFloat32});
    gates(*kernels);
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) transposition_is_invisible(*kernels, dtype);
    specials_pass_through(*kernels, false);
    if (makes_panels(*kernels, DType::kBFloat8B)) specials_pass_through(*kernels, true);
    panels(*kernels);
    for (const DType dtype : {DType::kBFloat8B, DType::kBFloat4B}) one_row_has_the_bits_of_several(*kernels, dtype);
    tiles_hold_what_is_packed(*kernels);
    nothing_to_sum(*kernels);
  }
  return report("gemm");
}
