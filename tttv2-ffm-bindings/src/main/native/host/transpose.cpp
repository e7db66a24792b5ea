// SPDX-License-Identifier: Apache-2.0
#include "host/transpose.hpp"

#include <algorithm>
#include <cstring>

#include "host/rows.hpp"

namespace tttv2::host {

namespace {

constexpr int64_t kBlock = 32;

template <typename T>
void move_elements(Device &device, const Transposition &what,
                   FunctionRef<const std::byte *(int64_t, int64_t)> source_row,
                   FunctionRef<std::byte *(int64_t, int64_t)> output_row) {
  const int64_t strips = (what.width + kBlock - 1) / kBlock;
  device.parallel(what.matrices * strips, what.height * kBlock, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t m = i / strips;
      const int64_t first = i % strips * kBlock;
      const int64_t n = std::min(kBlock, what.width - first);
      T *out[kBlock];
      for (int64_t w = 0; w < n; ++w) out[w] = reinterpret_cast<T *>(output_row(m, first + w));
      for (int64_t h0 = 0; h0 < what.height; h0 += kBlock) {
        const int64_t rows = std::min(kBlock, what.height - h0);
        T block[kBlock][kBlock];  // the source may be host data of any alignment
        for (int64_t h = 0; h < rows; ++h) {
          std::memcpy(block[h], source_row(m, h0 + h) + first * int64_t{sizeof(T)}, static_cast<size_t>(n) * sizeof(T));
        }
        for (int64_t w = 0; w < n; ++w) {
          for (int64_t h = 0; h < rows; ++h) out[w][h0 + h] = block[h][w];
        }
      }
    }
  });
}

// Through float32, in pieces of kPiece values of an output row: 32 rows of them stay in the cache.
void convert_elements(Device &device, const Transposition &what,
                      FunctionRef<const std::byte *(int64_t, int64_t)> source_row,
                      FunctionRef<std::byte *(int64_t, int64_t)> output_row) {
  constexpr int64_t kPiece = 512;
  constexpr int64_t kPitch = kPiece + 16;  // rows a power of two apart would compete for the same cache lines
  const Kernels &kernels = device.kernels();
  const int64_t strips = (what.width + kBlock - 1) / kBlock;
  const int64_t pieces = (what.height + kPiece - 1) / kPiece;
  device.parallel(what.matrices * pieces * strips, kPiece * kBlock, [&](int64_t begin, int64_t end, int worker) {
    float *rows = device.scratch(worker, 0, kBlock * kPitch);
    float block[kBlock][kBlock];
    std::byte record[kPiece * sizeof(float)];
    for (int64_t i = begin; i < end; ++i) {
      const int64_t m = i / strips / pieces;
      const int64_t top = i / strips % pieces * kPiece;
      const int64_t length = std::min(kPiece, what.height - top);
      const int64_t first = i % strips * kBlock;
      const int64_t n = std::min(kBlock, what.width - first);
      for (int64_t h0 = 0; h0 < length; h0 += kBlock) {
        const int64_t height = std::min(kBlock, length - h0);
        for (int64_t h = 0; h < height; ++h) {
          unpack_columns(kernels, what.from_dtype, source_row(m, top + h0 + h), what.width, first, n, block[h]);
        }
        for (int64_t w = 0; w < n; ++w) {
          for (int64_t h = 0; h < height; ++h) rows[w * kPitch + h0 + h] = block[h][w];
        }
      }
      for (int64_t w = 0; w < n; ++w) {
        kernels.pack_row(what.to_dtype, rows + w * kPitch, length, record);
        copy_columns(what.to_dtype, record, length, 0, output_row(m, first + w), what.height, top, length);
      }
    }
  });
}

}  // namespace

void transpose(Device &device, const Transposition &what,
               FunctionRef<const std::byte *(int64_t, int64_t)> source_row,
               FunctionRef<std::byte *(int64_t, int64_t)> output_row) {
  if (what.from_dtype == what.to_dtype && !is_block_float(what.from_dtype)) {
    switch (element_size(what.from_dtype)) {
      case 1:
        return move_elements<uint8_t>(device, what, source_row, output_row);
      case 2:
        return move_elements<uint16_t>(device, what, source_row, output_row);
      default:
        return move_elements<uint32_t>(device, what, source_row, output_row);
    }
  }
  convert_elements(device, what, source_row, output_row);
}

}  // namespace tttv2::host
