// SPDX-License-Identifier: Apache-2.0
//
// Collectives, and norms over a dimension that is shared out over a mesh.
#include "common/mesh.hpp"
#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// TTNN's cluster_axis, None for the mesh's only one; and how many devices lie along it.
struct Axis {
  Axis(const Mesh &mesh, int32_t cluster_axis)
      : count(device_group(mesh, cluster_axis, 0).count),
        object(cluster_axis == TTNN_CLUSTER_AXIS_DEFAULT ? Object() : integer(cluster_axis - 1)) {}

  int32_t count;
  Object object;
};

// A collective along a dimension; with one device along the axis too, as TTNN sees fit.
void along_dimension(Function &function, const Operation &operation, ttnn_tensor *x, int32_t dim, bool shares,
                     const ttnn_collective_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  const Axis axis(call.device().mesh(), o.cluster_axis);
  const Spec &spec = input.spec();
  const int32_t along = shares ? check_shared_dimension(spec, dim, axis.count) : dimension(dim, spec.shape.rank());
  call.publish(Arguments(function)
                   .add(input.object.get())
                   .add(integer(along))
                   .key(Key::kClusterAxis, axis.object.get())
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .call(),
               out);
}

void norm_pre(Function &function, const Operation &operation, ttnn_tensor *x, const ttnn_op_options *options,
              ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  check_compute_config(o.compute_config);
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  check_distributed_norm(input.plain());
  call.publish(Arguments(function)
                   .add(input.object.get())
                   .key(Key::kDtype, to_python(float_output("options.dtype", o.dtype, DType::kBFloat16)))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .call(),
               out);
}

void norm_post(Function &function, const Operation &operation, int64_t stats_width, ttnn_tensor *x, ttnn_tensor *stats,
               const ttnn_norm_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const float epsilon = read_epsilon(o.epsilon);
  check_compute_config(o.compute_config);
  if (o.residual_input_tensor != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "residual_input_tensor is not taken: add it before the first part");
  }
  Call call(x, "x");
  Tensor &input = call.input(operation, x, "x");
  Tensor &sums = call.tensor(stats, "stats");
  check_distributed_norm(input.plain());
  check_distributed_stats(sums.plain(), input.plain(), stats_width);
  call.publish(Arguments(function)
                   .add(input.object.get())
                   .add(sums.object.get())
                   .key(Key::kEpsilon, real(epsilon))
                   .key(Key::kWeight, call.optional_object(o.weight, "weight"))
                   .key(Key::kBias, call.optional_object(o.bias, "bias"))
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_all_gather(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return guard(ops::kAllGather,
               [&] { along_dimension(bound::kAllGather, ops::kAllGather, x, dim, false, options, out); });
}

ttnn_status ttnn_reduce_scatter(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return guard(ops::kReduceScatter,
               [&] { along_dimension(bound::kReduceScatter, ops::kReduceScatter, x, dim, true, options, out); });
}

ttnn_status ttnn_mesh_partition(ttnn_tensor *x, int32_t dim, const ttnn_collective_options *options, ttnn_tensor **out) {
  return guard(ops::kMeshPartition,
               [&] { along_dimension(bound::kMeshPartition, ops::kMeshPartition, x, dim, true, options, out); });
}

ttnn_status ttnn_all_reduce(ttnn_tensor *x, const ttnn_collective_options *options, ttnn_tensor **out) {
  return guard(ops::kAllReduce, [&] {
    check_out(out, "out");
    const auto o = read_struct("options", options);
    Call call(x, "x");
    Tensor &input = call.input(ops::kAllReduce, x, "x");
    const Axis axis(call.device().mesh(), o.cluster_axis);
    call.publish(Arguments(bound::kAllReduce)
                     .add(input.object.get())
                     .key(Key::kClusterAxis, axis.object.get())
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_rms_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kRmsNormPre, [&] { norm_pre(bound::kRmsNormPre, ops::kRmsNormPre, x, options, out); });
}

ttnn_status ttnn_layer_norm_pre_all_gather(ttnn_tensor *x, const ttnn_op_options *options, ttnn_tensor **out) {
  return guard(ops::kLayerNormPre, [&] { norm_pre(bound::kLayerNormPre, ops::kLayerNormPre, x, options, out); });
}

ttnn_status ttnn_rms_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats, const ttnn_norm_options *options,
                                          ttnn_tensor **out) {
  return guard(ops::kRmsNormPost, [&] { norm_post(bound::kRmsNormPost, ops::kRmsNormPost, TTNN_TILE_SIZE, x, stats, options, out); });
}

ttnn_status ttnn_layer_norm_post_all_gather(ttnn_tensor *x, ttnn_tensor *stats, const ttnn_norm_options *options,
                                            ttnn_tensor **out) {
  return guard(ops::kLayerNormPost,
               [&] { norm_post(bound::kLayerNormPost, ops::kLayerNormPost, 2 * TTNN_TILE_SIZE, x, stats, options, out); });
}
