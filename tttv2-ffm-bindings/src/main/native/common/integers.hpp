// SPDX-License-Identifier: Apache-2.0
//
// Single elements of integer tensors; addresses of any alignment.
#pragma once

#include <cstdint>
#include <cstring>

#include "common/dtype.hpp"

namespace tttv2 {

template <typename T>
T read_as(const void *from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline int64_t read_integer(DType dtype, const void *from) {
  switch (dtype) {
    case DType::kUInt32:
      return read_as<uint32_t>(from);
    case DType::kInt32:
      return read_as<int32_t>(from);
    case DType::kUInt16:
      return read_as<uint16_t>(from);
    default:
      return read_as<uint8_t>(from);
  }
}

// Keeps the low bits of a value that does not fit.
inline void write_integer(DType dtype, void *to, int64_t value) {
  switch (dtype) {
    case DType::kUInt16: {
      const auto bits = static_cast<uint16_t>(value);
      std::memcpy(to, &bits, sizeof bits);
      break;
    }
    case DType::kUInt8: {
      const auto bits = static_cast<uint8_t>(value);
      std::memcpy(to, &bits, sizeof bits);
      break;
    }
    default: {
      const auto bits = static_cast<uint32_t>(value);
      std::memcpy(to, &bits, sizeof bits);
      break;
    }
  }
}

}  // namespace tttv2
