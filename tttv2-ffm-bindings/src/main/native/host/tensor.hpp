// SPDX-License-Identifier: Apache-2.0
//
// What a tensor is (its spec) and where its values are (a buffer it may share with views).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/spec.hpp"
#include "host/kernels/kernels.hpp"
#include "host/memory.hpp"
#include "ttnn_c.h"

namespace tttv2::host {

class Device;

// The host's own form: rows of the last dimension, one after the other.
inline int64_t row_bytes(const Spec &spec) { return row_bytes(spec.dtype, spec.cols()); }
inline uint64_t bytes(const Spec &spec) { return static_cast<uint64_t>(spec.rows() * row_bytes(spec)); }

// In what form the bytes of ttnn_tensor_read_storage are, and weights when they are made.
Form storage_form(const Kernels &kernels, const Spec &spec);

// A tensor on one device. That of a mesh's first device has the others': one handle stands for all.
class Tensor {
 public:
  Tensor(std::shared_ptr<Device> device, const Spec &spec, std::shared_ptr<Buffer> buffer)
      : device(std::move(device)), spec(spec), buffer(std::move(buffer)), allocated(true) {}

  const std::shared_ptr<Device> device;
  const Spec spec;
  std::shared_ptr<Buffer> buffer;  // null once deallocated; under the device's lock
  std::atomic<bool> allocated;     // the same, for those who must not wait
  std::vector<std::shared_ptr<Tensor>> others;

  // Of a device of the mesh.
  Tensor &on(int32_t device_number) { return device_number == 0 ? *this : *others[static_cast<size_t>(device_number - 1)]; }
};

// Of what may be in panels.
void turn_to_rows(const Tensor &tensor);

// The rows of a tensor as an operation sees them when it runs: recorded operations keep the memory alive.
struct Rows {
  Rows() = default;
  explicit Rows(const Tensor &tensor);  // turns panels to rows
  // The b of products, `depth` rows a matrix: stays in panels if these are whole groups.
  static Rows weights(const Tensor &tensor, int64_t depth);

  // Of b, from one of its rows on.
  Matrix matrix(int64_t first) const;

  std::shared_ptr<Block> keep;
  std::shared_ptr<Buffer> panels;  // of weights in panels, which may have been turned to rows when the operation runs
  std::byte *data = nullptr;
  DType dtype = DType::kFloat32;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t stride = 0;  // bytes

  std::byte *row(int64_t i) const { return data + i * stride; }
  const int32_t *ints() const { return reinterpret_cast<const int32_t *>(data); }
  bool overlaps(const Rows &other) const { return keep != nullptr && keep == other.keep && data < other.row(other.rows) && other.data < row(rows); }
};

// Values on their way to the caller.
struct Read {
  Read(std::shared_ptr<Device> device, const Shape &shape, DType type) : device(std::move(device)), shape(shape), type(type) {}

  const std::shared_ptr<Device> device;
  const Shape shape;
  const DType type;
  std::vector<std::byte> values;
};

}  // namespace tttv2::host
