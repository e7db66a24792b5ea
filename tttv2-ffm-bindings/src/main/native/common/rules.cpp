// SPDX-License-Identifier: Apache-2.0
#include "common/rules.hpp"

#include <algorithm>
#include <cinttypes>
#include <tuple>

#include "common/error.hpp"

namespace tttv2 {

namespace {

constexpr int32_t kMaxDecodeUsers = 32;

// Both batched: the same batch dimensions.
bool same_batch(const Shape &a, const Shape &b) {
  if (a.rank() != b.rank()) return false;
  for (int32_t i = 2; i < a.rank(); ++i) {
    if (a.back(i) != b.back(i)) return false;
  }
  return true;
}

void check_index(const Spec &spec, const char *argument, const char *text) {
  if (spec.dtype != DType::kInt32 || spec.layout != Layout::kRowMajor) {
    fail(TTNN_STATUS_DTYPE, "%s: %s is %s %s, expected INT32 ROW_MAJOR", text, argument, name(spec.dtype),
         name(spec.layout));
  }
}

void check_angles(const Spec &table, const char *argument, const Spec &x, bool decode) {
  if (table.dtype != x.dtype) {
    fail(TTNN_STATUS_DTYPE, "All input tensors must have dtype = bfloat16, or all float32: %s is %s, x is %s", argument, name(table.dtype),
         name(x.dtype));
  }
  const Shape &shape = table.shape;
  const Shape &rows = x.shape;
  if (shape.rank() != 4 || shape[3] != rows[3]) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, x has %s", argument, shape.str().c_str(), rows.str().c_str());
  }
  if (decode) {
    if (shape[0] != 1 || shape[1] != rows[1] || shape[2] != 1) {
      fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected [1, %" PRId64 ", 1, %" PRId64 "] in decode mode", argument,
           shape.str().c_str(), rows[1], rows[3]);
    }
  } else if (shape[0] != 1 || shape[1] != 1) {
    fail(TTNN_STATUS_SHAPE, "%s must have batch dim = 1 in prefill mode: it has shape %s", argument, shape.str().c_str());
  } else if (shape[2] < rows[2]) {
    fail(TTNN_STATUS_SHAPE, "%s has %" PRId64 " positions, x has %" PRId64, argument, shape[2], rows[2]);
  }
}

}  // namespace

void check_lookup(const Spec &ids, const Spec &weight) {
  const Shape &shape = ids.shape;
  bool rows = shape.rank() <= 4;
  for (int32_t i = 1; i < shape.rank() - 1; ++i) rows = rows && shape[i] == 1;
  if (!rows) fail(TTNN_STATUS_SHAPE, "ids have shape %s, expected [S] or [B, 1.., S] of rank 4 at most", shape.str().c_str());
  if (weight.shape.outer(2) != 1) {
    fail(TTNN_STATUS_SHAPE, "weight has shape %s, expected [V, H]", weight.shape.str().c_str());
  }
}

void check_lookup_dtype(int32_t wish, Layout layout, DType table) {
  if (layout == Layout::kRowMajor && wish != TTNN_DTYPE_DEFAULT && tensor_dtype(wish) != table) {
    fail(TTNN_STATUS_DTYPE, "Can only typecast output embeddings when producing TILE_LAYOUT output: dtype is %s",
         name(tensor_dtype(wish)));
  }
}

Shape product_shape(const Spec &a_spec, const Spec &b_spec, bool transpose_a, bool transpose_b) {
  const Shape &a = a_spec.shape;
  const Shape &b = b_spec.shape;
  for (const auto &[shape, transposed, argument] : {std::tuple{&a, transpose_a, "a"}, std::tuple{&b, transpose_b, "b"}}) {
    if (transposed && shape->rank() < 2) {
      fail(TTNN_STATUS_SHAPE, "%s has shape %s: there is nothing to transpose", argument, shape->str().c_str());
    }
  }
  const int64_t inner = transpose_a ? a.back(1) : a.back();
  // A vector b is a column.
  const int64_t height = transpose_b || b.rank() == 1 ? b.back() : b.back(1);
  if (inner != height) {
    fail(TTNN_STATUS_SHAPE,
         "The width of the first tensor must be equal to the height of the second tensor. Mismatch: width=%" PRId64
         " height=%" PRId64 " (a %s, b %s)",
         inner, height, a.str().c_str(), b.str().c_str());
  }
  const bool shared_a = a.outer(2) == 1 && a.rank() == b.rank();
  if (b.outer(2) != 1 && !shared_a && !same_batch(a, b)) {
    fail(TTNN_STATUS_SHAPE,
         "bmm (non-bcast matmul) expects input tensors of shapes BCMK*BCKN=BCMN or equivalent: a %s, b %s",
         a.str().c_str(), b.str().c_str());
  }
  Shape shape;
  for (int32_t i = std::max(a.rank(), b.rank()) - 1; i >= 2; --i) shape.push_back(std::max(a.back(i), b.back(i)));
  if (a.rank() > 1) shape.push_back(transpose_a ? a.back() : a.back(1));
  if (b.rank() > 1) shape.push_back(transpose_b ? b.back(1) : b.back());
  if (shape.rank() == 0) shape.push_back(1);
  check_extents(shape);
  return shape;
}

