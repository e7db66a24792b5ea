// SPDX-License-Identifier: Apache-2.0
//
// Block floats as products read them: four rows at a time.
//
// A matrix in quads has groups of 64 rows, a group panels of 32 columns. A panel is two blocks of 16 columns: the
// exponents of the left block's 64 rows, those of the right block's, then 16 quads. A quad is the mantissas of four rows,
// those of a column side by side. Of BFLOAT8_B it has 64 bytes of the left block and 64 of the right one, each mantissa
// plus 128; of BFLOAT4_B 64 bytes, the left block's mantissas in the lower halves, the right block's in the upper ones,
// each plus 8. A group takes as many bytes as its rows do, and is read from its first byte to its last.
#pragma once

#include <cstdint>

#include "common/dtype.hpp"

namespace tttv2 {
class ThreadPool;
}

namespace tttv2::host {

constexpr int64_t kQuadRows = 64;   // of a group
constexpr int64_t kPanelQuads = kQuadRows / 4;  // quads of a panel

constexpr bool has_quads(DType dtype, int64_t rows) {
  return (dtype == DType::kBFloat8B || dtype == DType::kBFloat4B) && rows > 0 && rows % kQuadRows == 0;
}

// Bytes of a panel.
constexpr int64_t quad_panel_bytes(DType dtype) {
  return 2 * kQuadRows + kPanelQuads * (dtype == DType::kBFloat8B ? 128 : 64);
}

// One group, from rows of `cols` columns (a multiple of 32), `stride` bytes apart.
void group_to_quads(DType dtype, const uint8_t *rows, int64_t stride, int64_t cols, uint8_t *group);
// Neighbouring panels of a group as 64 rows.
void quads_to_rows(DType dtype, const uint8_t *panels, int64_t num_panels, uint8_t *rows, int64_t stride);

// All rows of a matrix in place, of which there are a multiple of 64; and back.
void to_quads(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data);
void to_rows(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data);

}  // namespace tttv2::host
