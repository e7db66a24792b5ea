// SPDX-License-Identifier: Apache-2.0
//
// Embedding and matrix products, dense and of experts.
#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <memory>
#include <vector>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "common/integers.hpp"
#include "host/matmul_program.hpp"
#include "host/output.hpp"
#include "host/product_memory.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// Where rows lie that are looked up. They are one by one, and tilized afterwards, unless ids and rows fill tiles: staged in L1
// with what they are moved by, and cut to their own width if the shards are wider.
MemoryConfig lookup_memory(const Spec &ids, const Spec &output, int64_t size) {
  MemoryConfig memory = output.memory;
  if (!memory.sharded()) return memory;
  if (output.layout == Layout::kTile && ids.cols() % TTNN_TILE_SIZE == 0 && output.cols() % TTNN_TILE_SIZE == 0) {
    if (ids.shape.volume() % memory.shard_height != 0 || output.cols() % memory.shard_width != 0) {
      fail(TTNN_STATUS_SHAPE,
           "Input tensor volume %" PRId64 " must be a multiple of shard height %d, number of columns in table %" PRId64
           " of shard width %d",
           ids.shape.volume(), memory.shard_height, output.cols(), memory.shard_width);
    }
    return memory;
  }
  if (memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Embedding only supports height sharded Row Major outputs");
  }
  Spec rows = output;
  rows.layout = Layout::kRowMajor;
  place(rows, kGrid);
  const int64_t width = output.cols();
  const auto in_units = [&](int64_t columns, const MemoryConfig &place) {
    return divide_up(columns * size, row_unit(place)) * row_unit(place);
  };
  const int64_t staged = memory.shard_height * in_units(memory.shard_width, interleaved(TTNN_BUFFER_TYPE_L1));
  const int64_t entry = in_units(width, MemoryConfig{});
  const int64_t shard = int64_t{memory.shard_height} * memory.shard_width;
  const int64_t rows_staged = std::min<int64_t>(memory.shard_height, ids.shape.volume());
  if (staged % entry != 0 || rows_staged * entry > staged || ids.shape.volume() * memory.shard_width % width != 0 || shard / width < 1) {
    fail(TTNN_STATUS_SHAPE,
         "Embedding output staging buffer size %" PRId64 " B must be divisible by its entry size %" PRId64
         " B, and rows %d wide by those of the table, %" PRId64,
         staged, entry, memory.shard_width, width);
  }
  memory.shard_height = static_cast<int32_t>(shard / width);
  memory.shard_width = static_cast<int32_t>(width);
  return memory;
}

}  // namespace

ttnn_status ttnn_embedding(ttnn_tensor *ids_handle, ttnn_tensor *weight_handle, const ttnn_embedding_options *options,
                           ttnn_tensor **out) {
  return run(ops::kEmbedding, ids_handle, "ids", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Tensor &ids = call.tensor(ids_handle, "ids");
    const Tensor &weight = call.tensor(weight_handle, "weight");
    check_input(ops::kEmbedding, ids.spec, "ids");
    check_lookup(ids.spec, weight.spec);
    check_interleaved(ids.spec, "ids");
    check_interleaved(weight.spec, "weight");
    const Shape &ids_shape = ids.spec.shape;
    const int64_t width = weight.spec.cols();
    const DType from = weight.spec.dtype;
    if (from != DType::kBFloat16 && from != DType::kBFloat8B && from != DType::kFloat32) {
      fail(TTNN_STATUS_DTYPE, "Weights tensor must have BFLOAT16 dtype, it has %s", name(from));
    }
    Spec spec;
    spec.layout = o.layout == TTNN_LAYOUT_DEFAULT ? Layout::kRowMajor : tensor_layout(o.layout);
    // The table is untilized first.
    const DType by_default = is_block_float(from) ? DType::kBFloat16 : from;
    spec.dtype = float_output("dtype", o.dtype, by_default);
    check_lookup_dtype(o.dtype, spec.layout, by_default);
    spec.shape = ids_shape.rank() == 1 ? Shape{ids_shape[0], width} : Shape{ids_shape[0], ids_shape.back(), width};
    check_extents(spec.shape);
    spec.memory = output_memory(o.memory_config, ids.spec.memory);
    check_shards_named(spec);
    spec.memory = lookup_memory(ids.spec, spec, element_size(by_default));
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kEmbedding.name, [index = Rows(ids), from = Rows(weight), to = Rows(*output)](Device &d) {
      d.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int worker) {
        for (int64_t i = begin; i < end; ++i) {
          const auto id = reinterpret_cast<const uint32_t *>(index.data)[i];
          if (id >= from.rows) {
            fail(TTNN_STATUS_INVALID_ARGUMENT, "id %u at %" PRId64 " is not in the table of %" PRId64 " rows", id, i,
                 from.rows);
          }
          if (from.dtype == to.dtype) {
            std::memcpy(to.row(i), from.row(id), static_cast<size_t>(to.stride));
          } else {
            store(d.kernels(), to, i, load(d.kernels(), from, id, d.scratch(worker, 0, to.cols)));
          }
        }
      });
    });
    call.publish(output, out);
  });
}