void check_sharded_product(const Spec &a, const Spec &b, bool transpose_a, Activation after) {
  const MemoryConfig &memory = a.memory;
  if (!memory.sharded()) return;
  if (after != Activation::kNone) {
    fail(TTNN_STATUS_UNSUPPORTED,
         "Sharded matmul run with an activation: this should be placed in the program config's fused_activation field, which "
         "there is none of");
  }
  if (b.shape.outer(2) != 1) {
    fail(TTNN_STATUS_UNSUPPORTED, "a is sharded and b batched: its shape is %s", b.shape.str().c_str());
  }
  if (transpose_a) fail(TTNN_STATUS_UNSUPPORTED, "a is sharded: it cannot be transposed");
  const bool blocks = memory.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED;
  const bool on_a_line = blocks && (shard_grid(memory).across == 1 || shard_grid(memory).down == 1);
  if ((on_a_line || memory.memory_layout == TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) && memory.shard_height > a.physical_height()) {
    fail(TTNN_STATUS_SHAPE, "per_core_M exceeds Mt: the shards of a are %d high, a of shape %s is lower", memory.shard_height,
         a.shape.str().c_str());
  }
  if (!blocks) {
    if (memory.orientation != TTNN_SHARD_ORIENTATION_ROW_MAJOR) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Input tensor A must have ROW_MAJOR shard orientation, got: COL_MAJOR");
    }
    return;
  }
  if (on_a_line) return;
  const ShardGrid grid = shard_grid(memory);
  const int64_t height = a.physical_height();
  const int64_t width = a.padded_shape().back();
  const auto fits = [](int64_t extent, int64_t side, int64_t cores) {
    return cores == extent / side || cores == (extent + side - 1) / side;
  };
  if (!fits(height, memory.shard_height, grid.down) || !fits(width, memory.shard_width, grid.across)) {
    fail(TTNN_STATUS_SHAPE, "Num cores along y (%" PRId64 ") and x (%" PRId64 ") must match the shards of a, %d x %d of %" PRId64 " x %" PRId64,
         grid.down, grid.across, memory.shard_height, memory.shard_width, height, width);
  }
}

void check_bias(const Spec &bias, int64_t width) {
  if (!is_float(bias.dtype)) fail(TTNN_STATUS_DTYPE, "bias is %s", name(bias.dtype));
  if (bias.shape.back() != width || bias.rows() != 1) {
    fail(TTNN_STATUS_SHAPE, "bias has shape %s, expected [%" PRId64 "]", bias.shape.str().c_str(), width);
  }
}

SparseShapes check_sparse_product(const Spec &a_spec, const Spec &b_spec, const Spec &sparsity, bool a_sparse,
                                  bool b_sparse) {
  if (!a_sparse && !b_sparse) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "sparse_matmul requires at least one of is_input_a_sparse or is_input_b_sparse to be true");
  }
  const Shape &a = a_spec.shape;
  const Shape &b = b_spec.shape;
  if (a.rank() != 4 || b.rank() != 4 || b[0] != 1) {
    fail(TTNN_STATUS_SHAPE, "a has shape %s and b %s, expected rank 4 and b [1, E, K, N]", a.str().c_str(),
         b.str().c_str());
  }
  if (a[3] != b[2]) {
    fail(TTNN_STATUS_SHAPE, "Dimension K (A.shape[-1] %" PRId64 ") and B.shape[-2] (%" PRId64 ") must match for A and B",
         a[3], b[2]);
  }
  SparseShapes shapes{a[0], b[1], !a_sparse};
  if (shapes.shared) shapes.batch *= a[1];
  if (a_sparse && (a[1] != shapes.experts || (b_sparse && shapes.batch != 1))) {
    fail(TTNN_STATUS_SHAPE, "a has shape %s, expected [%s, %" PRId64 ", M, K]: b has %" PRId64 " experts",
         a.str().c_str(), b_sparse ? "1" : "A", shapes.experts, shapes.experts);
  }
  if (sparsity.layout != Layout::kRowMajor || sparsity.dtype != DType::kBFloat16) {
    fail(TTNN_STATUS_DTYPE, "Sparsity tensor must be ROW_MAJOR layout, got %s; and BFLOAT16, got %s",
         name(sparsity.layout), name(sparsity.dtype));
  }
  if (sparsity.shape.volume() != shapes.batch * shapes.experts) {
    fail(TTNN_STATUS_SHAPE,
         "sparsity logical_volume (%" PRId64 ") must equal batch_length (%" PRId64
         ") [sparsity_shape=%s, is_input_a_sparse=%s, is_input_b_sparse=%s]",
         sparsity.shape.volume(), shapes.batch * shapes.experts, sparsity.shape.str().c_str(), a_sparse ? "true" : "false",
         b_sparse ? "true" : "false");
  }
  return shapes;
}

