// SPDX-License-Identifier: Apache-2.0
#include "common/mesh.hpp"

#include <algorithm>
#include <cstring>

#include "common/error.hpp"
#include "common/structs.hpp"

namespace tttv2 {

Mesh read_mesh(int32_t rows, int32_t cols) {
  for (const int32_t extent : {rows, cols}) {
    if (extent < 0 || extent > TTNN_MAX_MESH_DEVICES) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the mesh is %d x %d, expected 0 to %d each", rows, cols, TTNN_MAX_MESH_DEVICES);
    }
  }
  const Mesh mesh{std::max(1, rows), std::max(1, cols)};
  if (mesh.size() > TTNN_MAX_MESH_DEVICES) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "the mesh is %d x %d, at most %d devices are possible", rows, cols,
         TTNN_MAX_MESH_DEVICES);
  }
  return mesh;
}

std::vector<MeshPart> divide(const Mesh &mesh, int32_t rows, int32_t cols, int32_t count) {
  if (rows < 1 || cols < 1 || mesh.rows % rows != 0 || mesh.cols % cols != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "a mesh of %d x %d does not divide into groups of %d x %d", mesh.rows, mesh.cols, rows,
         cols);
  }
  const Mesh shape{rows, cols};
  if (count != mesh.size() / shape.size()) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "count is %d, a mesh of %d x %d has %d groups of %d x %d", count, mesh.rows, mesh.cols,
         mesh.size() / shape.size(), rows, cols);
  }
  std::vector<MeshPart> parts;
  for (int32_t row = 0; row < mesh.rows; row += rows) {
    for (int32_t col = 0; col < mesh.cols; col += cols) parts.push_back({shape, row, col, row * mesh.cols + col});
  }
  return parts;
}

DeviceGroup device_group(const Mesh &mesh, int32_t cluster_axis, int32_t device) {
  switch (cluster_axis) {
    case TTNN_CLUSTER_AXIS_DEFAULT:
      if (mesh.rows > 1 && mesh.cols > 1) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "a mesh of %d x %d requires cluster_axis to be set", mesh.rows, mesh.cols);
      }
      return {0, 1, mesh.size(), device};
    case TTNN_CLUSTER_AXIS_0:
      return {device % mesh.cols, mesh.cols, mesh.rows, device / mesh.cols};
    case TTNN_CLUSTER_AXIS_1:
      return {device / mesh.cols * mesh.cols, 1, mesh.cols, device % mesh.cols};
    default:
      fail(TTNN_STATUS_INVALID_ARGUMENT, "%d is not an enum ttnn_cluster_axis", cluster_axis);
  }
}

int32_t check_shared_dimension(const Spec &x, int32_t dim, int32_t devices) {
  const int32_t along = dimension(dim, x.shape.rank());
  if (x.shape[along] % devices != 0) {
    fail(TTNN_STATUS_SHAPE, "dimension %d of %s must be divisible by the %d devices along the axis", along,
         x.shape.str().c_str(), devices);
  }
  return along;
}

Mapping read_mapping(const ttnn_mesh_mapping *source, int32_t rank) {
  const ttnn_mesh_mapping c = read_struct("mapping", source);
  Mapping mapping;
  for (int32_t axis = 0; axis < TTNN_MESH_AXES; ++axis) {
    switch (c.placements[axis]) {
      case TTNN_PLACEMENT_REPLICATE:
        break;
      case TTNN_PLACEMENT_SHARD:
        mapping.dims[axis] = dimension(c.dims[axis], rank);
        break;
      default:
        fail(TTNN_STATUS_INVALID_ARGUMENT, "mapping.placements[%d] is %d, which is not an enum ttnn_placement", axis,
             c.placements[axis]);
    }
  }
  return mapping;
}

Shape whole_shape(const Mapping &mapping, const Mesh &mesh, const Shape &part) {
  Shape whole = part;
  for (int32_t axis = 0; axis < TTNN_MESH_AXES; ++axis) {
    if (mapping.dims[axis] >= 0) whole[mapping.dims[axis]] *= mesh.extent(axis);
  }
  check_extents(whole);
  return whole;
}

void check_one_device(const Mesh &mesh) {
  if (mesh.size() == 1) return;
  fail(TTNN_STATUS_INVALID_ARGUMENT,
       "Can't convert a tensor distributed on a mesh of %d x %d to row-major values without a mapping: "
       "ttnn_aggregate_tensor takes one",
       mesh.rows, mesh.cols);
}

bool holds_first_copy(const Mapping &mapping, const Mesh &mesh, int32_t device) {
  for (int32_t axis = 0; axis < TTNN_MESH_AXES; ++axis) {
    if (mapping.dims[axis] < 0 && mesh.coordinate(device, axis) != 0) return false;
  }
  return true;
}

PartLayout::PartLayout(const Mapping &mapping, const Mesh &mesh, const Shape &part, int32_t device, int64_t element_size)
    : part_(part), whole_(whole_shape(mapping, mesh, part)), element_size_(element_size) {
  for (int32_t axis = 0; axis < TTNN_MESH_AXES; ++axis) {
    // A dimension that both axes share has its parts row by row.
    const int32_t dim = mapping.dims[axis];
    if (dim >= 0) starts_[dim] = starts_[dim] * mesh.extent(axis) + mesh.coordinate(device, axis) * part[dim];
  }
}

template <typename Move>
void PartLayout::each_row(Move move) const {
  const int32_t last = part_.rank() - 1;
  const auto size = static_cast<size_t>(part_[last] * element_size_);
  for (int64_t row = 0, rows = part_.outer(1); row < rows; ++row) {
    int64_t rest = row;
    int64_t stride = whole_[last];
    int64_t at = starts_[last];
    for (int32_t d = last - 1; d >= 0; --d) {
      at += (starts_[d] + rest % part_[d]) * stride;
      rest /= part_[d];
      stride *= whole_[d];
    }
    move(at * element_size_, row * static_cast<int64_t>(size), size);
  }
}

void PartLayout::copy_out(const std::byte *whole, std::byte *to) const {
  each_row([&](int64_t in_whole, int64_t in_part, size_t size) { std::memcpy(to + in_part, whole + in_whole, size); });
}

void PartLayout::copy_in(const std::byte *from, std::byte *whole) const {
  each_row([&](int64_t in_whole, int64_t in_part, size_t size) { std::memcpy(whole + in_whole, from + in_part, size); });
}

}  // namespace tttv2
