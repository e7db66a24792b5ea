// SPDX-License-Identifier: Apache-2.0
//
// What operations have in common when they make their outputs.
#pragma once

#include <cstdint>
#include <memory>

#include "common/options.hpp"
#include "host/call.hpp"
#include "common/spec.hpp"

namespace tttv2::host {

// The caller's wish for an output, or what the operation gives by default.
MemoryConfig output_memory(const ttnn_memory_config *wish, const MemoryConfig &by_default);

// Refuses shards that the operation would have to choose.
void check_shards_named(const Spec &output);

// What the caller may say about an output.
struct OutputWish {
  int32_t dtype;  // of floats only
  const ttnn_memory_config *memory_config;
  const ttnn_tensor *output_tensor;
};

// The dtype of a float output: as asked for, else that of the tensor it is written to.
DType output_dtype(Call &call, const OutputWish &wish, DType by_default);

// Places the spec's shards and allocates.
std::shared_ptr<Tensor> make_output(Device &device, Spec spec);

// The caller's output_tensor if there is one (it must be what the operation would make of an input of this dtype), else a new
// tensor.
std::shared_ptr<Tensor> make_or_reuse_output(Call &call, const Spec &spec, DType input, const OutputWish &wish);

}  // namespace tttv2::host
