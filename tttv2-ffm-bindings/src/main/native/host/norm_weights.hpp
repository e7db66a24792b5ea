// SPDX-License-Identifier: Apache-2.0
//
// Weights and biases of norms.
#pragma once

#include <cstdint>

#include "host/device.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// Refuses one that does not fit a width.
void check_norm_weight(const Tensor &weight, const char *argument, int64_t width);
// The same for both, each of which may be null.
void check_norm_weights(const Tensor *weight, const Tensor *bias, int64_t width);

// All values, in scratch of worker 0 unless they are float32; null for none.
const float *load_all(Device &d, const Rows &rows, int slot);

}  // namespace tttv2::host
