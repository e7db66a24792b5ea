// SPDX-License-Identifier: Apache-2.0
#include "host/join.hpp"

#include <cstring>

#include "host/rows.hpp"

namespace tttv2::host {

namespace {

// Parts side by side along the last dimension.
void join_columns(Device &d, const std::vector<Rows> &parts, const Rows &y) {
  bool copy = true;
  int64_t column = 0;
  for (const Rows &part : parts) {
    copy = copy && part.dtype == y.dtype && can_copy_columns(y.dtype, part.cols, 0, y.cols, column, part.cols);
    column += part.cols;
  }
  d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
    float *values = copy ? nullptr : d.scratch(worker, 0, y.cols);
    for (int64_t i = begin; i < end; ++i) {
      int64_t first = 0;
      for (const Rows &part : parts) {
        if (copy) {
          copy_columns(y.dtype, part.row(i), part.cols, 0, y.row(i), y.cols, first, part.cols);
        } else {
          d.kernels().unpack_row(part.dtype, part.row(i), part.cols, values + first);
        }
        first += part.cols;
      }
      if (!copy) d.kernels().pack_row(y.dtype, values, y.cols, y.row(i));
    }
  });
}

// Blocks of rows one after the other: `outer` times the block of each part in turn.
void join_rows(Device &d, const std::vector<Rows> &parts, const Rows &y, int64_t outer) {
  int64_t first = 0;
  const int64_t pitch = y.rows / outer;
  for (const Rows &part : parts) {
    const int64_t block = part.rows / outer;
    d.parallel(outer, block * y.stride / 8, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        if (part.dtype == y.dtype) {
          std::memcpy(y.row(i * pitch + first), part.row(i * block), static_cast<size_t>(block * y.stride));
          continue;
        }
        for (int64_t row = 0; row < block; ++row) {
          store(d.kernels(), y, i * pitch + first + row,
                load(d.kernels(), part, i * block + row, d.scratch(worker, 0, y.cols)));
        }
      }
    });
    first += block;
  }
}

}  // namespace

Joint::Joint(const Shape &whole, int32_t dim) : columns(dim == whole.rank() - 1) {
  for (int32_t d = 0; d < dim; ++d) outer *= whole[d];
}

void join(Device &d, const Joint &joint, const std::vector<Rows> &parts, const Rows &y) {
  if (joint.columns) {
    join_columns(d, parts, y);
  } else {
    join_rows(d, parts, y, joint.outer);
  }
}

}  // namespace tttv2::host