Shape broadcast_shape(const Shape &a, const Shape &b) {
  constexpr int32_t kBroadcast = 6;
  Shape shape;
  for (int32_t i = std::max(a.rank(), b.rank()) - 1; i >= 0; --i) {
    const int64_t x = a.back(i);
    const int64_t y = b.back(i);
    if (x != y && x != 1 && y != 1) {
      fail(TTNN_STATUS_SHAPE, "Invalid subtile broadcast type: a %s, b %s", a.str().c_str(), b.str().c_str());
    }
    if (x != y && i >= kBroadcast) {
      fail(TTNN_STATUS_SHAPE, "Only the last %d dimensions are broadcast: a %s, b %s", kBroadcast, a.str().c_str(), b.str().c_str());
    }
    shape.push_back(std::max(x, y));
  }
  check_extents(shape);
  return shape;
}

DType operand_dtype(const Operation &operation, DType operand, DType other) {
  if (&operation != &ops::kMultiply || is_float(operand) || !is_float(other)) return operand;
  return other == DType::kFloat32 ? DType::kFloat32 : DType::kBFloat16;
}

void check_output_tensor(const Spec &given, const Shape &shape, Layout layout, DType input, const MemoryConfig *wish) {
  if (!(given.shape == shape)) {
    fail(TTNN_STATUS_SHAPE, "output_tensor has shape %s, the output has %s", given.shape.str().c_str(),
         shape.str().c_str());
  }
  if (given.layout != layout) {
    fail(TTNN_STATUS_DTYPE, "output_tensor is %s, the output is %s", name(given.layout), name(layout));
  }
  if (is_float(given.dtype) != is_float(input) || (!is_float(input) && given.dtype != input)) {
    fail(TTNN_STATUS_DTYPE, "output_tensor is %s, the first input is %s", name(given.dtype), name(input));
  }
  if (wish == nullptr) return;
  const bool open = wish->sharded() && wish->num_ranges == 0;
  const bool same = open ? wish->memory_layout == given.memory.memory_layout && wish->buffer_type == given.memory.buffer_type
                         : *wish == given.memory;
  if (!same) fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is not that of output_tensor");
}

void check_outer_sum(const Spec &x, const MemoryConfig &wish, int32_t dimension) {
  if (dimension >= x.shape.rank() - 2 || x.dtype != DType::kFloat32) return;
  if (x.memory.sharded() || wish.sharded()) {
    fail(TTNN_STATUS_UNSUPPORTED, "over dimension %d of %s FLOAT32 is summed up interleaved only: %s is sharded", dimension,
         x.shape.str().c_str(), x.memory.sharded() ? "x" : "memory_config");
  }
}

void check_norm_weight_form(const Spec &weight, const char *argument, int64_t width) {
  if (!is_float(weight.dtype)) fail(TTNN_STATUS_DTYPE, "%s is %s, expected floats", argument, name(weight.dtype));
  if (weight.shape.outer(2) != 1) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected one matrix", argument, weight.shape.str().c_str());
  }
  if (weight.layout == Layout::kTile && weight.cols() < width) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected [1, 1, 1, %" PRId64 "] or more", argument, weight.shape.str().c_str(), width);
  }
}

void check_residual_dtype(const Spec &residual) {
  if (!is_float(residual.dtype)) fail(TTNN_STATUS_DTYPE, "residual_input_tensor is %s, expected floats", name(residual.dtype));
}

void check_distributed_norm(const Spec &x) {
  if (x.shape.rank() != 4) fail(TTNN_STATUS_SHAPE, "x has shape %s, expected rank 4", x.shape.str().c_str());
}

void check_distributed_stats(const Spec &stats, const Spec &x, int64_t width) {
  Shape expected = x.shape;
  expected[3] = stats.shape.back();
  if (!(stats.shape == expected) || stats.shape.back() % width != 0) {
    fail(TTNN_STATUS_SHAPE,
         "Stats and input must match: stats have shape %s, x has %s; expected %" PRId64 " columns of each device",
         stats.shape.str().c_str(), x.shape.str().c_str(), width);
  }
}

void check_group_norm_rows(const Spec &weight, const char *argument, int64_t channels) {
  if (weight.layout == Layout::kRowMajor &&
      (weight.padded_shape().back() != TTNN_TILE_SIZE || weight.shape.volume() != channels)) {
    fail(TTNN_STATUS_SHAPE, "ROW_MAJOR %s has shape %s, expected [1, 1, %" PRId64 "/32, 32]", argument,
         weight.shape.str().c_str(), channels);
  }
}

