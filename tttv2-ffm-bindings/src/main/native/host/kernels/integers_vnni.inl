// SPDX-License-Identifier: Apache-2.0
//
// integers.inl with AVX-512's products of bytes (VNNI): numbers are three digits of base 256, from -128 to 127.
namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kQuartets = kGroupRows / kLanes;  // vectors of 16 values
constexpr int64_t kIntegerRows = kGemvRows;
constexpr int kDigits = 3;

// 64 values of a.
struct ValueGroup {
  const float *values;
  alignas(64) uint8_t drops[kGroupRows];  // by how much an exponent is below the largest, at most 255
  int32_t largest;                        // biased exponent; 0: all are zero
};

TTTV2_INLINE bool group_values(const float *a, ValueGroup &group) {
  const __m512i wide = _mm512_set1_epi32(255);
  __m512i exponents[kQuartets];
  __m512i top = _mm512_setzero_si512();
  __mmask16 subnormal = 0;
  for (int64_t i = 0; i < kQuartets; ++i) {
    const __m512i bits = _mm512_loadu_si512(a + i * kLanes);
    exponents[i] = _mm512_and_si512(_mm512_srli_epi32(bits, 23), wide);
    top = _mm512_max_epi32(top, exponents[i]);
    subnormal |= _mm512_mask_test_epi32_mask(_mm512_testn_epi32_mask(exponents[i], exponents[i]), bits, _mm512_set1_epi32(0x7fffffff));
  }
  group.values = a;
  group.largest = _mm512_reduce_max_epi32(top);
  for (int64_t i = 0; i < kQuartets; ++i) {
    _mm_store_si128(reinterpret_cast<__m128i *>(group.drops + i * kLanes),
                    _mm512_cvtepi32_epi8(_mm512_sub_epi32(_mm512_set1_epi32(group.largest), exponents[i])));
  }
  return group.largest == 0 ? subnormal == 0 : is_near(group.largest);
}

TTTV2_INLINE int32_t largest_byte(__m512i x) {
  const __m256i half = _mm256_max_epu8(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
  const __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  const __m128i words = _mm_max_epu8(quarter, _mm_srli_epi16(quarter, 8));
  return 255 - _mm_extract_epi16(_mm_minpos_epu16(_mm_andnot_si128(words, _mm_set1_epi16(255))), 0);
}

// Four products for each column. GCC 12 would copy sums and broadcast numbers in instructions of their own.
TTTV2_INLINE void add_products(__m512i mantissas, const int32_t &digits, __m512i &sums) {
  __asm__("vpdpbusd %[digits]%{1to16%}, %[mantissas], %[sums]" : [sums] "+v"(sums) : [mantissas] "v"(mantissas), [digits] "m"(digits));
}

// 64 values times the scales of one block, in steps.
struct alignas(64) Numbers {
  int32_t quads[kPanelQuads][4];  // 16 bytes each: the four values' first digits, second, third
  uint8_t scales[kGroupRows];     // what values are multiplied with: exponents, 0 for zero
  __m512i sums;                   // of the digits, four quads side by side
  const float *values;
  int32_t exponent;               // of the step, but for the dtype's bias

  // Returns which values have scales that bytes do not hold, or of infinities or NaNs.
  [[gnu::always_inline]] __mmask64 begin(const ValueGroup &group, const uint8_t *block) {
    const __m512i exponents = _mm512_loadu_si512(block);
    const int32_t top = largest_byte(_mm512_subs_epu8(exponents, _mm512_load_si512(group.drops)));
    const __m512i tops = _mm512_set1_epi8(static_cast<char>(top));
    // The largest value times its scale has the exponent group.largest - 127 + top; in steps that is 2^20.
    const int32_t base = 127 + 20 + 127 - group.largest;
    const __m512i above = _mm512_subs_epu8(exponents, tops);
    const __mmask64 filled = _mm512_test_epi8_mask(exponents, exponents);
    const __mmask64 wrong = (top == 0 ? filled : 0) |  // the top may be lower
                            _mm512_cmpgt_epu8_mask(above, _mm512_set1_epi8(static_cast<char>(254 - base))) |
                            _mm512_cmpeq_epi8_mask(exponents, _mm512_set1_epi8(-1));
    const __m512i up = _mm512_adds_epu8(above, _mm512_set1_epi8(static_cast<char>(base)));
    _mm512_store_si512(scales, _mm512_maskz_mov_epi8(filled, _mm512_subs_epu8(up, _mm512_subs_epu8(tops, exponents))));
    values = group.values;
    exponent = group.largest - 127 - 20 + top;
    return wrong;
  }

  // Vector i of the values.
  [[gnu::always_inline]] void add(int64_t i, __m512i &sum) {
    const __m512i wide = _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i *>(scales + i * kLanes)));
    const __m512 scale = _mm512_castsi512_ps(_mm512_slli_epi32(wide, 23));
    const __m512i bits = _mm512_castps_si512(_mm512_fmadd_ps(_mm512_loadu_ps(values + i * kLanes), scale, _mm512_set1_ps(kRounder)));
    // Less what the rounder has, with 128 for both lower digits: without sign, they are then moved to -128 .. 127.
    const __m512i number = _mm512_sub_epi32(bits, _mm512_set1_epi32(0x4b400000 - 0x8080));
    // Four numbers of four bytes become the four's lowest bytes, second, third.
    const __m512i by_digit = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m512i digits = _mm512_shuffle_epi8(_mm512_xor_si512(number, _mm512_set1_epi32(0x8080)), by_digit);
    _mm512_store_si512(quads[i * 4], digits);
    sum = _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(1), digits);
  }

  // What mantissas with 2^kZeroBits added to them add too much to the sums of each digit, negative.
  template <int kZeroBits>
  [[gnu::always_inline]] void offsets(__m512i (&out)[kDigits]) const {
    const __m512i halves = _mm512_add_epi32(sums, _mm512_shuffle_i64x2(sums, sums, 0x4e));
    const __m512i all = _mm512_add_epi32(halves, _mm512_shuffle_i64x2(halves, halves, 0xb1));
    const __m512i offset = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(all, kZeroBits));
    out[0] = _mm512_shuffle_epi32(offset, _MM_PERM_AAAA);
    out[1] = _mm512_shuffle_epi32(offset, _MM_PERM_BBBB);
    out[2] = _mm512_shuffle_epi32(offset, _MM_PERM_CCCC);
  }
};

