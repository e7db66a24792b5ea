// SPDX-License-Identifier: Apache-2.0
//
// Values in the caller's memory: row-major, of any alignment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/spec.hpp"

namespace tttv2 {

struct HostData {
  DType dtype;
  const std::byte *data;
  bool transposed;
};

// Checks host data against the tensor it is for.
HostData check_host_data(const ttnn_host_data *source, DType dtype, const Shape &shape);

// Checks a read of a tensor of this dtype and shape; gives the dtype to convert to.
DType check_read(DType tensor, const Shape &shape, int32_t dtype, const void *dst, uint64_t dst_size);

}  // namespace tttv2
