// SPDX-License-Identifier: Apache-2.0
#include "weight_panels.hpp"

#include <cstring>
#include <memory>

#include "common/thread_pool.hpp"
#include "kernels.hpp"

namespace tttv2::host {

namespace {

constexpr int64_t kBlock = 16;

// A mantissa as a number without sign, and back. BFLOAT8_B is stored as two's complement; a nibble of BFLOAT4_B as sign and
// magnitude.
constexpr uint8_t kUnsigned4[16] = {8, 9, 10, 11, 12, 13, 14, 15, 8, 7, 6, 5, 4, 3, 2, 1};
constexpr uint8_t kSigned4[16] = {8, 15, 14, 13, 12, 11, 10, 9, 0, 1, 2, 3, 4, 5, 6, 7};

// The bytes of a column's four rows, first row lowest.
void interleave(const uint8_t (&rows)[4][kBlock], uint8_t *quad) {
  uint32_t columns[kBlock];
  for (int64_t c = 0; c < kBlock; ++c) {
    columns[c] = static_cast<uint32_t>(rows[0][c]) | static_cast<uint32_t>(rows[1][c]) << 8 |
                 static_cast<uint32_t>(rows[2][c]) << 16 | static_cast<uint32_t>(rows[3][c]) << 24;
  }
  std::memcpy(quad, columns, sizeof columns);
}

void separate(const uint8_t *quad, uint8_t (&rows)[4][kBlock]) {
  uint32_t columns[kBlock];
  std::memcpy(columns, quad, sizeof columns);
  for (int r = 0; r < 4; ++r) {
    for (int64_t c = 0; c < kBlock; ++c) rows[r][c] = static_cast<uint8_t>(columns[c] >> (8 * r));
  }
}

// 16 bytes of four rows: a block of BFLOAT8_B, or two of BFLOAT4_B.
void quad_of(DType dtype, const uint8_t *rows, int64_t stride, uint8_t *quad) {
  uint8_t bytes[4][kBlock];
  for (int r = 0; r < 4; ++r) {
    std::memcpy(bytes[r], rows + r * stride, kBlock);
    for (uint8_t &b : bytes[r]) {
      b = dtype == DType::kBFloat8B ? b ^ 0x80 : static_cast<uint8_t>(kUnsigned4[b & 15] | kUnsigned4[b >> 4] << 4);
    }
  }
  interleave(bytes, quad);
}

void rows_of(DType dtype, const uint8_t *quad, uint8_t *rows, int64_t stride) {
  uint8_t bytes[4][kBlock];
  separate(quad, bytes);
  for (int r = 0; r < 4; ++r) {
    for (uint8_t &b : bytes[r]) {
      b = dtype == DType::kBFloat8B ? b ^ 0x80 : static_cast<uint8_t>(kSigned4[b & 15] | kSigned4[b >> 4] << 4);
    }
    std::memcpy(rows + r * stride, bytes[r], kBlock);
  }
}

constexpr int64_t quads_of_panel(DType dtype) { return dtype == DType::kBFloat8B ? 2 : 1; }
int64_t mantissa_bytes(DType dtype, int64_t cols) { return dtype == DType::kBFloat8B ? cols : cols / 2; }

}  // namespace

void group_to_panels(DType dtype, const uint8_t *rows, int64_t stride, int64_t cols, uint8_t *group) {
  if (is_plain_float(dtype)) {
    const int64_t width = weight_panel_bytes(dtype) / kGroupRows;
    for (int64_t panel = 0; panel < cols / kPanelCols; ++panel) {
      for (int64_t k = 0; k < kGroupRows; ++k, group += width) {
        std::memcpy(group, rows + k * stride + panel * width, static_cast<size_t>(width));
      }
    }
    return;
  }
  const int64_t wide = quads_of_panel(dtype);
  const uint8_t *exponents = rows + mantissa_bytes(dtype, cols);
  for (int64_t panel = 0; panel < cols / 32; ++panel, group += weight_panel_bytes(dtype)) {
    for (int64_t k = 0; k < kGroupRows; ++k) {
      group[k] = exponents[k * stride + 2 * panel];
      group[kGroupRows + k] = exponents[k * stride + 2 * panel + 1];
    }
    uint8_t *quad = group + 2 * kGroupRows;
    for (int64_t k = 0; k < kGroupRows; k += 4) {
      for (int64_t i = 0; i < wide; ++i, quad += 64) quad_of(dtype, rows + k * stride + (panel * wide + i) * kBlock, stride, quad);
    }
  }
}

void panels_to_rows(DType dtype, const uint8_t *panels, int64_t num_panels, uint8_t *rows, int64_t stride) {
  if (is_plain_float(dtype)) {
    const int64_t width = weight_panel_bytes(dtype) / kGroupRows;
    for (int64_t panel = 0; panel < num_panels; ++panel) {
      for (int64_t k = 0; k < kGroupRows; ++k, panels += width) {
        std::memcpy(rows + k * stride + panel * width, panels, static_cast<size_t>(width));
      }
    }
    return;
  }
  const int64_t wide = quads_of_panel(dtype);
  uint8_t *exponents = rows + mantissa_bytes(dtype, num_panels * 32);
  for (int64_t panel = 0; panel < num_panels; ++panel, panels += weight_panel_bytes(dtype)) {
    for (int64_t k = 0; k < kGroupRows; ++k) {
      exponents[k * stride + 2 * panel] = panels[k];
      exponents[k * stride + 2 * panel + 1] = panels[kGroupRows + k];
    }
    const uint8_t *quad = panels + 2 * kGroupRows;
    for (int64_t k = 0; k < kGroupRows; k += 4) {
      for (int64_t i = 0; i < wide; ++i, quad += 64) rows_of(dtype, quad, rows + k * stride + (panel * wide + i) * kBlock, stride);
    }
  }
}

namespace {

// turn(copy of a group, group) for every group.
template <class Turn>
void turn_groups(ThreadPool &pool, int64_t rows, int64_t stride, uint8_t *data, const Turn &turn) {
  pool.parallel_for(rows / kGroupRows, 1, [&](int64_t begin, int64_t end, int) {
    const int64_t size = kGroupRows * stride;
    const auto copy = std::make_unique_for_overwrite<uint8_t[]>(static_cast<size_t>(size));
    for (int64_t i = begin; i < end; ++i) {
      std::memcpy(copy.get(), data + i * size, static_cast<size_t>(size));
      turn(copy.get(), data + i * size);
    }
  });
}

}  // namespace

void to_panels(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data) {
  const int64_t stride = row_bytes(dtype, cols);
  turn_groups(pool, rows, stride, data, [&](const uint8_t *from, uint8_t *to) {
    group_to_panels(dtype, from, stride, (cols + 31) / 32 * 32, to);
  });
}

void to_rows(ThreadPool &pool, DType dtype, int64_t rows, int64_t cols, uint8_t *data) {
  const int64_t stride = row_bytes(dtype, cols);
  turn_groups(pool, rows, stride, data, [&](const uint8_t *from, uint8_t *to) {
    panels_to_rows(dtype, from, (cols + 31) / 32, to, stride);
  });
}

}  // namespace tttv2::host
