// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import java.util.Random;

/** An MLP with random weights, as a block and as plain loops. */
record MLPReference(
    MLPPlan plan,
    float[] gate,
    float[] up,
    float[] down,
    float[] gateBias,
    float[] upBias,
    float[] downBias) {
  static MLPReference random(MLPPlan plan, Random random) {
    int hidden = plan.hiddenSize();
    int inner = plan.intermediateSize();
    return new MLPReference(
        plan,
        Reference.random(random, inner * hidden, hidden),
        Reference.random(random, inner * hidden, hidden),
        Reference.random(random, hidden * inner, inner),
        Reference.random(random, inner, 1),
        Reference.random(random, inner, 1),
        Reference.random(random, hidden, 1));
  }

  /** Wishes with all dtypes FLOAT32. */
  static MLPConfig.Builder float32(int hidden, int inner) {
    return MLPConfig.builder(hidden, inner)
        .gateUpDtype(DataType.FLOAT32)
        .downDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32);
  }

  MLPWeights weights() {
    int hidden = plan.hiddenSize();
    int inner = plan.intermediateSize();
    boolean gated = plan.gated();
    boolean bias = plan.bias();
    return new MLPWeights(
        gated ? LazyWeight.of("gate", gate, inner, hidden) : null,
        LazyWeight.of("up", up, inner, hidden),
        LazyWeight.of("down", down, hidden, inner),
        gated && bias ? LazyWeight.of("gate bias", gateBias, inner) : null,
        bias ? LazyWeight.of("up bias", upBias, inner) : null,
        bias ? LazyWeight.of("down bias", downBias, hidden) : null);
  }

  MLP block(Device device) {
    return new MLP(device, plan, weights());
  }

  double[][] forward(double[][] x) {
    double[][] ups = Reference.linear(x, up, plan.bias() ? upBias : null);
    double[][] gates =
        plan.gated() ? Reference.linear(x, gate, plan.bias() ? gateBias : null) : null;
    double[][] inner = new double[x.length][plan.intermediateSize()];
    for (int i = 0; i < x.length; i++) {
      for (int f = 0; f < inner[i].length; f++) {
        inner[i][f] =
            plan.gated()
                ? Reference.activation(plan.activation(), gates[i][f]) * ups[i][f]
                : Reference.activation(plan.activation(), ups[i][f]);
      }
    }
    return Reference.linear(inner, down, plan.bias() ? downBias : null);
  }
}
