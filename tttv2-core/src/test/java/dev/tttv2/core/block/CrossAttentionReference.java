// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import java.util.Random;

/** Cross attention with random weights, as a block and as plain loops. */
record CrossAttentionReference(
    CrossAttentionPlan plan,
    float[] q,
    float[] k,
    float[] v,
    float[] o,
    float[] qBias,
    float[] kBias,
    float[] vBias,
    float[] oBias) {
  static CrossAttentionReference random(CrossAttentionPlan plan, Random random) {
    int hidden = plan.hiddenSize();
    int context = plan.contextSize();
    int queries = plan.numHeads() * plan.headDim();
    int keys = plan.numKvHeads() * plan.headDim();
    return new CrossAttentionReference(
        plan,
        Reference.random(random, queries * hidden, hidden),
        Reference.random(random, keys * context, context),
        Reference.random(random, keys * context, context),
        Reference.random(random, hidden * queries, queries),
        Reference.random(random, queries, 1),
        Reference.random(random, keys, 1),
        Reference.random(random, keys, 1),
        Reference.random(random, hidden, 1));
  }

  /** Wishes with all dtypes FLOAT32. */
  static CrossAttentionConfig.Builder float32(
      int hidden, int context, int heads, int kvHeads, int headDim) {
    return CrossAttentionConfig.builder(hidden, context, heads, kvHeads, headDim)
        .weightDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32);
  }

  AttentionWeights weights() {
    int hidden = plan.hiddenSize();
    int context = plan.contextSize();
    int queries = plan.numHeads() * plan.headDim();
    int keys = plan.numKvHeads() * plan.headDim();
    AttentionWeights given =
        new AttentionWeights(
            LazyWeight.of("q", q, queries, hidden),
            LazyWeight.of("k", k, keys, context),
            LazyWeight.of("v", v, keys, context),
            LazyWeight.of("o", o, hidden, queries));
    if (plan.qkvBias()) {
      given =
          given.withQkvBias(
              LazyWeight.of("q bias", qBias, queries),
              LazyWeight.of("k bias", kBias, keys),
              LazyWeight.of("v bias", vBias, keys));
    }
    return plan.outputBias() ? given.withOutputBias(LazyWeight.of("o bias", oBias, hidden)) : given;
  }

  CrossAttention block(Device device) {
    return new CrossAttention(device, plan, weights());
  }

  /**
   * Returns what every row of a text gets, [S][H].
   *
   * @param x [S][H]
   * @param y what is attended to, [T][HC]
   */
  double[][] forward(double[][] x, double[][] y, Reference.Bias bias) {
    boolean biased = plan.qkvBias();
    double[][] attended =
        Reference.attend(
            Reference.linear(x, q, biased ? qBias : null),
            Reference.linear(y, k, biased ? kBias : null),
            Reference.linear(y, v, biased ? vBias : null),
            plan.numHeads(),
            plan.numKvHeads(),
            plan.scale(),
            0,
            null,
            bias);
    return Reference.linear(attended, o, plan.outputBias() ? oBias : null);
  }
}
