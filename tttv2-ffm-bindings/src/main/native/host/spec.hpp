// SPDX-License-Identifier: Apache-2.0
//
// From the C structs to specs and back, with the checks that TTNN makes of them.
#pragma once

#include <cstdint>

#include "host/tensor.hpp"

namespace tttv2::host {

// Of a tensor: never FLOAT16, never DEFAULT.
DType tensor_dtype(int32_t dtype);
Layout tensor_layout(int32_t layout);
Activation activation(const char *field, int32_t op);
// A flag that is 0 or 1.
bool flag(const char *field, int32_t value);
bool switched_on(const char *field, int32_t value, bool by_default);
void check_compute_config(const ttnn_compute_config *config);

// Rank 1 to 8, extents of at least 1, product below 2^40.
Shape make_shape(int32_t rank, const int64_t *extents);
void check_extents(const Shape &shape);
// Block floats are TILE only.
void check_layout(DType dtype, Layout layout);
// -rank .. rank - 1 to 0 .. rank - 1.
int32_t dimension(int32_t dim, int32_t rank);

// The config of the C interface, its values checked by themselves.
MemoryConfig make_memory_config(const char *field, const ttnn_memory_config &config);
// The caller's wish for an output, or what the operation gives by default.
MemoryConfig output_memory(const ttnn_memory_config *wish, const MemoryConfig &by_default);
// The config of an output that follows an input: sharding is kept as it is only for the same physical shape.
MemoryConfig inherited_memory(const Spec &input, const Shape &output_shape, Layout output_layout);

// Chooses the shards where the config leaves them open, and checks that they fit the shape and the grid.
void place(Spec &spec);
// Height sharded in L1, `cores` shards of `height` x `width`.
MemoryConfig height_sharded(int64_t cores, int64_t height, int64_t width);

Spec make_spec(const ttnn_tensor_spec *spec);
ttnn_tensor_spec to_c(const Spec &spec);

}  // namespace tttv2::host
