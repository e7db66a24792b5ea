// SPDX-License-Identifier: Apache-2.0
//
// Products of bfloat16 values in tiles: 16 rows of 64 bytes. A tile of a has 16 rows of 32 values. A tile of b has 16 columns
// of 32 values: its row i holds values 2 i and 2 i + 1 of each column, side by side. tiles_amx.inl and tiles_vectors.inl
// multiply them:
//
//   kFewestTiledRows                            TileKernels::fewest_rows
//   void multiply_in_tiles(..)                  TileKernels::multiply
#include <immintrin.h>

namespace tttv2::host::TTTV2_ISA {
constexpr int64_t kTileBytes = kTileRows * 64;
}  // namespace tttv2::host::TTTV2_ISA

#if defined(__AMX_BF16__)
#include "tiles_amx.inl"
#else
#include "tiles_vectors.inl"
#endif

namespace tttv2::host::TTTV2_ISA {

// Two rows side by side, as the upper halves of their float32 values.
TTTV2_INLINE void store_pair(uint8_t *to, F32 even, F32 odd) {
  // Bits of either: the odd row's where the mask is set.
  _mm512_storeu_si512(to, _mm512_mask_blend_epi16(0xaaaaaaaa, (__m512i)shift_right<16>(bits(even)).r[0], (__m512i)bits(odd).r[0]));
}

static void tile_panel(const float *panel, int64_t depth, void *tiles) {
  auto *to = static_cast<uint8_t *>(tiles);
  for (int64_t k = 0; k < depth; k += kTileDepth) {
    for (int64_t i = 0; i < kTileRows; ++i) {
      const float *even = panel + (k + 2 * i) * kStep;
      const float *odd = even + kStep;
      store_pair(to + i * 64, load(even), load(odd));
      store_pair(to + kTileBytes + i * 64, load(even + kLanes), load(odd + kLanes));
    }
    to += 2 * kTileBytes;
  }
}

// ---- Tiles from packed rows --------------------------------------------------------------------------
//
// 32 rows at a time, panel by panel, so that what is written stays together; the next 32 rows are fetched meanwhile: the
// parts of rows are too short for the processor to foresee the next one.

// How far behind rows k .. k + 32 of `depth` those are that come next: `next` after the last ones, or none.
TTTV2_INLINE int64_t bytes_ahead(const uint8_t *rows, int64_t stride, int64_t k, int64_t depth, const uint8_t *next) {
  if (k + kTileDepth < depth) return kTileDepth * stride;
  return next == nullptr ? 0 : next - (rows + k * stride);
}

// A codec's values as float32, cut off: bfloat16 holds them.
template <class Codec>
static void tile_rows_of(const uint8_t *rows, int64_t stride, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                         void *tiles, int64_t panel_bytes) {
  auto *group = static_cast<uint8_t *>(tiles);
  for (int64_t k = 0; k < depth; k += kTileDepth, group += 2 * kTileBytes) {
    const uint8_t *first = rows + k * stride;
    uint8_t *to = group;
    for (int64_t i = 0; i < count; i += kStep, to += panel_bytes) {
      for (int64_t pair = 0; pair < kTileRows; ++pair) {
        float x[2][kStep];
        for (int64_t odd = 0; odd < 2; ++odd) {
          const uint8_t *row = first + (2 * pair + odd) * stride;
          if constexpr (Codec::kBlocks) {
            decode_special_step<Codec>(row, cols, begin + i, x[odd]);
          } else {
            F32 left, right;
            decode_step<Codec>(row, cols, begin + i, left, right);
            store(x[odd], left);
            store(x[odd] + kLanes, right);
          }
        }
        store_pair(to + pair * 64, load(x[0]), load(x[1]));
        store_pair(to + kTileBytes + pair * 64, load(x[0] + kLanes), load(x[1] + kLanes));
      }
    }
  }
}

// Block floats become bfloat16 by table: a magnitude's leading one and what follows it are looked up, as a bfloat16 whose
// exponent is right for the shared exponent 255, and the rest of the exponent is subtracted. What then is below the
// smallest normal number becomes zero or one of the values that tiles take for zero.
template <int kBits>
struct MagnitudeTable {
  alignas(64) uint8_t low[128], high[128];
};
template <int kBits>
constexpr MagnitudeTable<kBits> make_magnitudes() {
  MagnitudeTable<kBits> table{};
  for (int i = 0; i < 128; ++i) {
    const int magnitude = i % (1 << kBits);  // a short table is repeated, and so ignores what stands beside its index
    int position = kBits - 1;
    while (position > 0 && magnitude >> position == 0) --position;
    const int value = magnitude == 0 ? 0 : (256 - kBits + position) << 7 | ((magnitude << 7 >> position) & 127);
    table.low[i] = static_cast<uint8_t>(value & 255);
    table.high[i] = static_cast<uint8_t>(value >> 8);
  }
  return table;
}
static constexpr MagnitudeTable<7> kMagnitudes8 = make_magnitudes<7>();
static constexpr MagnitudeTable<3> kMagnitudes4 = make_magnitudes<3>();

// Where the bytes of two rows of 32 go: four times four pairs of the left tile and four of the right one, so that
// unpacking the lower and upper halves of each 16 bytes gives the rows of the two tiles.
struct PairOrder {
  alignas(64) uint8_t of_bytes[64], of_nibbles[64], shifts[64];
};
constexpr PairOrder make_pair_order() {
  PairOrder order{};
  for (int i = 0; i < 64; ++i) {
    const int column = i / 16 * 4 + i % 8 / 2, odd = i % 2, right = i % 16 / 8;
    order.of_bytes[i] = static_cast<uint8_t>(odd * 32 + right * 16 + column);
    order.of_nibbles[i] = static_cast<uint8_t>(odd * 16 + column);
    order.shifts[i] = static_cast<uint8_t>(i % 8 * 8 + right * 4);
  }
  return order;
}
static constexpr PairOrder kPairOrder = make_pair_order();

class BFloat8Pairs {
 public:
  using Codec = BFloat8Codec;
  // The magnitudes of 32 columns of two rows, as bfloat16, split into bytes; and their signs, as the top bits of bytes.
  void read(const uint8_t *even, const uint8_t *odd, __m512i &low, __m512i &high, __m512i &signs) const {
    const __m256i upper = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(even));
    const __m256i lower = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(odd));
    signs = _mm512_permutexvar_epi8(order_, _mm512_inserti64x4(_mm512_castsi256_si512(upper), lower, 1));
    const __m512i magnitudes = _mm512_abs_epi8(signs);
    low = _mm512_permutex2var_epi8(low_[0], magnitudes, low_[1]);
    high = _mm512_permutex2var_epi8(high_[0], magnitudes, high_[1]);
  }

 private:
  const __m512i order_ = _mm512_load_si512(kPairOrder.of_bytes);
  const __m512i low_[2] = {_mm512_load_si512(kMagnitudes8.low), _mm512_load_si512(kMagnitudes8.low + 64)};
  const __m512i high_[2] = {_mm512_load_si512(kMagnitudes8.high), _mm512_load_si512(kMagnitudes8.high + 64)};
};

