// SPDX-License-Identifier: Apache-2.0
#include "block_float.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ttnn_c.h"

namespace tttv2 {

namespace {

constexpr uint32_t kSign = 0x80000000u;
constexpr uint32_t kExponent = 0x7f800000u;
constexpr uint32_t kFraction = 0x007fffffu;
constexpr uint32_t kLeadingOne = 0x00800000u;

// Packs 16 values into their signs and magnitudes of `width` bits, one to an element, and returns the shared exponent. Without
// branches, so that compilers make vector code of it.
[[gnu::always_inline]] inline uint32_t pack_block(const float *values, int width, uint32_t *packed) {
  uint32_t bits[kFaceSide];
  std::memcpy(bits, values, sizeof bits);
  uint32_t shared = 0;
  for (const uint32_t b : bits) shared = std::max(shared, b & kExponent);
  shared >>= 23;
  const int dropped = 24 - width;
  const uint32_t half = 1u << (dropped - 1);
  const uint32_t largest = (1u << width) - 1;
  for (int i = 0; i < kFaceSide; ++i) {
    const uint32_t exponent = (bits[i] & kExponent) >> 23;
    const uint32_t significand = exponent == 0 ? 0 : (bits[i] & kFraction) | kLeadingOne;
    const uint32_t mantissa = significand >> std::min(shared - exponent, 24u);
    const uint32_t rounded = (mantissa + half - 1 + ((mantissa >> dropped) & 1)) >> dropped;
    const uint32_t magnitude = std::min(rounded, largest);
    packed[i] = magnitude | (magnitude == 0 ? 0 : bits[i] >> 31 << width);
  }
  return shared;
}

[[gnu::target("avx2")]] uint32_t pack_block_avx2(const float *values, int width, uint32_t *packed) {
  return pack_block(values, width, packed);
}

uint32_t pack_block_portable(const float *values, int width, uint32_t *packed) { return pack_block(values, width, packed); }

// Shifts by a count of each element's own came with AVX2.
uint32_t pack_block_best(const float *values, int width, uint32_t *packed) {
  static const auto best = __builtin_cpu_supports("avx2") != 0 ? pack_block_avx2 : pack_block_portable;
  return best(values, width, packed);
}

// Calls body(face row index in 0..63, row, column) for each row of 16 of the tile whose first element is (row, col).
template <class Body>
void each_face_row(Body &&body) {
  for (int i = 0; i < 4 * kFaceSide; ++i) {
    const int face = i / kFaceSide;
    body(i, face / 2 * kFaceSide + i % kFaceSide, face % 2 * kFaceSide);
  }
}

int64_t face_row_bytes(int32_t dtype) {
  switch (dtype) {
    case TTNN_DTYPE_FLOAT32: return 4 * kFaceSide;
    case TTNN_DTYPE_BFLOAT16: return 2 * kFaceSide;
    case TTNN_DTYPE_BFLOAT8_B: return kFaceSide;
    case TTNN_DTYPE_BFLOAT4_B: return kFaceSide / 2;
    default: return -1;
  }
}

bool has_exponents(int32_t dtype) { return dtype == TTNN_DTYPE_BFLOAT8_B || dtype == TTNN_DTYPE_BFLOAT4_B; }

int64_t tile_bytes(int32_t dtype) { return 64 * (face_row_bytes(dtype) + (has_exponents(dtype) ? 1 : 0)); }

int64_t tiles(int64_t extent) { return (extent + kTileSide - 1) / kTileSide; }

void pack_face_row(int32_t dtype, const float *values, uint8_t *dst, uint8_t *exponent) {
  switch (dtype) {
    case TTNN_DTYPE_FLOAT32: std::memcpy(dst, values, 4 * kFaceSide); break;
    case TTNN_DTYPE_BFLOAT16:
      for (int i = 0; i < kFaceSide; ++i) {
        const uint16_t bits = float_to_bfloat16(values[i]);
        std::memcpy(dst + 2 * i, &bits, 2);
      }
      break;
    case TTNN_DTYPE_BFLOAT8_B: *exponent = pack_bfloat8_block(values, dst); break;
    default: *exponent = pack_bfloat4_block(values, dst); break;
  }
}

void unpack_face_row(int32_t dtype, const uint8_t *src, const uint8_t *exponent, float *values) {
  switch (dtype) {
    case TTNN_DTYPE_FLOAT32: std::memcpy(values, src, 4 * kFaceSide); break;
    case TTNN_DTYPE_BFLOAT16:
      for (int i = 0; i < kFaceSide; ++i) {
        uint16_t bits;
        std::memcpy(&bits, src + 2 * i, 2);
        values[i] = bfloat16_to_float(bits);
      }
      break;
    case TTNN_DTYPE_BFLOAT8_B: unpack_bfloat8_block(src, *exponent, values); break;
    default: unpack_bfloat4_block(src, *exponent, values); break;
  }
}

}  // namespace

uint16_t float_to_bfloat16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & ~kSign) > kExponent) return 0x7fc0;
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float bfloat16_to_float(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

uint16_t float_to_float16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits & kSign) >> 16;
  const uint32_t magnitude = bits & ~kSign;
  if (magnitude > kExponent) return static_cast<uint16_t>(sign | 0x7e00 | ((bits & kFraction) >> 13));
  if (magnitude >= 0x477ff000) return static_cast<uint16_t>(sign | 0x7c00);  // from 65520 on
  if (magnitude >= 0x38800000) {                                             // normal from 2^-14 on
    return static_cast<uint16_t>(sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13));
  }
  if (magnitude < 0x33000000) return static_cast<uint16_t>(sign);  // below 2^-25
  const uint32_t shift = 126 - (magnitude >> 23);                  // 14 to 24: the bits below 2^-24
  const uint32_t mantissa = (magnitude & kFraction) | kLeadingOne;
  const uint32_t half = 1u << (shift - 1);
  return static_cast<uint16_t>(sign | ((mantissa + half - 1 + ((mantissa >> shift) & 1)) >> shift));
}

