// SPDX-License-Identifier: Apache-2.0
//
// What becomes of shards when TTNN changes a tensor's layout or extents.
#pragma once

#include "common/spec.hpp"

namespace tttv2::host {

// A tensor as its operations see it once they have tilized it: with its shards, which must be of whole tiles.
Spec tilized(const Spec &x);

// Where a ROW_MAJOR tensor lies as a TILE one: in L1, shards of whole rows that are filled up to tiles in both directions share
// these out, if they come out even.
MemoryConfig tilized_memory(const Spec &x);

// Where a TILE tensor lies as a ROW_MAJOR one: shards without the rows and columns that the tiles were filled up with,
// which TTNN takes off in L1.
MemoryConfig untilized_memory(const Spec &x);

// The shards of a TILE tensor with the extents of a result that it is broadcast to.
MemoryConfig broadcast_memory(const Spec &x, const Shape &result);

// Shards of another shape, spread over the same cores.
MemoryConfig spread_memory(const Spec &x, const Shape &shape);

// Where x lies once its values have another shape: shards move only where rows or tiles do.
MemoryConfig reshaped_memory(const Spec &x, const Shape &shape);
// Refuses rows in shards wider than they are where TTNN counts how many of them their memory holds, which it does for what was
// interleaved or in shards of the same kind: shards must be of whole rows, and what they hold must come out even.
void check_recounted_rows(const Spec &x);
// Whether the values stay where they are: rows stay, and so do the tiles that they lie in.
bool is_view(const Spec &x, const Shape &shape);

// What TTNN's program reads by banks.
void check_interleaved(const Spec &x, const char *argument);

// What rows of a tensor are aligned to in its memory, in bytes.
constexpr int64_t row_unit(const MemoryConfig &config) { return config.buffer_type == TTNN_BUFFER_TYPE_L1 ? 16 : 32; }

// The memory of rows. Columns for which no shards are named: as many cores as share out the width in such units, or shards as
// wide as tiles.
MemoryConfig aligned_columns(const Spec &rows);

// Rows of shards are read and written in units of L1.
void check_aligned_rows(const Spec &x);

// The first n of the cores that a config names, row by row of each of its rectangles: each in a column that begins in row 0.
MemoryConfig first_cores(const MemoryConfig &config, int64_t n);

// Tiles are filled up in the shards that they lie in, which TTNN can do for one matrix.
void check_fillable(const Spec &x);

// Refuses cores without a shard, which some operations would wait for.
void check_cores_filled(const Spec &x, const char *argument);

}  // namespace tttv2::host