class BFloat4Pairs {
 public:
  using Codec = BFloat4Codec;
  void read(const uint8_t *even, const uint8_t *odd, __m512i &low, __m512i &high, __m512i &signs) const {
    const __m128i upper = _mm_loadu_si128(reinterpret_cast<const __m128i *>(even));
    const __m128i lower = _mm_loadu_si128(reinterpret_cast<const __m128i *>(odd));
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(upper), lower, 1);
    const __m512i nibbles =
        _mm512_multishift_epi64_epi8(shifts_, _mm512_permutexvar_epi8(order_, _mm512_castsi256_si512(both)));
    low = _mm512_permutexvar_epi8(nibbles, low_);
    high = _mm512_permutexvar_epi8(nibbles, high_);
    signs = _mm512_slli_epi16(nibbles, 4);
  }

 private:
  const __m512i order_ = _mm512_load_si512(kPairOrder.of_nibbles);
  const __m512i shifts_ = _mm512_load_si512(kPairOrder.shifts);
  const __m512i low_ = _mm512_load_si512(kMagnitudes4.low);
  const __m512i high_ = _mm512_load_si512(kMagnitudes4.high);
};

// What is subtracted from the exponents of a pair of rows, from the even row's in the lower half; for `blocks` blocks.
// Returns whether one of them has an infinity or a NaN.
static bool missing_exponents(const uint8_t *even, const uint8_t *odd, int64_t blocks, uint32_t *missing) {
  const __m512i most = _mm512_set1_epi16(255);
  __mmask32 specials = 0;
  for (int64_t i = 0; i < blocks; i += 16) {
    const auto some = static_cast<__mmask16>(blocks - i < 16 ? (1 << (blocks - i)) - 1 : 0xffff);
    const __m512i lower = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(some, even + i));
    const __m512i upper = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(some, odd + i));
    const __m512i exponents = _mm512_or_si512(lower, _mm512_slli_epi32(upper, 16));
    specials |= _mm512_cmpeq_epi16_mask(exponents, most);
    _mm512_mask_storeu_epi32(missing + i, some, _mm512_slli_epi16(_mm512_sub_epi16(most, exponents), 7));
  }
  return specials != 0;
}

