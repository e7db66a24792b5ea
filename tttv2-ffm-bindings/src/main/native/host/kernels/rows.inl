// SPDX-License-Identifier: Apache-2.0
//
// Packed rows. Plain dtypes are arrays. A block-float row is padded to 32 columns: its mantissas, then one exponent
// byte for each 16 columns. BFLOAT8_B mantissas are two's complement bytes; BFLOAT4_B keeps TTNN's sign-and-magnitude
// nibbles, with columns 0..15 of each 32 in the lower halves of 16 bytes and columns 16..31 in the upper halves.
//
// A codec reads and writes 32 columns (a step), and for plain rows also fewer at the end of the row.
namespace tttv2::host::TTTV2_ISA {

constexpr int64_t kStep = 32;

// ---- Plain rows --------------------------------------------------------------------------------------

struct Float32Codec {
  static constexpr bool kBlocks = false;
  static constexpr int64_t kBytes = 4;
  TTTV2_INLINE F32 decode(const uint8_t *p) { return load(p); }
  TTTV2_INLINE void encode(uint8_t *p, F32 v) { store(p, v); }
};

struct BFloat16Codec {
  static constexpr bool kBlocks = false;
  static constexpr int64_t kBytes = 2;
  TTTV2_INLINE F32 decode(const uint8_t *p) { return from_bits(shift_left<16>(load_uint16(p))); }
  TTTV2_INLINE void encode(uint8_t *p, F32 v) {
    const I32 x = bits(v);
    const I32 odd = shift_right<16>(x) & splat_int(1);
    const I32 rounded = shift_right<16>(x + splat_int(0x7fff) + odd);
    store_uint16(p, select(not_equal(v, v), splat_int(0x7fc0), rounded));
  }
};

#if defined(__F16C__)
struct Float16Codec {
  static constexpr bool kBlocks = false;
  static constexpr int64_t kBytes = 2;
  TTTV2_INLINE F32 decode(const uint8_t *p) {
#if defined(__AVX512F__)
    return {{(FloatRegister)_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)))}};
#else
    return {{(FloatRegister)_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p))),
             (FloatRegister)_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16)))}};
