// SPDX-License-Identifier: Apache-2.0
//
// What TTNN lets through although nothing can come of it: inputs beyond whose end its kernels would read, outputs that are not
// what was computed. Both backends refuse it with these.
#pragma once

#include <cstdint>

#include "common/operations.hpp"
#include "common/spec.hpp"

namespace tttv2 {

// ids [S] or [B, 1.., S] and what they choose from: [V, H].
void check_lookup(const Spec &ids, const Spec &weight);

// TTNN converts rows that it has tilized, and leaves others as the table has them.
void check_lookup_dtype(int32_t wish, Layout layout, DType table);

// The shape of a x b, either of them transposed first.
Shape product_shape(const Spec &a, const Spec &b, bool transpose_a, bool transpose_b);
// What TTNN does not multiply where a is sharded: by batches of b, turned, or with an activation.
void check_sharded_product(const Spec &a, const Spec &b, bool transpose_a, Activation after);
// A row of `width` values.
void check_bias(const Spec &bias, int64_t width);

// Products of a with the experts of b: batches of a, and whether its matrices are shared by the experts.
struct SparseShapes {
  int64_t batch, experts;
  bool shared;
};
SparseShapes check_sparse_product(const Spec &a, const Spec &b, const Spec &sparsity, bool a_sparse, bool b_sparse);

// Both shapes with extents of 1 repeated, in the last six dimensions.
Shape broadcast_shape(const Shape &a, const Shape &b);

// What an operand is computed with: integers that are multiplied by floats become floats first, FLOAT32 beside FLOAT32, else
// BFLOAT16.
DType operand_dtype(const Operation &operation, DType operand, DType other);

// A tensor that is written to instead of a new one: of floats if the first input is, else of its integers, and where the
// caller wishes the output to be, if he does.
void check_output_tensor(const Spec &given, const Shape &shape, Layout layout, DType input, const MemoryConfig *wish);

// Over an outer dimension TTNN sums up FLOAT32 by turning the tensor, and shards with it to where they do not fit.
void check_outer_sum(const Spec &x, const MemoryConfig &wish, int32_t dimension);

// Weights of norms are floats, and one matrix; rows in tiles are at least as wide as x.
void check_norm_weight_form(const Spec &weight, const char *argument, int64_t width);
// Integers would be added bit by bit.
void check_residual_dtype(const Spec &residual);
// x of a norm in two parts.
void check_distributed_norm(const Spec &x);
// Its stats: `width` columns of each device.
void check_distributed_stats(const Spec &stats, const Spec &x, int64_t width);
// ROW_MAJOR weights of group_norm: rows of 32 channels.
void check_group_norm_rows(const Spec &weight, const char *argument, int64_t channels);

// Projections to be split into heads, all of them interleaved.
void check_projections(const Spec &x, const MemoryConfig &wish);
// [B, NH, S, D], interleaved as the output.
void check_heads(const Spec &x, const MemoryConfig &wish);
// [1, B, NH, D], of which the first `num_heads` are meant.
void check_decode_heads(const Spec &x, int32_t num_heads);

// x [1, h, S, D] with angles [1, 1, >= S, D]; in decode x [1, B, h, D] and [1, B, 1, D]. All of one dtype.
void check_rotary(const Spec &x, const Spec &cos, const Spec &sin, bool decode);

// A [users, P] INT32 ROW_MAJOR tensor.
void check_page_table(const Spec &table);
// An INT32 ROW_MAJOR tensor of one value for each of `users`.
void check_positions(const Spec &positions, const char *argument, int64_t users);
// A cache [blocks | B, KV, block | Smax, D] for heads of `size` values.
void check_cache(const Spec &cache, const char *argument, int64_t kv_heads, int64_t size);
// Positions of a cache that are written to: what tiles are filled up with is none.
void check_filled_positions(const Spec &cache, int64_t first, int64_t count);
// Caches of keys and of values have one shape.
void check_caches(const Spec &k, const Spec &v);
// q [1, B, NH, D].
void check_decode_queries(const Spec &q);
// Rows for the users, of a page table or of a contiguous cache.
void check_users(const Spec &tensor, const char *argument, int64_t users);
void check_sink(const Spec &sink, const Shape &expected);

}  // namespace tttv2
