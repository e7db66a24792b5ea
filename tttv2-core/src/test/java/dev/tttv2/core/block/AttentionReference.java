// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import java.util.Random;

/**
 * Self-attention with random weights, as a block and as plain loops. Rotations are those of a RoPE
 * block with its default base.
 */
record AttentionReference(
    AttentionPlan plan,
    float[] q,
    float[] k,
    float[] v,
    float[] o,
    float[] qBias,
    float[] kBias,
    float[] vBias,
    float[] oBias,
    float[] qNorm,
    float[] kNorm,
    float[] sinks) {
  private static final double THETA = 10_000;

  static AttentionReference random(AttentionPlan plan, Random random) {
    int hidden = plan.hiddenSize();
    int queries = plan.numHeads() * plan.headDim();
    int keys = plan.numKvHeads() * plan.headDim();
    boolean together = plan.qkNorm() == QkNorm.ALL_HEADS;
    return new AttentionReference(
        plan,
        Reference.random(random, queries * hidden, hidden),
        Reference.random(random, keys * hidden, hidden),
        Reference.random(random, keys * hidden, hidden),
        Reference.random(random, hidden * queries, queries),
        Reference.random(random, queries, 1),
        Reference.random(random, keys, 1),
        Reference.random(random, keys, 1),
        Reference.random(random, hidden, 1),
        Reference.random(random, together ? queries : plan.headDim(), 1),
        Reference.random(random, together ? keys : plan.headDim(), 1),
        Reference.random(random, plan.numHeads(), 1));
  }

  /** Wishes with all dtypes FLOAT32. */
  static AttentionConfig.Builder float32(int hidden, int heads, int kvHeads, int headDim) {
    return AttentionConfig.builder(hidden, heads, kvHeads, headDim)
        .wqkvDtype(DataType.FLOAT32)
        .woDtype(DataType.FLOAT32)
        .normDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32);
  }

  AttentionWeights weights() {
    int hidden = plan.hiddenSize();
    int queries = plan.numHeads() * plan.headDim();
    int keys = plan.numKvHeads() * plan.headDim();
    AttentionWeights given =
        new AttentionWeights(
            LazyWeight.of("q", q, queries, hidden),
            LazyWeight.of("k", k, keys, hidden),
            LazyWeight.of("v", v, keys, hidden),
            LazyWeight.of("o", o, hidden, queries));
    if (plan.qkvBias()) {
      given =
          given.withQkvBias(
              LazyWeight.of("q bias", qBias, queries),
              LazyWeight.of("k bias", kBias, keys),
              LazyWeight.of("v bias", vBias, keys));
    }
    if (plan.outputBias()) {
      given = given.withOutputBias(LazyWeight.of("o bias", oBias, hidden));
    }
    if (plan.qkNorm() != QkNorm.NONE) {
      given =
          given.withQkNorm(
              LazyWeight.of("q norm", qNorm, qNorm.length),
              LazyWeight.of("k norm", kNorm, kNorm.length));
    }
    return plan.sinks() ? given.withSinks(LazyWeight.of("sinks", sinks, sinks.length)) : given;
  }

  Attention block(Device device) {
    return new Attention(device, plan, weights());
  }

  /** Returns the rotations that go with it, or null where nothing is rotated. */
  RoPE rope(Device device, DeviceTarget target, int maxPositions) {
    return plan.rotaryDim() == 0
        ? null
        : new RoPE(
            device,
            RoPEConfig.builder(plan.headDim(), maxPositions)
                .rotaryDim(plan.rotaryDim())
                .style(plan.ropeStyle())
                .dtype(plan.activationDtype())
                .build()
                .resolve(target));
  }

  /** Returns the output at every position of a text: causal, with the plan's window. */
  double[][] causal(double[][] x) {
    return forward(x, Reference.causal(plan.slidingWindow()));
  }

  /** Returns the output at every position of a text, [S][H]. */
  double[][] forward(double[][] x, Reference.Bias bias) {
    boolean biased = plan.qkvBias();
    double[][] queries = Reference.linear(x, q, biased ? qBias : null);
    double[][] keys = Reference.linear(x, k, biased ? kBias : null);
    double[][] values = Reference.linear(x, v, biased ? vBias : null);
    double[][] attended =
        Reference.attend(
            rotated(normed(queries, qNorm)),
            rotated(normed(keys, kNorm)),
            values,
            plan.numHeads(),
            plan.numKvHeads(),
            plan.scale(),
            plan.logitSoftcap(),
            plan.sinks() ? sinks : null,
            bias);
    return Reference.linear(attended, o, plan.outputBias() ? oBias : null);
  }

  private double[][] normed(double[][] heads, float[] weight) {
    return plan.qkNorm() == QkNorm.NONE
        ? heads
        : Reference.rmsNorm(heads, weight, plan.qkNormEpsilon(), plan.qkNormUnitOffset());
  }

  private double[][] rotated(double[][] heads) {
    return Reference.rotate(heads, plan.headDim(), plan.rotaryDim(), plan.ropeStyle(), THETA);
  }
}
