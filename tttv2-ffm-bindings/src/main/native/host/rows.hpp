// SPDX-License-Identifier: Apache-2.0
//
// Reading, writing and copying rows and parts of rows, and walking over them in several dimensions.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "host/device.hpp"
#include "host/kernels/kernels.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// The values of a row of a float tensor: in place if they are float32, else unpacked into `scratch` (cols floats).
inline const float *load(const Kernels &kernels, const Rows &rows, int64_t i, float *scratch) {
  if (rows.dtype == DType::kFloat32) return reinterpret_cast<const float *>(rows.row(i));
  kernels.unpack_row(rows.dtype, rows.row(i), rows.cols, scratch);
  return scratch;
}

// Where to put the values of a row that `store` then rounds to the tensor's dtype.
inline float *target(const Rows &rows, int64_t i, float *scratch) {
  return rows.dtype == DType::kFloat32 ? reinterpret_cast<float *>(rows.row(i)) : scratch;
}
inline void store(const Kernels &kernels, const Rows &rows, int64_t i, const float *values) {
  if (rows.dtype != DType::kFloat32) {
    kernels.pack_row(rows.dtype, values, rows.cols, rows.row(i));
  } else if (values != reinterpret_cast<const float *>(rows.row(i))) {
    std::copy_n(values, rows.cols, reinterpret_cast<float *>(rows.row(i)));
  }
}

// Columns first .. first + n - 1 of a row of a float tensor, or of host data (also FLOAT16, of any alignment), as float32.
void unpack_columns(const Kernels &kernels, DType dtype, const std::byte *row, int64_t cols, int64_t first, int64_t n,
                    float *out);

// Whether copy_columns can move these columns as they are: always for plain dtypes, for block floats when shared exponents
// stay together.
bool can_copy_columns(DType dtype, int64_t from_cols, int64_t from_first, int64_t to_cols, int64_t to_first, int64_t n);
void copy_columns(DType dtype, const std::byte *from, int64_t from_cols, int64_t from_first, std::byte *to,
                  int64_t to_cols, int64_t to_first, int64_t n);

// All of a tensor's bytes, in parallel. The two have the same dtype and columns.
void copy_rows(Device &device, const Rows &from, const Rows &to);

using Strides = std::array<int64_t, TTNN_MAX_RANK>;

// Row-major strides of a shape, in elements of its last dimension.
Strides strides_of(const Shape &shape);

// Visits the indices of `shape` in row-major order from number `start` on, keeping N offsets, each a sum of index times
// stride.
template <size_t N>
class Walk {
 public:
  Walk(const Shape &shape, const std::array<Strides, N> &strides, int64_t start) : shape_(shape), strides_(strides) {
    for (int32_t d = shape.rank() - 1; d >= 0; --d) {
      index_[d] = start % shape[d];
      start /= shape[d];
      for (size_t i = 0; i < N; ++i) offsets_[i] += index_[d] * strides_[i][static_cast<size_t>(d)];
    }
  }

  int64_t offset(size_t i) const { return offsets_[i]; }

  void next() {
    for (int32_t d = shape_.rank() - 1; d >= 0; --d) {
      const auto dim = static_cast<size_t>(d);
      for (size_t i = 0; i < N; ++i) offsets_[i] += strides_[i][dim];
      if (++index_[d] < shape_[d]) return;
      for (size_t i = 0; i < N; ++i) offsets_[i] -= strides_[i][dim] * shape_[d];
      index_[d] = 0;
    }
  }

 private:
  const Shape shape_;
  const std::array<Strides, N> strides_;
  int64_t index_[TTNN_MAX_RANK] = {};
  std::array<int64_t, N> offsets_ = {};
};

}  // namespace tttv2::host
