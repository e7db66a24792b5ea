// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mixture of experts against a plain loop in float64. */
class MixtureOfExpertsTest {
  private static final int HIDDEN = 40;
  private static final int INNER = 24;

  /** Tokens come in groups of a tile's rows, as on a board. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  private static float[] normal(Random random, int count, int fanIn) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
    }
    return values;
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  /** One gated MLP of the stacked weights: out += share * down(silu(gate(x)) * up(x)). */
  private static void expert(
      float[] x, int token, float[][] w, int expert, double share, double[] out) {
    double[] inner = new double[INNER];
    for (int f = 0; f < INNER; f++) {
      double gate = 0;
      double up = 0;
      for (int h = 0; h < HIDDEN; h++) {
        int at = (expert * INNER + f) * HIDDEN + h;
        gate += (double) x[token * HIDDEN + h] * w[0][at];
        up += (double) x[token * HIDDEN + h] * w[1][at];
      }
      inner[f] = silu(gate) * up;
    }
    for (int h = 0; h < HIDDEN; h++) {
      double sum = 0;
      for (int f = 0; f < INNER; f++) {
        sum += inner[f] * w[2][(expert * HIDDEN + h) * INNER + f];
      }
      out[h] += share * sum;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, 2, true, 1, false, false",
    "5, 8, 2, true, 1, false, false",
    "70, 8, 3, false, 2.5, false, false",
    "33, 6, 1, false, 1, true, false",
    "7, 5, 5, true, 1, true, false",
    "1, 4, 2, true, 1, false, true",
    "32, 8, 2, false, 1, true, true",
    "70, 8, 3, true, 1, false, true"
  })
  void equalsALoopOverTokensAndExperts(
      int rows,
      int numExperts,
      int perToken,
      boolean normalized,
      float scale,
      boolean sharedExpert,
      boolean tiled) {
    Random random = new Random(11);
    float[] x = normal(random, rows * HIDDEN, 1);
    float[] router = normal(random, numExperts * HIDDEN, 4);
    float[][] w = {
      normal(random, numExperts * INNER * HIDDEN, HIDDEN),
      normal(random, numExperts * INNER * HIDDEN, HIDDEN),
      normal(random, numExperts * INNER * HIDDEN, INNER)
    };
    float[][] own = {
      normal(random, INNER * HIDDEN, HIDDEN),
      normal(random, INNER * HIDDEN, HIDDEN),
      normal(random, INNER * HIDDEN, INNER)
    };
    float[] gate = normal(random, HIDDEN, HIDDEN);
    float[] expected = new float[rows * HIDDEN];
    for (int token = 0; token < rows; token++) {
      double[] out = new double[HIDDEN];
      double[] logits = new double[numExperts];
      for (int e = 0; e < numExperts; e++) {
        for (int h = 0; h < HIDDEN; h++) {
          logits[e] += (double) x[token * HIDDEN + h] * router[e * HIDDEN + h];
        }
      }
      double all = IntStream.range(0, numExperts).mapToDouble(e -> Math.exp(logits[e])).sum();
      List<Integer> chosen =
          IntStream.range(0, numExperts)
              .boxed()
              .sorted(Comparator.comparingDouble(e -> -logits[e]))
              .limit(perToken)
              .toList();
      double total = chosen.stream().mapToDouble(e -> Math.exp(logits[e])).sum();
      for (int e : chosen) {
        expert(x, token, w, e, scale * Math.exp(logits[e]) / (normalized ? total : all), out);
      }
      if (sharedExpert) {
        double logit = 0;
        for (int h = 0; h < HIDDEN; h++) {
          logit += (double) x[token * HIDDEN + h] * gate[h];
        }
        expert(x, token, own, 0, 1 / (1 + Math.exp(-logit)), out);
      }
      for (int h = 0; h < HIDDEN; h++) {
        expected[token * HIDDEN + h] = (float) out[h];
      }
    }
    DeviceTarget target = tiled ? TILED : device.target();
    MixtureOfExpertsPlan plan =
        MixtureOfExpertsConfig.builder(HIDDEN, INNER, numExperts, perToken)
            .normalized(normalized)
            .routedScale(scale)
            .routerDtype(DataType.FLOAT32)
            .gateUpDtype(DataType.FLOAT32)
            .downDtype(DataType.FLOAT32)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(target);
    MLP shared =
        sharedExpert
            ? new MLP(
                device,
                MLPConfig.builder(HIDDEN, INNER)
                    .gateUpDtype(DataType.FLOAT32)
                    .downDtype(DataType.FLOAT32)
                    .activationDtype(DataType.FLOAT32)
                    .build()
                    .resolve(target),
                new MLPWeights(
                    LazyWeight.of("gate", own[0], INNER, HIDDEN),
                    LazyWeight.of("up", own[1], INNER, HIDDEN),
                    LazyWeight.of("down", own[2], HIDDEN, INNER)))
            : null;
    try (MixtureOfExperts experts =
            new MixtureOfExperts(
                device,
                plan,
                weights(router, w, numExperts),
                shared,
                sharedExpert ? LazyWeight.of("shared gate", gate, 1, HIDDEN) : null);
        Tensor input = Tensor.of(device, DataType.FLOAT32, Layout.TILE, x, 1, 1, rows, HIDDEN);
        Tensor output = experts.forward(input)) {
      Goldens.assertClose(expected, output.toFloats(), 1e-5);
    }
  }

