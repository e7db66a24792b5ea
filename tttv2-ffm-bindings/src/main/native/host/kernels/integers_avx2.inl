// SPDX-License-Identifier: Apache-2.0
//
// integers.inl with AVX2. Mantissas of BFLOAT8_B are widened to 16 bits, and numbers are two digits of base 2^15; those of
// BFLOAT4_B are multiplied as bytes, with three digits of base 256 from -128 to 127.
namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kOctets = kGroupRows / 8;  // vectors of 8 values
constexpr int64_t kIntegerRows = 2;

// 64 values of a.
struct ValueGroup {
  const float *values;
  alignas(32) uint8_t drops[kGroupRows];  // by how much an exponent is below the largest, at most 255
  int32_t largest;                       // biased exponent; 0: all are zero
};

TTTV2_INLINE __m256i load_bytes(const uint8_t *p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)); }

// GCC 12 would keep one of many sums in memory, and each addition to it would wait for the one before to be written there.
TTTV2_INLINE void in_registers(__m256i &x, __m256i &y) { __asm__("" : "+x"(x), "+x"(y)); }

TTTV2_INLINE int32_t sum_of_lanes(__m256i x) {
  const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}
TTTV2_INLINE int32_t largest_byte(__m256i x) {
  const __m128i half = _mm_max_epu8(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
  const __m128i words = _mm_max_epu8(half, _mm_srli_epi16(half, 8));
  return 255 - _mm_extract_epi16(_mm_minpos_epu16(_mm_andnot_si128(words, _mm_set1_epi16(255))), 0);
}

TTTV2_INLINE bool group_values(const float *a, ValueGroup &group) {
  constexpr int64_t kVectors = kGroupRows / kLanes;
  I32 exponents[kVectors];
  I32 top = splat_int(0);
  I32 subnormal = splat_int(0);
  for (int64_t i = 0; i < kVectors; ++i) {
    const I32 x = bits(load(a + i * kLanes));
    exponents[i] = shift_right<23>(x) & splat_int(255);
    top = select(greater(top, exponents[i]), top, exponents[i]);
    // Without exponent, and not zero.
    subnormal = subnormal | (equal(exponents[i], splat_int(0)) ^ equal(shift_left<1>(x), splat_int(0)));
  }
  group.values = a;
  group.largest = largest(top);
  for (int64_t i = 0; i < kVectors; ++i) store_int8(group.drops + i * kLanes, splat_int(group.largest) - exponents[i]);
  return group.largest == 0 ? largest(splat_int(0) - subnormal) == 0 : is_near(group.largest);
}

// What the values have to be multiplied with for their products with the scales to be numbers of steps: exponents, 0 for zero.
// Returns the step's exponent, but for the dtype's bias. `near` becomes false where bytes do not hold the scales,
// or one is of infinities or NaNs.
TTTV2_INLINE int32_t step_scales(const ValueGroup &group, const uint8_t *exponents, uint8_t *scales, bool &near) {
  const __m256i halves[2] = {load_bytes(exponents), load_bytes(exponents + 32)};
  __m256i reach = _mm256_setzero_si256();
  for (int64_t i = 0; i < 2; ++i) reach = _mm256_max_epu8(reach, _mm256_subs_epu8(halves[i], load_bytes(group.drops + i * 32)));
  const int32_t top = largest_byte(reach);
  const __m256i tops = _mm256_set1_epi8(static_cast<char>(top));
  // The largest value times its scale has the exponent group.largest - 127 + top - bias; in steps that is 2^20.
  const int32_t base = 127 + 20 + 127 - group.largest;
  const __m256i room = _mm256_set1_epi8(static_cast<char>(254 - base));
  __m256i wrong = top == 0 ? _mm256_or_si256(halves[0], halves[1]) : _mm256_setzero_si256();  // it may be lower
  for (int64_t i = 0; i < 2; ++i) {
    const __m256i above = _mm256_subs_epu8(halves[i], tops);
    wrong = _mm256_or_si256(wrong, _mm256_subs_epu8(above, room));
    wrong = _mm256_or_si256(wrong, _mm256_cmpeq_epi8(halves[i], _mm256_set1_epi8(-1)));
    const __m256i up = _mm256_adds_epu8(above, _mm256_set1_epi8(static_cast<char>(base)));
    const __m256i scale = _mm256_subs_epu8(up, _mm256_subs_epu8(tops, halves[i]));
    const __m256i empty = _mm256_cmpeq_epi8(halves[i], _mm256_setzero_si256());
    _mm256_store_si256(reinterpret_cast<__m256i *>(scales + i * 32), _mm256_andnot_si256(empty, scale));
  }
  near &= _mm256_testz_si256(wrong, wrong) != 0;
  return group.largest - 127 - 20 + top;
}

// Eight values as numbers of steps, from -2^21 to 2^21.
TTTV2_INLINE __m256i numbers(const ValueGroup &group, const uint8_t *scales, int64_t octet) {
  const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(scales + octet * 8)));
  const __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(wide, 23));
  const __m256 rounded = _mm256_fmadd_ps(_mm256_loadu_ps(group.values + octet * 8), scale, _mm256_set1_ps(kRounder));
  return _mm256_sub_epi32(_mm256_castps_si256(rounded), _mm256_set1_epi32(0x4b400000));
}

