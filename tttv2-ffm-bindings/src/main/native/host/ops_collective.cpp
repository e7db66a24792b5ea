// SPDX-License-Identifier: Apache-2.0
//
// Collectives: what the devices of a mesh exchange.
#include <cinttypes>
#include <cstring>
#include <vector>

#include "common/integers.hpp"
#include "common/mesh.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/join.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// The tensors of the current device's group, in its order.
struct Sources {
  std::vector<Rows> rows;
  int32_t position;  // of the current device in the group

  int32_t count() const { return static_cast<int32_t>(rows.size()); }
};

Sources sources(Call &call, ttnn_tensor *x, int32_t cluster_axis) {
  const DeviceGroup group = device_group(call.device().mesh(), cluster_axis, call.current());
  Sources result{{}, group.position};
  for (int32_t i = 0; i < group.count; ++i) result.rows.emplace_back(call.tensor_on(group.first + i * group.step, x, "x"));
  return result;
}

void check_several(int32_t devices) {
  if (devices < 2) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "the collective will only work for num_devices > 1: along the axis there is %d",
         devices);
  }
}

Shape part_of(Shape shape, int32_t dim, int32_t count) {
  shape[dim] /= count;
  return shape;
}

// A part of a dimension: rows and columns of a tensor that lie in it.
struct Part {
  Part(const Shape &whole, int32_t dim, int32_t number, int32_t count) : joint(whole, dim) {
    const int64_t extent = whole[dim] / count;
    block = 1;
    for (int32_t d = dim; d < whole.rank() - 1; ++d) block *= d == dim ? extent : whole[d];
    pitch = joint.columns ? 1 : block * count;
    first_row = joint.columns ? 0 : block * number;
    first_column = joint.columns ? extent * number : 0;
    columns = joint.columns ? extent : whole.back();
    if (joint.columns) block = 1;
  }

  // The row of the whole that is row i of the part.
  int64_t row(int64_t i) const { return i / block * pitch + first_row + i % block; }

  Joint joint;
  int64_t block, pitch, first_row, first_column, columns;
};

// y = the sum of the same part of all x.
void add_up(Device &d, const std::vector<Rows> &x, const Part &part, const Rows &y) {
  const int64_t size = is_float(y.dtype) ? 0 : element_size(y.dtype);
  d.parallel(y.rows, y.cols * static_cast<int64_t>(x.size()), [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = part.row(i);
      if (!is_float(y.dtype)) {
        for (int64_t j = 0; j < y.cols; ++j) {
          int64_t sum = 0;
          for (const Rows &from : x) sum += read_integer(from.dtype, from.row(row) + (part.first_column + j) * size);
          write_integer(y.dtype, y.row(i) + j * size, sum);
        }
        continue;
      }
      float *sum = target(y, i, d.scratch(worker, 0, y.cols));
      float *values = d.scratch(worker, 1, y.cols);
      for (size_t k = 0; k < x.size(); ++k) {
        unpack_columns(d.kernels(), x[k].dtype, x[k].row(row), x[k].cols, part.first_column, y.cols, k == 0 ? sum : values);
        if (k > 0) d.kernels().add(sum, values, sum, y.cols);
      }
      store(d.kernels(), y, i, sum);
    }
  });
}

// An output that lies as wished, else as x does. Shards are not chosen: x's may not fit the output.
Spec output_like(const Spec &x, const Shape &shape, const ttnn_memory_config *memory_config) {
  Spec spec = x;
  spec.shape = shape;
  spec.memory = output_memory(memory_config, x.memory);
  check_shards_named(spec);
  return spec;
}

// Whether parts of a dimension meet within a tile or within what a board moves at once: TTNN then joins them row by row.
bool meet_within_units(const Spec &x, int32_t dim) {
  if (x.layout == Layout::kTile) return x.padded_shape()[dim] != x.shape[dim];
  return dim == x.shape.rank() - 1 && x.cols() * element_size(x.dtype) % row_unit(x.memory) != 0;
}

// Where what was joined row by row lies: in DRAM, unless shards are wished for.
MemoryConfig row_wise_memory(const Spec &x, const Spec &output, const ttnn_memory_config *wish) {
  if (x.layout == Layout::kTile && (x.dtype == DType::kBFloat4B || x.dtype == DType::kUInt8)) {
    fail(TTNN_STATUS_DTYPE, "x is %s of shape %s: parts that are no whole tiles are not joined in this dtype", name(x.dtype),
         x.shape.str().c_str());
  }
  if (x.memory.sharded() && wish == nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "If input memory config is sharded, then output memory config must be provided");
  }
  return output.memory.sharded() ? output.memory : MemoryConfig{};
}

