// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.ffm.TtnnException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with every option against a plain loop in float64: whole, in parts, step by step. */
class AttentionTest {
  private static final int HIDDEN = 48;
  private static final int LENGTH = 70;
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

  @ParameterizedTest
  @CsvSource({
    "4, 4, 32, 32, 0, 0.17677669, HALF, false, NONE, 0, false, false",
    "9, 3, 64, 64, 0, 0.125, HALF, true, NONE, 0, false, false",
    "6, 2, 32, 32, 0, 0.3, INTERLEAVED, true, NONE, 0, false, false",
    "5, 1, 16, 16, 0, 0.25, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 32, 8, 0.17677669, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 32, 33, 0.2, INTERLEAVED, true, NONE, 0, false, false",
    "2, 1, 48, 48, 1, 0.1, HALF, true, NONE, 0, false, false",
    // rotated in part, or not at all
    "4, 2, 32, 8, 0, 0.2, HALF, true, NONE, 0, false, false",
    "3, 3, 20, 6, 0, 0.2, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 12, 0, 0.2, INTERLEAVED, true, NONE, 0, false, false",
    "4, 2, 24, 0, 0, 0.2, HALF, true, NONE, 0, false, false",
    // padded to a board's tiles
    "5, 1, 16, 16, 0, 0.25, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 80, 0, 0.12, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 20, 9, 0.12, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 20, 0, 0.12, INTERLEAVED, true, NONE, 0, false, true",
    "2, 2, 40, 0, 0, 0.12, HALF, true, NONE, 0, false, true",
    // norms of queries and keys
    "4, 2, 32, 32, 0, 0.2, HALF, true, PER_HEAD, 0, false, false",
    "4, 2, 32, 32, 0, 0.2, HALF, true, ALL_HEADS, 0, false, false",
    "4, 2, 80, 20, 0, 0.12, HALF, true, PER_HEAD, 0, false, true",
    "4, 2, 80, 80, 0, 0.12, HALF, true, ALL_HEADS, 0, false, true",
    // soft-caps and sinks, with a window
    "4, 2, 32, 32, 0, 0.9, HALF, false, NONE, 1.5, false, false",
    "4, 2, 32, 32, 9, 0.9, HALF, false, NONE, 1.5, false, false",
    "6, 2, 32, 32, 0, 0.3, HALF, false, NONE, 0, true, false",
    "6, 2, 40, 40, 9, 0.3, HALF, false, PER_HEAD, 2, true, true"
  })
  void everyWayGivesTheSame(
      int heads,
      int kvHeads,
      int headDim,
      int rotaryDim,
      int window,
      float scale,
      RoPEStyle style,
      boolean bias,
      QkNorm qkNorm,
      float softcap,
      boolean sinks,
      boolean tiled) {
    DeviceTarget target = tiled ? TILED : device.target();
    Random random = new Random(7);
    AttentionReference reference =
        AttentionReference.random(
            AttentionReference.float32(HIDDEN, heads, kvHeads, headDim)
                .rotaryDim(rotaryDim)
                .slidingWindow(window)
                .scale(scale)
                .ropeStyle(style)
                .qkvBias(bias)
                .outputBias(bias)
                .qkNorm(qkNorm)
                .qkNormEpsilon(1e-3f)
                .logitSoftcap(softcap)
                .sinks(sinks)
                .build()
                .resolve(target),
            random);
    double[][] x = input(random);
    double[][] expected = reference.causal(x);
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target, 128);
        KVCache cache = cache(attention);
        PagedRunner runner = PagedRunner.of(device, attention, rope, null, cache, PAGES)) {
      check(expected, 0, LENGTH, runner.prefill(x, 0, 0, LENGTH));
      // Over the same cache, which is overwritten.
      for (int start = 0; start < LENGTH; start += 32) {
        int end = Math.min(LENGTH, start + 32);
        check(expected, start, end, runner.prefill(x, 0, start, end));
      }
      check(expected, 0, LENGTH, forward(attention, rope, x, null));
    }
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target, 128);
        KVCache cache = cache(attention);
        PagedRunner runner = PagedRunner.of(device, attention, rope, null, cache, PAGES)) {
      for (int p = 0; p < LENGTH; p++) {
        check(expected, p, p + 1, runner.decode(Arrays.copyOfRange(x, p, p + 1), p));
      }
    }
  }

  private static final int[][] PAGES = {{3, 0, 2}};

  private static double[][] input(Random random) {
    return Reference.rows(Reference.random(random, LENGTH * HIDDEN, 1), HIDDEN);
  }

  private static KVCache cache(Attention attention) {
    return new KVCache(device, KVCacheConfig.of(attention.plan(), 2, 4, 32));
  }

  private static void check(double[][] expected, int from, int to, float[] actual) {
    Goldens.assertClose(Reference.floats(expected, from, to), actual, LIMIT);
  }

  private static float[] forward(Attention attention, RoPE rope, double[][] x, Tensor mask) {
    try (TensorScope scope = new TensorScope()) {
      Rotation rotation = rope == null ? null : rope.prefill(0, x.length).addTo(scope);
      Tensor rows = scope.add(tile(Reference.floats(x), 1, 1, x.length, HIDDEN));
      return scope.add(attention.forward(rows, rotation, mask)).toFloats();
    }
  }

  private static Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape);
  }

  /** Three texts of different lengths, filled up to one: their padding is hidden by a mask. */
  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 12", "true, 12"})
  void paddingIsHidden(boolean tiled, int rotaryDim) {
    DeviceTarget target = tiled ? TILED : device.target();
    Random random = new Random(8);
    AttentionReference reference =
        AttentionReference.random(
            AttentionReference.float32(HIDDEN, 6, 3, 20)
                .rotaryDim(rotaryDim)
                .causal(false)
                .qkvBias(true)
                .build()
                .resolve(target),
            random);
    int[] lengths = {37, LENGTH, 1};
    double[][][] texts = {input(random), input(random), input(random)};
    float[] joined = new float[texts.length * LENGTH * HIDDEN];
    float[] mask = new float[texts.length * LENGTH * LENGTH];
    for (int b = 0; b < texts.length; b++) {
      float[] text = Reference.floats(texts[b]);
      System.arraycopy(text, 0, joined, b * text.length, text.length);
      for (int i = 0; i < LENGTH * LENGTH; i++) {
        mask[b * LENGTH * LENGTH + i] = i % LENGTH < lengths[b] ? 0 : -1e30f;
      }
    }
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target, LENGTH);
        TensorScope scope = new TensorScope()) {
      Rotation rotation = rope == null ? null : rope.prefill(0, LENGTH).addTo(scope);
      Tensor rows = scope.add(tile(joined, texts.length, 1, LENGTH, HIDDEN));
      Tensor masks = scope.add(tile(mask, texts.length, 1, LENGTH, LENGTH));
      float[] actual = scope.add(attention.forward(rows, rotation, masks)).toFloats();
      for (int b = 0; b < texts.length; b++) {
        double[][] alone = Arrays.copyOf(texts[b], lengths[b]);
        int from = b * LENGTH * HIDDEN;
        check(
            reference.forward(alone, Reference.bothSides(0)),
            0,
            lengths[b],
            Arrays.copyOfRange(actual, from, from + lengths[b] * HIDDEN));
      }
    }
  }

  /** Without a mask, and with one of each head's own. */
  @Test
  void encodersSeeBothSides() {
    Random random = new Random(9);
    AttentionReference reference =
        AttentionReference.random(
            AttentionReference.float32(HIDDEN, 4, 4, 12)
                .causal(false)
                .build()
                .resolve(device.target()),
            random);
    double[][] x = input(random);
    float[] mask = Reference.random(random, 4 * LENGTH * LENGTH, 1);
    Reference.Bias biases = (head, query, key) -> mask[(head * LENGTH + query) * LENGTH + key];
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), LENGTH);
        Tensor masks = tile(mask, 1, 4, LENGTH, LENGTH)) {
      check(
          reference.forward(x, Reference.bothSides(0)),
          0,
          LENGTH,
          forward(attention, rope, x, null));
      check(reference.forward(x, biases), 0, LENGTH, forward(attention, rope, x, masks));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "9", "16", "200"})
  void encodersSeeTheirWindow(int window) {
    Random random = new Random(10);
    AttentionReference reference =
        AttentionReference.random(
            AttentionReference.float32(HIDDEN, 4, 2, 16)
                .causal(false)
                .slidingWindow(window)
                .build()
                .resolve(device.target()),
            random);
    double[][] x = input(random);
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), LENGTH)) {
      check(
          reference.forward(x, Reference.bothSides(window)),
          0,
          LENGTH,
          forward(attention, rope, x, null));
    }
  }

  private static AttentionReference plain() {
    return AttentionReference.random(
        AttentionReference.float32(HIDDEN, 4, 2, 32).build().resolve(device.target()),
        new Random(7));
  }

  @Test
  void aCacheOfAnotherModelIsRefused() {
    AttentionReference reference = plain();
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), 128);
        KVCache cache = new KVCache(device, new KVCacheConfig(2, 4, 32, 4, DataType.FLOAT32));
        PagedRunner runner = PagedRunner.of(device, attention, rope, null, cache, PAGES)) {
      refuses(
          "the cache's layer 1 holds 4 heads of 32 in FLOAT32, expected 2 heads of 32 in FLOAT32",
          () -> runner.prefill(input(new Random(1)), 0, 0, 32));
    }
  }

  @Test
  void missingOrWrongRotationsAreRefused() {
    AttentionReference reference = plain();
    try (Attention attention = reference.block(device);
        KVCache cache = cache(attention);
        PagedRunner runner = PagedRunner.of(device, attention, null, null, cache, PAGES)) {
      refuses(
          "attention: no rotation was given, but the plan rotates 32 values of each head",
          () -> runner.prefill(input(new Random(1)), 0, 0, 32));
    }
    AttentionReference pairs =
        AttentionReference.random(
            AttentionReference.float32(HIDDEN, 4, 2, 32)
                .ropeStyle(RoPEStyle.INTERLEAVED)
                .build()
                .resolve(device.target()),
            new Random(7));
    try (Attention attention = pairs.block(device);
        RoPE rope = reference.rope(device, device.target(), 128);
        KVCache cache = cache(attention);
        PagedRunner runner = PagedRunner.of(device, attention, rope, null, cache, PAGES)) {
      refuses(
          "attention: the rotation is of style HALF, expected INTERLEAVED",
          () -> runner.prefill(input(new Random(1)), 0, 0, 32));
      refuses(
          "attention: the rotation is of style HALF, expected INTERLEAVED",
          () -> runner.decode(Arrays.copyOf(input(new Random(1)), 1), 0));
    }
  }

  @Test
  void masksOfAnotherShapeAreRefused() {
    AttentionReference reference = plain();
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), 128);
        Tensor mask = tile(new float[2 * LENGTH * LENGTH], 2, 1, LENGTH, LENGTH)) {
      TtnnException.Shape e =
          assertThrows(
              TtnnException.Shape.class,
              () -> forward(attention, rope, input(new Random(1)), mask));
      assertTrue(
          e.getMessage().contains("attn_mask has shape [2, 1, 70, 70], expected [1 | 1, 4 | 1"),
          e.getMessage());
    }
  }

  @Test
  void stepsAreChecked() {
    AttentionReference reference = plain();
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), 128);
        KVCache cache = cache(attention);
        Tensor table = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1, 2}, 1, 3);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1}, 2);
        Rotation rotation = rope.prefill(0, 32)) {
      refuses(
          "start is 7, expected a multiple of the cache's block size 32",
          () -> new PrefillStep(rotation, cache, table, 0, 7, 32));
      refuses(
          "user is 1, but the page table", () -> new PrefillStep(rotation, cache, table, 1, 0, 32));
      refuses(
          "positions 32 to 96, but the page table",
          () -> new PrefillStep(rotation, cache, table, 0, 32, 65));
      refuses(
          "[1, 3] INT32 ROW_MAJOR and positions",
          () -> new DecodeStep(rotation, cache, table, positions));
      refuses("positions 100 to 131, but the tables hold 0 to 127", () -> rope.prefill(100, 32));
      refuses("positions -1 to 0", () -> rope.prefill(-1, 2));
    }
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
