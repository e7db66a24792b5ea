// SPDX-License-Identifier: Apache-2.0
//
// Operations on float32 rows.
namespace tttv2::host::TTTV2_ISA {

TTTV2_INLINE F32 load_some(const float *p, int64_t n) {  // zeros after n lanes
  float x[kLanes] = {};
  std::memcpy(x, p, static_cast<size_t>(n) * sizeof(float));
  return load(x);
}
TTTV2_INLINE void store_some(float *p, F32 v, int64_t n) {
  float x[kLanes];
  store(x, v);
  std::memcpy(p, x, static_cast<size_t>(n) * sizeof(float));
}

// out[i] = op(a[i], b[i])
template <class Op>
TTTV2_INLINE void zip(const float *a, const float *b, float *out, int64_t n, Op op) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(out + i, op(load(a + i), load(b + i)));
  if (i < n) store_some(out + i, op(load_some(a + i, n - i), load_some(b + i, n - i)), n - i);
}
template <class Op>
TTTV2_INLINE void map(float *x, int64_t n, Op op) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(x + i, op(load(x + i)));
  if (i < n) store_some(x + i, op(load_some(x + i, n - i)), n - i);
}

static void add(const float *a, const float *b, float *out, int64_t n) {
  zip(a, b, out, n, [](F32 x, F32 y) __attribute__((always_inline)) { return x + y; });
}
static void subtract(const float *a, const float *b, float *out, int64_t n) {
  zip(a, b, out, n, [](F32 x, F32 y) __attribute__((always_inline)) { return x - y; });
}
static void multiply(const float *a, const float *b, float *out, int64_t n) {
  zip(a, b, out, n, [](F32 x, F32 y) __attribute__((always_inline)) { return x * y; });
}
static void scale(float *x, float factor, int64_t n) {
  map(x, n, [factor](F32 v) __attribute__((always_inline)) { return v * splat(factor); });
}

static void activate(Activation op, float *x, int64_t n) {
  switch (op) {
    case Activation::kNone: break;
    case Activation::kSilu: map(x, n, [](F32 v) __attribute__((always_inline)) { return silu(v); }); break;
    case Activation::kGelu: map(x, n, [](F32 v) __attribute__((always_inline)) { return gelu(v); }); break;
    case Activation::kGeluTanh: map(x, n, [](F32 v) __attribute__((always_inline)) { return gelu_tanh(v); }); break;
    case Activation::kRelu: map(x, n, [](F32 v) __attribute__((always_inline)) { return relu(v); }); break;
    case Activation::kTanh: map(x, n, [](F32 v) __attribute__((always_inline)) { return tanh(v); }); break;
    case Activation::kSigmoid: map(x, n, [](F32 v) __attribute__((always_inline)) { return sigmoid(v); }); break;
  }
}

// out = (x - mean) * factor * weight + bias; weight and bias may be null.
TTTV2_INLINE void normalize(const float *x, float mean, float factor, const float *weight, const float *bias, float *out,
                            int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes) {
    const int64_t count = shorter(n - i, kLanes);
    const bool whole = count == kLanes;
    F32 y = ((whole ? load(x + i) : load_some(x + i, count)) - splat(mean)) * splat(factor);
    if (weight != nullptr) y = y * (whole ? load(weight + i) : load_some(weight + i, count));
    if (bias != nullptr) y = y + (whole ? load(bias + i) : load_some(bias + i, count));
    if (whole) {
      store(out + i, y);
    } else {
      store_some(out + i, y, count);
    }
  }
}

static void rms_norm(const float *x, const float *weight, const float *bias, float epsilon, float *out, int64_t n) {
  if (n <= 0) return;
  F32 squares = zero();
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) squares = fma(load(x + i), load(x + i), squares);
  if (i < n) {
    const F32 rest = load_some(x + i, n - i);
    squares = fma(rest, rest, squares);
  }
  normalize(x, 0.0f, 1.0f / sqrt(sum(squares) / static_cast<float>(n) + epsilon), weight, bias, out, n);
}

