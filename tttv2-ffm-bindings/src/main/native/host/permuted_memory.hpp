// SPDX-License-Identifier: Apache-2.0
//
// Where TTNN's permutations and transpositions put what they permute.
#pragma once

#include <vector>

#include "common/operations.hpp"
#include "common/spec.hpp"

namespace tttv2::host {

// Of x with its dimensions in another order, by permute or transpose; the wish may be null.
MemoryConfig permuted_memory(const Operation &operation, const Spec &x, const std::vector<int32_t> &dims,
                             const ttnn_memory_config *wish);

}  // namespace tttv2::host