TTTV2_INLINE __m512i bfloat16_pairs(__m512i magnitudes, uint32_t missing, __m512i signs) {
  const __m512i values = _mm512_subs_epu16(magnitudes, _mm512_set1_epi32(static_cast<int>(missing)));
  constexpr int kSelect = 0xca;  // a ? b : c
  return _mm512_ternarylogic_epi32(_mm512_set1_epi16(static_cast<short>(0x8000)), signs, values, kSelect);
}

template <class Pairs>
static void tile_block_floats(const uint8_t *rows, int64_t stride, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                              const uint8_t *next, void *tiles, int64_t panel_bytes) {
  using Codec = typename Pairs::Codec;
  constexpr int64_t kBlocks = 64;  // of a row at a time: 1024 columns
  const Pairs pairs;
  auto *group = static_cast<uint8_t *>(tiles);
  for (int64_t k = 0; k < depth; k += kTileDepth, group += 2 * kTileBytes) {
    const uint8_t *first = rows + k * stride;
    const int64_t ahead = bytes_ahead(rows, stride, k, depth, next);
    for (int64_t from = 0; from < count; from += kBlocks * 16) {
      const int64_t some = shorter(count - from, kBlocks * 16);
      const int64_t exponents = Codec::mantissa_bytes(padded(cols)) + (begin + from) / 16;
      uint32_t missing[kTileRows][kBlocks];
      bool specials = false;
      for (int64_t pair = 0; pair < kTileRows; ++pair) {
        const uint8_t *even = first + 2 * pair * stride + exponents;
        specials |= missing_exponents(even, even + stride, padded(some) / 16, missing[pair]);
        __builtin_prefetch(even + ahead);
        __builtin_prefetch(even + stride + ahead);
      }
      uint8_t *to = group + from / kStep * panel_bytes;
      if (specials) {
        for (int64_t i = 0; i < some; i += kStep, to += panel_bytes) {
          tile_rows_of<Codec>(first, stride, kTileDepth, cols, begin + from + i, kStep, to, 0);
        }
        continue;
      }
      for (int64_t i = 0; i < some; i += kStep, to += panel_bytes) {
        const uint8_t *even = first + Codec::mantissa_bytes(begin + from + i);
        for (int64_t pair = 0; pair < kTileRows; ++pair, even += 2 * stride) {
          const uint8_t *odd = even + stride;
          __builtin_prefetch(even + ahead);
          __builtin_prefetch(odd + ahead);
          __m512i low, high, signs;
          pairs.read(even, odd, low, high, signs);
          const uint32_t *less = missing[pair] + i / 16;
          const __m512i zero = _mm512_setzero_si512();
          uint8_t *row = to + pair * 64;
          _mm512_storeu_si512(row, bfloat16_pairs(_mm512_unpacklo_epi8(low, high), less[0], _mm512_unpacklo_epi8(zero, signs)));
          _mm512_storeu_si512(row + kTileBytes,
                              bfloat16_pairs(_mm512_unpackhi_epi8(low, high), less[1], _mm512_unpackhi_epi8(zero, signs)));
        }
      }
    }
  }
}

