// SPDX-License-Identifier: Apache-2.0
//
// Values between host memory (row-major, any alignment) and tensors.
#pragma once

#include <cstdint>

#include "host/device.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

struct HostData {
  DType dtype;
  const std::byte *data;
  bool transposed;
};

// Checks host data against the tensor it is for.
HostData check_host_data(const ttnn_host_data *source, DType dtype, const Shape &shape);
// Converts host data into a tensor's rows.
void write_values(Device &device, const HostData &source, const Shape &shape, const Rows &to);

// Checks a read of a tensor of this dtype and shape; gives the dtype to convert to.
DType check_read(DType tensor, const Shape &shape, int32_t dtype, const void *dst, uint64_t dst_size);
void read_values(Device &device, const Rows &from, DType dtype, std::byte *dst);

}  // namespace tttv2::host
