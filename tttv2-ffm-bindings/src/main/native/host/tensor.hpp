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

#include "host/kernels/kernels.hpp"
#include "host/memory.hpp"
#include "ttnn_c.h"

namespace tttv2::host {

class Device;

// The values are those of enum ttnn_layout.
enum class Layout : int32_t { kRowMajor = 1, kTile = 2 };

// Extents, outermost first; 1 to TTNN_MAX_RANK of them.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> extents) {
    for (int64_t extent : extents) push_back(extent);
  }

  int32_t rank() const { return rank_; }
  int64_t operator[](int32_t i) const { return extents_[i]; }
  int64_t &operator[](int32_t i) { return extents_[i]; }
  // Counted from the end: back() is the last dimension, back(1) the one before; 1 beyond the first.
  int64_t back(int32_t i = 0) const { return i < rank_ ? extents_[rank_ - 1 - i] : 1; }
  void push_back(int64_t extent) { extents_[rank_++] = extent; }
  int64_t volume() const {
    int64_t product = 1;
    for (int32_t i = 0; i < rank_; ++i) product *= extents_[i];
    return product;
  }
  // The product of all but the last `skip` dimensions.
  int64_t outer(int32_t skip) const {
    int64_t product = 1;
    for (int32_t i = 0; i < rank_ - skip; ++i) product *= extents_[i];
    return product;
  }
  std::span<const int64_t> extents() const { return {extents_, static_cast<size_t>(rank_)}; }
  bool operator==(const Shape &other) const;
  std::string str() const;

 private:
  int64_t extents_[TTNN_MAX_RANK] = {};
  int32_t rank_ = 0;
};

struct MemoryConfig {
  int32_t memory_layout = TTNN_MEMORY_LAYOUT_INTERLEAVED;
  int32_t buffer_type = TTNN_BUFFER_TYPE_DRAM;
  int32_t orientation = TTNN_SHARD_ORIENTATION_ROW_MAJOR;
  int32_t shard_height = 0;
  int32_t shard_width = 0;
  int32_t num_ranges = 0;  // 0 with a sharded layout: not chosen yet
  ttnn_core_range ranges[TTNN_MAX_CORE_RANGES] = {};

  bool sharded() const { return memory_layout != TTNN_MEMORY_LAYOUT_INTERLEAVED; }
  bool operator==(const MemoryConfig &other) const;
};

struct Spec {
  DType dtype = DType::kBFloat16;
  Layout layout = Layout::kRowMajor;
  Shape shape;
  MemoryConfig memory;

  int64_t cols() const { return shape.back(); }
  int64_t rows() const { return shape.outer(1); }
  int64_t row_bytes() const { return host::row_bytes(dtype, cols()); }
  uint64_t bytes() const { return static_cast<uint64_t>(rows() * row_bytes()); }
  Shape padded_shape() const;
};

bool is_float(DType dtype);
bool is_block_float(DType dtype);
int64_t element_size(DType dtype);  // plain dtypes only
const char *name(DType dtype);
const char *name(Layout layout);

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