// Whole panels of bfloat16, which is what tiles hold.
static void tile_whole_rows(const uint8_t *rows, int64_t stride, int64_t depth, int64_t begin, int64_t count, const uint8_t *next,
                            void *tiles, int64_t panel_bytes) {
  // Which of the even row's values (0 to 31) and of the odd row's (32 to 63) come one after the other.
  alignas(64) uint16_t order[2][32];
  for (uint16_t i = 0; i < 32; ++i) {
    order[0][i] = static_cast<uint16_t>(i / 2 + i % 2 * 32);
    order[1][i] = static_cast<uint16_t>(16 + i / 2 + i % 2 * 32);
  }
  const __m512i left = _mm512_load_si512(order[0]);
  const __m512i right = _mm512_load_si512(order[1]);
  auto *group = static_cast<uint8_t *>(tiles);
  for (int64_t k = 0; k < depth; k += kTileDepth, group += 2 * kTileBytes) {
    uint8_t *to = group;
    const int64_t ahead = bytes_ahead(rows, stride, k, depth, next);
    for (int64_t i = 0; i < count; i += kStep, to += panel_bytes) {
      const uint8_t *even = rows + k * stride + (begin + i) * 2;
      for (int64_t pair = 0; pair < kTileRows; ++pair, even += 2 * stride) {
        __builtin_prefetch(even + ahead);
        __builtin_prefetch(even + stride + ahead);
        const __m512i a = _mm512_loadu_si512(even);
        const __m512i b = _mm512_loadu_si512(even + stride);
        _mm512_storeu_si512(to + pair * 64, _mm512_permutex2var_epi16(a, left, b));
        _mm512_storeu_si512(to + kTileBytes + pair * 64, _mm512_permutex2var_epi16(a, right, b));
      }
    }
  }
}

static void tile_rows(DType dtype, const void *first, int64_t stride, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                      const void *next, void *tiles, int64_t panel_bytes) {
  const auto *rows = static_cast<const uint8_t *>(first);
  const auto *below = static_cast<const uint8_t *>(next);
  switch (dtype) {
    case DType::kBFloat8B: return tile_block_floats<BFloat8Pairs>(rows, stride, depth, cols, begin, count, below, tiles, panel_bytes);
    case DType::kBFloat4B: return tile_block_floats<BFloat4Pairs>(rows, stride, depth, cols, begin, count, below, tiles, panel_bytes);
    case DType::kBFloat16:
      if (count % kStep == 0) return tile_whole_rows(rows, stride, depth, begin, count, below, tiles, panel_bytes);
      return tile_rows_of<BFloat16Codec>(rows, stride, depth, cols, begin, count, tiles, panel_bytes);
    default: refuse_dtype(dtype);
  }
}

// ---- Tiles from quads --------------------------------------------------------------------------------
//
// A quad has what two rows of a tile have.

// Of a quad's columns the first two rows' bytes to the lower half of 16 bytes, the other two rows' to the upper one.
static constexpr int8_t kTwoAndTwo[16] = {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15};

class BFloat8Quads {
 public:
  using Quads = Quads8;
  // Magnitudes as bfloat16, split into bytes; and signs as the top bits of bytes.
  void decode(__m512i unsigned_mantissas, __m512i &low, __m512i &high, __m512i &signs) const {
    signs = _mm512_xor_si512(unsigned_mantissas, _mm512_set1_epi8(-128));
    const __m512i magnitudes = _mm512_abs_epi8(signs);
    low = _mm512_permutex2var_epi8(low_[0], magnitudes, low_[1]);
    high = _mm512_permutex2var_epi8(high_[0], magnitudes, high_[1]);
  }

 private:
  const __m512i low_[2] = {_mm512_load_si512(kMagnitudes8.low), _mm512_load_si512(kMagnitudes8.low + 64)};
  const __m512i high_[2] = {_mm512_load_si512(kMagnitudes8.high), _mm512_load_si512(kMagnitudes8.high + 64)};
};