#endif
  }
  TTTV2_INLINE void encode(uint8_t *p, F32 v) {
#if defined(__AVX512F__)
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(p),
                        _mm512_cvtps_ph((__m512)v.r[0], _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#else
    TTTV2_EACH(i) {
      _mm_storeu_si128(reinterpret_cast<__m128i *>(p + 16 * i),
                       _mm256_cvtps_ph((__m256)v.r[i], _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
#endif
  }
};
#else
struct Float16Codec {
  static constexpr bool kBlocks = false;
  static constexpr int64_t kBytes = 2;
  TTTV2_INLINE F32 decode(const uint8_t *p) {
    float x[kLanes];
    for (int i = 0; i < kLanes; ++i) {
      uint16_t narrow;
      std::memcpy(&narrow, p + 2 * i, 2);
      x[i] = float16_to_float(narrow);
    }
    return load(x);
  }
  TTTV2_INLINE void encode(uint8_t *p, F32 v) {
    float x[kLanes];
    store(x, v);
    for (int i = 0; i < kLanes; ++i) {
      const uint16_t narrow = float_to_float16(x[i]);
      std::memcpy(p + 2 * i, &narrow, 2);
    }
  }
};
#endif

// ---- Block floats ------------------------------------------------------------------------------------

// 2^(E - bias) for each exponent byte; NaN for 255, so that what was decoded in haste shows that it has to be redone.
struct ScaleTable {
  float value[256];
};
constexpr ScaleTable make_scales(int bias) {
  ScaleTable table{};
  double power = 1.0;
  for (int i = 0; i < bias; ++i) power *= 0.5;
  for (int i = 0; i < 255; ++i, power *= 2.0) table.value[i] = static_cast<float>(power);
  table.value[255] = __builtin_nanf("");
  return table;
}

constexpr int kBFloat8Bias = 133;
constexpr int kBFloat4Bias = 129;
static constexpr ScaleTable kBFloat8Scales = make_scales(kBFloat8Bias);
static constexpr ScaleTable kBFloat4Scales = make_scales(kBFloat4Bias);
static constexpr float kBFloat4Values[16] = {0, 1, 2, 3, 4, 5, 6, 7, -0.0f, -1, -2, -3, -4, -5, -6, -7};

// Magnitudes of 16 values under a shared exponent, of kBits bits, to nearest even; and that exponent.
template <int kBits>
TTTV2_INLINE I32 block_magnitudes(F32 v, uint8_t &exponent) {
  const I32 x = bits(v);
  const I32 exponents = shift_right<23>(x) & splat_int(255);
  const int32_t shared = largest(exponents);
  exponent = static_cast<uint8_t>(shared);
  const I32 whole = (x & splat_int(0x7fffff)) | splat_int(0x800000);
  const I32 shift = min(splat_int(shared) - exponents, splat_int(31));
  const I32 mantissa = shift_right(select(equal(exponents, splat_int(0)), splat_int(0), whole), shift);
  constexpr int kDropped = 24 - kBits;
  const I32 odd = shift_right<kDropped>(mantissa) & splat_int(1);
  const I32 rounded = shift_right<kDropped>(mantissa + splat_int((1 << (kDropped - 1)) - 1) + odd);
  return min(rounded, splat_int((1 << kBits) - 1));
}

struct BFloat8Codec {
  static constexpr bool kBlocks = true;
  static constexpr int kMagnitudeBits = 7;
  static constexpr int kBias = kBFloat8Bias;
  TTTV2_INLINE constexpr int64_t mantissa_bytes(int64_t padded) { return padded; }
  // 32 columns as integers, without their blocks' scales.
  TTTV2_INLINE void decode_integers(const uint8_t *mantissas, F32 &left, F32 &right) {
    left = to_float(load_int8(mantissas));
    right = to_float(load_int8(mantissas + 16));
  }
  // 32 columns; all of a block with an infinity or a NaN comes out as NaN.
  TTTV2_INLINE void decode(const uint8_t *mantissas, const uint8_t *exponents, F32 &left, F32 &right) {
    decode_integers(mantissas, left, right);
    left = left * splat(kBFloat8Scales.value[exponents[0]]);
    right = right * splat(kBFloat8Scales.value[exponents[1]]);
  }
  TTTV2_INLINE void encode(F32 left, F32 right, uint8_t *mantissas, uint8_t *exponents) {
    encode_half(left, mantissas, exponents);
    encode_half(right, mantissas + 16, exponents + 1);
  }
  TTTV2_INLINE void encode_half(F32 v, uint8_t *mantissas, uint8_t *exponent) {
    const I32 m = block_magnitudes<7>(v, *exponent);
    store_int8(mantissas, select(greater(splat_int(0), bits(v)), splat_int(0) - m, m));
  }
  // The magnitude and sign of one column of a step.
  TTTV2_INLINE uint32_t magnitude_at(const uint8_t *mantissas, int64_t i, bool &negative) {
    negative = mantissas[i] > 127;
    return negative ? 256u - mantissas[i] : mantissas[i];
  }
};

struct BFloat4Codec {
  static constexpr bool kBlocks = true;
  static constexpr int kMagnitudeBits = 3;
  static constexpr int kBias = kBFloat4Bias;
  TTTV2_INLINE constexpr int64_t mantissa_bytes(int64_t padded) { return padded / 2; }
  TTTV2_INLINE void decode_integers(const uint8_t *mantissas, F32 &left, F32 &right) {
    lookup_nibbles(mantissas, kBFloat4Values, left, right);
  }
  TTTV2_INLINE void decode(const uint8_t *mantissas, const uint8_t *exponents, F32 &left, F32 &right) {
    decode_integers(mantissas, left, right);
    left = left * splat(kBFloat4Scales.value[exponents[0]]);
    right = right * splat(kBFloat4Scales.value[exponents[1]]);
  }
  TTTV2_INLINE void encode(F32 left, F32 right, uint8_t *mantissas, uint8_t *exponents) {
    const I32 low = nibbles(left, exponents);
    const I32 high = nibbles(right, exponents + 1);
    store_int8(mantissas, low | shift_left<4>(high));
  }
  TTTV2_INLINE I32 nibbles(F32 v, uint8_t *exponent) {
    const I32 m = block_magnitudes<3>(v, *exponent);
    const I32 sign = shift_right<28>(bits(v)) & splat_int(8);
    return select(equal(m, splat_int(0)), m, m | sign);
  }
  TTTV2_INLINE uint32_t magnitude_at(const uint8_t *mantissas, int64_t i, bool &negative) {
    const uint32_t nibble = (mantissas[i % 16] >> (i / 16 * 4)) & 15u;
    negative = nibble > 7;
    return nibble & 7;
  }
};

// ---- Rows by codec -----------------------------------------------------------------------------------

TTTV2_INLINE int64_t shorter(int64_t a, int64_t b) { return a < b ? a : b; }
TTTV2_INLINE int64_t padded(int64_t cols) { return (cols + kStep - 1) / kStep * kStep; }

// Where the mantissas or values from a column on, a multiple of 32, begin in a row.
template <class Codec>
TTTV2_INLINE constexpr int64_t offset_of(int64_t column) {
  if constexpr (Codec::kBlocks) {
    return Codec::mantissa_bytes(column);
  } else {
    return column * Codec::kBytes;
  }
}
template <class Codec>
TTTV2_INLINE constexpr int64_t bytes_of_step() {
  return offset_of<Codec>(kStep);
}

// Whether columns begin .. begin + count of a block-float row have an infinity or a NaN.
template <class Codec>
TTTV2_INLINE bool has_specials(const uint8_t *row, int64_t cols, int64_t begin, int64_t count) {
  const uint8_t *exponents = row + Codec::mantissa_bytes(padded(cols)) + begin / 16;
  const int64_t n = (count + 15) / 16;
  uint64_t found = 0;  // the top bit of each byte that is 255, eight at a time
  for (int64_t i = 0; i < n; i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, exponents + i, static_cast<size_t>(shorter(n - i, 8)));
    found |= ((eight & 0x7f7f7f7f7f7f7f7full) + 0x0101010101010101ull) & eight & 0x8080808080808080ull;
  }
  return found != 0;
}

// 32 columns from begin, of a row without specials there, or plain; zeros after column `cols`. kWhole: the row is known
// to have 32 columns from there.
template <class Codec, bool kWhole = false>
TTTV2_INLINE void decode_step(const uint8_t *row, int64_t cols, int64_t begin, F32 &left, F32 &right) {
  if constexpr (Codec::kBlocks) {
    const int64_t mantissas = Codec::mantissa_bytes(padded(cols));
    Codec::decode(row + Codec::mantissa_bytes(begin), row + mantissas + begin / 16, left, right);
  } else {
    const uint8_t *p = row + begin * Codec::kBytes;
    if (kWhole || begin + kStep <= cols) {
      left = Codec::decode(p);
      right = Codec::decode(p + kLanes * Codec::kBytes);
    } else {
      uint8_t rest[kStep * Codec::kBytes] = {};
      std::memcpy(rest, p, static_cast<size_t>((cols - begin) * Codec::kBytes));
      left = Codec::decode(rest);
      right = Codec::decode(rest + kLanes * Codec::kBytes);
    }
  }
}

// The same with specials, one value at a time.
template <class Codec>
static void decode_special_step(const uint8_t *row, int64_t cols, int64_t begin, float *dst) {
  const uint8_t *mantissas = row + Codec::mantissa_bytes(begin);
  const uint8_t *exponents = row + Codec::mantissa_bytes(padded(cols)) + begin / 16;
  for (int64_t i = 0; i < kStep; ++i) {
    bool negative = false;
    const uint32_t m = Codec::magnitude_at(mantissas, i, negative);
    dst[i] = block_float_value(negative, m, Codec::kMagnitudeBits, exponents[i / 16]);
  }
}

template <class Codec>
static void unpack_columns(const uint8_t *row, int64_t cols, int64_t begin, int64_t count, float *dst) {
  bool specials = false;
  if constexpr (Codec::kBlocks) specials = has_specials<Codec>(row, cols, begin, count);
  for (int64_t i = 0; i < count; i += kStep) {
    float whole[kStep];
    float *out = count - i >= kStep ? dst + i : whole;
    bool done = false;
    if constexpr (Codec::kBlocks) {
      if (specials) {
        decode_special_step<Codec>(row, cols, begin + i, out);
        done = true;
      }
    }
    if (!done) {
      F32 left, right;
      decode_step<Codec>(row, cols, begin + i, left, right);
      store(out, left);
      store(out + kLanes, right);
    }
    if (out == whole) std::memcpy(dst + i, whole, static_cast<size_t>(count - i) * sizeof(float));
  }
}

template <class Codec>
static void pack_columns(const float *src, int64_t cols, int64_t begin, int64_t count, uint8_t *row) {
  for (int64_t i = 0; i < count; i += kStep) {
    const int64_t valid = shorter(count - i, kStep);
    float rest[kStep];
    const float *in = src + i;
    if (valid < kStep) {
      std::memset(rest, 0, sizeof rest);
      std::memcpy(rest, in, static_cast<size_t>(valid) * sizeof(float));
      in = rest;
    }
    const F32 left = load(in);
    const F32 right = load(in + kLanes);
    const int64_t column = begin + i;
    if constexpr (Codec::kBlocks) {
      const int64_t mantissas = Codec::mantissa_bytes(padded(cols));
      Codec::encode(left, right, row + Codec::mantissa_bytes(column), row + mantissas + column / 16);
    } else if (valid == kStep) {
      Codec::encode(row + column * Codec::kBytes, left);
      Codec::encode(row + (column + kLanes) * Codec::kBytes, right);
    } else {
      uint8_t packed[kStep * Codec::kBytes];
      Codec::encode(packed, left);
      Codec::encode(packed + kLanes * Codec::kBytes, right);
      std::memcpy(row + column * Codec::kBytes, packed, static_cast<size_t>(valid * Codec::kBytes));
    }
  }
}

// Calls body with the codec of a dtype that has one.
template <class Body>
TTTV2_INLINE void with_codec(DType dtype, Body body) {
  switch (dtype) {
    case DType::kFloat32: body(Float32Codec{}); break;
    case DType::kBFloat16: body(BFloat16Codec{}); break;
    case DType::kFloat16: body(Float16Codec{}); break;
    case DType::kBFloat8B: body(BFloat8Codec{}); break;
    case DType::kBFloat4B: body(BFloat4Codec{}); break;
    default: refuse_dtype(dtype);
  }
}

static void unpack_columns_of(DType dtype, const void *row, int64_t cols, int64_t begin, int64_t count, float *dst) {
  with_codec(dtype, [&](auto codec) {
    unpack_columns<decltype(codec)>(static_cast<const uint8_t *>(row), cols, begin, count, dst);
  });
}
static void pack_columns_of(DType dtype, const float *src, int64_t cols, int64_t begin, int64_t count, void *row) {
  with_codec(dtype,
             [&](auto codec) { pack_columns<decltype(codec)>(src, cols, begin, count, static_cast<uint8_t *>(row)); });
}
static void unpack_row(DType dtype, const void *src, int64_t cols, float *dst) {
  unpack_columns_of(dtype, src, cols, 0, cols, dst);
}
static void pack_row(DType dtype, const float *src, int64_t cols, void *dst) {
  pack_columns_of(dtype, src, cols, 0, cols, dst);
}

// ---- Panels ------------------------------------------------------------------------------------------

static void panels(DType dtype, const void *const *rows, int64_t depth, int64_t cols, int64_t begin, int64_t count,
                   float *dst) {
  with_codec(dtype, [&](auto codec) {
    using Codec = decltype(codec);
    for (int64_t k = 0; k < depth; ++k) {
      const auto *row = static_cast<const uint8_t *>(rows[k]);
      bool specials = false;
      if constexpr (Codec::kBlocks) specials = has_specials<Codec>(row, cols, begin, count);
      for (int64_t i = 0; i < count; i += kStep) {
        float *out = dst + i * depth + k * kStep;
        if (specials) {
          if constexpr (Codec::kBlocks) decode_special_step<Codec>(row, cols, begin + i, out);
        } else {
          F32 left, right;
          decode_step<Codec>(row, cols, begin + i, left, right);
          store(out, left);
          store(out + kLanes, right);
        }
      }
    }
  });
}

// A panel of quads, whose rows are decoded two at a time; all of a block with an infinity or a NaN comes out as NaN.
template <class Codec>
struct QuadPanel {
  static constexpr bool kBytes = Codec::kMagnitudeBits == 7;  // a mantissa each
  static constexpr DType kDType = kBytes ? DType::kBFloat8B : DType::kBFloat4B;
  static constexpr int64_t kSize = weight_panel_bytes(kDType);
  static constexpr int64_t kQuadBytes = kBytes ? 128 : 64;
  static constexpr int64_t kRowBytes = Codec::mantissa_bytes(kStep) + 2;  // of a row by itself

  const uint8_t *data;

  bool has_specials() const {
    I32 found = splat_int(0);  // the top bit of each byte that is 255
    for (int64_t i = 0; i < 2 * kGroupRows; i += 4 * kLanes) {
      const I32 x = bits(load(data + i));
      found = found | (((x & splat_int(0x7f7f7f7f)) + splat_int(0x01010101)) & x);
    }
    return largest(shift_right<7>(found & splat_int(static_cast<int32_t>(0x80808080)))) != 0;
  }
  void to_rows(uint8_t *rows) const { panels_to_rows(kDType, data, 1, rows, kRowBytes); }

  // Rows 4 quad + kRow and the next one.
  template <int kRow>
  TTTV2_INLINE void decode(const uint8_t *panel, int64_t quad, F32 (&values)[2][2]) {
    const uint8_t *mantissas = panel + 2 * kGroupRows + quad * kQuadBytes;
    // Without what is added to mantissas they are two's complements.
    const I32 added = splat_int(static_cast<int32_t>(kBytes ? 0x80808080 : 0x88888888));
    const I32 left = bits(load(mantissas)) ^ added;
    const I32 right = kBytes ? bits(load(mantissas + 64)) ^ added : left;
    constexpr int kKeep = kBytes ? 24 : 28;
    constexpr int kRight = kBytes ? 0 : 4;
    const uint8_t *exponents = panel + quad * 4 + kRow;
    const auto scale = [&](const uint8_t *exponent) {
      return splat((kBytes ? kBFloat8Scales : kBFloat4Scales).value[*exponent]);
    };
    values[0][0] = to_float(shift_right_signed<kKeep>(shift_left<kKeep - 8 * kRow>(left))) * scale(exponents);
    values[0][1] = to_float(shift_right_signed<kKeep>(shift_left<kKeep - kRight - 8 * kRow>(right))) * scale(exponents + kGroupRows);
    values[1][0] = to_float(shift_right_signed<kKeep>(shift_left<kKeep - 8 - 8 * kRow>(left))) * scale(exponents + 1);
    values[1][1] = to_float(shift_right_signed<kKeep>(shift_left<kKeep - kRight - 8 - 8 * kRow>(right))) * scale(exponents + kGroupRows + 1);
  }
};

template <class Codec>
static void unpack_quads(const uint8_t *quads, int64_t num_panels, int64_t k, int64_t depth, float *dst) {
  using Panel = QuadPanel<Codec>;
  for (int64_t p = 0; p < num_panels; ++p, quads += Panel::kSize) {
    float *out = dst + (p * depth + k) * kStep;
    const Panel panel{quads};
    if (panel.has_specials()) {
      uint8_t rows[kGroupRows * Panel::kRowBytes];
      panel.to_rows(rows);
      for (int64_t r = 0; r < kGroupRows; ++r) decode_special_step<Codec>(rows + r * Panel::kRowBytes, kStep, 0, out + r * kStep);
      continue;
    }
    const auto write = [&](const F32(&values)[2][2]) {
      _Pragma("GCC unroll 2") for (int r = 0; r < 2; ++r, out += kStep) {
        store(out, values[r][0]);
        store(out + kLanes, values[r][1]);
      }
    };
    for (int64_t quad = 0; quad < kPanelQuads; ++quad) {
      F32 values[2][2];
      Panel::template decode<0>(quads, quad, values);
      write(values);
      Panel::template decode<2>(quads, quad, values);
      write(values);
    }
  }
}

template <class Codec>
static void unpack_plain(const uint8_t *values, int64_t num_panels, int64_t k, int64_t depth, float *dst) {
  for (int64_t p = 0; p < num_panels; ++p) {
    float *out = dst + (p * depth + k) * kStep;
    for (int64_t i = 0; i < kGroupRows * kStep; i += kLanes, values += kLanes * Codec::kBytes) store(out + i, Codec::decode(values));
  }
}

static void unpack_panels(DType dtype, const void *stored, int64_t num_panels, int64_t k, int64_t depth, float *dst) {
  const auto *from = static_cast<const uint8_t *>(stored);
  switch (dtype) {
    case DType::kFloat32: return unpack_plain<Float32Codec>(from, num_panels, k, depth, dst);
    case DType::kBFloat16: return unpack_plain<BFloat16Codec>(from, num_panels, k, depth, dst);
    case DType::kBFloat8B: return unpack_quads<BFloat8Codec>(from, num_panels, k, depth, dst);
    case DType::kBFloat4B: return unpack_quads<BFloat4Codec>(from, num_panels, k, depth, dst);
    default: refuse_dtype(dtype);
  }
}

// Whether transpose_step reads a codec's rows as they are stored.
template <class Codec>
constexpr bool kTransposable = std::is_same_v<Codec, Float32Codec> || std::is_same_v<Codec, BFloat16Codec>;

// 32 columns of 16 rows, given where these columns begin in each, to the left half of a panel.
template <class Codec>
static void transpose_step(const uint8_t *const *rows, float *dst) {
  static_assert(kTransposable<Codec>);
  if constexpr (std::is_same_v<Codec, Float32Codec>) {
    for (int64_t half = 0; half < kStep; half += kLanes) {
      transpose([&](int64_t r) { return rows[r] + half * 4; },
                [&](int64_t c, int64_t first, FloatRegister v) { std::memcpy(dst + (half + c) * kStep + first, &v, sizeof v); });
    }
  } else {
    // Neighbours are moved together, as if they were a float.
    transpose([&](int64_t r) { return rows[r]; },
              [&](int64_t c, int64_t first, FloatRegister v) {
                const auto two = (UIntRegister)v;
                const UIntRegister left = two << 16, right = two & 0xffff0000u;
                float *out = dst + 2 * c * kStep + first;
                std::memcpy(out, &left, sizeof left);
                std::memcpy(out + kStep, &right, sizeof right);
              });
  }
}

// Fetches 32 columns of a row.
template <class Codec>
TTTV2_INLINE void fetch_step(const void *row, int64_t column) {
  const uint8_t *from = static_cast<const uint8_t *>(row) + offset_of<Codec>(column);
  for (int64_t i = 0; i < bytes_of_step<Codec>(); i += 64) __builtin_prefetch(from + i);
}

static constexpr uint8_t kNoRow[kStep * sizeof(float)] = {};

static void transposed_panel(DType dtype, const void *const *rows, int64_t num_rows, int64_t cols, int64_t begin,
                             int64_t count, const void *const *next, float *dst) {
  constexpr int64_t kWidth = 256;  // columns unpacked at a time, where they are not read as they are stored
  with_codec(dtype, [&](auto codec) {
    using Codec = decltype(codec);
    for (int64_t side = 0; side < kStep; side += kLanes) {
      const int64_t here = shorter(num_rows - side, kLanes);
      const uint8_t *from[kLanes];
      for (int64_t r = 0; r < kLanes; ++r) from[r] = kNoRow;
      int64_t k = 0;
      if constexpr (kTransposable<Codec>) {
        for (; k + kStep <= count; k += kStep) {
          for (int64_t r = 0; next != nullptr && r < here; ++r) fetch_step<Codec>(next[side + r], begin + k);
          for (int64_t r = 0; r < here; ++r) from[r] = static_cast<const uint8_t *>(rows[side + r]) + offset_of<Codec>(begin + k);
          transpose_step<Codec>(from, dst + k * kStep + side);
        }
      }
      float lines[kLanes][kWidth], last[kStep * kStep];
      for (; k < count; k += kWidth) {
        const int64_t width = shorter(count - k, kWidth);
        for (int64_t r = 0; r < here; ++r) {
          unpack_columns<Codec>(static_cast<const uint8_t *>(rows[side + r]), cols, begin + k, width, lines[r]);
        }
        for (int64_t i = 0; i < width; i += kStep) {
          for (int64_t r = 0; next != nullptr && r < here; ++r) fetch_step<Codec>(next[side + r], begin + k + i);
          for (int64_t r = 0; r < here; ++r) from[r] = reinterpret_cast<const uint8_t *>(lines[r] + i);
          float *out = dst + (k + i) * kStep + side;
          transpose_step<Float32Codec>(from, width - i >= kStep ? out : last);
          for (int64_t c = 0; width - i < kStep && c < width - i; ++c) std::memcpy(out + c * kStep, last + c * kStep, kLanes * sizeof(float));
        }
      }
    }
  });
}

}  // namespace tttv2::host::TTTV2_ISA
