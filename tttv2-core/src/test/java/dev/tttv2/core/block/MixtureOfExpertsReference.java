// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.LazyWeight;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The routed experts of a mixture with random weights, for the block and as plain loops. */
record MixtureOfExpertsReference(
    MixtureOfExpertsPlan plan, float[] router, float[] gate, float[] up, float[] down) {
  static MixtureOfExpertsReference random(MixtureOfExpertsPlan plan, Random random) {
    int hidden = plan.hiddenSize();
    int inner = plan.expertSize();
    int all = plan.numExperts() * inner * hidden;
    return new MixtureOfExpertsReference(
        plan,
        // Logits far enough apart that rounding chooses the same experts.
        Reference.random(random, plan.numExperts() * hidden, 4),
        Reference.random(random, all, hidden),
        Reference.random(random, all, hidden),
        Reference.random(random, all, inner));
  }

  /** Wishes with all dtypes FLOAT32. */
  static MixtureOfExpertsConfig.Builder float32(
      int hidden, int inner, int numExperts, int perToken) {
    return MixtureOfExpertsConfig.builder(hidden, inner, numExperts, perToken)
        .routerDtype(DataType.FLOAT32)
        .gateUpDtype(DataType.FLOAT32)
        .downDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32);
  }

  MixtureOfExpertsWeights weights() {
    int hidden = plan.hiddenSize();
    int inner = plan.expertSize();
    int experts = plan.numExperts();
    return new MixtureOfExpertsWeights(
        LazyWeight.of("router", router, experts, hidden),
        LazyWeight.of("gate", gate, experts, inner, hidden),
        LazyWeight.of("up", up, experts, inner, hidden),
        LazyWeight.of("down", down, experts, hidden, inner));
  }

  double[][] forward(double[][] x) {
    double[][] logits = Reference.linear(x, router, null);
    double[][] out = new double[x.length][plan.hiddenSize()];
    for (int i = 0; i < x.length; i++) {
      double[] weights = Arrays.stream(logits[i]).map(Math::exp).toArray();
      List<Integer> chosen =
          IntStream.range(0, weights.length)
              .boxed()
              .sorted(Comparator.comparingDouble(e -> -weights[e]))
              .limit(plan.expertsPerToken())
              .toList();
      double total =
          plan.normalized()
              ? chosen.stream().mapToDouble(e -> weights[e]).sum()
              : Arrays.stream(weights).sum();
      for (int e : chosen) {
        double[] y = expert(e, new double[][] {x[i]})[0];
        for (int h = 0; h < y.length; h++) {
          out[i][h] += plan.routedScale() * weights[e] / total * y[h];
        }
      }
    }
    return out;
  }

  private double[][] expert(int e, double[][] x) {
    double[][] gates = Reference.linear(x, part(gate, e), null);
    double[][] inner = Reference.linear(x, part(up, e), null);
    for (int i = 0; i < x.length; i++) {
      for (int f = 0; f < inner[i].length; f++) {
        inner[i][f] *= Reference.activation(plan.activation(), gates[i][f]);
      }
    }
    return Reference.linear(inner, part(down, e), null);
  }

  private float[] part(float[] stacked, int expert) {
    int size = plan.expertSize() * plan.hiddenSize();
    return Arrays.copyOfRange(stacked, expert * size, (expert + 1) * size);
  }
}
