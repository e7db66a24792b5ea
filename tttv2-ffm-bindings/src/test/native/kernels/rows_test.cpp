// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "check.hpp"
#include "common/block_float.hpp"
#include "host/kernels/isa.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

// Any bits at all, or values as weights have them.
std::vector<float> some_values(Random &random, int64_t n, bool any) {
  std::vector<float> v = random.normals(n);
  for (float &x : v) {
    if (any && random.below(3) == 0) x = std::bit_cast<float>(random.bits());
    if (any && random.below(9) == 0) x = std::bit_cast<float>(random.bits() & 0x80ffffffu);
  }
  return v;
}

void equals_portable(const Kernels &kernels, const Kernels &portable) {
  Random random(1);
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16, DType::kFloat16, DType::kBFloat8B, DType::kBFloat4B}) {
    for (const int64_t n : awkward_sizes()) {
      for (int trial = 0; trial < 6; ++trial) {
        const int64_t offset = trial;  // odd addresses too
        std::vector<float> x = some_values(random, n, trial % 2 == 1);
        Bytes ours(row_bytes(dtype, n), offset), theirs(row_bytes(dtype, n));
        kernels.pack_row(dtype, x.data(), n, ours.data());
        portable.pack_row(dtype, x.data(), n, theirs.data());
        CHECK(ours == theirs, "%s packs %ld %s otherwise", kernels.isa, n, name_of(dtype));
        CHECK(ours.intact(), "%s packs %ld %s over the end", kernels.isa, n, name_of(dtype));
        std::vector<float> a(static_cast<size_t>(n) + 1, 77.0f), b(a);
        kernels.unpack_row(dtype, ours.data(), n, a.data());
        portable.unpack_row(dtype, theirs.data(), n, b.data());
        CHECK(same_bits(a, b), "%s unpacks %ld %s otherwise", kernels.isa, n, name_of(dtype));
        CHECK(a.back() == 77.0f, "%s unpacks %ld %s over the end", kernels.isa, n, name_of(dtype));
        // Parts of a row are the row.
        std::vector<float> parts(static_cast<size_t>(n) + 1, 77.0f);
        Bytes joined(row_bytes(dtype, n));
        for (int64_t begin = 0; begin < n; begin += 64) {
          const int64_t count = std::min<int64_t>(64, n - begin);
          kernels.micro->unpack_columns(dtype, ours.data(), n, begin, count, parts.data() + begin);
          kernels.micro->pack_columns(dtype, x.data() + begin, n, begin, count, joined.data());
        }
        CHECK(same_bits(a, parts), "%s unpacks parts of %ld %s otherwise", kernels.isa, n, name_of(dtype));
        CHECK(joined == ours, "%s packs parts of %ld %s otherwise", kernels.isa, n, name_of(dtype));
      }
    }
  }
}

