// SPDX-License-Identifier: Apache-2.0
//
// Tensors put together along a dimension.
#pragma once

#include <cstdint>
#include <vector>

#include "host/device.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// A dimension of the whole, seen from its rows.
struct Joint {
  Joint(const Shape &whole, int32_t dim);

  int64_t outer = 1;  // the product of the dimensions before
  bool columns;       // whether it is the last
};

// Parts of another dtype than y's, both of floats, are converted.
void join(Device &d, const Joint &joint, const std::vector<Rows> &parts, const Rows &y);

}  // namespace tttv2::host
