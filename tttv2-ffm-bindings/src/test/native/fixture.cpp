// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <algorithm>
#include <random>

namespace fixture {

int64_t volume(const Extents &shape) {
  int64_t product = 1;
  for (int64_t extent : shape) product *= extent;
  return product;
}

float Array::at(std::initializer_list<int64_t> index) const {
  int64_t offset = 0;
  auto extent = shape.end() - static_cast<int64_t>(index.size());
  for (int64_t i : index) offset = offset * *extent++ + i;
  return values.at(static_cast<size_t>(offset));
}

Array zeros(Extents shape) {
  const auto n = static_cast<size_t>(volume(shape));
  return {std::move(shape), std::vector<float>(n)};
}

Array random(Extents shape, uint32_t seed, float scale) {
  Array array = zeros(std::move(shape));
  std::mt19937 generator(seed);
  for (float &value : array.values) {
    value = (static_cast<float>(generator() >> 8) / static_cast<float>(1 << 23) - 1) * scale;
  }
  return array;
}

Array rounded(const Array &array, int32_t dtype) {
  Array result = array;
  uint64_t size = 0;
  OK(ttnn_tiled_size(dtype, array.rows(), array.shape.back(), &size));
  std::vector<uint8_t> tiles(size);
  OK(ttnn_pack_tiles(dtype, array.rows(), array.shape.back(), array.values.data(), tiles.data(), size));
  OK(ttnn_unpack_tiles(dtype, array.rows(), array.shape.back(), tiles.data(), size, result.values.data()));
  return result;
}

double tolerance(int32_t dtype) {
  switch (dtype) {
    case F32:
      return 2e-6;
    case BF16:
      return 1.0 / 256;
    case BF8:
      return 1.0 / 64;
    default:
      return 1.0 / 4;
  }
}

void check_near(const char *file, int line, const Array &actual, const Array &expected, double relative) {
  if (actual.shape != expected.shape) {
    check::failed(file, line, "shapes differ: volume " + std::to_string(volume(actual.shape)) + " and " +
                                  std::to_string(volume(expected.shape)) + ", rank " +
                                  std::to_string(actual.rank()) + " and " + std::to_string(expected.rank()));
    return;
  }
  if (!check::values()) {
    ++check::values_left_out();
    return;
  }
  double largest = 0;
  for (float value : expected.values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  for (size_t i = 0; i < expected.values.size(); ++i) {
    const double difference = std::abs(static_cast<double>(actual.values[i]) - expected.values[i]);
    if (!(difference <= relative * largest)) {
      check::failed(file, line, "value " + std::to_string(i) + " is " + std::to_string(actual.values[i]) +
                                    ", expected " + std::to_string(expected.values[i]) + "; the largest is " +
                                    std::to_string(largest));
      return;
    }
  }
}

Tensor::~Tensor() {
  if (handle_ != nullptr) OK(ttnn_tensor_destroy(handle_));
}

ttnn_tensor **Tensor::out() {
  if (handle_ != nullptr) OK(ttnn_tensor_destroy(handle_));
  handle_ = nullptr;
  return &handle_;
}

ttnn_tensor_spec Tensor::spec() const {
  auto spec = options<ttnn_tensor_spec>();
  OK(ttnn_tensor_get_spec(handle_, &spec));
  return spec;
}

Extents Tensor::shape() const {
  const ttnn_tensor_spec spec = this->spec();
  return Extents(spec.shape, spec.shape + spec.rank);
}

Array Tensor::read() const {
  Array array = zeros(shape());
  OK(ttnn_tensor_read(handle_, F32, array.values.data(), array.values.size() * sizeof(float)));
  return array;
}

std::vector<int32_t> Tensor::ints() const {
  std::vector<int32_t> values(static_cast<size_t>(volume(shape())));
  OK(ttnn_tensor_read(handle_, I32, values.data(), values.size() * sizeof(int32_t)));
  return values;
}

std::vector<uint8_t> Tensor::storage() const {
  uint64_t size = 0;
  OK(ttnn_tensor_storage_size(handle_, &size));
  std::vector<uint8_t> bytes(size);
  OK(ttnn_tensor_read_storage(handle_, bytes.data(), size));
  return bytes;
}

ttnn_tensor_spec make_spec(int32_t dtype, int32_t layout, const Extents &shape) {
  auto spec = options<ttnn_tensor_spec>();
  spec.dtype = dtype;
  spec.layout = layout;
  spec.rank = static_cast<int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), spec.shape);
  return spec;
}

ttnn_memory_config interleaved(int32_t buffer_type) {
  auto config = options<ttnn_memory_config>();
  config.buffer_type = buffer_type;
  return config;
}

ttnn_memory_config height_sharded() {
  auto config = interleaved(TTNN_BUFFER_TYPE_L1);
  config.memory_layout = TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
  return config;
}

Device::Device(uint64_t dram_bytes, int32_t threads) {
  auto o = options<ttnn_device_options>();
  o.dram_bytes = dram_bytes;
  o.num_threads = threads;
  OK(ttnn_device_open(&o, &handle_));
}

Device::~Device() {
  if (handle_ != nullptr) OK(ttnn_device_close(handle_));
}

ttnn_host_data host_data(int32_t dtype, const void *data, uint64_t size) {
  auto result = options<ttnn_host_data>();
  result.dtype = dtype;
  result.data = data;
  result.size = size;
  return result;
}

ttnn_host_data host_data(const Array &array) {
  return host_data(F32, array.values.data(), array.values.size() * sizeof(float));
}

void write(const Tensor &tensor, const Array &array) {
  const ttnn_host_data data = host_data(array);
  OK(ttnn_tensor_write(tensor, &data));
}

Tensor Device::make(const Array &array, int32_t dtype, int32_t layout) const {
  return make(array, dtype, layout, interleaved(TTNN_BUFFER_TYPE_DRAM));
}

Tensor Device::make(const Array &array, int32_t dtype, int32_t layout, const ttnn_memory_config &memory) const {
  ttnn_tensor_spec spec = make_spec(dtype, layout, array.shape);
  spec.memory_config = memory;
  const ttnn_host_data data = host_data(array);
  Tensor tensor;
  OK(ttnn_tensor_from_host(handle_, &spec, &data, tensor.out()));
  return tensor;
}

Tensor Device::ints(const std::vector<int32_t> &values, Extents shape, int32_t dtype) const {
  const ttnn_tensor_spec spec = make_spec(dtype, ROW, shape);
  const ttnn_host_data data = host_data(I32, values.data(), values.size() * sizeof(int32_t));
  Tensor tensor;
  OK(ttnn_tensor_from_host(handle_, &spec, &data, tensor.out()));
  return tensor;
}

ttnn_memory_stats Device::stats(int32_t buffer_type) const {
  auto stats = options<ttnn_memory_stats>();
  OK(ttnn_device_get_memory_stats(handle_, buffer_type, &stats));
  return stats;
}

}  // namespace fixture
