// SPDX-License-Identifier: Apache-2.0
//
// tiles.inl with AVX-512's products of bfloat16: pairs of values of 16 columns in one instruction.
namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kFewestTiledRows = 4;
constexpr int64_t kVectorRows = 8;  // of a at a time: with two vectors of columns they fill 16 registers

// c[kRows, 32] (+)= a[kRows, depth] panel; the rows of a lie in one tile.
template <int kRows>
static void multiply_pairs(const uint8_t *a, const TileRows &layout, int64_t depth, const uint8_t *panel, float *c, int64_t c_stride,
                           bool accumulate) {
  __m512 sums[kRows][2];
  _Pragma("GCC unroll 8") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      sums[r][v] = accumulate ? _mm512_loadu_ps(c + r * c_stride + v * kLanes) : _mm512_setzero_ps();
    }
  }
  for (int64_t k = 0; k < depth; k += kTileDepth, a += layout.step, panel += 2 * kTileBytes) {
    for (int64_t pair = 0; pair < kTileRows; ++pair) {
      const auto left = (__m512bh)_mm512_loadu_si512(panel + pair * 64);
      const auto right = (__m512bh)_mm512_loadu_si512(panel + kTileBytes + pair * 64);
      _Pragma("GCC unroll 8") for (int r = 0; r < kRows; ++r) {
        int32_t two;
        std::memcpy(&two, a + r * layout.stride + pair * 4, sizeof two);
        const auto x = (__m512bh)_mm512_set1_epi32(two);
        sums[r][0] = _mm512_dpbf16_ps(sums[r][0], x, left);
        sums[r][1] = _mm512_dpbf16_ps(sums[r][1], x, right);
      }
    }
  }
  _Pragma("GCC unroll 8") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) _mm512_storeu_ps(c + r * c_stride + v * kLanes, sums[r][v]);
  }
}

template <int kRows>
static void multiply_few_pairs(int64_t rows, const uint8_t *a, const TileRows &layout, int64_t depth, const uint8_t *panel, float *c,
                               int64_t c_stride, bool accumulate) {
  if (rows == kRows) {
    multiply_pairs<kRows>(a, layout, depth, panel, c, c_stride, accumulate);
  } else if constexpr (kRows > 1) {
    multiply_few_pairs<kRows - 1>(rows, a, layout, depth, panel, c, c_stride, accumulate);
  }
}

// Rows of a that meet a panel while it is in the first cache; whole tiles.
constexpr int64_t kNearRows = 64;

static void multiply_in_tiles(const TileRows &a, int64_t rows, int64_t depth, const void *panels, int64_t num_panels,
                              float *c, int64_t c_stride, bool accumulate) {
  for (int64_t top = 0; top < rows; top += kNearRows) {
    const int64_t bottom = shorter(rows, top + kNearRows);
    for (int64_t p = 0; p < num_panels; ++p) {
      const auto *panel = static_cast<const uint8_t *>(panels) + p * depth * kPanelCols * 2;
      for (int64_t row = top; row < bottom; row += kVectorRows) {
        const auto *from = static_cast<const uint8_t *>(a.data) + row / kTileRows * a.block + row % kTileRows * a.stride;
        multiply_few_pairs<kVectorRows>(shorter(bottom - row, kVectorRows), from, a, depth, panel, c + row * c_stride + p * kPanelCols,
                                        c_stride, accumulate);
      }
    }
  }
}

}  // namespace tttv2::host::TTTV2_ISA
