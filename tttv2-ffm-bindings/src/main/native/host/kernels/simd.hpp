// SPDX-License-Identifier: Apache-2.0
//
// Sixteen lanes of float32 or 32-bit integers, whatever the width of the registers: reductions and accumulations have
// the same order on every instruction set. Arithmetic is GCC's vector extension; what it lacks is spelled out for each
// instruction set. Never included twice in a translation unit: the including file defines TTTV2_ISA, the namespace of
// its instruction set. Nothing here may instantiate a function outside of that namespace (see isa.inl).
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define TTTV2_INLINE static inline __attribute__((always_inline))

namespace tttv2::host::TTTV2_ISA {

#if defined(__AVX512F__)
constexpr int kRegisterBytes = 64;
#elif defined(__AVX2__)
constexpr int kRegisterBytes = 32;
#else
constexpr int kRegisterBytes = 16;
#endif
constexpr int kLanes = 16;
constexpr int kRegisters = 64 / kRegisterBytes;
constexpr int kRegisterLanes = kRegisterBytes / 4;

typedef float FloatRegister __attribute__((vector_size(kRegisterBytes)));
typedef int32_t IntRegister __attribute__((vector_size(kRegisterBytes)));
typedef uint32_t UIntRegister __attribute__((vector_size(kRegisterBytes)));

struct F32 {
  FloatRegister r[kRegisters];
};
struct I32 {
  IntRegister r[kRegisters];
};

#define TTTV2_EACH(i) _Pragma("GCC unroll 4") for (int i = 0; i < kRegisters; ++i)

// ---- Float lanes -----------------------------------------------------------------------------------

TTTV2_INLINE F32 load(const void *p) {
  // Register by register: a copy of the whole would go through memory.
  F32 v;
  TTTV2_EACH(i) std::memcpy(&v.r[i], static_cast<const uint8_t *>(p) + i * kRegisterBytes, kRegisterBytes);
  return v;
}
TTTV2_INLINE void store(void *p, F32 v) {
  TTTV2_EACH(i) std::memcpy(static_cast<uint8_t *>(p) + i * kRegisterBytes, &v.r[i], kRegisterBytes);
}

TTTV2_INLINE F32 splat(float x) {
#if defined(__AVX512F__)
  return {{(FloatRegister)_mm512_set1_ps(x)}};
#elif defined(__AVX2__)
  return {{(FloatRegister)_mm256_set1_ps(x), (FloatRegister)_mm256_set1_ps(x)}};
#else
  const FloatRegister v = {x, x, x, x};
  return {{v, v, v, v}};
#endif
}
TTTV2_INLINE F32 zero() {
  F32 v;
  TTTV2_EACH(i) v.r[i] = FloatRegister{};
  return v;
}

#define TTTV2_BINARY(type, op)                    \
  TTTV2_INLINE type operator op(type a, type b) { \
    TTTV2_EACH(i) a.r[i] = a.r[i] op b.r[i];      \
    return a;                                     \
  }
TTTV2_BINARY(F32, +)
TTTV2_BINARY(F32, -)
TTTV2_BINARY(F32, *)
TTTV2_BINARY(F32, /)
TTTV2_BINARY(I32, &)
TTTV2_BINARY(I32, |)
TTTV2_BINARY(I32, ^)
#undef TTTV2_BINARY

// These wrap around.
TTTV2_INLINE I32 operator+(I32 a, I32 b) {
  TTTV2_EACH(i) a.r[i] = (IntRegister)((UIntRegister)a.r[i] + (UIntRegister)b.r[i]);
  return a;
}
TTTV2_INLINE I32 operator-(I32 a, I32 b) {
  TTTV2_EACH(i) a.r[i] = (IntRegister)((UIntRegister)a.r[i] - (UIntRegister)b.r[i]);
  return a;
}

// Lanes of a comparison are all ones or all zeros.
#define TTTV2_COMPARE(type, name, op)                       \
  TTTV2_INLINE I32 name(type a, type b) {                   \
    I32 m;                                                  \
    TTTV2_EACH(i) m.r[i] = (IntRegister)(a.r[i] op b.r[i]); \
    return m;                                               \
  }
TTTV2_COMPARE(F32, less, <)
TTTV2_COMPARE(F32, not_equal, !=)
TTTV2_COMPARE(I32, equal, ==)
TTTV2_COMPARE(I32, greater, >)
#undef TTTV2_COMPARE

TTTV2_INLINE F32 select(I32 mask, F32 a, F32 b) {
  TTTV2_EACH(i) a.r[i] = mask.r[i] ? a.r[i] : b.r[i];
  return a;
}
TTTV2_INLINE I32 select(I32 mask, I32 a, I32 b) {
  TTTV2_EACH(i) a.r[i] = mask.r[i] ? a.r[i] : b.r[i];
  return a;
}

// a b + c; rounded once where the instruction set can.
TTTV2_INLINE F32 fma(F32 a, F32 b, F32 c) {
  TTTV2_EACH(i) {
#if defined(__AVX512F__)
    c.r[i] = (FloatRegister)_mm512_fmadd_ps((__m512)a.r[i], (__m512)b.r[i], (__m512)c.r[i]);
#elif defined(__AVX2__)
    c.r[i] = (FloatRegister)_mm256_fmadd_ps((__m256)a.r[i], (__m256)b.r[i], (__m256)c.r[i]);
#else
    c.r[i] = a.r[i] * b.r[i] + c.r[i];
#endif
  }
  return c;
}
TTTV2_INLINE F32 fma(float a, F32 b, F32 c) { return fma(splat(a), b, c); }

// b where either is NaN.
TTTV2_INLINE F32 min(F32 a, F32 b) {
  TTTV2_EACH(i) {
#if defined(__AVX512F__)
    a.r[i] = (FloatRegister)_mm512_min_ps((__m512)a.r[i], (__m512)b.r[i]);
#elif defined(__AVX2__)
    a.r[i] = (FloatRegister)_mm256_min_ps((__m256)a.r[i], (__m256)b.r[i]);
#else
    a.r[i] = a.r[i] < b.r[i] ? a.r[i] : b.r[i];
#endif
  }
  return a;
}
TTTV2_INLINE F32 max(F32 a, F32 b) {
  TTTV2_EACH(i) {
#if defined(__AVX512F__)
    a.r[i] = (FloatRegister)_mm512_max_ps((__m512)a.r[i], (__m512)b.r[i]);
#elif defined(__AVX2__)
    a.r[i] = (FloatRegister)_mm256_max_ps((__m256)a.r[i], (__m256)b.r[i]);
#else
    a.r[i] = a.r[i] > b.r[i] ? a.r[i] : b.r[i];
#endif
  }
  return a;
}

TTTV2_INLINE float sqrt(float x) { return __builtin_sqrtf(x); }

#if defined(__AVX2__)

// Lanes i and i + 8.
TTTV2_INLINE __m256 lower(F32 v) {
#if defined(__AVX512F__)
  return _mm512_castps512_ps256((__m512)v.r[0]);
#else
  return (__m256)v.r[0];
#endif
}
TTTV2_INLINE __m256 upper(F32 v) {
#if defined(__AVX512F__)
  return _mm512_extractf32x8_ps((__m512)v.r[0], 1);
#else
  return (__m256)v.r[1];
#endif
}

// Lane i meets lane i + 8, then i + 4, i + 2, i + 1.
TTTV2_INLINE float sum(F32 v) {
  const __m256 eight = _mm256_add_ps(lower(v), upper(v));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
TTTV2_INLINE float largest(F32 v) {
  const __m256 eight = _mm256_max_ps(lower(v), upper(v));
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

#else

// Lane i meets lane i + 8, then i + 4, i + 2, i + 1.
TTTV2_INLINE float sum(F32 v) {
  const FloatRegister four = (v.r[0] + v.r[2]) + (v.r[1] + v.r[3]);
  return (four[0] + four[2]) + (four[1] + four[3]);
}
TTTV2_INLINE float largest(F32 v) {
  float x[kLanes];
  store(x, v);
  float top = x[0];
  for (int i = 1; i < kLanes; ++i) top = top > x[i] ? top : x[i];
  return top;
}

#endif

// ---- Integer lanes ---------------------------------------------------------------------------------

TTTV2_INLINE I32 splat_int(int32_t x) {
  I32 v;
  TTTV2_EACH(i) v.r[i] = IntRegister{} + x;
  return v;
}
TTTV2_INLINE I32 bits(F32 v) {
  I32 x;
  TTTV2_EACH(i) x.r[i] = (IntRegister)v.r[i];
  return x;
}
TTTV2_INLINE F32 from_bits(I32 v) {
  F32 x;
  TTTV2_EACH(i) x.r[i] = (FloatRegister)v.r[i];
  return x;
}
TTTV2_INLINE F32 to_float(I32 v) {
  F32 x;
  TTTV2_EACH(i) x.r[i] = __builtin_convertvector(v.r[i], FloatRegister);
  return x;
}
template <int kBits>
TTTV2_INLINE I32 shift_left(I32 v) {
  TTTV2_EACH(i) v.r[i] = (IntRegister)((UIntRegister)v.r[i] << kBits);
  return v;
}
template <int kBits>
TTTV2_INLINE I32 shift_right(I32 v) {  // zeros come in
  TTTV2_EACH(i) v.r[i] = (IntRegister)((UIntRegister)v.r[i] >> kBits);
  return v;
}
template <int kBits>
TTTV2_INLINE I32 shift_right_signed(I32 v) {  // the sign comes in
  TTTV2_EACH(i) v.r[i] = v.r[i] >> kBits;
  return v;
}
TTTV2_INLINE I32 shift_right(I32 v, I32 counts) {  // 0 <= count <= 31
  TTTV2_EACH(i) v.r[i] = (IntRegister)((UIntRegister)v.r[i] >> (UIntRegister)counts.r[i]);
  return v;
}
TTTV2_INLINE I32 min(I32 a, I32 b) {
  TTTV2_EACH(i) a.r[i] = a.r[i] < b.r[i] ? a.r[i] : b.r[i];
  return a;
}
TTTV2_INLINE int32_t largest(I32 v) {
#if defined(__AVX512F__)
  return _mm512_reduce_max_epi32((__m512i)v.r[0]);
#elif defined(__AVX2__)
  const __m256i eight = _mm256_max_epi32((__m256i)v.r[0], (__m256i)v.r[1]);
  const __m128i four = _mm_max_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
  const __m128i two = _mm_max_epi32(four, _mm_unpackhi_epi64(four, four));
  return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 1)));
#else
  int32_t x[kLanes];
  std::memcpy(x, &v, sizeof x);
  int32_t top = x[0];
  for (int i = 1; i < kLanes; ++i) top = top > x[i] ? top : x[i];
  return top;
#endif
}

