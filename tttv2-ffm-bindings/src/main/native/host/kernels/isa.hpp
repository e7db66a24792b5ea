// SPDX-License-Identifier: Apache-2.0
//
// What gemm.cpp and sdpa.cpp, which know blocks and threads, ask of an instruction set, which knows registers.
#pragma once

#include <cstdint>

#include "kernels.hpp"
#include "weight_panels.hpp"

namespace tttv2::host {

constexpr int64_t kGemvRows = 8;    // most rows of a that go with packed weights
constexpr int64_t kTileDepth = 32;  // bfloat16 values in a row of a tile
constexpr int64_t kTileRows = 16;   // of a tile

constexpr int64_t round_up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

// Whether bfloat16 holds the values of a float dtype exactly.
constexpr bool fits_bfloat16(DType dtype) {
  return dtype == DType::kBFloat16 || dtype == DType::kBFloat8B || dtype == DType::kBFloat4B;
}

// Running maximum and sum of one softmax row; the sum is relative to the maximum.
struct SoftmaxState {
  float max, sum;
};

// Rows of bfloat16 values that go in tiles: 16 rows of 32 values begin at data + (row / 16) block + (column / 32) step bytes,
// each row `stride` bytes after the one before.
struct TileRows {
  const void *data;
  int64_t stride, step, block;
};

// Rows as they are stored, `stride` bytes apart.
constexpr TileRows plain_rows(const void *data, int64_t stride) { return {data, stride, 64, 16 * stride}; }

// Products of bfloat16 values, summed up in float32 two at a time, in the order of the depth. Values below the smallest
// normal number count as zero.
struct TileKernels {
  int64_t fewest_rows;  // of a for which tiles are the faster way
  // A panel of bfloat16 values, given as float32, as tiles: two bytes a value. depth is a multiple of kTileDepth.
  void (*pack_panel)(const float *panel, int64_t depth, void *tiles);
  // The same straight from rows, as Microkernels::panels makes panels of them, panel_bytes apart. next: null, or where rows begin
  // that will be read after these, as far apart, which are fetched meanwhile.
  void (*pack_rows)(DType dtype, const void *rows, int64_t stride, int64_t depth, int64_t cols, int64_t begin,
                    int64_t count, const void *next, void *tiles, int64_t panel_bytes);
  // The same from neighbouring stored panels of a group; what is `below` them in the next group will be read next.
  void (*pack_panels)(DType dtype, const void *panels, int64_t num_panels, const void *below, void *tiles,
                      int64_t panel_bytes);
  // A row of bfloat16 or block floats as `cols` values of bfloat16, a multiple of 32.
  void (*unpack_row)(DType dtype, const void *row, int64_t cols, void *dst);
  // Half a panel, the left or the right one, whose 16 columns are rows of `depth` bfloat16 values; next as for pack_rows.
  void (*pack_columns)(const void *rows, int64_t stride, int64_t depth, bool right, const void *next, void *tiles);
  // Values, of which there are a multiple of 32, as sums of two of bfloat16, to 17 bits.
  void (*split)(const float *x, int64_t n, void *upper, void *lower);
  // c[rows, 32 panels] (+)= a[rows, depth] panels; c's stride is in floats.
  void (*multiply)(const TileRows &a, int64_t rows, int64_t depth, const void *panels, int64_t num_panels, float *c,
                   int64_t c_stride, bool accumulate);
};

// A panel holds `depth` rows of 32 float32 columns; panels of neighbouring columns follow each other. Column ranges of
// packed rows begin at multiples of 32. `cols` is always the length of the whole packed row.
struct Microkernels {
  // dst[0 .. count) = columns begin .. of a row; and back.
  void (*unpack_columns)(DType dtype, const void *row, int64_t cols, int64_t begin, int64_t count, float *dst);
  void (*pack_columns)(DType dtype, const float *src, int64_t cols, int64_t begin, int64_t count, void *row);

  // Panels of columns begin .. begin + count of `depth` rows; zeros to the right.
  void (*panels)(DType dtype, const void *const *rows, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                 float *dst);
  // The same, 64 rows deep from row `k` of panels of `depth`, from neighbouring panels of a group of stored ones.
  void (*unpack_panels)(DType dtype, const void *stored, int64_t num_panels, int64_t k, int64_t depth, float *dst);
  // One panel of depth `count` whose columns are the given rows (at most 32): columns begin .. begin + count of each. next: null,
  // or as many rows that will be read after these, which are fetched meanwhile, of another dtype in part.
  void (*transposed_panel)(DType dtype, const void *const *rows, int64_t num_rows, int64_t cols, int64_t begin,
                           int64_t count, const void *const *next, float *dst);

  // c[rows, 32 panels] (+)= a[rows, depth] panels. Strides in floats. Each element is one chain of multiply-adds over
  // the depth, whatever the other arguments are.
  void (*multiply)(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const float *panels,
                   int64_t num_panels, float *c, int64_t c_stride, bool accumulate);
  // c[rows, cols] += a[rows, depth] b, straight from the rows of b, which are FLOAT32 or BFLOAT16; cols is a multiple of 32. The same
  // chain of multiply-adds; next as for transposed_panel.
  void (*multiply_stored)(const float *a, int64_t a_stride, int64_t rows, int64_t depth, DType dtype, const void *const *b, int64_t cols,
                          const void *const *next, float *c, int64_t c_stride);
  int64_t stored_rows;  // most rows of a for which that is the faster way
  // c[rows, round_up(count, 32)] = a[rows, depth] b[:, begin .. begin + count), straight from the packed rows or panels of b;
  // the same chain of multiply-adds. rows <= kGemvRows.
  void (*multiply_packed)(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const Matrix &b,
                          int64_t b_cols, int64_t begin, int64_t count, float *c, int64_t c_stride);
  // c[round_up(count, 32)] = a[depth] b[:, begin .. begin + count), b of block floats in panels: in integers, a's values being rounded to
  // 2^-21 of the largest of 64, times its block's scale. Returns false, c being anything, where that is not near enough:
  // b has infinities or NaNs there, a's largest values are not between 2^-80 and 2^80, or small ones of a have so large scales of b
  // that bytes do not hold them. Null: weights stay in rows.
  bool (*multiply_quads)(const float *a, int64_t depth, const Matrix &b, int64_t begin, int64_t count, float *c);
  int64_t integer_rows;  // most rows of a for which that, row by row, is the faster way; at most kGemvRows

  // One row of scores against `count` more keys (a multiple of 16), of which [visible_begin, visible_end) take part.
  // scores become weights exp(cap(scale score) + mask - max), where cap(s) is softcap tanh(s / softcap), or s if softcap
  // is 0; what `out` holds for earlier keys is rescaled.
  void (*softmax_step)(float *scores, const float *mask, float scale, float softcap, int64_t visible_begin,
                       int64_t visible_end, int64_t count, SoftmaxState *state, float *out, int64_t out_cols);
  // x *= factor.
  void (*scale)(float *x, float factor, int64_t n);
  const TileKernels *tiles;  // null: the processor has none
};

const Kernels &portable_kernels();
#if defined(__x86_64__)
const Kernels &avx2_kernels();
const Kernels &avx512_kernels();
const Kernels &avx512vnni_kernels();
const Kernels &avx512bf16_kernels();
const Kernels &amx_kernels();
#endif

}  // namespace tttv2::host
