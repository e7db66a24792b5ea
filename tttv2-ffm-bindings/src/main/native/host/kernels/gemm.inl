// SPDX-License-Identifier: Apache-2.0
//
// Matrix products of float32 rows with panels and with packed rows. Every element of the result is one chain of
// multiply-adds over the depth, first to last, so blocking and the number of rows cannot be seen in the bits.
namespace tttv2::host::TTTV2_ISA {

#if defined(__AVX512F__)
constexpr int kBlockRows = 12;    // rows x vectors of accumulators, and the vectors of b, fill the registers
constexpr int kBlockVectors = 2;  // of 16 columns
constexpr int kDepthStep = 8;     // rows of packed b decoded at a time
#elif defined(__AVX2__)
constexpr int kBlockRows = 6;
constexpr int kBlockVectors = 1;
constexpr int kDepthStep = 2;
#else
constexpr int kBlockRows = 2;
constexpr int kBlockVectors = 1;
constexpr int kDepthStep = 1;
#endif

constexpr int64_t kFetchedAhead = 12288;  // bytes: what memory delivers in the time that it takes to answer

// Vectors of columns of a block of so many rows.
constexpr int block_vectors(int64_t rows) { return rows <= kBlockRows / 3 ? 2 : kBlockVectors; }

// `ahead`: null, or where memory is fetched meanwhile, as much as the panel's rows are.
template <class Codec, int kRows>
static void multiply_block(const float *a, int64_t a_stride, int64_t depth, const uint8_t *panel, const uint8_t *ahead, float *c,
                           int64_t c_stride, bool accumulate) {
  constexpr int kVectors = block_vectors(kRows);
  F32 sums[kRows][kVectors];
  _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = accumulate ? load(c + r * c_stride + v * kLanes) : zero();
    }
  }
  for (int64_t k = 0; k < depth; ++k) {
    if (ahead != nullptr) {
      for (int64_t i = 0; i < kVectors * kLanes * Codec::kBytes; i += 64) __builtin_prefetch(ahead + k * kStep * Codec::kBytes + i);
    }
    F32 b[kVectors];
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) b[v] = Codec::decode(panel + (k * kStep + v * kLanes) * Codec::kBytes);
    _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
      const F32 x = splat(a[r * a_stride + k]);
      _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) sums[r][v] = fma(x, b[v], sums[r][v]);
    }
  }
  _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) store(c + r * c_stride + v * kLanes, sums[r][v]);
  }
}

// `first` and its neighbours, block_vectors(rows) of a panel's vectors.
template <class Codec, int kRows>
static void multiply_rows(int64_t rows, const float *a, int64_t a_stride, int64_t depth, const uint8_t *first, const uint8_t *ahead,
                          float *c, int64_t c_stride, bool accumulate) {
  if (rows == kRows) {
    multiply_block<Codec, kRows>(a, a_stride, depth, first, ahead, c, c_stride, accumulate);
  } else if constexpr (kRows > 1) {
    multiply_rows<Codec, kRows - 1>(rows, a, a_stride, depth, first, ahead, c, c_stride, accumulate);
  }
}

// Panels of the codec's values; `ahead` as for one. What all rows are multiplied with one after the other stays in the nearest cache.
template <class Codec>
static void multiply_values(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const uint8_t *panels,
                            int64_t num_panels, const uint8_t *ahead, float *c, int64_t c_stride, bool accumulate) {
  // Blocks of nearly equal height.
  const int64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  const int64_t cols = (blocks == 1 ? block_vectors(rows) : kBlockVectors) * kLanes;
  for (int64_t column = 0; column < num_panels * kStep; column += cols) {
    const int64_t offset = (column / kStep * depth * kStep + column % kStep) * Codec::kBytes;
    for (int64_t block = 0; block < blocks; ++block) {
      const int64_t top = rows * block / blocks;
      const int64_t count = rows * (block + 1) / blocks - top;
      const uint8_t *next = ahead == nullptr || block > 0 ? nullptr : ahead + offset;
      multiply_rows<Codec, kBlockRows>(count, a + top * a_stride, a_stride, depth, panels + offset, next, c + top * c_stride + column,
                                       c_stride, accumulate);
    }
  }
}

static void multiply_panels(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const float *panels,
                            int64_t num_panels, float *c, int64_t c_stride, bool accumulate) {
  multiply_values<Float32Codec>(a, a_stride, rows, depth, reinterpret_cast<const uint8_t *>(panels), num_panels, nullptr, c, c_stride,
                                accumulate);
}

