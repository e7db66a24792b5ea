// SPDX-License-Identifier: Apache-2.0
//
// Values in the caller's memory: row-major, of any alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/mesh.hpp"
#include "common/spec.hpp"

namespace tttv2 {

struct HostData {
  DType dtype;
  const std::byte *data;
  bool transposed;
  Mapping mapping;
};

// Checks host data against the tensor it is for, of which each device of the mesh holds this shape.
HostData check_host_data(const ttnn_host_data *source, DType dtype, const Shape &shape, const Mesh &mesh);

// What one device gets of it: in place if that is all of it, else copied to `storage`.
HostData part_for(const HostData &data, const Shape &shape, const Mesh &mesh, int32_t device,
                  std::vector<std::byte> &storage);

// Checks what values of a tensor of this dtype shall be read as, and where they shall go.
DType check_read_dtype(DType tensor, int32_t dtype);
void check_destination(const void *dst, uint64_t dst_size, DType type, const Shape &shape);
// Both.
DType check_read(DType tensor, const Shape &shape, int32_t dtype, const void *dst, uint64_t dst_size);

}  // namespace tttv2
