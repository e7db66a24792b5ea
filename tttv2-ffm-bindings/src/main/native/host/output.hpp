// SPDX-License-Identifier: Apache-2.0
//
// What operations have in common when they make their outputs.
#pragma once

#include <cstdint>
#include <memory>

#include "host/call.hpp"
#include "host/spec.hpp"

namespace tttv2::host {

// The dtype option of an output of a float operation.
DType float_output(const char *field, int32_t dtype, DType by_default);

// Places the spec's shards and allocates.
std::shared_ptr<Tensor> make_output(Device &device, Spec spec);

// The caller's output_tensor if there is one (it must be what the operation would make), else a new tensor.
std::shared_ptr<Tensor> make_or_reuse_output(Call &call, const Spec &spec, const ttnn_tensor *output_tensor,
                                             bool memory_config_given);

// The options of operations without options of their own. Those that cannot choose the dtype take no other than x's.
struct OpOptions {
  const ttnn_memory_config *memory_config;
};
OpOptions read_op_options(const ttnn_op_options *options, DType fixed_dtype);

}  // namespace tttv2::host
