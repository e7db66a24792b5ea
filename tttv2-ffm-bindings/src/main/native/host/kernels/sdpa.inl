// SPDX-License-Identifier: Apache-2.0
//
// One step of the online softmax.
namespace tttv2::host::TTTV2_ISA {

static void softmax_step(float *scores, const float *mask, float scale_factor, float softcap, int64_t visible_begin,
                         int64_t visible_end, int64_t count, SoftmaxState *state, float *out, int64_t out_cols) {
  const float lowest = -__builtin_inff();
  const F32 factor = splat(scale_factor);
  F32 top = splat(lowest);
  I32 nans = splat_int(0);  // which the largest value would hide
  for (int64_t i = 0; i < count; i += kLanes) {
    F32 s = load(scores + i) * factor;
    if (softcap != 0.0f) s = splat(softcap) * tanh(s / splat(softcap));
    if (mask != nullptr) s = s + load(mask + i);
    store(scores + i, s);
    if (i < visible_begin || i + kLanes > visible_end) {
      for (int64_t j = i; j < i + kLanes; ++j) {
        if (j < visible_begin || j >= visible_end) scores[j] = lowest;
      }
    }
    const F32 seen = load(scores + i);
    top = max(seen, top);
    nans = nans | not_equal(seen, seen);
  }
  const float peak = largest(top);
  float bound = peak > state->max ? peak : state->max;
  if (bound == lowest) {
    if (largest(splat_int(0) - nans) == 0) {  // nothing seen so far
      std::memset(scores, 0, static_cast<size_t>(count) * sizeof(float));
      return;
    }
    bound = 0.0f;
  }
  F32 total = zero();
  for (int64_t i = 0; i < count; i += kLanes) {
    const F32 e = exp(load(scores + i) - splat(bound));
    total = total + e;
    store(scores + i, e);
  }
  if (bound != state->max) {
    float correction[kLanes];
    store(correction, exp(splat(state->max - bound)));
    state->sum *= correction[0];
    scale(out, correction[0], out_cols);
    state->max = bound;
  }
  state->sum += sum(total);
}

}  // namespace tttv2::host::TTTV2_ISA
