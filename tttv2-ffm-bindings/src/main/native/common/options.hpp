// SPDX-License-Identifier: Apache-2.0
//
// Options that several operations share.
#pragma once

#include <cstdint>

#include "common/spec.hpp"

namespace tttv2 {

// The dtype option of an output of a float operation.
DType float_output(const char *field, int32_t dtype, DType by_default);

// The options of operations without options of their own. Those that cannot choose the dtype take no other than x's.
struct OpOptions {
  const ttnn_memory_config *memory_config;
};
OpOptions read_op_options(const ttnn_op_options *options, DType fixed_dtype);

}  // namespace tttv2