// ---- Narrow integers in memory ---------------------------------------------------------------------

TTTV2_INLINE I32 load_int8(const uint8_t *p) {  // sign extended
#if defined(__AVX512F__)
  return {{(IntRegister)_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)))}};
#elif defined(__AVX2__)
  return {{(IntRegister)_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p))),
           (IntRegister)_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p + 8)))}};
#else
  int32_t x[kLanes];
  for (int i = 0; i < kLanes; ++i) x[i] = static_cast<int8_t>(p[i]);
  I32 v;
  std::memcpy(&v, x, sizeof v);
  return v;
#endif
}
TTTV2_INLINE I32 load_uint16(const uint8_t *p) {
#if defined(__AVX512F__)
  return {{(IntRegister)_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)))}};
#elif defined(__AVX2__)
  return {{(IntRegister)_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p))),
           (IntRegister)_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16)))}};
#else
  uint16_t narrow[kLanes];
  std::memcpy(narrow, p, sizeof narrow);
  int32_t x[kLanes];
  for (int i = 0; i < kLanes; ++i) x[i] = narrow[i];
  I32 v;
  std::memcpy(&v, x, sizeof v);
  return v;
#endif
}
#if defined(__AVX2__) && !defined(__AVX512F__)
// The masked low halves of the lanes, in order.
TTTV2_INLINE __m256i narrow(I32 v, int32_t mask) {
  const __m256i keep = _mm256_set1_epi32(mask);
  const __m256i mixed =
      _mm256_packus_epi32(_mm256_and_si256((__m256i)v.r[0], keep), _mm256_and_si256((__m256i)v.r[1], keep));
  return _mm256_permute4x64_epi64(mixed, 0xd8);
}
#endif

