// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Attention of any shape, with any options, for any users over any pages, against plain loops. */
@AddLifecycleHook(Tries.class)
class AttentionPropertyTest {
  private static final String SEED = "20260901";
  private static final int HIDDEN = 24;
  private static final double LIMIT = 5e-5;

  /** What a board's tiles ask for, with the host's dtypes: heads are padded. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  private static Device device;

  @BeforeContainer
  static void open() {
    device = Device.open();
  }

  @AfterContainer
  static void close() {
    device.close();
  }

  /** How many heads, how wide, and how much of them is rotated. */
  record Heads(int kvHeads, int queriesPerKey, int headDim, int rotaryDim, RoPEStyle style) {}

  /** What happens to queries, keys and scores. */
  record Options(
      boolean bias, QkNorm qkNorm, int window, float softcap, boolean sinks, boolean tiled) {}

  /** One of a batch of users: a prompt, then steps. */
  record User(int prompt, int steps) {}

  @Provide
  Arbitrary<Heads> heads() {
    return Arbitraries.integers()
        .between(1, 48)
        .flatMap(
            headDim ->
                Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, headDim / 2),
                        Arbitraries.of(RoPEStyle.class))
                    .as(
                        (kv, group, pairs, style) ->
                            new Heads(kv, group, headDim, 2 * pairs, style)));
  }

  @Provide
  Arbitrary<Options> options() {
    Arbitrary<Boolean> either = Arbitraries.of(true, false);
    return Combinators.combine(
            either,
            Arbitraries.of(QkNorm.class),
            Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(1, 100))),
            Arbitraries.of(0f, 1.5f, 20f),
            either,
            either)
        .as(Options::new);
  }

  @Provide
  Arbitrary<User> user() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 100), Arbitraries.integers().between(1, 4))
        .as(User::new);
  }

  private static AttentionConfig.Builder config(Heads heads, Options o) {
    return AttentionReference.float32(
            HIDDEN, heads.kvHeads() * heads.queriesPerKey(), heads.kvHeads(), heads.headDim())
        .rotaryDim(heads.rotaryDim())
        .ropeStyle(heads.style())
        .qkvBias(o.bias())
        .outputBias(o.bias())
        .qkNorm(o.qkNorm())
        .qkNormEpsilon(1e-3f)
        .slidingWindow(o.window())
        .logitSoftcap(o.softcap())
        .sinks(o.sinks());
  }

  private static DeviceTarget target(Options o) {
    return o.tiled() ? TILED : device.target();
  }

  private static double[][] input(Random random, int rows) {
    return Reference.rows(Reference.random(random, rows * HIDDEN, 1), HIDDEN);
  }

  /** Prompts in parts, then steps of all users together, of whom those that are done are idle. */
  @Property(seed = SEED)
  void usersOverPages(
      @ForAll("heads") Heads heads,
      @ForAll("options") Options options,
      @ForAll @Size(min = 1, max = 5) List<@From("user") User> users,
      @ForAll @IntRange(min = 1, max = 2) int tilesOfBlock,
      @ForAll @IntRange(min = 1, max = 4) int blocksOfPart,
      @ForAll long seed) {
    Random random = new Random(seed);
    int blockSize = 32 * tilesOfBlock;
    AttentionReference reference =
        AttentionReference.random(config(heads, options).build().resolve(target(options)), random);
    int longest = users.stream().mapToInt(u -> u.prompt() + u.steps()).max().orElseThrow();
    int[][] pages = pages(users.size(), Math.ceilDiv(Math.max(longest, 1), blockSize), random);
    double[][][] x = new double[users.size()][][];
    double[][][] expected = new double[users.size()][][];
    for (int u = 0; u < x.length; u++) {
      x[u] = input(random, users.get(u).prompt() + users.get(u).steps());
      expected[u] = reference.causal(x[u]);
    }
    long before = device.memory(BufferType.DRAM).liveTensors();
    int blocks = pages.length * pages[0].length + 2;
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target(options), 128);
        KVCache cache =
            new KVCache(device, KVCacheConfig.of(attention.plan(), 2, blocks, blockSize));
        PagedRunner runner = PagedRunner.of(device, attention, rope, null, cache, pages)) {
      for (int u = 0; u < x.length; u++) {
        int prompt = users.get(u).prompt();
        for (int start = 0; start < prompt; start += blocksOfPart * blockSize) {
          int end = Math.min(prompt, start + blocksOfPart * blockSize);
          check(expected[u], start, end, runner.prefill(x[u], u, start, end));
        }
      }
      for (int step = 0; step < 4; step++) {
        decode(runner, users, x, expected, step);
      }
    }
    assertEquals(before, device.memory(BufferType.DRAM).liveTensors());
  }

  private static void decode(
      PagedRunner runner, List<User> users, double[][][] x, double[][][] expected, int step) {
    int[] positions = new int[users.size()];
    double[][] rows = new double[users.size()][];
    for (int u = 0; u < rows.length; u++) {
      boolean idle = step >= users.get(u).steps();
      positions[u] = idle ? -1 : users.get(u).prompt() + step;
      rows[u] = idle ? new double[HIDDEN] : x[u][positions[u]];
    }
    float[] actual = runner.decode(rows, positions);
    for (int u = 0; u < rows.length; u++) {
      if (positions[u] >= 0) {
        float[] row = Arrays.copyOfRange(actual, u * HIDDEN, (u + 1) * HIDDEN);
        check(expected[u], positions[u], positions[u] + 1, row);
      }
    }
  }

  /** Gives each user pages of its own, in any order; two are nobody's. */
  private static int[][] pages(int users, int each, Random random) {
    int[] shuffled = IntStream.range(0, users * each + 2).toArray();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    int[][] pages = new int[users][];
    Arrays.setAll(pages, u -> Arrays.copyOfRange(shuffled, u * each, (u + 1) * each));
    return pages;
  }

  /** Texts together, each with some of its keys hidden, or seen as the plan says. */
  @Property(seed = SEED)
  void textsWithoutACache(
      @ForAll("heads") Heads heads,
      @ForAll("options") Options options,
      @ForAll boolean causal,
      @ForAll boolean masked,
      @ForAll @IntRange(min = 1, max = 3) int texts,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll long seed) {
    Random random = new Random(seed);
    AttentionReference reference =
        AttentionReference.random(
            config(heads, options).causal(causal).build().resolve(target(options)), random);
    float[] x = Reference.random(random, texts * length * HIDDEN, 1);
    float[] mask = Reference.random(random, texts * length * length, 1);
    for (int i = 0; i < mask.length; i++) {
      // A query sees its own key: a row of nothing has no meaning.
      boolean own = i / length % length == i % length;
      mask[i] = !own && random.nextBoolean() ? -1e30f : mask[i];
    }
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target(options), 128);
        TensorScope scope = new TensorScope()) {
      Rotation rotation = rope == null ? null : rope.prefill(0, length).addTo(scope);
      Tensor rows = scope.add(tile(x, texts, 1, length, HIDDEN));
      Tensor masks = masked ? scope.add(tile(mask, texts, 1, length, length)) : null;
      float[] actual = scope.add(attention.forward(rows, rotation, masks)).toFloats();
      int size = length * HIDDEN;
      for (int b = 0; b < texts; b++) {
        int first = b * length;
        Reference.Bias biases =
            causal ? Reference.causal(options.window()) : Reference.bothSides(options.window());
        if (masked) {
          biases = (head, query, key) -> mask[(first + query) * length + key];
        }
        double[][] text = Reference.rows(Arrays.copyOfRange(x, b * size, (b + 1) * size), HIDDEN);
        check(
            reference.forward(text, biases),
            0,
            length,
            Arrays.copyOfRange(actual, b * size, (b + 1) * size));
      }
    }
  }

  private static Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape);
  }

  private static void check(double[][] expected, int from, int to, float[] actual) {
    Goldens.assertClose(Reference.floats(expected, from, to), actual, LIMIT);
  }
}
