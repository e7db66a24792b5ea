// SPDX-License-Identifier: Apache-2.0
//
// integers.inl with AVX-512's products of bytes (VNNI): numbers are three digits of base 256, from -128 to 127.
namespace tttv2::host::TTTV2_ISA {

constexpr int kDigits = 3;
constexpr int64_t kQuartets = kGroupRows / kLanes;  // vectors of 16 values
constexpr int64_t kMostPanels = 2;                 // at a time
constexpr int64_t kIntegerRows = kGemvRows;

// 64 values of a.
struct ValueGroup {
  __m512 values[kQuartets];
  __m512i drops;    // by how much an exponent is below the largest, at most 255
  int32_t largest;  // biased exponent; 0: all are zero
};

TTTV2_INLINE bool group_values(const float *a, ValueGroup &group) {
  const __m512i wide = _mm512_set1_epi32(255);
  __m512i exponents[kQuartets];
  __m512i top = _mm512_setzero_si512();
  __mmask16 subnormal = 0;
  for (int64_t i = 0; i < kQuartets; ++i) {
    group.values[i] = _mm512_loadu_ps(a + i * kLanes);
    const __m512i bits = _mm512_castps_si512(group.values[i]);
    exponents[i] = _mm512_and_si512(_mm512_srli_epi32(bits, 23), wide);
    top = _mm512_max_epi32(top, exponents[i]);
    subnormal |= _mm512_mask_test_epi32_mask(_mm512_testn_epi32_mask(exponents[i], exponents[i]), bits, _mm512_set1_epi32(0x7fffffff));
  }
  group.largest = _mm512_reduce_max_epi32(top);
  alignas(64) uint8_t drops[kGroupRows];
  for (int64_t i = 0; i < kQuartets; ++i) {
    _mm_store_si128(reinterpret_cast<__m128i *>(drops + i * kLanes),
                    _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(group.largest), exponents[i])));
  }
  group.drops = _mm512_load_si512(drops);
  return group.largest == 0 ? subnormal == 0 : is_near(group.largest);
}

TTTV2_INLINE int32_t largest_byte(__m512i x) {
  const __m256i half = _mm256_max_epu8(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
  const __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  const __m128i words = _mm_max_epu8(quarter, _mm_srli_epi16(quarter, 8));
  return 255 - _mm_extract_epi16(_mm_minpos_epu16(_mm_andnot_si128(words, _mm_set1_epi16(255))), 0);
}

// The values times the scales of one block: quad by quad, 16 bytes each, the four values' first digits, second, third.
struct alignas(64) Digits {
  int32_t quads[kPanelQuads][4];
  __m512i offsets[kDigits];  // what mantissas without sign add too much, negative
  __m512 exponent;           // of the step
};

// kZero: what is added to each mantissa. Returns which values have scales that bytes do not hold.
template <int kZero, int kBias>
TTTV2_INLINE __mmask64 scale_values(const ValueGroup &group, __m512i exponents, Digits &out) {
  const int32_t top = largest_byte(_mm512_subs_epu8(exponents, group.drops));
  const __m512i tops = _mm512_set1_epi8(static_cast<char>(top));
  // The largest value times its scale has the exponent group.largest - 127 + top - kBias; in steps that is 2^20.
  const int32_t base = 127 + 20 + 127 - group.largest;
  const __m512i above = _mm512_subs_epu8(exponents, tops);
  const __mmask64 filled = _mm512_test_epi8_mask(exponents, exponents);
  const __mmask64 wrong = (top == 0 ? filled : 0) |  // the top may be lower
                          _mm512_cmpgt_epu8_mask(above, _mm512_set1_epi8(static_cast<char>(254 - base)));
  const __m512i up = _mm512_adds_epu8(above, _mm512_set1_epi8(static_cast<char>(base)));
  alignas(64) uint8_t scales[kGroupRows];
  _mm512_store_si512(scales, _mm512_maskz_mov_epi8(filled, _mm512_subs_epu8(up, _mm512_subs_epu8(tops, exponents))));
  // Four numbers of four bytes become the four's lowest bytes, second, third.
  const __m512i by_digit = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  __m512i sums = _mm512_setzero_si512();
  _Pragma("GCC unroll 4") for (int64_t i = 0; i < kQuartets; ++i) {
    const __m512i wide = _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i *>(scales + i * kLanes)));
    const __m512 scale = _mm512_castsi512_ps(_mm512_slli_epi32(wide, 23));
    const __m512i bits = _mm512_castps_si512(_mm512_fmadd_ps(group.values[i], scale, _mm512_set1_ps(kRounder)));
    // Less what the rounder has, with 128 for both lower digits: without sign, they are then moved to -128 .. 127.
    const __m512i number = _mm512_sub_epi32(bits, _mm512_set1_epi32(0x4b400000 - 0x8080));
    const __m512i digits = _mm512_shuffle_epi8(_mm512_xor_si512(number, _mm512_set1_epi32(0x8080)), by_digit);
    _mm512_store_si512(out.quads[i * 4], digits);
    sums = _mm512_dpbusd_epi32(sums, _mm512_set1_epi8(static_cast<char>(kZero)), digits);
  }
  sums = _mm512_add_epi32(sums, _mm512_shuffle_i64x2(sums, sums, 0x4e));
  sums = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_add_epi32(sums, _mm512_shuffle_i64x2(sums, sums, 0xb1)));
  out.offsets[0] = _mm512_shuffle_epi32(sums, _MM_PERM_AAAA);
  out.offsets[1] = _mm512_shuffle_epi32(sums, _MM_PERM_BBBB);
  out.offsets[2] = _mm512_shuffle_epi32(sums, _MM_PERM_CCCC);
  out.exponent = _mm512_set1_ps(static_cast<float>(group.largest - 127 - 20 + top - kBias));
  return wrong;
}