// The corrected two-pass algorithm of Chan, Golub and LeVeque ("Algorithms for computing the sample variance", 1983):
// what the rounded mean is off by is taken out of the variance, and here out of the mean too, so that rows of one
// value come out as zeros however large it is.
static void layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *out, int64_t n) {
  if (n <= 0) return;
  const auto length = static_cast<float>(n);
  F32 total = zero();
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) total = total + load(x + i);
  if (i < n) total = total + load_some(x + i, n - i);
  const float mean = sum(total) / length;
  F32 differences = zero();
  F32 squares = zero();
  for (i = 0; i < n; i += kLanes) {
    const int64_t count = shorter(n - i, kLanes);
    F32 values;
    if (count == kLanes) {
      values = load(x + i);
    } else {
      float rest[kLanes];
      for (int64_t j = 0; j < kLanes; ++j) rest[j] = j < count ? x[i + j] : mean;
      values = load(rest);
    }
    const F32 difference = values - splat(mean);
    differences = differences + difference;
    squares = fma(difference, difference, squares);
  }
  const float off = sum(differences) / length;
  const float variance = sum(squares) / length - off * off;
  normalize(x, mean + off, 1.0f / sqrt((variance < 0.0f ? 0.0f : variance) + epsilon), weight, bias, out, n);
}

static void softmax(float *x, int64_t n) {
  if (n <= 0) return;
  const float lowest = -__builtin_inff();
  F32 top = splat(lowest);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) top = max(top, load(x + i));
  float rest[kLanes];
  const int64_t left = n - i;
  for (int64_t j = 0; j < kLanes; ++j) rest[j] = j < left ? x[i + j] : lowest;
  const F32 peak = splat(largest(max(top, load(rest))));
  F32 total = zero();
  for (i = 0; i + kLanes <= n; i += kLanes) {
    const F32 e = exp(load(x + i) - peak);
    total = total + e;
    store(x + i, e);
  }
  if (left > 0) {
    const F32 e = exp(load(rest) - peak);
    total = total + e;
    store_some(x + i, e, left);
  }
  scale(x, 1.0f / sum(total), n);
}

// x * cos and y * sin are rounded before they are added, as where the reference multiplies and adds whole tensors.
static void rotate_half(const float *x, const float *cos, const float *sin, float *out, int64_t n) {
  const int64_t half = n / 2;
  for (int64_t i = 0; i < half; i += kLanes) {
    const int64_t count = shorter(half - i, kLanes);
    const bool whole = count == kLanes;
    const auto get = [=](const float *p)
                         __attribute__((always_inline)) { return whole ? load(p) : load_some(p, count); };
    const F32 a = get(x + i);
    const F32 b = get(x + half + i);
    const F32 first = a * get(cos + i) - b * get(sin + i);
    const F32 second = b * get(cos + half + i) + a * get(sin + half + i);
    if (whole) {
      store(out + i, first);
      store(out + half + i, second);
    } else {
      store_some(out + i, first, count);
      store_some(out + half + i, second, count);
    }
  }
}

static void rotate_pairs(const float *x, const float *cos, const float *sin, float *out, int64_t n) {
  alignas(64) static constexpr uint32_t kFlip[kLanes] = {0x80000000u, 0, 0x80000000u, 0, 0x80000000u, 0,
                                                         0x80000000u, 0, 0x80000000u, 0, 0x80000000u, 0,
                                                         0x80000000u, 0, 0x80000000u, 0};
  const I32 flip = bits(load(kFlip));
  for (int64_t i = 0; i < n; i += kLanes) {
    const int64_t count = shorter(n - i, kLanes);
    const bool whole = count == kLanes;
    const auto get = [=](const float *p)
                         __attribute__((always_inline)) { return whole ? load(p) : load_some(p, count); };
    const F32 v = get(x + i);
    const F32 turned = from_bits(bits(swap_pairs(v)) ^ flip);
    const F32 y = v * get(cos + i) + turned * get(sin + i);
    if (whole) {
      store(out + i, y);
    } else {
      store_some(out + i, y, count);
    }
  }
}

}  // namespace tttv2::host::TTTV2_ISA
