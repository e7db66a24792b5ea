// SPDX-License-Identifier: Apache-2.0
//
// A row of values times block floats in quads, in integers.
//
// Mantissas are integers already. 64 values of a, times the scales of a block of 16 columns, are rounded to one step, 2^-21
// of what bounds the largest: integers as well. Each is split into digits that the processor multiplies with mantissas and
// adds up exactly; the sums come together in float32. integers_vnni.inl and integers_avx2.inl do this:
//
//   Quads8, Quads4                              the dtypes
//   bool multiply_quads_of<Quads>(a, depth, panels, stride, num_panels, c)
//     c[32 num_panels] = a[depth] times groups of panels, `stride` bytes apart. False where that is not near enough.
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

template <class Quads>
static bool have_specials(const uint8_t *panels, int64_t num_panels) {
  bool found = false;
  for (int64_t p = 0; p < num_panels; ++p) found |= QuadPanel<typename Quads::Codec>{panels + p * Quads::kPanelBytes}.has_specials();
  return found;
}

}  // namespace tttv2::host::TTTV2_ISA

#if defined(__AVX512VNNI__)
#include "integers_vnni.inl"
#else
#include "integers_avx2.inl"
#endif

namespace tttv2::host::TTTV2_ISA {

static bool multiply_quads(const float *a, int64_t depth, const Matrix &b, int64_t begin, int64_t count, float *c) {
  const auto *first = static_cast<const uint8_t *>(b.data) + begin / kStep * weight_panel_bytes(b.dtype);
  const int64_t stride = b.stride * kGroupRows;
  const int64_t num_panels = (count + kStep - 1) / kStep;
  if (b.dtype == DType::kBFloat8B) return multiply_quads_of<Quads8>(a, depth, first, stride, num_panels, c);
  return multiply_quads_of<Quads4>(a, depth, first, stride, num_panels, c);
}

}  // namespace tttv2::host::TTTV2_ISA
