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

// sum += x, of 16 or 32 bits each. GCC 12 would keep one of many sums in memory, where each addition waits for the one before.
TTTV2_INLINE void add_shorts(__m256i x, __m256i &sum) { __asm__("vpaddw %[x], %[sum], %[sum]" : [sum] "+x"(sum) : [x] "x"(x)); }
TTTV2_INLINE void add_ints(__m256i x, __m256i &sum) { __asm__("vpaddd %[x], %[sum], %[sum]" : [sum] "+x"(sum) : [x] "x"(x)); }

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

// 64 values times the scales of one block, in steps: from -2^21 to 2^21.
struct BlockScales {
  alignas(32) uint8_t scales[kGroupRows];  // what values are multiplied with: exponents, 0 for zero
  const float *values;
  int32_t exponent;  // of the step, but for the dtype's bias

  // False where bytes do not hold the scales, or one is of infinities or NaNs.
  [[gnu::always_inline]] bool begin(const ValueGroup &group, const uint8_t *exponents) {
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
    values = group.values;
    exponent = group.largest - 127 - 20 + top;
    return _mm256_testz_si256(wrong, wrong) != 0;
  }

  // Eight of the numbers, and `more`.
  [[gnu::always_inline]] __m256i numbers(int64_t octet, int32_t more) const {
    const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(scales + octet * 8)));
    const __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(wide, 23));
    const __m256 rounded = _mm256_fmadd_ps(_mm256_loadu_ps(values + octet * 8), scale, _mm256_set1_ps(kRounder));
    return _mm256_sub_epi32(_mm256_castps_si256(rounded), _mm256_set1_epi32(0x4b400000 - more));
  }
};

// c[8] += x 2^exponent. The power may be beyond the normal numbers, its halves are not.
TTTV2_INLINE void add_scaled(float *c, __m256 x, int32_t exponent) {
  const int32_t half = exponent / 2;
  const auto power = [](int32_t e) { return _mm256_castsi256_ps(_mm256_set1_epi32((e + 127) << 23)); };
  const __m256 scaled = _mm256_mul_ps(_mm256_mul_ps(x, power(half)), power(exponent - half));
  _mm256_storeu_ps(c, _mm256_add_ps(_mm256_loadu_ps(c), scaled));
}

constexpr int64_t kMostBlocks = 1;

// A block: the left or the right half of a panel.
template <class Quads>
struct Neighbours {
  const uint8_t *panel;
  int64_t side;
  float *c;
  int64_t count;
  typename Quads::Numbers blocks[kMostBlocks];

  [[gnu::always_inline]] bool begin(const ValueGroup &group) { return blocks[0].begin(group, panel + side * kGroupRows); }

  void make() {
    typename Quads::Sums sums{};
    for (int64_t i = 0; i < kOctets; ++i) blocks[0].add(i, sums);
    blocks[0].sums = sums;
  }
};