namespace {

// The operands of a product as stacks of matrices.
struct Operand {
  Rows rows;
  int64_t batch;  // matrices
  int64_t height, width;
  bool transposed;

  Matrix matrix(int64_t index) const {
    return rows.matrix(index * stored_rows());
  }
  int64_t stored_rows() const { return transposed ? width : height; }
};

// height and width as the product sees them, after the transposition.
Operand operand(const Tensor &tensor, bool transposed) {
  const Shape &shape = tensor.spec.shape;
  const int64_t height = shape.back(1);
  const int64_t width = shape.back();
  return {Rows(tensor), shape.outer(2), transposed ? width : height, transposed ? height : width, transposed};
}

Operand weights(const Tensor &tensor, bool transposed) {
  const Shape &shape = tensor.spec.shape;
  if (transposed) return operand(tensor, true);
  return {Rows::weights(tensor, shape.back(1)), shape.outer(2), shape.back(1), shape.back(), false};
}

void product(Call &call, const Operation &operation, ttnn_tensor *a_handle, ttnn_tensor *b_handle,
             const ttnn_matmul_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const bool transpose_a = flag("transpose_a", o.transpose_a);
  const bool transpose_b = flag("transpose_b", o.transpose_b);
  const Activation after = activation("activation", o.activation);
  check_compute_config(o.compute_config);
  const auto program = read_matmul_program(o.program_config);
  const Tensor &a_tensor = call.tensor(a_handle, "a");
  const Tensor &b_tensor = call.tensor(b_handle, "b");
  check_input(operation, a_tensor.spec, "a");
  check_input(operation, b_tensor.spec, "b");
  if (b_tensor.spec.memory.sharded()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Input B memory layout must be INTERLEAVED");
  }
  Spec spec;
  const OutputWish wish{o.dtype, o.memory_config, o.output_tensor};
  spec.dtype = output_dtype(call, wish, a_tensor.spec.dtype);
  spec.layout = Layout::kTile;
  spec.shape = product_shape(a_tensor.spec, b_tensor.spec, transpose_a, transpose_b);
  check_sharded_product(a_tensor.spec, b_tensor.spec, transpose_a, after);
  spec.memory = product_memory(output_memory(o.memory_config, MemoryConfig{}), a_tensor.spec, b_tensor.spec, spec);
  Operand a = operand(a_tensor, transpose_a);
  // A vector b is a column; stored as a row, it is a transposed one.
  const Operand b = weights(b_tensor, transpose_b || b_tensor.spec.shape.rank() == 1);

  Rows bias;
  if (o.bias != nullptr) {
    if (&operation != &ops::kLinear) fail(TTNN_STATUS_INVALID_ARGUMENT, "bias is for linear only");
    const Tensor &tensor = call.tensor(o.bias, "bias");
    check_bias(tensor.spec, b.width);
    bias = Rows(tensor);
    // A bias of a higher rank lends it to the result, unless that is given.
    Shape shape;
    for (int32_t i = spec.shape.rank(); i < tensor.spec.shape.rank() && o.output_tensor == nullptr; ++i) shape.push_back(1);
    for (const int64_t extent : spec.shape.extents()) shape.push_back(extent);
    spec.shape = shape;
  }
  if (program.has_value()) {
    // Without a config TTNN sums up in L1, and FLOAT32 in FLOAT32.
    const bool chosen = o.compute_config != nullptr;
    const bool is_float32 = a_tensor.spec.dtype == DType::kFloat32;
    check_matmul_program(
        *program, check_program_operands(*program, a_tensor.spec, b_tensor.spec, spec.memory, transpose_a, transpose_b),
        {.a = a_tensor.spec.dtype,
         .b = b_tensor.spec.dtype,
         .output = spec.dtype,
         .bias = bias.keep == nullptr ? std::nullopt : std::optional(bias.dtype),
         .float32_sums = chosen ? accumulates_float32(o.compute_config) : is_float32,
         .packer_l1_acc = chosen ? adds_up_in_l1(o.compute_config) : !is_float32});
  }

  const auto output = make_or_reuse_output(call, spec, a_tensor.spec.dtype, wish);
  if (o.output_tensor != nullptr) check_product_shards(output->spec, a_tensor.spec, b_tensor.spec);
  const Rows c(*output);
  for (const Rows *input : std::initializer_list<const Rows *>{&a.rows, &b.rows, &bias}) {
    if (c.overlaps(*input)) fail(TTNN_STATUS_INVALID_ARGUMENT, "output_tensor shares its buffer with an input");
  }

  // One b for all of a: the matrices of a are one tall matrix.
  if (b.batch == 1 && !a.transposed) {
    a.height *= a.batch;
    a.batch = 1;
  }
  const int64_t batch = std::max(a.batch, b.batch);
  // As rows, a column of results is transposed back: [.., M, 1] and [.., M] are stored alike only for M = 1.
  const bool column = c.cols != b.width;
  const auto matrices = [=](int64_t i) {
    Gemm gemm{};
    gemm.m = a.height;
    gemm.n = b.width;
    gemm.k = a.width;
    gemm.a = a.matrix(a.batch == 1 ? 0 : i);
    gemm.a_transposed = a.transposed;
    gemm.b = b.matrix(b.batch == 1 ? 0 : i);
    gemm.b_transposed = b.transposed;
    gemm.activation = after;
    gemm.c_dtype = c.dtype;
    gemm.c = c.row(i * a.height);
    gemm.c_stride = c.stride;
    return gemm;
  };
  const bool single = batch == 1 && !column && bias.keep == nullptr;
  call.device().run(
      operation.name,
      [=](Device &d) {
        const float *bias_values = bias.keep == nullptr ? nullptr : load(d.kernels(), bias, 0, d.scratch(0, 5, bias.cols));
        std::vector<std::byte> values;
        if (column) values.resize(static_cast<size_t>(batch * a.height) * sizeof(float));
        for (int64_t i = 0; i < batch; ++i) {
          Gemm gemm = matrices(i);
          gemm.bias = bias_values;
          if (column) {
            gemm.c_dtype = DType::kFloat32;
            gemm.c = values.data() + i * a.height * int64_t{sizeof(float)};
            gemm.c_stride = int64_t{sizeof(float)};
          }
          host::gemm(d.pool(), d.kernels(), gemm);
        }
        for (int64_t i = 0; column && i < c.rows; ++i) {
          store(d.kernels(), c, i, reinterpret_cast<const float *>(values.data()) + i * c.cols);
        }
      },
      single ? Part(Product{a.rows, b.rows, c, [=] { return matrices(0); }}) : Part());
  call.publish(output, out);
}

// Products with the experts of b. Output matrix (batch i, expert e) is number i * experts + e; so is a's, unless a is shared.
struct SparseProduct {
  int64_t batch, experts;
  int64_t m, n, k;
  bool shared;  // a has one matrix for each batch

