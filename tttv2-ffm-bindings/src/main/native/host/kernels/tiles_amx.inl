// SPDX-License-Identifier: Apache-2.0
//
// tiles.inl with AMX, which multiplies two tiles in one instruction.
namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kFewestTiledRows = 4;

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
static void multiply_tiles(const uint8_t *a, const TileRows &layout, int64_t depth, const uint8_t *panel, float *c, int64_t c_stride,
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
    const uint8_t *upper = a + k / kTileDepth * layout.step;
    _tile_loadd(4, upper, layout.stride);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if constexpr (kLower) {
      _tile_loadd(5, upper + layout.block, layout.stride);
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

// Rows of a that meet a panel while it is in the first cache; whole pairs of tiles.
constexpr int64_t kNearRows = 64;

static void multiply_in_tiles(const TileRows &a, int64_t rows, int64_t depth, const void *panels, int64_t num_panels,
                              float *c, int64_t c_stride, bool accumulate) {
  TileShapes shapes;
  for (int64_t top = 0; top < rows; top += kNearRows) {
    const int64_t bottom = shorter(rows, top + kNearRows);
    for (int64_t p = 0; p < num_panels; ++p) {
      const auto *panel = static_cast<const uint8_t *>(panels) + p * depth * kPanelCols * 2;
      for (int64_t row = top; row < bottom; row += 2 * kTileRows) {
        const int64_t upper = shorter(bottom - row, kTileRows);
        const int64_t lower = shorter(bottom - row - upper, kTileRows);
        shapes.set(upper, lower);
        const auto *from = static_cast<const uint8_t *>(a.data) + row / kTileRows * a.block;
        float *to = c + row * c_stride + p * kPanelCols;
        if (lower > 0) {
          multiply_tiles<true>(from, a, depth, panel, to, c_stride, accumulate);
        } else {
          multiply_tiles<false>(from, a, depth, panel, to, c_stride, accumulate);
        }
      }
    }
  }
}

}  // namespace tttv2::host::TTTV2_ISA