class BFloat4Quads {
 public:
  using Quads = Quads4;
  void decode(__m512i unsigned_mantissas, __m512i &low, __m512i &high, __m512i &signs) const {
    // The right block's are in the upper halves of bytes, whose other halves are zero; shifted, they are with the others.
    const __m512i nibbles = _mm512_or_si512(unsigned_mantissas, _mm512_srli_epi16(unsigned_mantissas, 4));
    signs = _mm512_sub_epi8(_mm512_and_si512(nibbles, _mm512_set1_epi8(15)), _mm512_set1_epi8(8));
    const __m512i magnitudes = _mm512_abs_epi8(signs);
    low = _mm512_permutexvar_epi8(magnitudes, low_);
    high = _mm512_permutexvar_epi8(magnitudes, high_);
  }

 private:
  const __m512i low_ = _mm512_load_si512(kMagnitudes4.low);
  const __m512i high_ = _mm512_load_si512(kMagnitudes4.high);
};

// `next`: where the panel begins that comes after this one, which is fetched meanwhile.
template <class Decoder>
static void tile_panel_of_quads(const Decoder &decoder, const uint8_t *panel, const uint8_t *next, uint8_t *tiles) {
  using Quads = typename Decoder::Quads;
  const __m512i most = _mm512_set1_epi16(255);
  alignas(64) uint32_t missing[2][kGroupRows / 2];  // from the exponents of a block's pairs of rows
  for (int64_t side = 0; side < 2; ++side) {
    for (int64_t k = 0; k < kGroupRows; k += 32) {
      const __m512i exponents =
          _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(panel + side * kGroupRows + k)));
      _mm512_store_si512(missing[side] + k / 2, _mm512_slli_epi16(_mm512_sub_epi16(most, exponents), 7));
    }
  }
  const __m512i order = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i *>(kTwoAndTwo)));
  const __m512i zero = _mm512_setzero_si512();
  fetch(next, 2);
  for (int64_t quad = 0; quad < kPanelQuads; ++quad) {
    fetch(next + 128 + quad * Quads::kLines * 64, Quads::kLines);
    __m512i mantissas[2];
    Quads::read(panel, quad, mantissas[0], mantissas[1]);
    uint8_t *to = tiles + quad / 8 * 2 * kTileBytes + quad % 8 * 128;
    _Pragma("GCC unroll 2") for (int64_t side = 0; side < 2; ++side) {
      __m512i low, high, signs;
      decoder.decode(_mm512_shuffle_epi8(mantissas[side], order), low, high, signs);
      const uint32_t *less = missing[side] + quad * 2;
      _mm512_storeu_si512(to + side * kTileBytes,
                          bfloat16_pairs(_mm512_unpacklo_epi8(low, high), less[0], _mm512_unpacklo_epi8(zero, signs)));
      _mm512_storeu_si512(to + side * kTileBytes + 64,
                          bfloat16_pairs(_mm512_unpackhi_epi8(low, high), less[1], _mm512_unpackhi_epi8(zero, signs)));
    }
  }
}

template <class Decoder>
static void tile_quads_of(DType dtype, const uint8_t *panels, int64_t num_panels, const uint8_t *below, uint8_t *tiles,
                          int64_t panel_bytes) {
  using Codec = typename Decoder::Quads::Codec;
  constexpr int64_t kPanelBytes = Decoder::Quads::kPanelBytes;
  const Decoder decoder;
  for (int64_t p = 0; p < num_panels; ++p, panels += kPanelBytes, tiles += panel_bytes) {
    const __m512i special = _mm512_set1_epi8(-1);
    const __mmask64 specials = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(panels), special) |
                               _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(panels + kGroupRows), special);
    if (specials == 0) {
      tile_panel_of_quads(decoder, panels, p + 1 < num_panels ? panels + kPanelBytes : below, tiles);
      continue;
    }
    constexpr int64_t kRowBytes = Codec::mantissa_bytes(kStep) + 2;
    uint8_t rows[kGroupRows * kRowBytes];
    panels_to_rows(dtype, panels, 1, rows, kRowBytes);
    tile_rows_of<Codec>(rows, kRowBytes, kGroupRows, kStep, 0, kStep, tiles, 0);
  }
}

