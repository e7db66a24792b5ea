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
  const ttnn_compute_config *compute_config;  // checked
};
OpOptions read_op_options(const ttnn_op_options *options, DType fixed_dtype);

// The chunks of attention: of prefill from a position on, or of decode, which has none.
void check_prefill_chunks(const ttnn_sdpa_options &options, int64_t start);
void check_no_chunks(const ttnn_sdpa_options &options);

// Whether a compute config asks for accumulation in float32, which some operations need for FLOAT32.
bool accumulates_float32(const ttnn_compute_config *config);
// Whether one asks for partial sums to be added up in L1.
bool adds_up_in_l1(const ttnn_compute_config *config);

// The epsilon option of norms: 0 is TTNN's default.
float read_epsilon(float epsilon);

// A number for an integer tensor, which takes whole ones in its range.
int64_t whole_number(const char *field, float value, DType dtype);

}  // namespace tttv2