// c[8] += x 2^exponent. The power may be beyond the normal numbers, its halves are not.
TTTV2_INLINE void add_scaled(float *c, __m256 x, int32_t exponent) {
  const int32_t half = exponent / 2;
  const auto power = [](int32_t e) { return _mm256_castsi256_ps(_mm256_set1_epi32((e + 127) << 23)); };
  const __m256 scaled = _mm256_mul_ps(_mm256_mul_ps(x, power(half)), power(exponent - half));
  _mm256_storeu_ps(c, _mm256_add_ps(_mm256_loadu_ps(c), scaled));
}

struct Quads8 {
  using Codec = BFloat8Codec;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat8B);
  static constexpr int kBits = 15;  // of a digit

  // c[16] += the group times the left or right block of a panel. False where that is not near enough.
  TTTV2_INLINE bool multiply_block(const ValueGroup &group, const uint8_t *panel, int64_t side, const uint8_t *next, float *c) {
    alignas(32) uint8_t scales[kGroupRows];
    bool near = true;
    const int32_t exponent = step_scales(group, panel + side * kGroupRows, scales, near) - Codec::kBias;
    alignas(32) int64_t digits[kPanelQuads][2];  // of four rows, 16 bits each: the lower ones, the upper ones
    __m256i lower_sum = _mm256_setzero_si256();
    __m256i upper_sum = _mm256_setzero_si256();
    for (int64_t i = 0; i < kOctets; ++i) {
      const __m256i number = numbers(group, scales, i);
      const __m256i upper = _mm256_srai_epi32(_mm256_add_epi32(number, _mm256_set1_epi32(1 << (kBits - 1))), kBits);
      const __m256i lower = _mm256_sub_epi32(number, _mm256_slli_epi32(upper, kBits));
      lower_sum = _mm256_add_epi32(lower_sum, lower);
      upper_sum = _mm256_add_epi32(upper_sum, upper);
      _mm256_store_si256(reinterpret_cast<__m256i *>(digits[2 * i]), _mm256_packs_epi32(lower, upper));
    }
    fetch(next + side * 64, 1);
    // Of four columns each, rows in pairs.
    __m256i lower[4], upper[4];
    _Pragma("GCC unroll 4") for (int v = 0; v < 4; ++v) lower[v] = upper[v] = _mm256_setzero_si256();
    const uint8_t *mantissas = panel + 2 * kGroupRows + side * 64;
    _Pragma("GCC unroll 1") for (int64_t quad = 0; quad < kPanelQuads; ++quad, mantissas += 128) {
      fetch(next + 128 + quad * 128 + side * 64, 1);
      const __m256i low = _mm256_set1_epi64x(digits[quad][0]);
      const __m256i high = _mm256_set1_epi64x(digits[quad][1]);
      _Pragma("GCC unroll 4") for (int v = 0; v < 4; ++v) {
        const __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(mantissas + 16 * v)));
        lower[v] = _mm256_add_epi32(lower[v], _mm256_madd_epi16(wide, low));
        upper[v] = _mm256_add_epi32(upper[v], _mm256_madd_epi16(wide, high));
        in_registers(lower[v], upper[v]);
      }
    }
    // Mantissas have 128 added.
    const __m256i lower_offset = _mm256_set1_epi32(-128 * sum_of_lanes(lower_sum));
    const __m256i upper_offset = _mm256_set1_epi32(-128 * sum_of_lanes(upper_sum));
    _Pragma("GCC unroll 2") for (int v = 0; v < 4; v += 2) {
      const __m256 low = _mm256_cvtepi32_ps(_mm256_add_epi32(columns(lower[v], lower[v + 1]), lower_offset));
      const __m256 high = _mm256_cvtepi32_ps(_mm256_add_epi32(columns(upper[v], upper[v + 1]), upper_offset));
      add_scaled(c + v * 4, _mm256_fmadd_ps(high, _mm256_set1_ps(1 << kBits), low), exponent);
    }
    return near;
  }

 private:
  // The sums of eight columns from those of their pairs of rows.
  TTTV2_INLINE __m256i columns(__m256i left, __m256i right) {
    return _mm256_permute4x64_epi64(_mm256_hadd_epi32(left, right), 0xd8);
  }
};