void check_projections(const Spec &x, const MemoryConfig &wish) {
  if (x.memory.sharded() || wish.sharded()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is sharded, expected INTERLEAVED", x.memory.sharded() ? "x" : "memory_config");
  }
}

void check_heads(const Spec &x, const MemoryConfig &wish) {
  if (x.shape.rank() != 4) fail(TTNN_STATUS_SHAPE, "x has shape %s, expected [B, NH, S, D]", x.shape.str().c_str());
  check_projections(x, wish);
}

void check_decode_heads(const Spec &x, int32_t num_heads) {
  const Shape &shape = x.shape;
  if (shape.rank() != 4 || shape[0] != 1 || shape[1] > kMaxDecodeUsers) {
    fail(TTNN_STATUS_SHAPE, "x has shape %s, expected [1, B, NH, D] with B <= %d", shape.str().c_str(), kMaxDecodeUsers);
  }
  if (num_heads < 1 || num_heads > shape[2]) {
    fail(TTNN_STATUS_SHAPE, "num_heads is %d, x has shape %s", num_heads, shape.str().c_str());
  }
}

void check_rotary(const Spec &x, const Spec &cos, const Spec &sin, bool decode) {
  if (x.shape.rank() != 4 || x.shape[0] != 1) {
    fail(TTNN_STATUS_SHAPE, "x has shape %s, expected %s", x.shape.str().c_str(),
         decode ? "[1, B, h, D]" : "[1, h, S, D]");
  }
  if (x.shape[3] % 2 != 0) {
    fail(TTNN_STATUS_SHAPE, "head size is %" PRId64 ", expected an even number", x.shape[3]);
  }
  check_angles(cos, "Cos", x, decode);
  check_angles(sin, "Sin", x, decode);
  if (!(cos.shape == sin.shape)) {
    fail(TTNN_STATUS_SHAPE, "Cos and Sin dims must match: %s and %s", cos.shape.str().c_str(), sin.shape.str().c_str());
  }
}

void check_page_table(const Spec &table) {
  check_index(table, "page_table", "Expect page_table_tensor to have datatype INT32");
  if (table.shape.rank() != 2) {
    fail(TTNN_STATUS_SHAPE, "page_table has shape %s, expected [B, P]", table.shape.str().c_str());
  }
}

void check_positions(const Spec &positions, const char *argument, int64_t users) {
  check_index(positions, argument, "Expect positions to have datatype INT32");
  if (positions.shape.rank() != 1 || positions.shape[0] != users) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected [%" PRId64 "]", argument, positions.shape.str().c_str(), users);
  }
}

void check_cache(const Spec &cache, const char *argument, int64_t kv_heads, int64_t size) {
  const Shape &shape = cache.shape;
  if (shape.rank() != 4) fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected rank 4", argument, shape.str().c_str());
  if (shape[1] != kv_heads || shape[3] != size) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected %" PRId64 " heads of %" PRId64 " values", argument,
         shape.str().c_str(), kv_heads, size);
  }
}

void check_filled_positions(const Spec &cache, int64_t first, int64_t count) {
  const int64_t capacity = cache.shape.back(1);
  if (first < 0 || first > capacity - count) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "positions %" PRId64 " and %" PRId64 " more from there do not fit the cache of %" PRId64, first, count, capacity);
  }
}

void check_caches(const Spec &k, const Spec &v) {
  if (!(v.shape == k.shape)) {
    fail(TTNN_STATUS_SHAPE, "v_cache has shape %s, k_cache %s", v.shape.str().c_str(), k.shape.str().c_str());
  }
}

void check_decode_queries(const Spec &q) {
  if (q.shape.rank() != 4 || q.shape[0] != 1) {
    fail(TTNN_STATUS_SHAPE, "q has shape %s, expected [1, B, NH, D]", q.shape.str().c_str());
  }
}

void check_users(const Spec &tensor, const char *argument, int64_t users) {
  if (tensor.shape[0] != users) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, there are %" PRId64 " users", argument, tensor.shape.str().c_str(), users);
  }
}

void check_sink(const Spec &sink, const Shape &expected) {
  if (sink.shape == expected) return;
  if (expected.rank() == 4 && sink.shape.rank() == 4 && sink.shape[2] != 1) {
    fail(TTNN_STATUS_SHAPE, "Attention sink sequence dimension must be 1: it has shape %s", sink.shape.str().c_str());
  }
  fail(TTNN_STATUS_SHAPE, "attention_sink has shape %s, expected %s", sink.shape.str().c_str(), expected.str().c_str());
}

}  // namespace tttv2
