// SPDX-License-Identifier: Apache-2.0
//
// Structs that cross the C interface grow at the end: both sides may be older than the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "common/error.hpp"

namespace tttv2 {

// No struct of this interface comes near: a larger struct_size is a caller's garbage.
inline constexpr uint32_t kMaxStructSize = 64 * 1024;

// The size of a struct is a multiple of its alignment: no field of it is cut in two.
inline void check_struct_size(const char *name, uint32_t size, size_t alignment) {
  if (size <= sizeof(uint32_t) || size > kMaxStructSize || size % alignment != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s.struct_size is %u, expected the size of the struct", name, size);
  }
}

// A caller's option struct, completed with zeros. Fields that this library does not know must be zero: they ask for
// something that it cannot do.
template <typename T>
T read_struct(const char *name, const T *source) {
  static_assert(std::is_trivially_copyable_v<T> && offsetof(T, struct_size) == 0);
  T result{};
  if (source == nullptr) return result;
  uint32_t size = 0;
  std::memcpy(&size, source, sizeof size);
  check_struct_size(name, size, alignof(T));
  std::memcpy(&result, source, std::min<size_t>(size, sizeof(T)));
  const auto *bytes = reinterpret_cast<const unsigned char *>(source);
  for (size_t i = sizeof(T); i < size; ++i) {
    if (bytes[i] != 0) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "%s of %u bytes sets a field at offset %zu that this library (%zu bytes) does not know",
           name, size, i, sizeof(T));
    }
  }
  return result;
}

template <typename T>
T require_struct(const char *name, const T *source) {
  if (source == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", name);
  return read_struct(name, source);
}

// Checks an info struct that the caller wants filled; to be done before any work.
template <typename T>
void check_out_struct(const char *name, const T *target) {
  if (target == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", name);
  uint32_t size = 0;
  std::memcpy(&size, target, sizeof size);
  check_struct_size(name, size, alignof(T));
}

// Fills the part of an info struct that the caller knows; struct_size stays the caller's.
template <typename T>
void write_struct(T *target, T value) {
  uint32_t size = 0;
  std::memcpy(&size, target, sizeof size);
  value.struct_size = size;
  std::memcpy(target, &value, std::min<size_t>(size, sizeof(T)));
}

// Fills a text field, cut where it is too long.
template <size_t N>
void set_text(char (&field)[N], std::string_view value) {
  const size_t length = std::min(N - 1, value.size());
  std::memcpy(field, value.data(), length);
  field[length] = '\0';
}

}  // namespace tttv2
