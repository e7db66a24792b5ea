// SPDX-License-Identifier: Apache-2.0
//
// A row of values times block floats in quads, in integers.
//
// Mantissas are integers already. 64 values of a, times the scales of a block of 16 columns, are rounded to one step, 2^-21
// of what bounds the largest: integers as well. Each is split into digits that the processor multiplies with mantissas and
// adds up exactly; the sums come together in float32. integers_vnni.inl and integers_avx2.inl do this:
//
//   ValueGroup                                  64 values of a, and the largest one's exponent
//   bool group_values(a, group)                 false where rounding to a common step would lose bits that count
//   Quads8, Quads4                              the dtypes
//   bool multiply_panels_of<Quads, panels>(group, panels, next, c)
//     c[32 panels] += the group times neighbouring panels, while the memory from `next` on is fetched, as many bytes: panels
//     are short, and their neighbours in other pages. False where that is not near enough.
//   kMostPanels                                 at a time
//   kIntegerRows                                Microkernels::integer_rows
#include <immintrin.h>

namespace tttv2::host::TTTV2_ISA {

// 2^23 and 2^22: the lowest bits of the sum are those of what is added.
constexpr float kRounder = 8388608.0f + 4194304.0f;

// Of the exponent of the largest of 64 values: whether its products with scales stay in the range of float32.
TTTV2_INLINE bool is_near(int32_t exponent) {
  constexpr int32_t kFar = 80;
  return exponent > 127 - kFar && exponent < 127 + kFar;
}

TTTV2_INLINE void fetch(const uint8_t *next, int64_t lines) {
  for (int64_t i = 0; i < lines; ++i) _mm_prefetch(next + i * 64, _MM_HINT_T0);
}

}  // namespace tttv2::host::TTTV2_ISA

#if defined(__AVX512VNNI__)
#include "integers_vnni.inl"
#else
#include "integers_avx2.inl"
#endif

namespace tttv2::host::TTTV2_ISA {

template <class Quads>
static bool multiply_quads_of(const float *a, int64_t depth, const uint8_t *groups, int64_t stride, int64_t num_panels, float *c) {
  std::memset(c, 0, static_cast<size_t>(num_panels * kStep) * sizeof(float));
  bool exact = true;
  for (int64_t k = 0; k < depth; k += kGroupRows, groups += stride) {
    ValueGroup group;
    if (!group_values(a + k, group)) return false;
    if (group.largest == 0) {
      for (int64_t p = 0; p < num_panels; ++p) {
        exact &= !QuadPanel<typename Quads::Codec>{groups + p * Quads::kPanelBytes}.has_specials();
      }
      continue;
    }
    int64_t p = 0;
    const auto next = [&](int64_t after) { return after < num_panels ? groups + after * Quads::kPanelBytes : groups + stride; };
    for (; p + kMostPanels <= num_panels; p += kMostPanels) {
      exact &= multiply_panels_of<Quads, kMostPanels>(group, groups + p * Quads::kPanelBytes, next(p + kMostPanels), c + p * kStep);
    }
    for (; p < num_panels; ++p) {
      exact &= multiply_panels_of<Quads, 1>(group, groups + p * Quads::kPanelBytes, next(p + 1), c + p * kStep);
    }
  }
  return exact;
}

static bool multiply_quads(const float *a, int64_t depth, const Matrix &b, int64_t begin, int64_t count, float *c) {
  const auto *first = static_cast<const uint8_t *>(b.data) + begin / kStep * weight_panel_bytes(b.dtype);
  const int64_t stride = b.stride * kGroupRows;
  const int64_t num_panels = (count + kStep - 1) / kStep;
  if (b.dtype == DType::kBFloat8B) return multiply_quads_of<Quads8>(a, depth, first, stride, num_panels, c);
  return multiply_quads_of<Quads4>(a, depth, first, stride, num_panels, c);
}

}  // namespace tttv2::host::TTTV2_ISA