  int64_t a_matrix(int64_t i, int64_t expert) const { return shared ? i : i * experts + expert; }
  int64_t c_matrix(int64_t i, int64_t expert) const { return i * experts + expert; }
};

void zero_inactive(Device &d, const SparseProduct &p, const std::vector<bool> &active, const Rows &c) {
  d.parallel(p.batch * p.experts, p.m * c.stride / 8, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      if (!active[static_cast<size_t>(i)]) std::memset(c.row(i * p.m), 0, static_cast<size_t>(p.m * c.stride));
    }
  });
}

// The products of one expert, with the rows of its batches gathered.
void expert_product(Device &d, const SparseProduct &p, int64_t expert, const std::vector<int64_t> &batches, const Rows &a,
                    const Rows &b, const Rows &c) {
  const auto count = static_cast<int64_t>(batches.size());
  Gemm gemm{};
  gemm.m = count * p.m;
  gemm.n = p.n;
  gemm.k = p.k;
  gemm.a = {a.dtype, a.row(p.a_matrix(batches[0], expert) * p.m), a.stride};
  gemm.b = b.matrix(expert * p.k);
  gemm.c_dtype = c.dtype;
  gemm.c = c.row(p.c_matrix(batches[0], expert) * p.m);
  gemm.c_stride = c.stride;
  if (count == 1) return host::gemm(d.pool(), d.kernels(), gemm);
  const auto a_size = static_cast<size_t>(p.m * a.stride);
  const auto c_size = static_cast<size_t>(p.m * c.stride);
  const auto gathered = std::make_unique_for_overwrite<std::byte[]>(batches.size() * a_size);
  const auto products = std::make_unique_for_overwrite<std::byte[]>(batches.size() * c_size);
  for (size_t i = 0; i < batches.size(); ++i) {
    std::memcpy(gathered.get() + i * a_size, a.row(p.a_matrix(batches[i], expert) * p.m), a_size);
  }
  gemm.a.data = gathered.get();
  gemm.c = products.get();
  host::gemm(d.pool(), d.kernels(), gemm);
  for (size_t i = 0; i < batches.size(); ++i) {
    std::memcpy(c.row(p.c_matrix(batches[i], expert) * p.m), products.get() + i * c_size, c_size);
  }
}

}  // namespace