// Mantissas of quad `quad` of a panel's blocks: 16 columns, the four rows of each side by side.
struct Quads8 {
  using Codec = BFloat8Codec;
  static constexpr int kZeroBits = 7;
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
  static constexpr int kZeroBits = 3;
  static constexpr int kRightShift = 4;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat4B);
  static constexpr int64_t kLines = 1;
  TTTV2_INLINE void read(const uint8_t *panel, int64_t quad, __m512i &left, __m512i &right) {
    const __m512i both = _mm512_loadu_si512(panel + 2 * kGroupRows + quad * 64);
    left = _mm512_and_si512(both, _mm512_set1_epi8(15));
    right = _mm512_andnot_si512(_mm512_set1_epi8(15), both);
  }
};

constexpr int64_t kMostBlocks = 4;  // of two panels

template <class Quads>
struct Neighbours {
  const uint8_t *panel;  // the first one
  int64_t side;          // always the left one
  float *c;
  int64_t count;         // of blocks, even
  Numbers blocks[kMostBlocks];

  [[gnu::always_inline]] bool begin(const ValueGroup &group) {
    __mmask64 wrong = 0;
    for (int64_t s = 0; s < count; ++s) {
      wrong |= blocks[s].begin(group, panel + s / 2 * Quads::kPanelBytes + s % 2 * kGroupRows);
    }
    return wrong == 0;
  }

  void make() {
    for (Numbers &block : blocks) {
      block.sums = _mm512_setzero_si512();
      for (int64_t i = 0; i < kQuartets; ++i) block.add(i, block.sums);
    }
  }
};

template <class Quads, int kPanels>
static void multiply_panels(const Neighbours<Quads> &now, Neighbours<Quads> &next, const uint8_t *ahead) {
  constexpr int64_t kLines = kPanels * Quads::kLines;
  static_assert(kMostBlocks * kQuartets == kPanelQuads);
  const uint8_t *panels = now.panel;
  const Numbers *numbers = now.blocks;
  __m512i totals[2 * kPanels][kDigits];
  _Pragma("GCC unroll 2") for (int p = 0; p < kPanels; ++p) {
    numbers[2 * p].template offsets<Quads::kZeroBits>(totals[2 * p]);
    numbers[2 * p + 1].template offsets<Quads::kZeroBits + Quads::kRightShift>(totals[2 * p + 1]);
  }
  fetch(ahead, kPanels * 2);
  ahead += kPanels * 128;
  for (int64_t block = 0; block < kMostBlocks; ++block) {
    Numbers &made = next.blocks[block];
    __m512i sum = _mm512_setzero_si512();
    _Pragma("GCC unroll 4") for (int64_t i = 0; i < kQuartets; ++i) {
      const int64_t quad = block * kQuartets + i;
      fetch(ahead + quad * kLines * 64, kLines);
      __m512i mantissas[2 * kPanels];
      _Pragma("GCC unroll 2") for (int p = 0; p < kPanels; ++p) {
        Quads::read(panels + p * Quads::kPanelBytes, quad, mantissas[2 * p], mantissas[2 * p + 1]);
      }
      _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
        _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) {
          add_products(mantissas[s], numbers[s].quads[quad][d], totals[s][d]);
        }
      }
      made.add(i, sum);
    }
    made.sums = sum;
  }
  _Pragma("GCC unroll 4") for (int s = 0; s < 2 * kPanels; ++s) {
    const __m512 low = _mm512_cvtepi32_ps(_mm512_add_epi32(totals[s][0], _mm512_slli_epi32(totals[s][1], 8)));
    const __m512 all = _mm512_fmadd_ps(_mm512_cvtepi32_ps(totals[s][2]), _mm512_set1_ps(65536), low);
    const int32_t exponent = numbers[s].exponent - Quads::Codec::kBias - (s % 2) * Quads::kRightShift;
    float *out = now.c + s * kLanes;
    _mm512_storeu_ps(out, _mm512_add_ps(_mm512_loadu_ps(out), _mm512_scalef_ps(all, _mm512_set1_ps(static_cast<float>(exponent)))));
  }
}

template <class Quads>
TTTV2_INLINE void multiply_neighbours(const Neighbours<Quads> &now, Neighbours<Quads> &next, const uint8_t *ahead) {
  if (now.count == kMostBlocks) {
    multiply_panels<Quads, kMostBlocks / 2>(now, next, ahead);
  } else {
    multiply_panels<Quads, 1>(now, next, ahead);
  }
}

}  // namespace tttv2::host::TTTV2_ISA
