// SPDX-License-Identifier: Apache-2.0
//
// TTNN's number formats, exactly as TTNN's own host conversion writes and reads them.
//
// A block float is 16 values that share an exponent byte E, the largest biased float32 exponent among them. A value is
// a sign bit and 7 (BFLOAT8_B) or 3 (BFLOAT4_B) magnitude bits whose leading one is explicit: (-1)^s m 2^(E - 133) and
// (-1)^s m 2^(E - 129). Packing drops the bits that the larger exponent shifts out, rounds the rest to nearest even and
// saturates; zero has sign 0, subnormals are zero, and E = 255 keeps infinities (m = 64; 4) and NaNs (m above that).
//
// A tile is 32 x 32 values: four faces of 16 x 16 (left to right, then down), each row-major. Block-float tiles begin
// with 64 exponent bytes, one for each face row.
#pragma once

#include <cstdint>

namespace tttv2 {

constexpr int kTileSide = 32;
constexpr int kFaceSide = 16;

// Rounds to nearest even; every NaN becomes 0x7fc0.
uint16_t float_to_bfloat16(float value);
float bfloat16_to_float(uint16_t bits);

// Rounds to nearest even with subnormals; a NaN stays a quiet NaN with its sign and upper payload.
uint16_t float_to_float16(float value);
float float16_to_float(uint16_t bits);

// Packs 16 values into sign-and-magnitude bytes and returns the shared exponent.
uint8_t pack_bfloat8_block(const float *values, uint8_t *bytes);
void unpack_bfloat8_block(const uint8_t *bytes, uint8_t exponent, float *values);

// The same with two values to a byte, the earlier one in the lower half.
uint8_t pack_bfloat4_block(const float *values, uint8_t *bytes);
void unpack_bfloat4_block(const uint8_t *bytes, uint8_t exponent, float *values);

// The value of one mantissa. `magnitude` has `bits` bits, 7 or 3.
float block_float_value(bool negative, uint32_t magnitude, int bits, uint8_t exponent);

// Sign-and-magnitude to two's complement and back. Both are bijections: 0x80, which TTNN never writes, maps to itself.
constexpr uint8_t to_twos_complement(uint8_t b) { return b > 0x80 ? static_cast<uint8_t>(0x180 - b) : b; }
constexpr uint8_t to_sign_magnitude(uint8_t b) { return b > 0x80 ? static_cast<uint8_t>(0x180 - b) : b; }

// Tiled matrices. `dtype` is an enum ttnn_dtype: FLOAT32, BFLOAT16, BFLOAT8_B or BFLOAT4_B; of any other tiled_size
// returns -1, and the others must not be called. Padding is zero.
int64_t tiled_size(int32_t dtype, int64_t rows, int64_t cols);
void pack_tiles(int32_t dtype, int64_t rows, int64_t cols, const float *src, void *dst);
void unpack_tiles(int32_t dtype, int64_t rows, int64_t cols, const void *src, float *dst);

}  // namespace tttv2