  private static MixtureOfExpertsWeights weights(float[] router, float[][] w, int numExperts) {
    return new MixtureOfExpertsWeights(
        LazyWeight.of("router", router, numExperts, HIDDEN),
        LazyWeight.of("gate", w[0], numExperts, INNER, HIDDEN),
        LazyWeight.of("up", w[1], numExperts, INNER, HIDDEN),
        LazyWeight.of("down", w[2], numExperts, HIDDEN, INNER));
  }

  /** As many experts as make a long prompt too large for one pass. */
  @Test
  void longPromptsAreTakenInParts() {
    int numExperts = 64;
    int hidden = 32;
    int inner = 4096;
    int rows = 97;
    Random random = new Random(3);
    float[] x = normal(random, rows * hidden, 1);
    MixtureOfExpertsPlan plan =
        MixtureOfExpertsConfig.builder(hidden, inner, numExperts, 1)
            .routerDtype(DataType.FLOAT32)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    float[] projection = normal(random, numExperts * inner * hidden, hidden);
    MixtureOfExpertsWeights given =
        new MixtureOfExpertsWeights(
            LazyWeight.of("router", normal(random, numExperts * hidden, 1), numExperts, hidden),
            LazyWeight.of("gate", projection, numExperts, inner, hidden),
            LazyWeight.of("up", projection, numExperts, inner, hidden),
            LazyWeight.of("down", projection, numExperts, hidden, inner));
    try (MixtureOfExperts experts = new MixtureOfExperts(device, plan, given);
        Tensor input = Tensor.of(device, DataType.FLOAT32, Layout.TILE, x, 1, 1, rows, hidden);
        Tensor output = experts.forward(input)) {
      float[] whole = output.toFloats();
      float[] last = new float[hidden];
      System.arraycopy(x, (rows - 1) * hidden, last, 0, hidden);
      try (Tensor one = Tensor.of(device, DataType.FLOAT32, Layout.TILE, last, 1, 1, 1, hidden);
          Tensor alone = experts.forward(one)) {
        float[] expected = alone.toFloats();
        float[] actual = new float[hidden];
        System.arraycopy(whole, (rows - 1) * hidden, actual, 0, hidden);
        Goldens.assertClose(expected, actual, 1e-4);
      }
    }
  }

  @Test
  void numbersAndWeightsThatDoNotFitAreNamed() {
    refuses(
        "expertsPerToken is 5, expected 1 to numExperts 4",
        () -> MixtureOfExpertsConfig.builder(64, 32, 4, 5).build().resolve(device.target()));
    MixtureOfExpertsPlan plan =
        MixtureOfExpertsConfig.builder(HIDDEN, INNER, 2, 1).build().resolve(device.target());
    refuses(
        "mixture of experts: up up has shape [2, 40, 24], expected [2, 24, 40]",
        () ->
            new MixtureOfExperts(
                device,
                plan,
                new MixtureOfExpertsWeights(
                    LazyWeight.of("router", new float[80], 2, HIDDEN),
                    LazyWeight.of("gate", new float[1920], 2, INNER, HIDDEN),
                    LazyWeight.of("up", new float[1920], 2, HIDDEN, INNER),
                    LazyWeight.of("down", new float[1920], 2, HIDDEN, INNER))));
  }

  private static void refuses(String text, org.junit.jupiter.api.function.Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