// c[kRows, 16 block_vectors(kRows)] += a[kRows, depth] b, b's columns from `column` on.
template <class Codec, int kRows>
static void multiply_stored_block(const float *a, int64_t a_stride, int64_t depth, const void *const *b, int64_t column,
                                  const void *const *next, float *c, int64_t c_stride) {
  constexpr int kVectors = block_vectors(kRows);
  F32 sums[kRows][kVectors];
  _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) sums[r][v] = load(c + r * c_stride + column + v * kLanes);
  }
  for (int64_t k = 0; k < depth; ++k) {
    const uint8_t *row = static_cast<const uint8_t *>(b[k]) + column * Codec::kBytes;
    if (next != nullptr && column % kStep == 0) fetch_step<Codec>(next[k], column);
    F32 values[kVectors];
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) values[v] = Codec::decode(row + v * kLanes * Codec::kBytes);
    _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
      const F32 x = splat(a[r * a_stride + k]);
      _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) sums[r][v] = fma(x, values[v], sums[r][v]);
    }
  }
  _Pragma("GCC unroll 12") for (int r = 0; r < kRows; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < kVectors; ++v) store(c + r * c_stride + column + v * kLanes, sums[r][v]);
  }
}

template <class Codec, int kRows>
static void multiply_stored_rows(int64_t rows, const float *a, int64_t a_stride, int64_t depth, const void *const *b, int64_t cols,
                                 const void *const *next, float *c, int64_t c_stride) {
  if (rows == kRows) {
    for (int64_t column = 0; column < cols; column += block_vectors(kRows) * kLanes) {
      multiply_stored_block<Codec, kRows>(a, a_stride, depth, b, column, next, c, c_stride);
    }
  } else if constexpr (kRows > 1) {
    multiply_stored_rows<Codec, kRows - 1>(rows, a, a_stride, depth, b, cols, next, c, c_stride);
  }
}

static void multiply_stored(const float *a, int64_t a_stride, int64_t rows, int64_t depth, DType dtype, const void *const *b, int64_t cols,
                            const void *const *next, float *c, int64_t c_stride) {
  switch (dtype) {
    case DType::kFloat32: return multiply_stored_rows<Float32Codec, kBlockRows>(rows, a, a_stride, depth, b, cols, next, c, c_stride);
    case DType::kBFloat16: return multiply_stored_rows<BFloat16Codec, kBlockRows>(rows, a, a_stride, depth, b, cols, next, c, c_stride);
    default: refuse_dtype(dtype);
  }
}

// c[rows, 32] += a[rows, kDepth] b, b given as decoded vectors.
template <int kDepth>
TTTV2_INLINE void accumulate_step(const float *a, int64_t a_stride, int64_t rows, const F32 (&b)[kDepth][2], float *c,
                                  int64_t c_stride) {
  for (int64_t r = 0; r < rows; ++r) {
    float *out = c + r * c_stride;
    F32 left = load(out);
    F32 right = load(out + kLanes);
    _Pragma("GCC unroll 8") for (int d = 0; d < kDepth; ++d) {
      const F32 x = splat(a[r * a_stride + d]);
      left = fma(x, b[d][0], left);
      right = fma(x, b[d][1], right);
    }
    store(out, left);
    store(out + kLanes, right);
  }
}

template <class Codec, int kDepth, bool kWhole>
TTTV2_INLINE void accumulate_packed_step(const float *a, int64_t a_stride, int64_t rows, const uint8_t *b,
                                         int64_t b_stride, int64_t b_cols, int64_t column, float *c, int64_t c_stride) {
  F32 values[kDepth][2];
  _Pragma("GCC unroll 8") for (int d = 0; d < kDepth; ++d) {
    decode_step<Codec, kWhole>(b + d * b_stride, b_cols, column, values[d][0], values[d][1]);
  }
  accumulate_step<kDepth>(a, a_stride, rows, values, c, c_stride);
}

// Fetches the next kDepth rows of b: usually in other pages, where the processor does not look ahead by itself.
template <class Codec, int kDepth>
TTTV2_INLINE void prefetch_step(const uint8_t *next, int64_t b_stride, int64_t column) {
  _Pragma("GCC unroll 8") for (int d = 0; d < kDepth; ++d) {
    const uint8_t *line = next + d * b_stride + offset_of<Codec>(column);
    __builtin_prefetch(line);
    if constexpr (bytes_of_step<Codec>() > 64) __builtin_prefetch(line + 64);
  }
}

