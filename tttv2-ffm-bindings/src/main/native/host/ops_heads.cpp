// SPDX-License-Identifier: Apache-2.0
//
// Splitting projections into heads, and joining heads.
#include <cinttypes>

#include "common/function_ref.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"
#include "host/transpose.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

constexpr int32_t kMaxDecodeUsers = 32;

struct Heads {
  int64_t q, kv, size;
};

Heads split_heads(const Spec &x, int32_t num_heads, int32_t num_kv_heads) {
  if (num_heads < 1 || num_kv_heads < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "num_heads is %d and num_kv_heads %d", num_heads, num_kv_heads);
  }
  const int64_t q = num_heads;
  const int64_t kv = num_kv_heads == 0 ? num_heads : num_kv_heads;
  if (x.cols() % (q + 2 * kv) != 0) {
    fail(TTNN_STATUS_SHAPE, "x has %" PRId64 " columns, not a multiple of %" PRId64 " + 2 * %" PRId64 " heads", x.cols(),
         q, kv);
  }
  return {q, kv, x.cols() / (q + 2 * kv)};
}

// Columns of a row between tensors of one dtype, repacked where shared exponents do not stay together.
void move_columns(Device &d, int worker, const Rows &from, int64_t from_row, int64_t from_first, const Rows &to,
                  int64_t to_row) {
  if (can_copy_columns(from.dtype, from.cols, from_first, to.cols, 0, to.cols)) {
    copy_columns(from.dtype, from.row(from_row), from.cols, from_first, to.row(to_row), to.cols, 0, to.cols);
    return;
  }
  float *values = d.scratch(worker, 0, to.cols);
  unpack_columns(d.kernels(), from.dtype, from.row(from_row), from.cols, from_first, to.cols, values);
  d.kernels().pack_row(to.dtype, values, to.cols, to.row(to_row));
}

// Row (b, s) of x, columns of head h  ->  row (b, h, s) of an output with `heads` heads.
void extract_heads(Device &d, const Rows &x, int64_t first_column, const Rows &to, int64_t heads, int64_t length) {
  d.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t b = i / (heads * length);
      const int64_t h = i / length % heads;
      move_columns(d, worker, x, b * length + i % length, first_column + h * to.cols, to, i);
    }
  });
}

// Joins heads: row (u, h) with `heads` rows for each u, at head_stride, becomes row u.
void join_heads(Device &d, const Rows &x, const Rows &y, int64_t heads, int64_t rows,
                FunctionRef<int64_t(int64_t row, int64_t head)> source) {
  const int64_t size = x.cols;
  const bool copy = can_copy_columns(x.dtype, size, 0, y.cols, 0, size) &&
                    (heads == 1 || can_copy_columns(x.dtype, size, 0, y.cols, size, size));
  d.parallel(rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      if (copy) {
        for (int64_t h = 0; h < heads; ++h) {
          copy_columns(x.dtype, x.row(source(i, h)), size, 0, y.row(i), y.cols, h * size, size);
        }
        continue;
      }
      float *values = d.scratch(worker, 0, y.cols);
      for (int64_t h = 0; h < heads; ++h) d.kernels().unpack_row(x.dtype, x.row(source(i, h)), size, values + h * size);
      d.kernels().pack_row(y.dtype, values, y.cols, y.row(i));
    }
  });
}

}  // namespace

