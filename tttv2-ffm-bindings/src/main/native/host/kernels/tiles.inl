// SPDX-License-Identifier: Apache-2.0
//
// Products of bfloat16 values in AMX tiles: 16 rows of 64 bytes, of which the processor multiplies two in one instruction.
// A tile of a has 16 rows of 32 values. A tile of b has 16 columns of 32 values: its row i holds values 2 i and 2 i + 1 of
// each column, side by side.
#include <immintrin.h>

namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kTileRows = 16;
constexpr int64_t kTileBytes = kTileRows * 64;

// The intrinsic of GCC 12 says that it reads 8 of these 64 bytes.
struct alignas(64) Shapes {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};

// Tiles 0 to 3 are c: upper left, upper right, lower left, lower right. 4 and 5 are a, 6 and 7 are b.
class TileShapes {
 public:
  TileShapes() = default;
  TileShapes(const TileShapes &) = delete;
  ~TileShapes() { _tile_release(); }

  void set(int64_t upper, int64_t lower) {
    if (upper == upper_ && lower == lower_) return;
    upper_ = upper;
    lower_ = lower;
    Shapes shapes;
    const int64_t rows[8] = {upper, upper, lower, lower, upper, lower, kTileRows, kTileRows};
    for (int i = 0; i < 8; ++i) {
      shapes.rows[i] = static_cast<uint8_t>(rows[i]);
      shapes.row_bytes[i] = rows[i] == 0 ? 0 : 64;
    }
    __asm__ volatile("ldtilecfg %0" ::"m"(shapes));
  }

 private:
  int64_t upper_ = -1, lower_ = -1;
};

