// SPDX-License-Identifier: Apache-2.0
//
// Devices, tensors and arrays of the tests, and plain references.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "ttnn_c.h"

namespace fixture {

using Extents = std::vector<int64_t>;

constexpr int32_t F32 = TTNN_DTYPE_FLOAT32;
constexpr int32_t BF16 = TTNN_DTYPE_BFLOAT16;
constexpr int32_t BF8 = TTNN_DTYPE_BFLOAT8_B;
constexpr int32_t BF4 = TTNN_DTYPE_BFLOAT4_B;
constexpr int32_t U32 = TTNN_DTYPE_UINT32;
constexpr int32_t I32 = TTNN_DTYPE_INT32;
constexpr int32_t U16 = TTNN_DTYPE_UINT16;
constexpr int32_t U8 = TTNN_DTYPE_UINT8;
constexpr int32_t ROW = TTNN_LAYOUT_ROW_MAJOR;
constexpr int32_t TILE = TTNN_LAYOUT_TILE;

int64_t volume(const Extents &shape);

// Row-major values.
struct Array {
  Extents shape;
  std::vector<float> values;

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t rows() const { return volume(shape) / shape.back(); }
  // The value at these indices; those beyond the first are taken from the end.
  float at(std::initializer_list<int64_t> index) const;
};

Array zeros(Extents shape);
// Uniform in [-scale, scale], the same for the same seed.
Array random(Extents shape, uint32_t seed, float scale = 1);
// What is left of the values in a tensor of this dtype.
Array rounded(const Array &array, int32_t dtype);
// As read back: how far from the exact result an output of this dtype may be, relative to its largest value.
double tolerance(int32_t dtype);
void check_near(const char *file, int line, const Array &actual, const Array &expected, double relative);

class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(ttnn_tensor *handle) : handle_(handle) {}
  Tensor(Tensor &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Tensor &operator=(Tensor &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Tensor();

  ttnn_tensor *get() const { return handle_; }
  operator ttnn_tensor *() const { return handle_; }
  // To receive an out-parameter; what was held is destroyed.
  ttnn_tensor **out();
  ttnn_tensor *release() { return std::exchange(handle_, nullptr); }

  ttnn_tensor_spec spec() const;
  Extents shape() const;
  Array read() const;  // as FLOAT32
  std::vector<int32_t> ints() const;
  std::vector<uint8_t> storage() const;

 private:
  ttnn_tensor *handle_ = nullptr;
};

ttnn_host_data host_data(int32_t dtype, const void *data, uint64_t size);
ttnn_host_data host_data(const Array &array);  // which must outlive it
void write(const Tensor &tensor, const Array &array);

ttnn_tensor_spec make_spec(int32_t dtype, int32_t layout, const Extents &shape);
ttnn_memory_config interleaved(int32_t buffer_type);
ttnn_memory_config height_sharded();  // in L1; the library chooses the shards

class Device {
 public:
  explicit Device(uint64_t dram_bytes = 256 << 20, int32_t threads = 2);
  ~Device();
  Device(const Device &) = delete;

  ttnn_device *get() const { return handle_; }
  operator ttnn_device *() const { return handle_; }
  ttnn_device *release() { return std::exchange(handle_, nullptr); }

  Tensor make(const Array &array, int32_t dtype, int32_t layout = TILE) const;
  Tensor make(const Array &array, int32_t dtype, int32_t layout, const ttnn_memory_config &memory) const;
  Tensor ints(const std::vector<int32_t> &values, Extents shape, int32_t dtype = I32) const;
  ttnn_memory_stats stats(int32_t buffer_type = TTNN_BUFFER_TYPE_DRAM) const;

 private:
  ttnn_device *handle_ = nullptr;
};

template <typename T>
T options() {
  T result{};
  result.struct_size = sizeof(T);
  return result;
}

}  // namespace fixture

#define NEAR(actual, expected, relative) fixture::check_near(__FILE__, __LINE__, actual, expected, relative)
