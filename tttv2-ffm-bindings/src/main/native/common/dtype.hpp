// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tttv2 {

// The values are those of enum ttnn_dtype.
enum class DType : int32_t {
  kFloat32 = 1,
  kBFloat16 = 2,
  kBFloat8B = 3,
  kBFloat4B = 4,
  kUInt32 = 5,
  kInt32 = 6,
  kUInt16 = 7,
  kUInt8 = 8,
  kFloat16 = 100,
};

// The values are those of enum ttnn_unary_op.
enum class Activation : int32_t { kNone = 0, kSilu, kGelu, kGeluTanh, kRelu, kTanh, kSigmoid };

}  // namespace tttv2
