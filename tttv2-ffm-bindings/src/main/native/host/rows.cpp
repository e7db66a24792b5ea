// SPDX-License-Identifier: Apache-2.0
#include "host/rows.hpp"

#include <algorithm>
#include <cstring>

namespace tttv2::host {

namespace {

constexpr int64_t kGroup = 16;  // columns that share an exponent

// Columns whose bytes stand together: BFLOAT4_B keeps columns i and i + 16 of a panel of 32 in one byte.
int64_t unit(DType dtype) { return dtype == DType::kBFloat4B ? 2 * kGroup : kGroup; }

// Parts of the record of a block-float row, at columns that begin a unit.
struct Record {
  Record(DType dtype, int64_t cols)
      : padded((cols + TTNN_TILE_SIZE - 1) / TTNN_TILE_SIZE * TTNN_TILE_SIZE), halves(dtype == DType::kBFloat4B) {}

  int64_t mantissas(int64_t n) const { return halves ? n / 2 : n; }
  int64_t exponent(int64_t column) const { return mantissas(padded) + column / kGroup; }

  int64_t padded;
  bool halves;
};

int64_t unit_up(DType dtype, int64_t cols) { return (cols + unit(dtype) - 1) / unit(dtype) * unit(dtype); }

}  // namespace

void unpack_columns(const Kernels &kernels, DType dtype, const std::byte *row, int64_t cols, int64_t first, int64_t n,
                    float *out) {
  constexpr int64_t kChunk = 256;
  if (!is_block_float(dtype)) {
    const int64_t size = element_size(dtype);
    const std::byte *values = row + first * size;
    if (reinterpret_cast<uintptr_t>(values) % static_cast<uintptr_t>(size) == 0) {
      kernels.unpack_row(dtype, values, n, out);
      return;
    }
    alignas(float) std::byte aligned[kChunk * sizeof(float)];
    for (int64_t column = 0; column < n; column += kChunk) {
      const int64_t width = std::min(kChunk, n - column);
      std::memcpy(aligned, values + column * size, static_cast<size_t>(width * size));
      kernels.unpack_row(dtype, aligned, width, out + column);
    }
    return;
  }
  std::byte part[kChunk + kChunk / kGroup];
  float values[kChunk];
  const Record record(dtype, cols);
  const Record part_record(dtype, kChunk);
  const int64_t end = first + n;
  for (int64_t column = first / unit(dtype) * unit(dtype); column < end; column += kChunk) {
    const int64_t width = std::min(kChunk, unit_up(dtype, end) - column);
    std::memcpy(part, row + record.mantissas(column), static_cast<size_t>(record.mantissas(width)));
    std::memcpy(part + part_record.exponent(0), row + record.exponent(column), static_cast<size_t>(width / kGroup));
    std::memset(part + part_record.mantissas(width), 0, static_cast<size_t>(part_record.mantissas(kChunk - width)));
    std::memset(part + part_record.exponent(width), 0, static_cast<size_t>((kChunk - width) / kGroup));
    kernels.unpack_row(dtype, part, kChunk, values);
    const int64_t from = std::max(first, column);
    const int64_t to = std::min(end, column + width);
    std::copy(values + (from - column), values + (to - column), out + (from - first));
  }
}

bool can_copy_columns(DType dtype, int64_t from_cols, int64_t from_first, int64_t to_cols, int64_t to_first, int64_t n) {
  if (!is_block_float(dtype)) return true;
  if (from_first % unit(dtype) != 0 || to_first % unit(dtype) != 0) return false;
  // A unit cut short by the end of one row must be cut short by the end of the other.
  return n % unit(dtype) == 0 || (from_first + n == from_cols && to_first + n == to_cols);
}

void copy_columns(DType dtype, const std::byte *from, int64_t from_cols, int64_t from_first, std::byte *to,
                  int64_t to_cols, int64_t to_first, int64_t n) {
  if (!is_block_float(dtype)) {
    const int64_t size = element_size(dtype);
    std::memcpy(to + to_first * size, from + from_first * size, static_cast<size_t>(n * size));
    return;
  }
  const Record source(dtype, from_cols);
  const Record record(dtype, to_cols);
  const int64_t width = unit_up(dtype, n);
  std::memcpy(to + record.mantissas(to_first), from + source.mantissas(from_first),
              static_cast<size_t>(record.mantissas(width)));
  std::memcpy(to + record.exponent(to_first), from + source.exponent(from_first), static_cast<size_t>(width / kGroup));
  if (const int64_t end = to_first + width; to_first + n == to_cols && end < record.padded) {
    std::memset(to + record.mantissas(end), 0, static_cast<size_t>(record.mantissas(record.padded - end)));
    std::memset(to + record.exponent(end), 0, static_cast<size_t>((record.padded - end) / kGroup));
  }
}

void copy_rows(Device &device, const Rows &from, const Rows &to) {
  const int64_t bytes = from.rows * from.stride;
  constexpr int64_t kPart = 64 * 1024;
  device.parallel((bytes + kPart - 1) / kPart, kPart / 8, [&](int64_t begin, int64_t end, int) {
    const int64_t first = begin * kPart;
    std::memmove(to.data + first, from.data + first, static_cast<size_t>(std::min(bytes, end * kPart) - first));
  });
}

Strides strides_of(const Shape &shape) {
  Strides strides{};
  int64_t stride = 1;
  for (int32_t d = shape.rank() - 1; d >= 0; --d) {
    strides[static_cast<size_t>(d)] = stride;
    stride *= shape[d];
  }
  return strides;
}

}  // namespace tttv2::host