static void tile_panels(DType dtype, const void *panels, int64_t num_panels, const void *below, void *tiles,
                        int64_t panel_bytes) {
  const auto *from = static_cast<const uint8_t *>(panels);
  const auto *next = static_cast<const uint8_t *>(below);
  auto *to = static_cast<uint8_t *>(tiles);
  switch (dtype) {
    case DType::kBFloat8B: return tile_quads_of<BFloat8Quads>(dtype, from, num_panels, next, to, panel_bytes);
    case DType::kBFloat4B: return tile_quads_of<BFloat4Quads>(dtype, from, num_panels, next, to, panel_bytes);
    case DType::kBFloat16:
      for (int64_t p = 0; p < num_panels; ++p, from += weight_panel_bytes(dtype), to += panel_bytes) {
        tile_whole_rows(from, kStep * 2, kGroupRows, 0, kStep, p + 1 < num_panels ? from + weight_panel_bytes(dtype) : next, to, 0);
      }
      return;
    default: refuse_dtype(dtype);
  }
}

template <class Codec>
static void bfloat16_row_of(const uint8_t *row, int64_t cols, uint8_t *dst) {
  const bool specials = has_specials<Codec>(row, cols, 0, cols);
  for (int64_t i = 0; i < cols; i += kStep) {
    F32 left, right;
    if (specials) {
      float x[kStep];
      decode_special_step<Codec>(row, cols, i, x);
      left = load(x);
      right = load(x + kLanes);
    } else {
      decode_step<Codec>(row, cols, i, left, right);
    }
    store_uint16(dst + i * 2, shift_right<16>(bits(left)));
    store_uint16(dst + (i + kLanes) * 2, shift_right<16>(bits(right)));
  }
}

static void bfloat16_row(DType dtype, const void *row, int64_t cols, void *dst) {
  const auto *from = static_cast<const uint8_t *>(row);
  auto *to = static_cast<uint8_t *>(dst);
  switch (dtype) {
    case DType::kBFloat8B: return bfloat16_row_of<BFloat8Codec>(from, cols, to);
    case DType::kBFloat4B: return bfloat16_row_of<BFloat4Codec>(from, cols, to);
    case DType::kBFloat16: std::memcpy(to, from, static_cast<size_t>(cols * 2)); return;
    default: refuse_dtype(dtype);
  }
}

static void tile_columns(const void *rows, int64_t stride, int64_t depth, bool right, const void *next, void *tiles) {
  // A row's pairs of values are moved as if they were floats.
  const auto *from = static_cast<const uint8_t *>(rows);
  const int64_t ahead = next == nullptr ? 0 : static_cast<const uint8_t *>(next) - from;
  auto *to = static_cast<uint8_t *>(tiles) + (right ? kTileBytes : 0);
  for (int64_t k = 0; k < depth; k += kTileDepth, from += kTileDepth * 2, to += 2 * kTileBytes) {
    for (int64_t r = 0; r < kTileRows; ++r) __builtin_prefetch(from + r * stride + ahead);
    transpose([&](int64_t r) { return from + r * stride; },
              [&](int64_t c, int64_t, FloatRegister v) { std::memcpy(to + c * 64, &v, sizeof v); });
  }
}

static void split(const float *x, int64_t n, void *upper, void *lower) {
  auto *high = static_cast<uint8_t *>(upper);
  auto *low = static_cast<uint8_t *>(lower);
  for (int64_t i = 0; i < n; i += kLanes) {
    const F32 value = load(x + i);
    const I32 cut = shift_right<16>(bits(value));
    store_uint16(high + 2 * i, cut);
    BFloat16Codec::encode(low + 2 * i, value - from_bits(shift_left<16>(cut)));
  }
}

static constexpr TileKernels kTiles = {
    .fewest_rows = kFewestTiledRows,
    .pack_panel = tile_panel,
    .pack_rows = tile_rows,
    .pack_panels = tile_panels,
    .unpack_row = bfloat16_row,
    .pack_columns = tile_columns,
    .split = split,
    .multiply = multiply_in_tiles,
};

}  // namespace tttv2::host::TTTV2_ISA
