// SPDX-License-Identifier: Apache-2.0
//
// Swapping the last dimension with another one.
#pragma once

#include <cstdint>

#include "common/function_ref.hpp"
#include "host/device.hpp"

namespace tttv2::host {

// A set of `matrices` matrices of height x width to be transposed: element (h, w) of matrix m becomes column h of the row
// that output_row names.
struct Transposition {
  int64_t matrices;
  int64_t height;
  int64_t width;
  DType from_dtype;  // also FLOAT16 host data; integers only to the same dtype
  DType to_dtype;
};

// source_row(m, h): the bytes of the source row of `width` values. output_row(m, w): where the `height` values of output
// row w go. In parallel, in blocks that stay in the cache.
void transpose(Device &device, const Transposition &what,
               FunctionRef<const std::byte *(int64_t m, int64_t h)> source_row,
               FunctionRef<std::byte *(int64_t m, int64_t w)> output_row);

}  // namespace tttv2::host
