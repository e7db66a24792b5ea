// SPDX-License-Identifier: Apache-2.0
//
// What may be asked of the operations that move data.
#pragma once

#include <cstdint>
#include <vector>

#include "common/spec.hpp"

namespace tttv2 {

// A sharded tensor that moves to other shards moves to ones that are named.
void check_shards_kept(const MemoryConfig &x, const MemoryConfig &wish);
// Sharded tiles are not cut.
void check_uncut(const Spec &x, const int64_t *starts);

// Rows in shards wider than they are need shards in all columns of the cores where x is cut, or moves between shards of one kind:
// TTNN would write beyond a buffer of its own, which ends the process.
void check_columns_filled(const Spec &x, const Spec &output);

// Elements start, start + step, .. below end of a dimension. Gives the step, or a smaller one of the same effect: beyond the
// end it takes one element, however far it goes.
int64_t check_slice(const Shape &x, int32_t dimension, int64_t start, int64_t end, int64_t step);

// The shape asked for, with the extent in the place of -1.
Shape reshaped(const Shape &x, int32_t rank, const int64_t *extents);

// Each dimension once.
std::vector<int32_t> permutation(int32_t rank, const int32_t *dims);

// The extent of a dimension with its padding.
int64_t check_padding(const Spec &x, int32_t dimension, int64_t low, int64_t high);

// A copy needs the same shape, dtype and layout.
void check_copy(const Spec &src, const Spec &dst);

}  // namespace tttv2
