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
import dev.tttv2.ffm.TtnnException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cross attention against plain loops. */
class CrossAttentionTest {
  private static final int HIDDEN = 40;
  private static final int CONTEXT = 24;
  private static final int BATCH = 3;
  private static final int QUERIES = 11;
  private static final int KEYS = 37;
  private static final double LIMIT = 2e-5;

  /** What a board's tiles ask for, with the host's dtypes: heads are padded. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape);
  }

  /** The part of a batch that belongs to one of its texts, as rows. */
  private static double[][] text(float[] batch, int text, int width) {
    int size = batch.length / BATCH;
    return Reference.rows(Arrays.copyOfRange(batch, text * size, (text + 1) * size), width);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4, 10, false, false",
    "4, 4, 10, true, true",
    "6, 2, 16, true, false",
    "6, 2, 16, false, true",
    "2, 1, 32, true, true",
    "3, 3, 40, true, true"
  })
  void attends(int heads, int kvHeads, int headDim, boolean bias, boolean tiled) {
    Random random = new Random(3);
    CrossAttentionReference c =
        CrossAttentionReference.random(
            CrossAttentionReference.float32(HIDDEN, CONTEXT, heads, kvHeads, headDim)
                .qkvBias(bias)
                .outputBias(bias)
                .build()
                .resolve(tiled ? TILED : device.target()),
            random);
    assertEquals(tiled ? 0 : headDim % 32, c.plan().paddedHeadDim() % 32);
    float[] x = Reference.random(random, BATCH * QUERIES * HIDDEN, 1);
    float[] y = Reference.random(random, BATCH * KEYS * CONTEXT, 1);
    float[] mask = Reference.random(random, BATCH * heads * QUERIES * KEYS, 1);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextInt(3) == 0 ? -1e30f : mask[i];
    }
    long before = device.memory(BufferType.DRAM).liveTensors();
    try (CrossAttention attention = c.block(device);
        Tensor queries = tile(x, BATCH, 1, QUERIES, HIDDEN);
        Tensor keys = tile(y, BATCH, 1, KEYS, CONTEXT);
        CrossAttention.Context context = attention.context(keys);
        Tensor masks = tile(mask, BATCH, heads, QUERIES, KEYS);
        Tensor plain = attention.forward(queries, context, null);
        Tensor masked = attention.forward(queries, context, masks);
        // Once more: the context is used, not used up.
        Tensor again = attention.forward(queries, context, null)) {
      float[] plainValues = plain.toFloats();
      float[] maskedValues = masked.toFloats();
      Goldens.assertClose(plainValues, again.toFloats(), 0);
      for (int b = 0; b < BATCH; b++) {
        double[][] ofX = text(x, b, HIDDEN);
        double[][] ofY = text(y, b, CONTEXT);
        int first = b * heads;
        Reference.Bias biases =
            (head, query, key) -> mask[((first + head) * QUERIES + query) * KEYS + key];
        check(c.forward(ofX, ofY, Reference.bothSides(0)), text(plainValues, b, HIDDEN));
        check(c.forward(ofX, ofY, biases), text(maskedValues, b, HIDDEN));
      }
    }
    assertEquals(before, device.memory(BufferType.DRAM).liveTensors());
  }

  private static void check(double[][] expected, double[][] actual) {
    Goldens.assertClose(Reference.floats(expected), Reference.floats(actual), LIMIT);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    CrossAttentionReference c =
        CrossAttentionReference.random(
            CrossAttentionReference.float32(HIDDEN, CONTEXT, 4, 2, 16)
                .build()
                .resolve(device.target()),
            new Random(1));
    AttentionWeights given = c.weights();
    refuses(
        "cross attention: k q has shape [64, 40], expected [32, 24]",
        () ->
            new CrossAttention(
                device,
                c.plan(),
                new AttentionWeights(given.q(), given.q(), given.v(), given.o())));
    refuses(
        "cross attention: sinks s was given, but the plan has none",
        () ->
            new CrossAttention(
                device, c.plan(), given.withSinks(LazyWeight.of("s", new float[4], 4))));
    refuses(
        "cross attention: numHeads is 4, expected a multiple of numKvHeads 3",
        () -> CrossAttentionConfig.builder(40, 24, 4, 3, 10).build().resolve(device.target()));
    refuses(
        "cross attention: contextSize is 0",
        () -> CrossAttentionConfig.builder(40, 0, 4, 4, 10).build().resolve(device.target()));
    try (CrossAttention attention = new CrossAttention(device, c.plan(), given);
        Tensor x = tile(new float[5 * HIDDEN], 1, 1, 5, HIDDEN);
        Tensor y = tile(new float[2 * 7 * CONTEXT], 2, 1, 7, CONTEXT);
        CrossAttention.Context context = attention.context(y)) {
      TtnnException.Shape e =
          assertThrows(TtnnException.Shape.class, () -> attention.forward(x, context, null));
      assertTrue(
          e.getMessage().contains("[1, 4, 5, 16]") && e.getMessage().contains("[2, 2, 7, 16]"),
          e.getMessage());
    }
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
