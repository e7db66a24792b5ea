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

class Tensor {
 public:
  Tensor(std::shared_ptr<Device> device, const Spec &spec, std::shared_ptr<Buffer> buffer)
      : device(std::move(device)), spec(spec), buffer(std::move(buffer)), allocated(true) {}

  const std::shared_ptr<Device> device;
  const Spec spec;
  std::shared_ptr<Buffer> buffer;  // null once deallocated; under the device's lock
  std::atomic<bool> allocated;     // the same, for those who must not wait
};

// The rows of a tensor as an operation sees them when it runs: recorded operations keep the memory alive.
struct Rows {
  Rows() = default;
  explicit Rows(const Tensor &tensor);

  std::shared_ptr<Block> keep;
  std::byte *data = nullptr;
  DType dtype = DType::kFloat32;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t stride = 0;  // bytes

  std::byte *row(int64_t i) const { return data + i * stride; }
  const int32_t *ints() const { return reinterpret_cast<const int32_t *>(data); }
  bool overlaps(const Rows &other) const { return keep != nullptr && keep == other.keep && data < other.row(other.rows) && other.data < row(rows); }
};

}  // namespace tttv2::host