struct Quads8 {
  using Codec = BFloat8Codec;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat8B);
  static constexpr int kBits = 15;  // of a digit

  struct Sums {  // of digits
    __m256i lower, upper;
  };
  struct Numbers : BlockScales {
    alignas(32) int64_t quads[kPanelQuads][2];  // of four rows, 16 bits each: the lower digits, the upper ones
    Sums sums;

    [[gnu::always_inline]] void add(int64_t octet, Sums &sum) {
      const __m256i number = numbers(octet, 0);
      const __m256i upper = _mm256_srai_epi32(_mm256_add_epi32(number, _mm256_set1_epi32(1 << (kBits - 1))), kBits);
      const __m256i lower = _mm256_sub_epi32(number, _mm256_slli_epi32(upper, kBits));
      sum.lower = _mm256_add_epi32(sum.lower, lower);
      sum.upper = _mm256_add_epi32(sum.upper, upper);
      _mm256_store_si256(reinterpret_cast<__m256i *>(quads[2 * octet]), _mm256_packs_epi32(lower, upper));
    }
  };

  static void multiply(const Neighbours<Quads8> &now, Neighbours<Quads8> &next, const uint8_t *ahead) {
    const Numbers &numbers = now.blocks[0];
    Numbers &made = next.blocks[0];
    Sums sums{};
    // Of four columns each, rows in pairs.
    __m256i lower[4], upper[4];
    _Pragma("GCC unroll 4") for (int v = 0; v < 4; ++v) lower[v] = upper[v] = _mm256_setzero_si256();
    const uint8_t *mantissas = now.panel + 2 * kGroupRows + now.side * 64;
    fetch(ahead, 1);
    _Pragma("GCC unroll 1") for (int64_t octet = 0; octet < kOctets; ++octet) {
      fetch(ahead + 64 + octet * 128, 2);
      add_products(mantissas + octet * 256, numbers.quads[2 * octet], lower, upper);
      add_products(mantissas + octet * 256 + 128, numbers.quads[2 * octet + 1], lower, upper);
      made.add(octet, sums);
    }
    made.sums = sums;
    // Mantissas have 128 added.
    const __m256i lower_offset = _mm256_set1_epi32(-128 * sum_of_lanes(numbers.sums.lower));
    const __m256i upper_offset = _mm256_set1_epi32(-128 * sum_of_lanes(numbers.sums.upper));
    _Pragma("GCC unroll 2") for (int v = 0; v < 4; v += 2) {
      const __m256 low = _mm256_cvtepi32_ps(_mm256_add_epi32(columns(lower[v], lower[v + 1]), lower_offset));
      const __m256 high = _mm256_cvtepi32_ps(_mm256_add_epi32(columns(upper[v], upper[v + 1]), upper_offset));
      add_scaled(now.c + v * 4, _mm256_fmadd_ps(high, _mm256_set1_ps(1 << kBits), low), numbers.exponent - Codec::kBias);
    }
  }

 private:
  // A quad's products with both digits.
  TTTV2_INLINE void add_products(const uint8_t *mantissas, const int64_t (&digits)[2], __m256i (&lower)[4], __m256i (&upper)[4]) {
    const __m256i low = _mm256_set1_epi64x(digits[0]);
    const __m256i high = _mm256_set1_epi64x(digits[1]);
    _Pragma("GCC unroll 4") for (int v = 0; v < 4; ++v) {
      const __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(mantissas + 16 * v)));
      add_ints(_mm256_madd_epi16(wide, low), lower[v]);
      add_ints(_mm256_madd_epi16(wide, high), upper[v]);
    }
  }

  // The sums of eight columns from those of their pairs of rows.
  TTTV2_INLINE __m256i columns(__m256i left, __m256i right) {
    return _mm256_permute4x64_epi64(_mm256_hadd_epi32(left, right), 0xd8);
  }
};

struct Quads4 {
  using Codec = BFloat4Codec;
  static constexpr int64_t kPanelBytes = weight_panel_bytes(DType::kBFloat4B);
  static constexpr int kDigits = 3;

  struct Sums {  // of numbers with kMiddle
    __m256i numbers;
  };
  struct Numbers : BlockScales {
    static constexpr int32_t kMiddle = 0x8080;  // 128 for both lower digits: without sign, they are then moved to -128 .. 127
    alignas(32) int32_t quads[kPanelQuads][4];  // of four rows, 8 bits each: the first digits, the second, the third
    Sums sums;

    [[gnu::always_inline]] void add(int64_t octet, Sums &sum) {
      const __m256i number = numbers(octet, kMiddle);
      sum.numbers = _mm256_add_epi32(sum.numbers, number);
      // Four numbers of four bytes become the four's lowest bytes, second, third.
      const __m256i by_digit = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
      const __m256i digits = _mm256_shuffle_epi8(_mm256_xor_si256(number, _mm256_set1_epi32(kMiddle)), by_digit);
      _mm256_store_si256(reinterpret_cast<__m256i *>(quads[2 * octet]), digits);
    }
  };