TTTV2_INLINE void store_int8(uint8_t *p, I32 v) {  // the low byte of each lane
#if defined(__AVX512F__)
  _mm_storeu_si128(reinterpret_cast<__m128i *>(p), _mm512_cvtepi32_epi8((__m512i)v.r[0]));
#elif defined(__AVX2__)
  const __m256i halves = narrow(v, 0xff);
  _mm_storeu_si128(reinterpret_cast<__m128i *>(p),
                   _mm_packus_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1)));
#else
  int32_t x[kLanes];
  std::memcpy(x, &v, sizeof x);
  for (int i = 0; i < kLanes; ++i) p[i] = static_cast<uint8_t>(x[i]);
#endif
}
TTTV2_INLINE void store_uint16(uint8_t *p, I32 v) {  // the low half of each lane
#if defined(__AVX512F__)
  _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), _mm512_cvtepi32_epi16((__m512i)v.r[0]));
#elif defined(__AVX2__)
  _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), narrow(v, 0xffff));
#else
  int32_t x[kLanes];
  std::memcpy(x, &v, sizeof x);
  uint16_t narrow[kLanes];
  for (int i = 0; i < kLanes; ++i) narrow[i] = static_cast<uint16_t>(x[i]);
  std::memcpy(p, narrow, sizeof narrow);