template <class Codec, int kDepth>
TTTV2_INLINE void accumulate_packed(const float *a, int64_t a_stride, int64_t rows, const uint8_t *b, int64_t b_stride,
                                    int64_t b_cols, int64_t begin, int64_t count, float *c, int64_t c_stride) {
  int64_t i = 0;
  for (; i + kStep <= count; i += kStep) {
    if constexpr (kDepth > 1) prefetch_step<Codec, kDepth>(b + kDepth * b_stride, b_stride, begin + i);
    accumulate_packed_step<Codec, kDepth, true>(a, a_stride, rows, b, b_stride, b_cols, begin + i, c + i, c_stride);
  }
  if (i < count) {
    accumulate_packed_step<Codec, kDepth, false>(a, a_stride, rows, b, b_stride, b_cols, begin + i, c + i, c_stride);
  }
}

template <class Codec>
TTTV2_INLINE void accumulate_all(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const uint8_t *b,
                                 int64_t b_stride, int64_t b_cols, int64_t begin, int64_t count, float *c,
                                 int64_t c_stride) {
  int64_t k = 0;
  for (; k + kDepthStep <= depth; k += kDepthStep) {
    accumulate_packed<Codec, kDepthStep>(a + k, a_stride, rows, b + k * b_stride, b_stride, b_cols, begin, count, c,
                                         c_stride);
  }
  for (; k < depth; ++k) {
    accumulate_packed<Codec, 1>(a + k, a_stride, rows, b + k * b_stride, b_stride, b_cols, begin, count, c, c_stride);
  }
}

// values[i] = a 2^(E[i] - bias). Returns in which lanes that is not exact, or so large that a product could overflow. A
// block whose exponent is zero has nothing but zeros.
template <class Codec>
TTTV2_INLINE I32 scale_by_blocks(float a, const uint8_t *exponents, int64_t blocks, float *values) {
  uint32_t a_bits;
  std::memcpy(&a_bits, &a, sizeof a);
  const auto a_exponent = static_cast<int32_t>(a_bits >> 23 & 255);
  const int32_t low = Codec::kBias + (a_exponent > 126 || a == 0 ? -126 : 1 - a_exponent);  // nothing is subnormal
  const int32_t high = a_exponent < 119 ? 254 : Codec::kBias + 240 - a_exponent;  // products are finite
  I32 wrong = splat_int(0);
  uint8_t few[kLanes];
  if (blocks < kLanes) {
    for (int64_t i = 0; i < kLanes; ++i) few[i] = i < blocks ? exponents[i] : 0;
    exponents = few;
  }
  // The last lanes may overlap those before them.
  for (int64_t done = 0; done < blocks; done += kLanes) {
    const int64_t i = done == 0 ? 0 : shorter(done, blocks - kLanes);
    const I32 e = load_int8(exponents + i) & splat_int(255);
    const I32 empty = equal(e, splat_int(0));
    wrong = wrong | select(empty, splat_int(0), greater(splat_int(low), e) | greater(e, splat_int(high)));
    const I32 scale = select(empty, splat_int(0), shift_left<23>(e - splat_int(Codec::kBias - 127)));
    store(values + i, splat(a) * from_bits(scale));
  }
  return wrong;
}