  static void multiply(const Neighbours<Quads4> &now, Neighbours<Quads4> &next, const uint8_t *ahead) {
    if (now.side == 0) {
      multiply_side<0>(now, next, ahead);
    } else {
      multiply_side<4>(now, next, ahead);
    }
  }

 private:
  // A quad's products with its digits, of pairs of rows.
  template <int kShift>
  TTTV2_INLINE void add_products(const uint8_t *mantissas, const int32_t (&digits)[4], __m256i (&sums)[2][kDigits]) {
    __m256i nibbles[2];
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      nibbles[v] = _mm256_and_si256(_mm256_srli_epi16(load_bytes(mantissas + v * 32), kShift), _mm256_set1_epi8(15));
    }
    _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) {
      const __m256i digit = _mm256_set1_epi32(digits[d]);
      add_shorts(_mm256_maddubs_epi16(nibbles[0], digit), sums[0][d]);
      add_shorts(_mm256_maddubs_epi16(nibbles[1], digit), sums[1][d]);
    }
  }

  template <int kShift>
  static void multiply_side(const Neighbours<Quads4> &now, Neighbours<Quads4> &next, const uint8_t *ahead) {
    const Numbers &numbers = now.blocks[0];
    Numbers &made = next.blocks[0];
    Sums made_sums{};
    __m256i totals[2][kDigits];  // of eight columns each
    _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) totals[0][d] = totals[1][d] = _mm256_setzero_si256();
    const uint8_t *mantissas = now.panel + 2 * kGroupRows;
    fetch(ahead, 1);
    constexpr int64_t kExact = 4;  // octets whose products 16 bits hold
    _Pragma("GCC unroll 1") for (int64_t from = 0; from < kOctets; from += kExact) {
      __m256i sums[2][kDigits];
      _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) sums[0][d] = sums[1][d] = _mm256_setzero_si256();
      _Pragma("GCC unroll 1") for (int64_t octet = from; octet < from + kExact; ++octet) {
        fetch(ahead + 64 + octet * 64, 1);
        add_products<kShift>(mantissas + octet * 128, numbers.quads[2 * octet], sums);
        add_products<kShift>(mantissas + octet * 128 + 64, numbers.quads[2 * octet + 1], sums);
        made.add(octet, made_sums);
      }
      _Pragma("GCC unroll 3") for (int d = 0; d < kDigits; ++d) {
        totals[0][d] = _mm256_add_epi32(totals[0][d], _mm256_madd_epi16(sums[0][d], _mm256_set1_epi16(1)));
        totals[1][d] = _mm256_add_epi32(totals[1][d], _mm256_madd_epi16(sums[1][d], _mm256_set1_epi16(1)));
      }
    }
    made.sums = made_sums;
    // Mantissas have 8 added. Without it 32 bits hold the products of the numbers, so that what digits exceed them is lost again.
    // Of a block that is refused nothing is right, and the sum may be anything.
    const uint32_t sum = static_cast<uint32_t>(sum_of_lanes(numbers.sums.numbers)) - uint32_t{kGroupRows} * Numbers::kMiddle;
    const __m256i offset = _mm256_set1_epi32(static_cast<int32_t>(0 - 8 * sum));
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      const __m256i upper = _mm256_add_epi32(_mm256_slli_epi32(totals[v][2], 8), totals[v][1]);
      const __m256i all = _mm256_add_epi32(_mm256_add_epi32(_mm256_slli_epi32(upper, 8), totals[v][0]), offset);
      add_scaled(now.c + v * 8, _mm256_cvtepi32_ps(all), numbers.exponent - Codec::kBias);
    }
  }
};

template <class Quads>
TTTV2_INLINE void multiply_neighbours(const Neighbours<Quads> &now, Neighbours<Quads> &next, const uint8_t *ahead) {
  Quads::multiply(now, next, ahead);
}

}  // namespace tttv2::host::TTTV2_ISA