ttnn_status ttnn_nlp_create_qkv_heads(ttnn_tensor *handle, const ttnn_heads_options *options, ttnn_tensor **out_q,
                                      ttnn_tensor **out_k, ttnn_tensor **out_v) {
  return run(ops::kCreateHeads, handle, "x", [&](Call &call) {
    check_out(out_q, "out_q");
    check_out(out_k, "out_k");
    check_out(out_v, "out_v");
    const auto o = read_struct("options", options);
    const bool transpose_k = switched_on("transpose_k_heads", o.transpose_k_heads, true);
    const Tensor &x = call.tensor(handle, "x");
    check_input(ops::kCreateHeads, x.spec, "x");
    const Shape &shape = x.spec.shape;
    if (shape.rank() != 4 || shape[1] != 1) {
      fail(TTNN_STATUS_SHAPE, "x has shape %s, expected [B, 1, S, (NH + 2 KV) D]", shape.str().c_str());
    }
    const Heads heads = split_heads(x.spec, o.num_heads, o.num_kv_heads);
    const MemoryConfig memory = output_memory(o.memory_config, x.spec.memory);
    check_projections(x.spec, memory);
    const int64_t batch = shape[0];
    const int64_t length = shape[2];
    const auto spec_of = [&](Shape output) {
      Spec spec = x.spec;
      spec.shape = output;
      spec.memory = memory;
      return spec;
    };
    Device &device = call.device();
    const auto q = make_output(device, spec_of({batch, heads.q, length, heads.size}));
    const auto k = make_output(device, spec_of(transpose_k ? Shape{batch, heads.kv, heads.size, length}
                                                           : Shape{batch, heads.kv, length, heads.size}));
    const auto v = make_output(device, spec_of({batch, heads.kv, length, heads.size}));
    device.run(ops::kCreateHeads.name,
               [=, from = Rows(x), to_q = Rows(*q), to_k = Rows(*k), to_v = Rows(*v)](Device &d) {
                 extract_heads(d, from, 0, to_q, heads.q, length);
                 const int64_t k_first = heads.q * heads.size;
                 if (!transpose_k) {
                   extract_heads(d, from, k_first, to_k, heads.kv, length);
                 } else {
                   // Each head is a matrix within rows of x; its columns are taken out first.
                   std::vector<std::byte> heads_bytes(
                       static_cast<size_t>(batch * heads.kv * length * row_bytes(from.dtype, heads.size)));
                   Rows rows;
                   rows.data = heads_bytes.data();
                   rows.dtype = from.dtype;
                   rows.rows = batch * heads.kv * length;
                   rows.cols = heads.size;
                   rows.stride = row_bytes(from.dtype, heads.size);
                   extract_heads(d, from, k_first, rows, heads.kv, length);
                   transpose(
                       d, {batch * heads.kv, length, heads.size, from.dtype, from.dtype},
                       [&](int64_t m, int64_t s) { return rows.row(m * length + s); },
                       [&](int64_t m, int64_t c) { return to_k.row(m * heads.size + c); });
                 }
                 extract_heads(d, from, (heads.q + heads.kv) * heads.size, to_v, heads.kv, length);
               });
    call.publish(std::array{q, k, v}, std::array{out_q, out_k, out_v});
  });
}

ttnn_status ttnn_nlp_create_qkv_heads_decode(ttnn_tensor *handle, const ttnn_heads_options *options,
                                             ttnn_tensor **out_q, ttnn_tensor **out_k, ttnn_tensor **out_v) {
  return run(ops::kCreateHeadsDecode, handle, "x", [&](Call &call) {
    check_out(out_q, "out_q");
    check_out(out_k, "out_k");
    check_out(out_v, "out_v");
    const auto o = read_struct("options", options);
    if (switched_on("transpose_k_heads", o.transpose_k_heads, false)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "transpose_k_heads is for prefill only");
    }
    const Tensor &x = call.tensor(handle, "x");
    check_input(ops::kCreateHeadsDecode, x.spec, "x");
    const Shape &shape = x.spec.shape;
    if (shape.rank() != 4 || shape[0] != 1 || shape[1] != 1 || shape[2] > kMaxDecodeUsers) {
      fail(TTNN_STATUS_SHAPE, "x has shape %s, expected [1, 1, B, (NH + 2 KV) D] with B <= %d", shape.str().c_str(),
           kMaxDecodeUsers);
    }
    const Heads heads = split_heads(x.spec, o.num_heads, o.num_kv_heads);
    const MemoryConfig wanted = output_memory(o.memory_config, {});
    if (o.memory_config != nullptr && wanted.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the outputs must be HEIGHT_SHARDED");
    }
    if (wanted.num_ranges > 0 && (wanted.ranges[0].start_x != 0 || wanted.ranges[0].start_y != 0)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the cores of memory_config must begin with (0, 0), they begin with (%d, %d)",
           wanted.ranges[0].start_x, wanted.ranges[0].start_y);
    }
    if (x.spec.memory.sharded()) {
      if (x.spec.memory.memory_layout != TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "a sharded x must be width sharded");
      }
      if (x.spec.memory.orientation != TTNN_SHARD_ORIENTATION_ROW_MAJOR) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "Shard orientation must be ROW_MAJOR");
      }
    }
    const int64_t users = shape[2];
    const auto output = [&](int64_t count) {
      Spec spec = x.spec;
      spec.shape = {1, users, count, heads.size};
      const Shape padded = spec.padded_shape();
      // Of shards that are asked for only the cores count.
      const MemoryConfig by_rows = sharded(TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED, users, padded.back(1), padded.back(), kGrid);
      spec.memory = by_rows;
      if (wanted.num_ranges > 0) {
        spec.memory = first_cores(wanted, users);
        spec.memory.orientation = by_rows.orientation;
        spec.memory.buffer_type = by_rows.buffer_type;
        spec.memory.shard_height = by_rows.shard_height;
        spec.memory.shard_width = by_rows.shard_width;
      }
      return make_output(call.device(), spec);
    };
    const auto q = output(heads.q);
    const auto k = output(heads.kv);
    const auto v = output(heads.kv);
    call.device().run(ops::kCreateHeadsDecode.name,
                      [=, from = Rows(x), to_q = Rows(*q), to_k = Rows(*k), to_v = Rows(*v)](Device &d) {
                        // A user is a sequence of length 1.
                        extract_heads(d, from, 0, to_q, heads.q, 1);
                        extract_heads(d, from, heads.q * heads.size, to_k, heads.kv, 1);
                        extract_heads(d, from, (heads.q + heads.kv) * heads.size, to_v, heads.kv, 1);
                      });
    call.publish(std::array{q, k, v}, std::array{out_q, out_k, out_v});
  });
}

