// SPDX-License-Identifier: Apache-2.0
//
// Values between host memory (row-major, any alignment) and tensors.
#pragma once

#include <cstdint>

#include "common/host_data.hpp"
#include "host/device.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// Converts host data into a tensor's rows.
void write_values(Device &device, const HostData &source, const Shape &shape, const Rows &to);

void read_values(Device &device, const Rows &from, DType dtype, std::byte *dst);

}  // namespace tttv2::host