void float16_is_exact(const Kernels &kernels) {
  std::vector<uint16_t> all(65536), back(65536);
  std::vector<float> values(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  kernels.unpack_row(DType::kFloat16, all.data(), 65536, values.data());
  kernels.pack_row(DType::kFloat16, values.data(), 65536, back.data());
  for (uint32_t i = 0; i < 65536; ++i) {
    const int exponent = static_cast<int>(i >> 10 & 31), fraction = static_cast<int>(i & 1023);
    const double sign = (i >> 15) != 0 ? -1.0 : 1.0;
    if (exponent == 31 && fraction != 0) {
      CHECK(std::isnan(values[i]) && back[i] == (i | 0x200), "%s: NaN %04x -> %04x", kernels.isa, i, back[i]);
      continue;
    }
    const double expected = exponent == 31  ? sign * HUGE_VAL
                            : exponent == 0 ? sign * std::ldexp(fraction, -24)
                                            : sign * std::ldexp(1024 + fraction, exponent - 25);
    CHECK(values[i] == expected && std::signbit(values[i]) == (i >> 15 != 0), "%s: %04x is %g", kernels.isa, i,
          values[i]);
    CHECK(back[i] == i, "%s: %04x comes back as %04x", kernels.isa, i, back[i]);
    // Halfway to the next one: to even. Just beside halfway: to the nearer.
    if (exponent == 31 || (i & 0x7fff) == 0x7bff) continue;
    const float next = float16_to_float(static_cast<uint16_t>(i + 1));
    const float middle = static_cast<float>((static_cast<double>(values[i]) + next) / 2);
    const float three[3] = {std::nextafterf(middle, 0.0f), middle, std::nextafterf(middle, next * 4)};
    uint16_t packed[3];
    kernels.pack_row(DType::kFloat16, three, 3, packed);
    CHECK(packed[0] == i && packed[1] == (i % 2 == 0 ? i : i + 1) && packed[2] == i + 1,
          "%s: around %04x: %04x %04x %04x", kernels.isa, i, packed[0], packed[1], packed[2]);
  }
  const float far[4] = {65519.99f, 65520.0f, -1e30f, 1e-30f};
  uint16_t packed[4];
  kernels.pack_row(DType::kFloat16, far, 4, packed);
  CHECK(packed[0] == 0x7bff && packed[1] == 0x7c00 && packed[2] == 0xfc00 && packed[3] == 0, "%s: overflow",
        kernels.isa);
}

void bfloat16_rounds_to_even(const Kernels &kernels) {
  const uint32_t in[] = {0x3f800000, 0x3f808000, 0x3f818000, 0x3f808001, 0x7f7fffff, 0x7f800000,
                         0xff800000, 0x7f800001, 0xffffffff, 0x00000001, 0x80008000, 0x007fffff};
  const uint16_t out[] = {0x3f80, 0x3f80, 0x3f82, 0x3f81, 0x7f80, 0x7f80,
                          0xff80, 0x7fc0, 0x7fc0, 0x0000, 0x8000, 0x0080};
  float x[12];
  uint16_t packed[12];
  std::memcpy(x, in, sizeof x);
  kernels.pack_row(DType::kBFloat16, x, 12, packed);
  for (int i = 0; i < 12; ++i)
    CHECK(packed[i] == out[i], "%s: %08x -> %04x, expected %04x", kernels.isa, in[i], packed[i], out[i]);
}

void panels_hold_the_rows(const Kernels &kernels) {
  Random random(3);
  for (const DType dtype : kTensorDTypes) {
    for (const int64_t cols : {int64_t{1}, int64_t{31}, int64_t{33}, int64_t{64}, int64_t{100}, int64_t{161}}) {
      const int64_t depth = 19;
      const Packed packed(dtype, some_values(random, depth * cols, true), depth, cols, 1, 5);
      std::vector<const void *> rows;
      for (int64_t r = 0; r < depth; ++r) rows.push_back(packed.bytes.data() + r * packed.stride);
      const int64_t begin = cols > 64 ? 32 : 0;
      const int64_t count = cols - begin;
      std::vector<float> panel(static_cast<size_t>(depth * round_up(count, 32)));
      kernels.micro->panels(dtype, rows.data(), depth, cols, begin, count, panel.data());
      bool good = true;
      for (int64_t r = 0; r < depth; ++r) {
        for (int64_t c = 0; c < round_up(count, 32); ++c) {
          const float expected = c < count ? packed.values[static_cast<size_t>(r * cols + begin + c)] : 0.0f;
          const float got = panel[static_cast<size_t>(c / 32 * 32 * depth + r * 32 + c % 32)];
          good &= c < count ? bits_of(got) == bits_of(expected) : got == 0.0f;
        }
      }
      CHECK(good, "%s: panels of %s, %ld columns", kernels.isa, name_of(dtype), cols);
      std::vector<float> transposed(static_cast<size_t>(count * 32));
      kernels.micro->transposed_panel(dtype, rows.data(), depth, cols, begin, count, nullptr, transposed.data());
      good = true;
      for (int64_t c = 0; c < count; ++c) {
        for (int64_t r = 0; r < 32; ++r) {
          const float expected = r < depth ? packed.values[static_cast<size_t>(r * cols + begin + c)] : 0.0f;
          good &= bits_of(transposed[static_cast<size_t>(c * 32 + r)]) == bits_of(expected);
        }
      }
      CHECK(good, "%s: transposed panel of %s, %ld columns", kernels.isa, name_of(dtype), cols);
    }
  }
}

void integers_are_refused(const Kernels &kernels) {
  bool thrown = false;
  float x = 0;
  try {
    kernels.unpack_row(DType::kUInt32, &x, 1, &x);
  } catch (const std::invalid_argument &) {
    thrown = true;
  }
  CHECK(thrown, "%s", kernels.isa);
}

void row_sizes() {
  CHECK(row_bytes(DType::kBFloat8B, 33) == 68, "bfloat8_b");
  CHECK(row_bytes(DType::kBFloat4B, 1) == 18, "bfloat4_b");
  CHECK(row_bytes(DType::kUInt8, 5) == 5, "uint8");
  CHECK(row_bytes(DType::kFloat32, 0) == 0, "empty");
}

}  // namespace

int main() {
  for (const Kernels *kernels : runnable_kernels()) {
    equals_portable(*kernels, *runnable_kernels().back());
    float16_is_exact(*kernels);
    bfloat16_rounds_to_even(*kernels);
    panels_hold_the_rows(*kernels);
    integers_are_refused(*kernels);
  }
  row_sizes();
  return report("rows");
}