// Four products for each column. GCC 12 would copy sums and broadcast numbers in instructions of their own.
TTTV2_INLINE void add_products(__m512i mantissas, const int32_t &digits, __m512i &sums) {
  __asm__("vpdpbusd %[digits]%{1to16%}, %[mantissas], %[sums]" : [sums] "+v"(sums) : [mantissas] "v"(mantissas), [digits] "m"(digits));
}

// Mantissas of quad `quad` of a panel's blocks: 16 columns, the four rows of each side by side.
struct Quads8 {
  using Codec = BFloat8Codec;
  static constexpr int kZero = 128;
  static constexpr int kRightShift = 0;  // by how many bits the right block's mantissas are too far up
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat8B);
  static constexpr int64_t kLines = 2;  // of 64 bytes
  TTTV2_INLINE void read(const uint8_t *panel, int64_t quad, __m512i &left, __m512i &right) {
    left = _mm512_loadu_si512(panel + 2 * kGroupRows + quad * 128);
    right = _mm512_loadu_si512(panel + 2 * kGroupRows + quad * 128 + 64);
  }
};
struct Quads4 {
  using Codec = BFloat4Codec;
  static constexpr int kZero = 8;
  static constexpr int kRightShift = 4;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat4B);
  static constexpr int64_t kLines = 1;
  TTTV2_INLINE void read(const uint8_t *panel, int64_t quad, __m512i &left, __m512i &right) {
    const __m512i both = _mm512_loadu_si512(panel + 2 * kGroupRows + quad * 64);
    left = _mm512_and_si512(both, _mm512_set1_epi8(15));
    right = _mm512_andnot_si512(_mm512_set1_epi8(15), both);
  }
};

template <class Quads, int kPanels>
TTTV2_INLINE bool multiply_panels_of(const ValueGroup &group, const uint8_t *panels, const uint8_t *next, float *c) {
  constexpr int kBias = Quads::Codec::kBias;
  Digits digits[2 * kPanels];
  __mmask64 specials = 0;
  _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
    const __m512i exponents = _mm512_loadu_si512(panels + s / 2 * Quads::kPanelBytes + s % 2 * kGroupRows);
    specials |= _mm512_cmpeq_epi8_mask(exponents, _mm512_set1_epi8(-1));
    if (s % 2 == 0) {
      specials |= scale_values<Quads::kZero, kBias>(group, exponents, digits[s]);
    } else {
      specials |= scale_values<Quads::kZero << Quads::kRightShift, kBias + Quads::kRightShift>(group, exponents, digits[s]);
    }
  }
  fetch(next, kPanels * 2);
  next += kPanels * 128;
  constexpr int64_t kLines = kPanels * Quads::kLines;
  __m512i totals[2 * kPanels][kDigits];
  _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
    _Pragma("GCC unroll 3") for (int i = 0; i < kDigits; ++i) totals[s][i] = digits[s].offsets[i];
  }
  for (int64_t quad = 0; quad < kPanelQuads; ++quad) {
    fetch(next + quad * kLines * 64, kLines);
    __m512i mantissas[2 * kPanels];
    _Pragma("GCC unroll 2") for (int p = 0; p < kPanels; ++p) {
      Quads::read(panels + p * Quads::kPanelBytes, quad, mantissas[2 * p], mantissas[2 * p + 1]);
    }
    _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
      _Pragma("GCC unroll 3") for (int i = 0; i < kDigits; ++i) {
        add_products(mantissas[s], digits[s].quads[quad][i], totals[s][i]);
      }
    }
  }
  _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
    const __m512 low = _mm512_cvtepi32_ps(_mm512_add_epi32(totals[s][0], _mm512_slli_epi32(totals[s][1], 8)));
    const __m512 all = _mm512_fmadd_ps(_mm512_cvtepi32_ps(totals[s][2]), _mm512_set1_ps(65536), low);
    float *out = c + s * kLanes;
    _mm512_storeu_ps(out, _mm512_add_ps(_mm512_loadu_ps(out), _mm512_scalef_ps(all, digits[s].exponent)));
  }
  return specials == 0;
}

}  // namespace tttv2::host::TTTV2_ISA