template <bool kLower>
static void multiply_tiles(const uint8_t *a, int64_t a_stride, int64_t depth, const uint8_t *panel, float *c, int64_t c_stride,
                           bool accumulate) {
  const int64_t stride = c_stride * 4;
  float *lower = c + kTileRows * c_stride;
  if (accumulate) {
    _tile_loadd(0, c, stride);
    _tile_loadd(1, c + kTileRows, stride);
    if constexpr (kLower) {
      _tile_loadd(2, lower, stride);
      _tile_loadd(3, lower + kTileRows, stride);
    }
  } else {
    _tile_zero(0);
    _tile_zero(1);
    if constexpr (kLower) {
      _tile_zero(2);
      _tile_zero(3);
    }
  }
  for (int64_t k = 0; k < depth; k += kTileDepth) {
    _tile_loadd(6, panel, 64);
    _tile_loadd(7, panel + kTileBytes, 64);
    panel += 2 * kTileBytes;
    _tile_loadd(4, a + 2 * k, a_stride);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if constexpr (kLower) {
      _tile_loadd(5, a + kTileRows * a_stride + 2 * k, a_stride);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, c, stride);
  _tile_stored(1, c + kTileRows, stride);
  if constexpr (kLower) {
    _tile_stored(2, lower, stride);
    _tile_stored(3, lower + kTileRows, stride);
  }
}

static void multiply_in_tiles(const void *a, int64_t a_stride, int64_t rows, int64_t depth, const void *panels, int64_t num_panels,
                              float *c, int64_t c_stride, bool accumulate) {
  TileShapes shapes;
  for (int64_t row = 0; row < rows; row += 2 * kTileRows) {
    const int64_t left = rows - row;
    const int64_t upper = left < kTileRows ? left : kTileRows;
    const int64_t lower = left < 2 * kTileRows ? left - upper : kTileRows;
    shapes.set(upper, lower);
    const auto *from = static_cast<const uint8_t *>(a) + row * a_stride;
    for (int64_t p = 0; p < num_panels; ++p) {
      const auto *panel = static_cast<const uint8_t *>(panels) + p * depth * kPanelCols * 2;
      float *to = c + row * c_stride + p * kPanelCols;
      if (lower > 0) {
        multiply_tiles<true>(from, a_stride, depth, panel, to, c_stride, accumulate);
      } else {
        multiply_tiles<false>(from, a_stride, depth, panel, to, c_stride, accumulate);
      }
    }
  }
}

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

// Where the pairs of rows k and k + 1 go in the first panel.
TTTV2_INLINE uint8_t *place_of(void *tiles, int64_t k) {
  return static_cast<uint8_t *>(tiles) + k / kTileDepth * 2 * kTileBytes + k % kTileDepth / 2 * 64;
}

template <class Codec>
static void tile_rows_of(const void *const *rows, int64_t depth, int64_t cols, int64_t begin, int64_t count, void *tiles) {
  const int64_t panel_bytes = depth * kStep * 2;
  for (int64_t k = 0; k < depth; k += 2) {
    const auto *even = static_cast<const uint8_t *>(rows[k]);
    const auto *odd = static_cast<const uint8_t *>(rows[k + 1]);
    bool specials = false;
    if constexpr (Codec::kBlocks) {
      specials = has_specials<Codec>(even, cols, begin, count) || has_specials<Codec>(odd, cols, begin, count);
    }
    uint8_t *to = place_of(tiles, k);
    for (int64_t i = 0; i < count; i += kStep, to += panel_bytes) {
      F32 values[2][2];
      if (specials) {
        if constexpr (Codec::kBlocks) {
          float x[2][kStep];
          decode_special_step<Codec>(even, cols, begin + i, x[0]);
          decode_special_step<Codec>(odd, cols, begin + i, x[1]);
          for (int row = 0; row < 2; ++row) {
            values[row][0] = load(x[row]);
            values[row][1] = load(x[row] + kLanes);
          }
        }
      } else {
        decode_step<Codec>(even, cols, begin + i, values[0][0], values[0][1]);
        decode_step<Codec>(odd, cols, begin + i, values[1][0], values[1][1]);
      }
      store_pair(to, values[0][0], values[1][0]);
      store_pair(to + kTileBytes, values[0][1], values[1][1]);
    }
  }
}

// Whole panels of bfloat16, which is what tiles hold.
static void tile_whole_rows(const void *const *rows, int64_t depth, int64_t begin, int64_t count, void *tiles) {
  // Which of the even row's values (0 to 31) and of the odd row's (32 to 63) come one after the other.
  alignas(64) uint16_t order[2][32];
  for (uint16_t i = 0; i < 32; ++i) {
    order[0][i] = static_cast<uint16_t>(i / 2 + i % 2 * 32);
    order[1][i] = static_cast<uint16_t>(16 + i / 2 + i % 2 * 32);
  }
  const __m512i left = _mm512_load_si512(order[0]);
  const __m512i right = _mm512_load_si512(order[1]);
  const int64_t panel_bytes = depth * kStep * 2;
  for (int64_t k = 0; k < depth; k += 2) {
    const auto *even = static_cast<const uint8_t *>(rows[k]) + begin * 2;
    const auto *odd = static_cast<const uint8_t *>(rows[k + 1]) + begin * 2;
    uint8_t *to = place_of(tiles, k);
    for (int64_t i = 0; i < count; i += kStep, to += panel_bytes) {
      const __m512i a = _mm512_loadu_si512(even + i * 2);
      const __m512i b = _mm512_loadu_si512(odd + i * 2);
      _mm512_storeu_si512(to, _mm512_permutex2var_epi16(a, left, b));
      _mm512_storeu_si512(to + kTileBytes, _mm512_permutex2var_epi16(a, right, b));
    }
  }
}

static void tile_rows(DType dtype, const void *const *rows, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                      void *tiles) {
  if (dtype == DType::kBFloat16 && count % kStep == 0) return tile_whole_rows(rows, depth, begin, count, tiles);
  with_codec(dtype, [&](auto codec) { tile_rows_of<decltype(codec)>(rows, depth, cols, begin, count, tiles); });
}

static constexpr TileKernels kTiles = {.pack_panel = tile_panel, .pack_rows = tile_rows, .multiply = multiply_in_tiles};

}  // namespace tttv2::host::TTTV2_ISA