// One row of block floats: the blocks' scales go to the values of a, of which there are fewer. Scales are powers of two, so
// the multiply-adds have the same bits.
template <class Codec>
static void accumulate_scaled(const float *a, int64_t depth, const uint8_t *b, int64_t b_stride, int64_t b_cols,
                              int64_t begin, int64_t count, float *c) {
  constexpr int64_t kMostBlocks = 128;
  for (int64_t from = 0; from < count; from += kMostBlocks * 16) {
    const int64_t some = shorter(count - from, kMostBlocks * 16);
    const int64_t exponents = Codec::mantissa_bytes(padded(b_cols)) + (begin + from) / 16;
    int64_t k = 0;
    for (; k + kDepthStep <= depth; k += kDepthStep) {
      const uint8_t *rows = b + k * b_stride;
      float values[kDepthStep][kMostBlocks];
      I32 wrong = splat_int(0);
      for (int d = 0; d < kDepthStep; ++d) {
        const uint8_t *blocks = rows + d * b_stride + exponents;
        wrong = wrong | scale_by_blocks<Codec>(a[k + d], blocks, padded(some) / 16, values[d]);
        for (int64_t i = 0; i < some / 16; i += 64) __builtin_prefetch(blocks + kDepthStep * b_stride + i);
      }
      if (largest(splat_int(0) - wrong) != 0) {
        accumulate_packed<Codec, kDepthStep>(a + k, 0, 1, rows, b_stride, b_cols, begin + from, some, c + from, 0);
        continue;
      }
      for (int64_t i = 0; i < some; i += kStep) {
        const int64_t column = begin + from + i;
        if constexpr (kDepthStep > 1) prefetch_step<Codec, kDepthStep>(rows + kDepthStep * b_stride, b_stride, column);
        float *out = c + from + i;
        F32 left = load(out);
        F32 right = load(out + kLanes);
        _Pragma("GCC unroll 8") for (int d = 0; d < kDepthStep; ++d) {
          F32 x, y;
          Codec::decode_integers(rows + d * b_stride + Codec::mantissa_bytes(column), x, y);
          left = fma(values[d][i / 16], x, left);
          right = fma(values[d][i / 16 + 1], y, right);
        }
        store(out, left);
        store(out + kLanes, right);
      }
    }
    for (; k < depth; ++k) {
      accumulate_packed<Codec, 1>(a + k, 0, 1, b + k * b_stride, b_stride, b_cols, begin + from, some, c + from, 0);
    }
  }
}

// Any rows, where b has infinities or NaNs.
template <class Codec>
static void accumulate_exactly(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const uint8_t *b,
                               int64_t b_stride, int64_t b_cols, int64_t begin, int64_t count, float *c,
                               int64_t c_stride) {
  for (int64_t k = 0; k < depth; ++k) {
    for (int64_t i = 0; i < count; i += kStep) {
      float x[kStep];
      decode_special_step<Codec>(b + k * b_stride, b_cols, begin + i, x);
      const F32 values[1][2] = {{load(x), load(x + kLanes)}};
      accumulate_step<1>(a + k, a_stride, rows, values, c + i, c_stride);
    }
  }
}

TTTV2_INLINE void clear(int64_t rows, int64_t count, float *c, int64_t c_stride) {
  for (int64_t r = 0; r < rows; ++r)
    std::memset(c + r * c_stride, 0, static_cast<size_t>(padded(count)) * sizeof(float));
}

static bool has_nan(int64_t rows, int64_t count, const float *c, int64_t c_stride) {
  I32 found = splat_int(0);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < count; i += kLanes) {
      const F32 v = load(c + r * c_stride + i);
      found = found | not_equal(v, v);
    }
  }
  return largest(splat_int(0) - found) != 0;
}

// Groups of quads `stride` bytes apart, from their first panel on.
template <class Codec>
static void accumulate_quads(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const uint8_t *groups, int64_t stride,
                             int64_t num_panels, float *c, int64_t c_stride) {
  using Panel = QuadPanel<Codec>;
  for (int64_t k = 0; k < depth; k += kGroupRows, groups += stride) {
    for (int64_t p = 0; p < num_panels; ++p) {
      const uint8_t *panel = groups + p * Panel::kSize;
      const uint8_t *next = p + 1 < num_panels ? panel + Panel::kSize : groups + stride;
      float *out = c + p * kStep;
      for (int64_t i = 0; i < 2 * kGroupRows; i += 64) __builtin_prefetch(next + i);
      for (int64_t quad = 0; quad < kPanelQuads; ++quad) {
        for (int64_t i = 0; i < Panel::kQuadBytes; i += 64) __builtin_prefetch(next + 2 * kGroupRows + quad * Panel::kQuadBytes + i);
        const float *x = a + k + quad * 4;
        F32 values[2][2];
        Panel::template decode<0>(panel, quad, values);
        accumulate_step<2>(x, a_stride, rows, values, out, c_stride);
        Panel::template decode<2>(panel, quad, values);
        accumulate_step<2>(x + 2, a_stride, rows, values, out, c_stride);
      }
    }
  }
}

