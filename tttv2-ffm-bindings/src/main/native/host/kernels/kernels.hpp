// SPDX-License-Identifier: Apache-2.0
//
// What the operations ask of the processor. Tensors are stored as rows of their last dimension, without tile padding
// between rows: FLOAT32, BFLOAT16 and integers as plain values, block floats as row records (see row_bytes). Everything
// is computed in float32 and rounded once, when a row is packed.
#pragma once

#include <cstdint>

#include "common/dtype.hpp"

namespace tttv2 {
class ThreadPool;
struct Reads;
}

namespace tttv2::host {

struct Microkernels;  // what gemm and sdpa are made of: isa.hpp

// Bytes of a row of `cols` values. A block-float row is padded to 32 columns: first all its mantissas, then one
// exponent byte for each 16 columns.
int64_t row_bytes(DType dtype, int64_t cols);

// The kernels of one instruction set. Float dtypes only, unless said otherwise; n and cols have any value >= 0.
struct Kernels {
  const char *isa;
  void (*unpack_row)(DType dtype, const void *src, int64_t cols, float *dst);  // also FLOAT16; writes cols values
  void (*pack_row)(DType dtype, const float *src, int64_t cols, void *dst);    // also FLOAT16; to nearest even / as TTNN packs
  void (*add)(const float *a, const float *b, float *out, int64_t n);
  void (*subtract)(const float *a, const float *b, float *out, int64_t n);
  void (*multiply)(const float *a, const float *b, float *out, int64_t n);
  void (*activate)(Activation op, float *x, int64_t n);
  void (*rms_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *out,
                   int64_t n);                       // weight, bias may be null
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *out,
                     int64_t n);                     // likewise
  void (*softmax)(float *x, int64_t n);              // in place
  void (*rotate_half)(const float *x, const float *cos, const float *sin, float *out, int64_t n);   // pairs (i, i + n/2)
  void (*rotate_pairs)(const float *x, const float *cos, const float *sin, float *out, int64_t n);  // pairs (2i, 2i + 1)
  const Microkernels *micro;
};

// The best kernels this processor runs. TTTV2_ISA=portable|avx2|avx512|avx512vnni|avx512bf16|amx forces one; an unknown or unsupported
// name throws std::runtime_error naming the choices.
const Kernels &kernels();

enum class Form { kRows, kPanels };  // kPanels: weight_panels.hpp
// How weights of so many rows and columns are best stored that are the b of products.
Form weight_form(const Kernels &kernels, DType dtype, int64_t rows, int64_t cols);

// c[m, n] = activation(sum_k a[m, k] b[k, n] + bias[n]), rounded to c's dtype. Rows are `stride` bytes apart.
struct Matrix {
  DType dtype;
  const void *data;
  int64_t stride;
  Form form = Form::kRows;
};
struct Gemm {
  int64_t m, n, k;
  Matrix a;
  bool a_transposed;  // a is [k, m]
  Matrix b;           // in panels only if not transposed
  bool b_transposed;  // b is [n, k]
  const float *bias;  // may be null
  Activation activation;
  DType c_dtype;
  void *c;
  int64_t c_stride;
};
// The bits of a row of c do not depend on the row's index or on the number of threads; with a in FLOAT32, and where the
// processor has neither tiles nor panels of block floats, not on m either. In tiles go products of TileKernels::fewest_rows rows and more, of
// BFLOAT16 with BFLOAT16 or block floats, if k is a multiple of 32; else, with b of block floats in panels, in integers those
// of few rows.
void gemm(ThreadPool &pool, const Kernels &kernels, const Gemm &args);
// What threads read of b where they share out the product by columns, the last one at most as much; else nothing.
Reads reads_of(const ThreadPool &pool, const Kernels &kernels, const Gemm &args);

// Of two products with the same a, m, n and k: c[m, n] = activation(gate_activation(gate) * up_activation(up)), element by
// element of what the two store; all three have other memory than a, b and each other. The same as gemm, gemm and that, and
// with few rows in one go.
struct Gated {
  Gemm gate, up;
  Activation gate_activation, up_activation, activation;
  DType c_dtype;
  void *c;
  int64_t c_stride;
};
void gated_gemm(ThreadPool &pool, const Kernels &kernels, const Gated &args);

// Keys or values of the attention: row (user, kv head, position) of D values, contiguous or paged.
struct KeyValues {
  DType dtype;
  const void *data;
  int64_t row_stride;         // bytes between positions
  int64_t head_stride;        // bytes between kv heads
  int64_t block_stride;       // bytes between users (contiguous) or cache blocks (paged)
  const int32_t *page_table;  // [users, pages], null: contiguous
  int64_t pages;
  int64_t block_size;         // positions in a block
};
// Queries: row (user, head, query) of D values.
struct Sdpa {
  int64_t users, heads, kv_heads, queries, head_dim;
  DType q_dtype;
  const void *q;
  int64_t q_user_stride, q_head_stride, q_row_stride;  // bytes
  KeyValues k, v;
  const int64_t *first_position;  // [users]: the position of query 0; key j is seen by query i if j <= first_position + i
                                  // (causal); negative: the user's output is zero
  int64_t keys;                   // number of keys where not causal
  bool causal;
  int64_t window;                 // 0: none; causal: keys j > position - window only; else |j - position| <= window / 2
  float scale;
  float softcap;                  // 0: none; else scaled scores s become softcap tanh(s / softcap)
  // Optional mask, added to the scores after that: row (user, head, query) of mask_cols values, at least `keys`; strides
  // of 0 broadcast.
  DType mask_dtype;
  const void *mask;
  int64_t mask_cols;
  int64_t mask_user_stride, mask_head_stride, mask_row_stride;
  const float *sinks;  // [heads] or null: a score that takes part in the softmax and has no value
  DType out_dtype;
  void *out;
  int64_t out_user_stride, out_head_stride, out_row_stride;
};
void sdpa(ThreadPool &pool, const Kernels &kernels, const Sdpa &args);

}  // namespace tttv2::host