#endif
}

// The low and the high halves of 16 bytes, each the index of one of 16 floats.
TTTV2_INLINE void lookup_nibbles(const uint8_t *p, const float *table, F32 &low, F32 &high) {
#if defined(__AVX512F__)
  const __m512i index = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
  const __m512 values = _mm512_loadu_ps(table);
  low.r[0] = (FloatRegister)_mm512_permutexvar_ps(index, values);  // takes the low four bits
  high.r[0] = (FloatRegister)_mm512_permutexvar_ps(_mm512_srli_epi32(index, 4), values);
#elif defined(__AVX2__)
  const __m256 small = _mm256_loadu_ps(table);
  const __m256i sign = _mm256_set1_epi32(INT32_MIN);
  TTTV2_EACH(i) {
    const __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p + 8 * i)));
    const __m256i upper = _mm256_srli_epi32(index, 4);
    low.r[i] = (FloatRegister)_mm256_xor_ps(_mm256_permutevar8x32_ps(small, index),
                                            _mm256_castsi256_ps(_mm256_and_si256(_mm256_slli_epi32(index, 28), sign)));
    high.r[i] = (FloatRegister)_mm256_xor_ps(_mm256_permutevar8x32_ps(small, upper),
                                             _mm256_castsi256_ps(_mm256_and_si256(_mm256_slli_epi32(index, 24), sign)));
  }
#else
  float x[kLanes], y[kLanes];
  for (int i = 0; i < kLanes; ++i) {
    x[i] = table[p[i] & 15];
    y[i] = table[p[i] >> 4];
  }
  low = load(x);
  high = load(y);
#endif
}

// ---- Moves between lanes ---------------------------------------------------------------------------

// (x1, x0, x3, x2, ..)
TTTV2_INLINE F32 swap_pairs(F32 v) {
#if defined(__AVX512F__)
  return {{(FloatRegister)_mm512_permute_ps((__m512)v.r[0], 0xb1)}};
#elif defined(__AVX2__)
  TTTV2_EACH(i) v.r[i] = (FloatRegister)_mm256_permute_ps((__m256)v.r[i], 0xb1);
  return v;
#else
  TTTV2_EACH(i) v.r[i] = __builtin_shuffle(v.r[i], IntRegister{1, 0, 3, 2});
  return v;
#endif
}

