// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/options.hpp"
#include "ttnn/runtime.hpp"

namespace tttv2::ttnn {

// The dtype option of an output of a float operation; NULL where the choice is TTNN's.
inline PyObject *float_option(const char *field, int32_t dtype) {
  return dtype == TTNN_DTYPE_DEFAULT ? nullptr : to_python(float_output(field, dtype, DType::kFloat32));
}

}  // namespace tttv2::ttnn
