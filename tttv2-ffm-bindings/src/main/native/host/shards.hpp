// SPDX-License-Identifier: Apache-2.0
//
// What becomes of shards when TTNN changes a tensor's layout or extents.
#pragma once

#include "common/spec.hpp"

namespace tttv2::host {

// A tensor as its operations see it once they have tilized it: with its shards, which must be of whole tiles.
Spec tilized(const Spec &x);

// Where a TILE tensor lies as a ROW_MAJOR one: shards without the rows and columns that the tiles were filled up with.
MemoryConfig untilized_memory(const Spec &x);

// The shards of a TILE tensor with the extents of a result that it is broadcast to.
MemoryConfig broadcast_memory(const Spec &x, const Shape &result);

// Refuses cores without a shard, which some operations would wait for.
void check_cores_filled(const Spec &x, const char *argument);

}  // namespace tttv2::host
