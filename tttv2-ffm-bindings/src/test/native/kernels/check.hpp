// SPDX-License-Identifier: Apache-2.0
//
// The little that these tests need: checks that count failures, seeded random values, every instruction set in turn.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "common/thread_pool.hpp"
#include "host/kernels/dispatch.hpp"
#include "host/kernels/weight_panels.hpp"
#include "host/kernels/kernels.hpp"

namespace tttv2::host::test {

inline int failures = 0;
inline long checks = 0;

#define CHECK(condition, ...)                                     \
  do {                                                            \
    ++tttv2::host::test::checks;                                  \
    if (!(condition) && ++tttv2::host::test::failures <= 20) {    \
      std::printf("%s:%d: %s: ", __FILE__, __LINE__, #condition); \
      std::printf(__VA_ARGS__);                                   \
      std::printf("\n");                                          \
    }                                                             \
  } while (false)

inline int report(const char *name) {
  std::printf("%s: %ld checks, %d failures\n", name, checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}

inline uint32_t bits_of(float x) { return std::bit_cast<uint32_t>(x); }

inline bool same_bits(const std::vector<float> &a, const std::vector<float> &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  float normal() { return static_cast<float>(normal_(engine_)); }
  uint32_t bits() { return static_cast<uint32_t>(engine_()); }
  int64_t below(int64_t n) { return static_cast<int64_t>(engine_() % static_cast<uint64_t>(n)); }
  std::vector<float> normals(int64_t n, float scale = 1.0f) {
    std::vector<float> v(static_cast<size_t>(n));
    for (float &x : v) x = normal() * scale;
    return v;
  }

 private:
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
};

inline const std::vector<int64_t> &awkward_sizes() {
  static const std::vector<int64_t> sizes = {1,  2,  3,  7,  15, 16, 17, 23,  31,  32,  33,  47,  48,
                                             49, 63, 64, 65, 79, 96, 97, 127, 128, 129, 257, 509, 576};
  return sizes;
}

// Bytes at an address that is `offset` above a multiple of 64, with a guard after them.
class Bytes {
 public:
  explicit Bytes(int64_t size, int64_t offset = 0)
      : memory_(static_cast<size_t>(size + offset + 128), 0xa5), size_(size) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    start_ = static_cast<int64_t>((64 - address % 64) % 64) + offset;
  }
  uint8_t *data() { return memory_.data() + start_; }
  const uint8_t *data() const { return memory_.data() + start_; }
  int64_t size() const { return size_; }
  bool intact() const {
    for (size_t i = static_cast<size_t>(start_ + size_); i < memory_.size(); ++i) {
      if (memory_[i] != 0xa5) return false;
    }
    return true;
  }
  bool operator==(const Bytes &other) const {
    return size_ == other.size_ && std::memcmp(data(), other.data(), static_cast<size_t>(size_)) == 0;
  }

 private:
  std::vector<uint8_t> memory_;
  int64_t start_ = 0, size_;
};

inline const char *name_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat32: return "float32";
    case DType::kBFloat16: return "bfloat16";
    case DType::kFloat16: return "float16";
    case DType::kBFloat8B: return "bfloat8_b";
    case DType::kBFloat4B: return "bfloat4_b";
    default: return "integer";
  }
}

inline const DType kTensorDTypes[] = {DType::kFloat32, DType::kBFloat16, DType::kBFloat8B, DType::kBFloat4B};

// Rows packed by the portable kernels, and the values that they then hold.
struct Packed {
  Packed(DType type, const std::vector<float> &source, int64_t num_rows, int64_t num_cols, int64_t offset = 0,
         int64_t gap = 0)
      : dtype(type),
        rows(num_rows),
        cols(num_cols),
        stride(row_bytes(type, num_cols) + gap),
        bytes(stride * num_rows, offset),
        values(source.size()) {
    const Kernels &portable = *runnable_kernels().back();
    for (int64_t r = 0; r < rows; ++r) {
      portable.pack_row(dtype, source.data() + r * cols, cols, bytes.data() + r * stride);
      portable.unpack_row(dtype, bytes.data() + r * stride, cols, values.data() + r * cols);
    }
  }
  void turn_to_panels() {
    ThreadPool pool(2);
    to_panels(pool, dtype, rows, cols, bytes.data());
    form = Form::kPanels;
  }
  Matrix matrix() const { return {dtype, bytes.data(), stride, form}; }

  DType dtype;
  int64_t rows, cols, stride;
  Bytes bytes;
  std::vector<float> values;
  Form form = Form::kRows;
};

}  // namespace tttv2::host::test
