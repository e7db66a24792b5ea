// SPDX-License-Identifier: Apache-2.0
//
// Exponential, hyperbolic tangent and the functions of activations. Polynomials are least-squares fits, reweighted to
// nearly equal ripples, of the functions named beside them.
namespace tttv2::host::TTTV2_ISA {

// Relative error below 2e-7; overflows to infinity, and is zero below -87: subnormals would cost more than they tell.
TTTV2_INLINE F32 exp(F32 argument) {
  const F32 lowest = splat(-87.0f);
  const F32 x = max(lowest, min(splat(89.0f), argument));  // keeps NaN
  const F32 round = splat(0x1.8p23f);                      // adding it leaves an integer in the low bits
  const F32 shifted = fma(x, splat(1.44269504f), round);
  const F32 n = shifted - round;
  F32 r = fma(n, splat(-0.693359375f), x);  // ln 2 in two parts; the first has nine bits, so the product is exact
  r = fma(n, splat(2.12194440e-4f), r);
  F32 p = splat(0.0013950475f);  // (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2
  p = fma(p, r, splat(0.008368882f));
  p = fma(p, r, splat(0.041666206f));
  p = fma(p, r, splat(0.1666652f));
  p = fma(p, r, splat(0.5f));
  p = fma(p * r, r, r) + splat(1.0f);
  // 2^n in two halves, each a normal number.
  const I32 exponent = bits(shifted) - bits(round);
  I32 half;
  TTTV2_EACH(i) half.r[i] = exponent.r[i] >> 1;
  const I32 bias = splat_int(127);
  p = p * from_bits(shift_left<23>(half + bias)) * from_bits(shift_left<23>(exponent - half + bias));
  return select(less(argument, lowest), zero(), p);
}

TTTV2_INLINE F32 magnitude(F32 x) { return from_bits(bits(x) & splat_int(0x7fffffff)); }
TTTV2_INLINE F32 negate(F32 x) { return from_bits(bits(x) ^ splat_int(INT32_MIN)); }

TTTV2_INLINE F32 tanh(F32 x) {
  const F32 a = magnitude(x);
  const F32 z = x * x;
  F32 p = splat(-0.0057216375f);  // (tanh(x) / x - 1) / x^2 as a function of x^2, |x| <= 0.625
  p = fma(p, z, splat(0.020655226f));
  p = fma(p, z, splat(-0.053745147f));
  p = fma(p, z, splat(0.13331515f));
  p = fma(p, z, splat(-0.33333284f));
  const F32 small = fma(x * z, p, x);
  const F32 far = splat(1.0f) - splat(2.0f) / (exp(a + a) + splat(1.0f));
  const F32 big = from_bits(bits(far) | (bits(x) & splat_int(INT32_MIN)));
  return select(less(a, splat(0.625f)), small, big);
}

TTTV2_INLINE F32 sigmoid(F32 x) {
  const F32 e = exp(negate(magnitude(x)));  // at most 1: nothing overflows, small results keep their accuracy
  return select(less(x, zero()), e, splat(1.0f)) / (splat(1.0f) + e);
}

TTTV2_INLINE F32 silu(F32 x) { return x * sigmoid(x); }

// x Phi(x), Phi the normal distribution. For a = |x|: Phi(-a) = exp(-a^2 / 2) g(a), where g(a) (1 + 0.3 a) is smooth.
TTTV2_INLINE F32 gelu(F32 x) {
  const F32 a = min(magnitude(x), splat(15.0f));
  const F32 t = splat(1.0f) / (splat(1.0f) + splat(0.3f) * a);
  const F32 u = t - splat(0.5f);
  F32 p = splat(-0.02062347f);
  p = fma(p, u, splat(0.019630002f));
  p = fma(p, u, splat(0.035917632f));
  p = fma(p, u, splat(-0.0364602f));
  p = fma(p, u, splat(-0.07755181f));
  p = fma(p, u, splat(0.029056508f));
  p = fma(p, u, splat(0.22208269f));
  p = fma(p, u, splat(0.34619883f));
  p = fma(p, u, splat(0.32915896f));
  p = fma(p, u, splat(0.22197062f));
  // a^2 / 2 in two parts: the square of the upper bits is exact.
  const F32 upper = from_bits(bits(a) & splat_int(static_cast<int32_t>(0xfffff000u)));
  const F32 lower = (a - upper) * (a + upper);
  const F32 tail = p * t * exp(splat(-0.5f) * upper * upper) * exp(splat(-0.5f) * lower);
  const F32 phi = select(less(x, zero()), tail, splat(1.0f) - tail);
  return select(not_equal(x, x), x, x * phi);
}

// 0.5 x (1 + tanh(u)), u = sqrt(2 / pi) (x + 0.044715 x^3), which is x sigmoid(2 u).
TTTV2_INLINE F32 gelu_tanh(F32 x) {
  const F32 inner = fma(splat(0.044715f) * x * x, x, x);
  return x * sigmoid(splat(1.59576912f) * inner);
}

TTTV2_INLINE F32 relu(F32 x) { return max(zero(), x); }

}  // namespace tttv2::host::TTTV2_ISA