struct Quads4 {
  using Codec = BFloat4Codec;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat4B);
  static constexpr int kDigits = 3;

  TTTV2_INLINE bool multiply_block(const ValueGroup &group, const uint8_t *panel, int64_t side, const uint8_t *next, float *c) {
    alignas(32) uint8_t scales[kGroupRows];
    bool near = true;
    const int32_t exponent = step_scales(group, panel + side * kGroupRows, scales, near) - Codec::kBias;
    alignas(32) int32_t digits[kPanelQuads][4];  // of four rows, 8 bits each: the first ones, the second, the third
    // Four numbers of four bytes become the four's lowest bytes, second, third.
    const __m256i by_digit = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    __m256i eights = _mm256_setzero_si256();
    for (int64_t i = 0; i < kOctets; ++i) {
      // With 128 for both lower digits: without sign, they are then moved to -128 .. 127.
      const __m256i number = _mm256_add_epi32(numbers(group, scales, i), _mm256_set1_epi32(0x8080));
      const __m256i four = _mm256_shuffle_epi8(_mm256_xor_si256(number, _mm256_set1_epi32(0x8080)), by_digit);
      _mm256_store_si256(reinterpret_cast<__m256i *>(digits[2 * i]), four);
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(8), four);
      eights = _mm256_add_epi32(eights, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    const __m128i offsets = _mm_add_epi32(_mm256_castsi256_si128(eights), _mm256_extracti128_si256(eights, 1));
    fetch(next + side * 64, 1);
    __m256i totals[2][kDigits];  // of eight columns each
    _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) totals[0][d] = totals[1][d] = _mm256_setzero_si256();
    const uint8_t *mantissas = panel + 2 * kGroupRows;
    const __m128i shift = _mm_cvtsi32_si128(side == 0 ? 0 : 4);
    constexpr int64_t kExact = 8;  // quads whose products 16 bits hold
    for (int64_t from = 0; from < kPanelQuads; from += kExact) {
      fetch(next + 128 + (side * kExact + from / 2) * 64, kExact / 2);
      __m256i sums[2][kDigits];
      _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) sums[0][d] = sums[1][d] = _mm256_setzero_si256();
      // Unrolled, GCC 12 would keep products in memory and add them up in pairs.
      _Pragma("GCC unroll 1") for (int64_t quad = from; quad < from + kExact; ++quad) {
        __m256i nibbles[2];
        _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
          nibbles[v] = _mm256_and_si256(_mm256_srl_epi16(load_bytes(mantissas + quad * 64 + v * 32), shift), _mm256_set1_epi8(15));
        }
        _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) {
          const __m256i digit = _mm256_set1_epi32(digits[quad][d]);
          sums[0][d] = _mm256_add_epi16(sums[0][d], _mm256_maddubs_epi16(nibbles[0], digit));
          sums[1][d] = _mm256_add_epi16(sums[1][d], _mm256_maddubs_epi16(nibbles[1], digit));
        }
      }
      _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) {
        totals[0][d] = _mm256_add_epi32(totals[0][d], _mm256_madd_epi16(sums[0][d], _mm256_set1_epi16(1)));
        totals[1][d] = _mm256_add_epi32(totals[1][d], _mm256_madd_epi16(sums[1][d], _mm256_set1_epi16(1)));
      }
    }
    // Mantissas have 8 added.
    const __m256i first = _mm256_broadcastd_epi32(offsets);
    const __m256i second = _mm256_broadcastd_epi32(_mm_shuffle_epi32(offsets, 0x55));
    const __m256i third = _mm256_broadcastd_epi32(_mm_shuffle_epi32(offsets, 0xaa));
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      const __m256i low = _mm256_add_epi32(_mm256_sub_epi32(totals[v][0], first),
                                           _mm256_slli_epi32(_mm256_sub_epi32(totals[v][1], second), 8));
      const __m256 high = _mm256_cvtepi32_ps(_mm256_sub_epi32(totals[v][2], third));
      add_scaled(c + v * 8, _mm256_fmadd_ps(high, _mm256_set1_ps(65536), _mm256_cvtepi32_ps(low)), exponent);
    }
    return near;
  }
};

template <class Quads>
static bool multiply_quads_of(const float *a, int64_t depth, const uint8_t *panels, int64_t stride, int64_t num_panels, float *c) {
  std::memset(c, 0, static_cast<size_t>(num_panels * kStep) * sizeof(float));
  bool near = true;
  for (int64_t k = 0; k < depth; k += kGroupRows, panels += stride) {
    ValueGroup group;
    if (!group_values(a + k, group)) return false;
    if (group.largest == 0) {
      near &= !have_specials<Quads>(panels, num_panels);
      continue;
    }
    for (int64_t p = 0; p < num_panels; ++p) {
      const uint8_t *panel = panels + p * Quads::kPanelBytes;
      const uint8_t *next = p + 1 < num_panels ? panel + Quads::kPanelBytes : panels + stride;
      near &= Quads::multiply_block(group, panel, 0, next, c + p * kStep);
      near &= Quads::multiply_block(group, panel, 1, next, c + p * kStep + kLanes);
    }
  }
  return near;
}

}  // namespace tttv2::host::TTTV2_ISA
