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
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
    DeviceTarget target = tiled ? TILED : device.target();
    MixtureOfExpertsReference reference =
        MixtureOfExpertsReference.random(
            MixtureOfExpertsReference.float32(HIDDEN, INNER, numExperts, perToken)
                .normalized(normalized)
                .routedScale(scale)
                .build()
                .resolve(target),
            random);
    MLPReference own =
        MLPReference.random(MLPReference.float32(HIDDEN, INNER).build().resolve(target), random);
    float[] gate = Reference.random(random, HIDDEN, HIDDEN);
    float[] values = Reference.random(random, rows * HIDDEN, 1);
    double[][] x = Reference.rows(values, HIDDEN);
    double[][] expected = reference.forward(x);
    if (sharedExpert) {
      double[][] logits = Reference.linear(x, gate, null);
      double[][] shared = own.forward(x);
      for (int i = 0; i < rows; i++) {
        for (int h = 0; h < HIDDEN; h++) {
          expected[i][h] += shared[i][h] / (1 + Math.exp(-logits[i][0]));
        }
      }
    }
    try (MixtureOfExperts experts =
            new MixtureOfExperts(
                device,
                reference.plan(),
                reference.weights(),
                sharedExpert ? own.block(device) : null,
                sharedExpert ? LazyWeight.of("shared gate", gate, 1, HIDDEN) : null);
        Tensor input =
            Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, 1, 1, rows, HIDDEN);
        Tensor output = experts.forward(input)) {
      Goldens.assertClose(Reference.floats(expected), output.toFloats(), 1e-5);
    }
  }

  /** As many experts as make a long prompt too large for one pass. */
  @Test
  void longPromptsAreTakenInParts() {
    int numExperts = 64;
    int hidden = 32;
    int inner = 4096;
    int rows = 97;
    Random random = new Random(3);
    float[] x = Reference.random(random, rows * hidden, 1);
    MixtureOfExpertsPlan plan =
        MixtureOfExpertsConfig.builder(hidden, inner, numExperts, 1)
            .routerDtype(DataType.FLOAT32)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    float[] projection = Reference.random(random, numExperts * inner * hidden, hidden);
    MixtureOfExpertsWeights given =
        new MixtureOfExpertsWeights(
            LazyWeight.of(
                "router", Reference.random(random, numExperts * hidden, 1), numExperts, hidden),
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

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