template <class Codec>
static void multiply_rows_of_quads(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const Matrix &b, int64_t begin,
                                   int64_t count, float *c, int64_t c_stride) {
  using Panel = QuadPanel<Codec>;
  const int64_t num_panels = padded(count) / kStep;
  const int64_t stride = b.stride * kGroupRows;
  const auto *groups = static_cast<const uint8_t *>(b.data) + begin / kStep * Panel::kSize;
  accumulate_quads<Codec>(a, a_stride, rows, depth, groups, stride, num_panels, c, c_stride);
  if (!has_nan(rows, count, c, c_stride)) return;
  clear(rows, count, c, c_stride);
  for (int64_t k = 0; k < depth; k += kGroupRows, groups += stride) {
    for (int64_t p = 0; p < num_panels; ++p) {
      uint8_t lines[kGroupRows * Panel::kRowBytes];
      Panel{groups + p * Panel::kSize}.to_rows(lines);
      accumulate_exactly<Codec>(a + k, a_stride, rows, kGroupRows, lines, Panel::kRowBytes, kStep, 0, kStep, c + p * kStep, c_stride);
    }
  }
}

// Few rows, which read panels once: those of the next group, which lie in other pages, are fetched in time.
template <class Codec>
static void multiply_rows_of_values(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const Matrix &b, int64_t begin,
                                    int64_t count, float *c, int64_t c_stride) {
  constexpr int64_t kPanelBytes = kGroupRows * kStep * Codec::kBytes;
  constexpr int64_t kAhead = (kFetchedAhead + kPanelBytes - 1) / kPanelBytes;  // panels
  const int64_t num_panels = padded(count) / kStep;
  const auto *group = static_cast<const uint8_t *>(b.data) + begin * kGroupRows * Codec::kBytes;
  const int64_t stride = b.stride * kGroupRows;
  for (int64_t k = 0; k < depth; k += kGroupRows, group += stride) {
    for (int64_t p = 0; p < num_panels; ++p) {
      const uint8_t *panel = group + p * kPanelBytes;
      const int64_t below = p + kAhead - num_panels;  // negative: beside
      const uint8_t *ahead = below < 0 ? panel + kAhead * kPanelBytes : group + stride + shorter(below, num_panels - 1) * kPanelBytes;
      if (below >= 0 && k + kGroupRows >= depth) ahead = nullptr;
      multiply_values<Codec>(a + k, a_stride, rows, kGroupRows, panel, 1, ahead, c + p * kStep, c_stride, true);
    }
  }
}

static void multiply_packed(const float *a, int64_t a_stride, int64_t rows, int64_t depth, const Matrix &b,
                            int64_t b_cols, int64_t begin, int64_t count, float *c, int64_t c_stride) {
  clear(rows, count, c, c_stride);
  if (b.form == Form::kPanels) {
    switch (b.dtype) {
      case DType::kFloat32: return multiply_rows_of_values<Float32Codec>(a, a_stride, rows, depth, b, begin, count, c, c_stride);
      case DType::kBFloat16: return multiply_rows_of_values<BFloat16Codec>(a, a_stride, rows, depth, b, begin, count, c, c_stride);
      case DType::kBFloat8B: return multiply_rows_of_quads<BFloat8Codec>(a, a_stride, rows, depth, b, begin, count, c, c_stride);
      case DType::kBFloat4B: return multiply_rows_of_quads<BFloat4Codec>(a, a_stride, rows, depth, b, begin, count, c, c_stride);
      default: refuse_dtype(b.dtype);
    }
  }
  with_codec(b.dtype, [&](auto codec) {
    using Codec = decltype(codec);
    const auto *base = static_cast<const uint8_t *>(b.data);
    if (rows > 1) {
      accumulate_all<Codec>(a, a_stride, rows, depth, base, b.stride, b_cols, begin, count, c, c_stride);
    } else if constexpr (Codec::kBlocks) {
      accumulate_scaled<Codec>(a, depth, base, b.stride, b_cols, begin, count, c);
    } else {
      accumulate_all<Codec>(a, a_stride, 1, depth, base, b.stride, b_cols, begin, count, c, c_stride);
    }
    if constexpr (Codec::kBlocks) {
      if (has_nan(rows, count, c, c_stride)) {  // from a, or from a block that was decoded in haste
        clear(rows, count, c, c_stride);
        accumulate_exactly<Codec>(a, a_stride, rows, depth, base, b.stride, b_cols, begin, count, c, c_stride);
      }
    }
  });
}

}  // namespace tttv2::host::TTTV2_ISA
