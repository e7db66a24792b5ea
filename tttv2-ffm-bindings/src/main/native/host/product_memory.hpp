// SPDX-License-Identifier: Apache-2.0
//
// Where TTNN's automatic program configs put the product of sharded matrices, and what they refuse.
#pragma once

#include "common/spec.hpp"

namespace tttv2::host {

// A sharded output is laid out as the cores compute it: of the caller's shards mostly their kind counts.
MemoryConfig product_memory(const MemoryConfig &wanted, const Spec &a, const Spec &b, const Spec &output);

// An output that is given has the shards that the product would get there, where it would not get the output's.
void check_product_shards(const Spec &output, const Spec &a, const Spec &b);

}  // namespace tttv2::host
