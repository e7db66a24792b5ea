// SPDX-License-Identifier: Apache-2.0
#include "host/values.hpp"

#include <cstring>

#include "common/integers.hpp"
#include "host/rows.hpp"
#include "common/spec.hpp"
#include "host/transpose.hpp"

namespace tttv2::host {

void write_values(Device &device, const HostData &source, const Shape &shape, const Rows &to) {
  const int64_t size = element_size(source.dtype);
  const bool same = source.dtype == to.dtype;
  if (source.transposed && (same || is_float(to.dtype))) {
    const int64_t height = shape.back(0);
    const int64_t width = shape.back(1);
    transpose(
        device, {shape.outer(2), height, width, source.dtype, to.dtype},
        [&](int64_t m, int64_t h) { return source.data + (m * height + h) * width * size; },
        [&](int64_t m, int64_t w) { return to.row(m * width + w); });
    return;
  }
  if (is_float(to.dtype)) {
    device.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const std::byte *row = source.data + i * to.cols * size;
        if (same) {
          std::memcpy(to.row(i), row, static_cast<size_t>(to.cols * size));
        } else {
          float *values = target(to, i, device.scratch(worker, 0, to.cols));
          unpack_columns(device.kernels(), source.dtype, row, to.cols, 0, to.cols, values);
          store(device.kernels(), to, i, values);
        }
      }
    });
    return;
  }
  const int64_t to_size = element_size(to.dtype);
  const int64_t height = source.transposed ? shape.back(1) : 1;
  device.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t j = 0; j < to.cols; ++j) {
        const int64_t from = source.transposed ? (i / height * to.cols + j) * height + i % height : i * to.cols + j;
        write_integer(to.dtype, to.row(i) + j * to_size, read_integer(source.dtype, source.data + from * size));
      }
    }
  });
}

void read_values(Device &device, const Rows &from, DType dtype, std::byte *dst) {
  const int64_t size = element_size(dtype);
  device.parallel(from.rows, from.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      std::byte *row = dst + i * from.cols * size;
      if (from.dtype == dtype) {
        std::memcpy(row, from.row(i), static_cast<size_t>(from.cols * size));
      } else if (is_float(from.dtype)) {
        const float *values = load(device.kernels(), from, i, device.scratch(worker, 0, from.cols));
        if (dtype == DType::kFloat32) {
          std::memcpy(row, values, static_cast<size_t>(from.cols * size));
        } else if (reinterpret_cast<uintptr_t>(row) % static_cast<uintptr_t>(size) == 0) {
          device.kernels().pack_row(dtype, values, from.cols, row);
        } else {
          float *packed = device.scratch(worker, 1, from.cols);
          device.kernels().pack_row(dtype, values, from.cols, packed);
          std::memcpy(row, packed, static_cast<size_t>(from.cols * size));
        }
      } else {
        const int64_t from_size = element_size(from.dtype);
        for (int64_t j = 0; j < from.cols; ++j) {
          write_integer(dtype, row + j * size, read_integer(from.dtype, from.row(i) + j * from_size));
        }
      }
    }
  });
}

}  // namespace tttv2::host
