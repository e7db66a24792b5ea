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

// The part of the current device of the sum of these tensors.
void sum_part(Call &call, const Operation &operation, const Spec &x, std::vector<Rows> rows, int32_t dim, int32_t number,
              int32_t count, const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  Spec spec = x;
  spec.shape[dim] /= count;
  spec.memory = output_memory(memory_config, inherited_memory(x, spec.shape, spec.layout));
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
    Spec spec = x_spec;
    spec.shape[along] *= from.count();
    check_extents(spec.shape);
    spec.memory = output_memory(o.memory_config, inherited_memory(x_spec, spec.shape, spec.layout));
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
    const int32_t along = check_shared_dimension(spec, dim, count);
    sum_part(call, ops::kReduceScatter, spec, std::move(from.rows), along, from.position, count, o.memory_config, out);
  });
}

ttnn_status ttnn_all_reduce(ttnn_tensor *x, const ttnn_collective_options *options, ttnn_tensor **out) {
  return run(ops::kAllReduce, x, "x", [&](Call &call) {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    const Spec &spec = call.tensor(x, "x").spec;
    check_input(ops::kAllReduce, spec, "x");
    sum_part(call, ops::kAllReduce, spec, sources(call, x, o.cluster_axis).rows, 0, 0, 1, o.memory_config, out);
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
    sum_part(call, ops::kMeshPartition, own.spec, {Rows(own)}, along, group.position, group.count, o.memory_config, out);
  });
}
