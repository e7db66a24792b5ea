// SPDX-License-Identifier: Apache-2.0
//
// A mesh of devices in rows and columns, and how one tensor of the host lies on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/spec.hpp"

namespace tttv2 {

struct Mesh {
  int32_t rows = 1;
  int32_t cols = 1;

  int32_t size() const { return rows * cols; }
  int32_t extent(int32_t axis) const { return axis == 0 ? rows : cols; }
  // Devices are numbered row by row.
  int32_t coordinate(int32_t device, int32_t axis) const { return axis == 0 ? device / cols : device % cols; }
};

Mesh read_mesh(int32_t rows, int32_t cols);

// A rectangle of a mesh's devices.
struct MeshPart {
  Mesh shape;
  int32_t row, col;  // of its first device
  int32_t number;    // of its first device
};
// A mesh in `count` parts of one shape, row by row; refused unless it divides into so many.
std::vector<MeshPart> divide(const Mesh &mesh, int32_t rows, int32_t cols, int32_t count);

// A group of devices that exchange values: from the first on, `count` of them, `step` apart; and the place of one in it.
struct DeviceGroup {
  int32_t first, step, count, position;
};
// The group of a device along enum ttnn_cluster_axis.
DeviceGroup device_group(const Mesh &mesh, int32_t cluster_axis, int32_t device);

// What a collective may be asked: the dimension of x, counted from 0, that n devices share out or join.
int32_t check_shared_dimension(const Spec &x, int32_t dim, int32_t devices);

struct Mapping {
  int32_t dims[TTNN_MESH_AXES] = {-1, -1};  // the sharded dimension of each axis; -1: replicated

  bool replicated() const { return dims[0] < 0 && dims[1] < 0; }
};

// For a tensor of this rank.
Mapping read_mapping(const ttnn_mesh_mapping *mapping, int32_t rank);

// The shape of the host's tensor of which each device holds a part of this shape.
Shape whole_shape(const Mapping &mapping, const Mesh &mesh, const Shape &part);

// Refuses a plain read of a mesh of several devices.
void check_one_device(const Mesh &mesh);

// Whether a device is the one whose values stand for all that hold the same.
bool holds_first_copy(const Mapping &mapping, const Mesh &mesh, int32_t device);

// Where a device's part lies in the whole, both row-major with elements of `element_size` bytes. `part` is its shape.
struct PartLayout {
  PartLayout(const Mapping &mapping, const Mesh &mesh, const Shape &part, int32_t device, int64_t element_size);

  void copy_out(const std::byte *whole, std::byte *to) const;
  void copy_in(const std::byte *from, std::byte *whole) const;

 private:
  template <typename Move>
  void each_row(Move move) const;

  Shape part_;
  Shape whole_;
  int64_t starts_[TTNN_MAX_RANK] = {};
  int64_t element_size_;
};

}  // namespace tttv2
