// SPDX-License-Identifier: Apache-2.0
//
// Weights as products read them.
//
// A matrix in panels has groups of 64 rows, a group panels of 32 columns. A group takes as many bytes as its rows do; a thread
// that computes neighbouring columns reads neighbouring bytes of it, from the first to the last.
//
// A panel of BFLOAT16 or FLOAT32 is the 32 values of each row, row by row; there must be no columns beside whole panels.
//
// A panel of block floats is read four rows at a time. It is two blocks of 16 columns: the exponents of the left block's 64
// rows, those of the right block's, then 16 quads. A quad is the mantissas of four rows, those of a column side by side. Of
// BFLOAT8_B it has 64 bytes of the left block and 64 of the right one, each mantissa plus 128; of BFLOAT4_B 64 bytes, the
// left block's mantissas in the lower halves, the right block's in the upper ones, each plus 8.
#pragma once

#include <cstdint>

#include "common/dtype.hpp"

namespace tttv2 {
class ThreadPool;
}

namespace tttv2::host {

constexpr int64_t kPanelCols = 32;  // one tile: block-float rows begin a byte and an exponent there
constexpr int64_t kGroupRows = 64;
constexpr int64_t kPanelQuads = kGroupRows / 4;

// Of the dtypes that have panels: whether it is no block float.
constexpr bool is_plain_float(DType dtype) { return dtype == DType::kBFloat16 || dtype == DType::kFloat32; }

constexpr bool has_panels(DType dtype, int64_t rows, int64_t cols) {
  const bool fits = dtype == DType::kBFloat8B || dtype == DType::kBFloat4B || (is_plain_float(dtype) && cols % kPanelCols == 0);
  return fits && rows > 0 && rows % kGroupRows == 0;
}

// Bytes of a panel.
constexpr int64_t weight_panel_bytes(DType dtype) {
  switch (dtype) {
    case DType::kFloat32: return kGroupRows * kPanelCols * 4;
    case DType::kBFloat16: return kGroupRows * kPanelCols * 2;
    case DType::kBFloat8B: return 2 * kGroupRows + kPanelQuads * 128;
    default: return 2 * kGroupRows + kPanelQuads * 64;
  }
}

// One group, from rows of `cols` columns (a multiple of 32), `stride` bytes apart.
void group_to_panels(DType dtype, const uint8_t *rows, int64_t stride, int64_t cols, uint8_t *group);
// Neighbouring panels of a group as 64 rows.
void panels_to_rows(DType dtype, const uint8_t *panels, int64_t num_panels, uint8_t *rows, int64_t stride);

// All rows of a matrix in place, of which there are a multiple of 64; and back.
void to_panels(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data);
void to_rows(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data);

}  // namespace tttv2::host