ttnn_status ttnn_nlp_concat_heads(ttnn_tensor *handle, const ttnn_op_options *options, ttnn_tensor **out) {
  return run(ops::kConcatHeads, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kConcatHeads, x_tensor.spec, "x");
    const Shape &shape = x_tensor.spec.shape;
    const OpOptions o = read_op_options(options, x_tensor.spec.dtype);
    check_heads(x_tensor.spec, output_memory(o.memory_config, {}));
    const int64_t heads = shape[1];
    const int64_t length = shape[2];
    Spec spec = x_tensor.spec;
    spec.shape = {shape[0], 1, length, heads * shape[3]};
    spec.memory = output_memory(o.memory_config, spec.memory);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kConcatHeads.name, [=, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
      join_heads(d, x, y, heads, y.rows, [&](int64_t row, int64_t head) {
        return (row / length * heads + head) * length + row % length;
      });
    });
    call.publish(output, out);
  });
}

ttnn_status ttnn_nlp_concat_heads_decode(ttnn_tensor *handle, int32_t num_heads, const ttnn_op_options *options,
                                         ttnn_tensor **out) {
  return run(ops::kConcatHeadsDecode, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kConcatHeadsDecode, x_tensor.spec, "x");
    const Shape &shape = x_tensor.spec.shape;
    const MemoryConfig &memory = x_tensor.spec.memory;
    if (!memory.sharded()) fail(TTNN_STATUS_INVALID_ARGUMENT, "Input tensor must be sharded");
    if (memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Input tensor must be HEIGHT_SHARDED");
    }
    if (memory.num_ranges != 1) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the cores of x must be one rectangle, they are %d", memory.num_ranges);
    }
    check_decode_heads(x_tensor.spec, num_heads);
    const int64_t users = shape[1];
    if (memory.shard_height != tile_up(shape[2])) {
      fail(TTNN_STATUS_SHAPE, "Shard spec shape[0] (%d) must match input tensor padded shape[-2] (%" PRId64 ")",
           memory.shard_height, tile_up(shape[2]));
    }
    if (core_count(memory) != users) {
      fail(TTNN_STATUS_SHAPE, "Input core grid num_cores (%" PRId64 ") must be equal to num users (%" PRId64 ")",
           core_count(memory), users);
    }
    const int64_t stored = shape[2];
    Spec spec = x_tensor.spec;
    spec.shape = {1, 1, kMaxDecodeUsers, num_heads * shape[3]};
    // A head per core, whatever is asked for.
    output_memory(read_op_options(options, spec.dtype).memory_config, MemoryConfig{});
    spec.memory = sharded(TTNN_MEMORY_LAYOUT_WIDTH_SHARDED, num_heads, kMaxDecodeUsers, tile_up(shape[3]), kGrid);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kConcatHeadsDecode.name, [=, x = Rows(x_tensor), y = Rows(*output)](Device &d) {
      join_heads(d, x, y, num_heads, users, [&](int64_t row, int64_t head) { return row * stored + head; });
      std::fill(y.row(users), y.row(y.rows), std::byte{0});
    });
    call.publish(output, out);
  });
}