float float16_to_float(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  const uint32_t exponent = (bits >> 10) & 31;
  const uint32_t fraction = bits & 0x3ff;
  if (exponent == 31) {
    return std::bit_cast<float>(sign | kExponent | (fraction << 13) | (fraction != 0 ? 0x400000u : 0u));
  }
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

float block_float_value(bool negative, uint32_t magnitude, int bits, uint8_t exponent) {
  const uint32_t sign = negative ? kSign : 0;
  const uint32_t leading = 1u << (bits - 1);
  if (exponent == 255 && magnitude > leading) {
    return std::bit_cast<float>(sign | kExponent | ((magnitude & (leading - 1)) << (24 - bits)));
  }
  // Exact in double; the conversion overflows to infinity where it must.
  const auto power = static_cast<uint64_t>(exponent - 126 - bits + 1023) << 52;
  const float value = static_cast<float>(static_cast<double>(magnitude) * std::bit_cast<double>(power));
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(value));
}

uint8_t pack_bfloat8_block(const float *values, uint8_t *bytes) {
  uint32_t packed[kFaceSide];
  const uint32_t shared = pack_block_best(values, 7, packed);
  for (int i = 0; i < kFaceSide; ++i) bytes[i] = static_cast<uint8_t>(packed[i]);
  return static_cast<uint8_t>(shared);
}

void unpack_bfloat8_block(const uint8_t *bytes, uint8_t exponent, float *values) {
  for (int i = 0; i < kFaceSide; ++i) values[i] = block_float_value(bytes[i] >> 7, bytes[i] & 0x7f, 7, exponent);
}

uint8_t pack_bfloat4_block(const float *values, uint8_t *bytes) {
  uint32_t packed[kFaceSide];
  const uint32_t shared = pack_block_best(values, 3, packed);
  for (int i = 0; i < kFaceSide / 2; ++i) bytes[i] = static_cast<uint8_t>(packed[2 * i] | packed[2 * i + 1] << 4);
  return static_cast<uint8_t>(shared);
}

void unpack_bfloat4_block(const uint8_t *bytes, uint8_t exponent, float *values) {
  for (int i = 0; i < kFaceSide; ++i) {
    const uint32_t nibble = (bytes[i / 2] >> (i % 2 * 4)) & 15;
    values[i] = block_float_value(nibble >> 3, nibble & 7, 3, exponent);
  }
}

int64_t tiled_size(int32_t dtype, int64_t rows, int64_t cols) {
  if (face_row_bytes(dtype) < 0 || rows < 0 || cols < 0) return -1;
  return tiles(rows) * tiles(cols) * tile_bytes(dtype);
}

void pack_tiles(int32_t dtype, int64_t rows, int64_t cols, const float *src, void *dst) {
  auto *tile = static_cast<uint8_t *>(dst);
  const int64_t row_bytes = face_row_bytes(dtype);
  const int64_t header = has_exponents(dtype) ? 64 : 0;
  for (int64_t top = 0; top < rows; top += kTileSide) {
    for (int64_t left = 0; left < cols; left += kTileSide, tile += tile_bytes(dtype)) {
      each_face_row([&](int index, int down, int right) {
        const int64_t row = top + down;
        const int64_t col = left + right;
        float values[kFaceSide] = {};
        if (row < rows && col < cols) {
          const int64_t count = cols - col < kFaceSide ? cols - col : kFaceSide;
          std::memcpy(values, src + row * cols + col, static_cast<size_t>(count) * sizeof(float));
        }
        pack_face_row(dtype, values, tile + header + index * row_bytes, tile + index);
      });
    }
  }
}

void unpack_tiles(int32_t dtype, int64_t rows, int64_t cols, const void *src, float *dst) {
  const auto *tile = static_cast<const uint8_t *>(src);
  const int64_t row_bytes = face_row_bytes(dtype);
  const int64_t header = has_exponents(dtype) ? 64 : 0;
  for (int64_t top = 0; top < rows; top += kTileSide) {
    for (int64_t left = 0; left < cols; left += kTileSide, tile += tile_bytes(dtype)) {
      each_face_row([&](int index, int down, int right) {
        const int64_t row = top + down;
        const int64_t col = left + right;
        if (row >= rows || col >= cols) return;
        float values[kFaceSide];
        unpack_face_row(dtype, tile + header + index * row_bytes, tile + index, values);
        const int64_t count = cols - col < kFaceSide ? cols - col : kFaceSide;
        std::memcpy(dst + row * cols + col, values, static_cast<size_t>(count) * sizeof(float));
      });
    }
  }
}

}  // namespace tttv2