ttnn_status ttnn_matmul(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out) {
  return run(ops::kMatmul, a, "a", [&](Call &call) { product(call, ops::kMatmul, a, b, options, out); });
}

ttnn_status ttnn_linear(ttnn_tensor *a, ttnn_tensor *b, const ttnn_matmul_options *options, ttnn_tensor **out) {
  return run(ops::kLinear, a, "a", [&](Call &call) { product(call, ops::kLinear, a, b, options, out); });
}

ttnn_status ttnn_sparse_matmul(ttnn_tensor *a_handle, ttnn_tensor *b_handle, ttnn_tensor *sparsity_handle,
                               const ttnn_sparse_matmul_options *options, ttnn_tensor **out) {
  return run(ops::kSparseMatmul, a_handle, "a", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const bool a_sparse = switched_on("is_input_a_sparse", o.is_input_a_sparse, false);
    const bool b_sparse = switched_on("is_input_b_sparse", o.is_input_b_sparse, true);
    check_compute_config(o.compute_config);
    const Tensor &a_tensor = call.tensor(a_handle, "a");
    const Tensor &b_tensor = call.tensor(b_handle, "b");
    const Tensor &sparsity_tensor = call.tensor(sparsity_handle, "sparsity");
    check_input(ops::kSparseMatmul, a_tensor.spec, "a");
    check_input(ops::kSparseMatmul, b_tensor.spec, "b");
    const Shape &a_shape = a_tensor.spec.shape;
    const Shape &b_shape = b_tensor.spec.shape;
    const SparseShapes shapes = check_sparse_product(a_tensor.spec, b_tensor.spec, sparsity_tensor.spec, a_sparse, b_sparse);
    const SparseProduct p{shapes.batch, shapes.experts, a_shape[2], b_shape[3], a_shape[3], shapes.shared};
    Spec spec;
    spec.dtype = float_output("dtype", o.dtype, a_tensor.spec.dtype);
    spec.layout = Layout::kTile;
    spec.shape = p.shared ? Shape{a_shape[0], a_shape[1], 1, p.experts, p.m, p.n} : Shape{p.batch, p.experts, p.m, p.n};
    check_extents(spec.shape);
    spec.memory = output_memory(o.memory_config, MemoryConfig{});
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kSparseMatmul.name, [p, a = Rows(a_tensor), b = Rows::weights(b_tensor, p.k),
                                                mask = Rows(sparsity_tensor), c = Rows(*output)](Device &d) {
      // Plain rows without padding: the values follow each other.
      const auto *values = reinterpret_cast<const uint16_t *>(mask.data);
      constexpr uint16_t kMagnitude = 0x7fff;
      std::vector<bool> active(static_cast<size_t>(p.batch * p.experts));
      for (size_t i = 0; i < active.size(); ++i) active[i] = (values[i] & kMagnitude) != 0;
      zero_inactive(d, p, active, c);
      std::vector<int64_t> batches;
      for (int64_t expert = 0; expert < p.experts; ++expert) {
        batches.clear();
        for (int64_t i = 0; i < p.batch; ++i) {
          if (active[static_cast<size_t>(i * p.experts + expert)]) batches.push_back(i);
        }
        if (!batches.empty()) expert_product(d, p, expert, batches, a, b, c);
      }
    });
    call.publish(output, out);
  });
}