// Columns of 16 rows of 16 floats, of which row r begins at row(r), aligned or not: put(column, first, v), v being the column's
// values of the rows from `first` on, as many as a register holds.
template <class Row, class Put>
TTTV2_INLINE void transpose(Row row, Put put) {
#if defined(__AVX512F__)
  __m512 t[16], u[16];
  _Pragma("GCC unroll 8") for (int i = 0; i < 8; ++i) {
    const __m512 a = _mm512_loadu_ps(row(2 * i));
    const __m512 b = _mm512_loadu_ps(row(2 * i + 1));
    t[2 * i] = _mm512_unpacklo_ps(a, b);
    t[2 * i + 1] = _mm512_unpackhi_ps(a, b);
  }
  _Pragma("GCC unroll 4") for (int i = 0; i < 16; i += 4) {
    u[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
    u[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(t[i]), _mm512_castps_pd(t[i + 2])));
    u[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
    u[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(t[i + 1]), _mm512_castps_pd(t[i + 3])));
  }
  // u[4 g + c] holds, in its 128-bit part q, rows 4 g .. 4 g + 3 of column 4 q + c.
  _Pragma("GCC unroll 4") for (int c = 0; c < 4; ++c) {
    const __m512 even01 = _mm512_shuffle_f32x4(u[c], u[4 + c], 0x88);
    const __m512 even23 = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0x88);
    const __m512 odd01 = _mm512_shuffle_f32x4(u[c], u[4 + c], 0xdd);
    const __m512 odd23 = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0xdd);
    put(c, 0, (FloatRegister)_mm512_shuffle_f32x4(even01, even23, 0x88));
    put(8 + c, 0, (FloatRegister)_mm512_shuffle_f32x4(even01, even23, 0xdd));
    put(4 + c, 0, (FloatRegister)_mm512_shuffle_f32x4(odd01, odd23, 0x88));
    put(12 + c, 0, (FloatRegister)_mm512_shuffle_f32x4(odd01, odd23, 0xdd));
  }
#elif defined(__AVX2__)
  for (int top = 0; top < 16; top += 8) {
    for (int left = 0; left < 16; left += 8) {
      __m256 t[8], u[8];
      // Row i's four floats from `left + side` on, with those of row i + 4 above them.
      const auto halves = [&](int i, int side) {
        const auto four = [&](int r) { return _mm_loadu_ps(reinterpret_cast<const float *>(row(top + r) + (left + side) * 4)); };
        return _mm256_insertf128_ps(_mm256_castps128_ps256(four(i)), four(i + 4), 1);
      };
      _Pragma("GCC unroll 2") for (int side = 0; side < 2; ++side) {
        _Pragma("GCC unroll 2") for (int i = 0; i < 2; ++i) {
          const __m256 a = halves(2 * i, 4 * side);
          const __m256 b = halves(2 * i + 1, 4 * side);
          t[4 * side + 2 * i] = _mm256_unpacklo_ps(a, b);
          t[4 * side + 2 * i + 1] = _mm256_unpackhi_ps(a, b);
        }
      }
      _Pragma("GCC unroll 2") for (int i = 0; i < 8; i += 4) {
        u[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
        u[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xee);
        u[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        u[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xee);
      }
      _Pragma("GCC unroll 8") for (int c = 0; c < 8; ++c) put(left + c, top, (FloatRegister)u[c]);
    }
  }
#else
  float x[4][16];
  for (int top = 0; top < 16; top += 4) {
    for (int i = 0; i < 4; ++i) std::memcpy(x[i], row(top + i), sizeof x[i]);
    for (int c = 0; c < 16; ++c) put(c, top, FloatRegister{x[0][c], x[1][c], x[2][c], x[3][c]});
  }
#endif
}

}  // namespace tttv2::host::TTTV2_ISA