// TTNN reduces and scatters tiles along the innermost dimension that the devices can share out, and gathers again. Without such
// a dimension, and rows, it gathers, from shards by way of DRAM, and adds up in tiles. What is in between has to fit the
// output's shards too.
void check_in_between(const Spec &x, const Spec &output, int32_t devices) {
  if (!output.memory.sharded()) return;
  Spec between = output;
  const Shape padded = x.padded_shape();
  for (int32_t d = padded.rank() - 1; d >= 0 && x.layout == Layout::kTile; --d) {
    const int64_t unit = d >= padded.rank() - 2 ? TTNN_TILE_SIZE : 1;
    if (padded[d] / unit % devices == 0) {
      between.shape[d] = padded[d] / devices;
      return place(between, kGrid);
    }
  }
  if (!x.memory.sharded()) {
    between.shape[0] *= devices;
    place(between, kGrid);
  }
  between.layout = Layout::kTile;
  place(between, kGrid);
}

// The part of the current device of the sum of these tensors.
void sum_part(Call &call, const Operation &operation, const Spec &x, const Spec &spec, std::vector<Rows> rows, int32_t dim,
              int32_t number, int32_t count, ttnn_tensor **out) {
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [rows = std::move(rows), part = Part(x.shape, dim, number, count),
                                     y = Rows(*output)](Device &d) { add_up(d, rows, part, y); });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_all_gather(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return run(ops::kAllGather, x, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Spec &x_spec = call.tensor(x, "x").spec;
    check_input(ops::kAllGather, x_spec, "x");
    const int32_t along = dimension(dim, x_spec.shape.rank());
    Sources from = sources(call, x, o.cluster_axis);
    check_several(from.count());
    Shape shape = x_spec.shape;
    shape[along] *= from.count();
    check_extents(shape);
    Spec spec = output_like(x_spec, shape, o.memory_config);
    if (meet_within_units(x_spec, along)) spec.memory = row_wise_memory(x_spec, spec, o.memory_config);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kAllGather.name, [joint = Joint(spec.shape, along), rows = std::move(from.rows),
                                             y = Rows(*output)](Device &d) { join(d, joint, rows, y); });
    call.publish(output, out);
  });
}

ttnn_status ttnn_reduce_scatter(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return run(ops::kReduceScatter, x, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Spec &spec = call.tensor(x, "x").spec;
    check_input(ops::kReduceScatter, spec, "x");
    if (spec.shape.rank() < 2) fail(TTNN_STATUS_SHAPE, "reduce_scatter currently supports rank 2 tensors at minimum");
    Sources from = sources(call, x, o.cluster_axis);
    const int32_t count = from.count();
    check_several(count);
    const int32_t along = check_shared_dimension(spec, dim, count);
    sum_part(call, ops::kReduceScatter, spec, output_like(spec, part_of(spec.shape, along, count), o.memory_config),
             std::move(from.rows), along, from.position, count, out);
  });
}

ttnn_status ttnn_all_reduce(ttnn_tensor *x, const ttnn_collective_options *options, ttnn_tensor **out) {
  return run(ops::kAllReduce, x, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Spec &spec = call.tensor(x, "x").spec;
    check_input(ops::kAllReduce, spec, "x");
    Sources from = sources(call, x, o.cluster_axis);
    check_several(from.count());
    const Spec output = output_like(spec, spec.shape, o.memory_config);
    check_in_between(spec, output, from.count());
    sum_part(call, ops::kAllReduce, spec, output, std::move(from.rows), 0, 0, 1, out);
  });
}

ttnn_status ttnn_mesh_partition(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return run(ops::kMeshPartition, x, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Tensor &own = call.tensor(x, "x");
    check_input(ops::kMeshPartition, own.spec, "x");
    const DeviceGroup group = device_group(call.device().mesh(), o.cluster_axis, call.current());
    const int32_t along = check_shared_dimension(own.spec, dim, group.count);
    if (own.spec.layout == Layout::kTile && own.spec.shape.rank() == 1 && group.count > 1) {
      fail(TTNN_STATUS_SHAPE, "Can only slice tilized tensors of rank 2 or more, x has shape %s", own.spec.shape.str().c_str());
    }
    const Spec output = output_like(own.spec, part_of(own.spec.shape, along, group.count), o.memory_config);
    sum_part(call, ops::kMeshPartition, own.spec, output, {Rows(own)}, along, group.position, group.count, out);
  });
}
