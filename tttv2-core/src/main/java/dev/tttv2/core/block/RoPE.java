// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.CoreRange;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.EmbeddingArgs;
import dev.tttv2.core.Layout;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorMemoryLayout;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/**
 * Rotary position embeddings: tables of cosines and sines, from which prompts take a range of rows
 * and decode steps a row for each user. {@link Attention} applies them.
 *
 * <pre>
 * tables   cos, sin R [maxPositions, D]
 * prefill  slice R [S, D] -> to_layout T -> reshape [1, 1, S, D]
 * decode   position ids R [1, B] -> embedding T [1, B, D] -> reshape [1, B, 1, D]
 *            -> to_memory_config HS, [32, D] on each of B cores
 *          trans R [1, 1, 1024, 32] -> slice [1, 1, 32 B, 32] -> HS, [32, 32] on each of B cores
 * </pre>
 *
 * @implNote The tables are Hugging Face's, in float32: frequencies theta^(-2 i / D), scaled; angle
 *     = position * frequency, rounded to float32; then cosine and sine. Far positions carry the
 *     rounding error of the angle, as they do there.
 */
public final class RoPE implements AutoCloseable {
  private static final int TILE = 32;

  /** The most users that TTNN's decode operations take. */
  private static final int MAX_USERS = 32;

  private final RoPEPlan plan;
  private final TensorScope tables = new TensorScope();
  private final Tensor cos;
  private final Tensor sin;
  private final EmbeddingArgs lookup;
  private final Transformation transformation;

  /** By the number of users. */
  private final MemoryConfig[] shards;

  /** Computes the tables and puts them on the device. */
  public RoPE(Device device, RoPEPlan plan) {
    this.plan = plan;
    if (plan.scaling().dependsOnLength()) {
      throw new UnsupportedOperationException(
          "RoPE: scaling %s needs tables that depend on the length".formatted(plan.scaling()));
    }
    lookup = EmbeddingArgs.builder().layout(Layout.TILE).dtype(plan.dtype()).build();
    shards = shards(plan, plan.headDim());
    try {
      float[] frequencies = frequencies(plan);
      cos = tables.add(table(device, plan, frequencies, Math::cos).named("rope cos"));
      sin = tables.add(table(device, plan, frequencies, Math::sin).named("rope sin"));
      transformation =
          switch (plan.style()) {
            case HALF -> new NoTransformation();
            case INTERLEAVED ->
                new PairSwap(tables.add(pairSwap(device, plan.dtype())), shards(plan, TILE));
          };
    } catch (Throwable e) {
      tables.close();
      throw e;
    }
  }

  /**
   * Returns the frequency of each pair, in radians per position.
   *
   * @return D / 2 numbers
   */
  public static float[] frequencies(RoPEPlan plan) {
    return plan.scaling().frequencies(plan.theta(), plan.headDim(), plan.maxPositions());
  }

  private interface Wave {
    double of(double angle);
  }

  private static Tensor table(Device device, RoPEPlan plan, float[] frequencies, Wave wave) {
    int headDim = plan.headDim();
    int half = headDim / 2;
    boolean halves = plan.style() == RoPEStyle.HALF;
    float factor = (float) plan.scaling().attentionFactor();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment values =
          arena.allocate(ValueLayout.JAVA_FLOAT, (long) plan.maxPositions() * headDim);
      IntStream.range(0, plan.maxPositions())
          .parallel()
          .forEach(
              position -> {
                long row = (long) position * headDim;
                for (int i = 0; i < half; i++) {
                  float angle = position * frequencies[i];
                  float value = factor * (float) wave.of(angle);
                  long first = row + (halves ? i : 2 * i);
                  values.setAtIndex(ValueLayout.JAVA_FLOAT, first, value);
                  values.setAtIndex(ValueLayout.JAVA_FLOAT, first + (halves ? half : 1), value);
                }
              });
      TensorSpec spec = TensorSpec.rowMajor(plan.dtype(), plan.maxPositions(), headDim);
      return Tensor.fromHost(device, spec, DataType.FLOAT32, values, false);
    }
  }

  /** Makes [1, 1, 32 * 32, 32]: for each user T[2 i][2 i + 1] = 1, T[2 i + 1][2 i] = -1. */
  private static Tensor pairSwap(Device device, DataType dtype) {
    float[] values = new float[MAX_USERS * TILE * TILE];
    for (int row = 0; row < MAX_USERS * TILE; row += 2) {
      int column = row % TILE;
      values[row * TILE + column + 1] = 1;
      values[(row + 1) * TILE + column] = -1;
    }
    return Tensor.of(device, dtype, Layout.TILE, values, 1, 1, MAX_USERS * TILE, TILE)
        .named("rope pair swap");
  }

  private static MemoryConfig[] shards(RoPEPlan plan, int width) {
    int padded = (width + TILE - 1) / TILE * TILE;
    int users = Math.min(MAX_USERS, plan.gridX() * plan.gridY());
    MemoryConfig[] shards = new MemoryConfig[users + 1];
    for (int b = 1; b <= users; b++) {
      shards[b] =
          MemoryConfig.sharded(
              TensorMemoryLayout.HEIGHT_SHARDED,
              TILE,
              padded,
              CoreRange.rowByRow(b, plan.gridX(), plan.gridY()));
    }
    return shards;
  }

  /**
   * Takes the rotations of a prompt, or of a part of it.
   *
   * @param start the first position
   * @param length how many positions, S
   * @return [1, 1, S, D] each; the caller closes them
   * @throws IllegalArgumentException if the tables do not reach so far
   */
  public Rotation prefill(int start, int length) {
    if (start < 0 || length < 1 || length > plan.maxPositions() - start) {
      throw new IllegalArgumentException(
          "RoPE: positions %d to %d, but the tables hold 0 to %d"
              .formatted(start, (long) start + length - 1, plan.maxPositions() - 1));
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor c = scope.add(range(cos, start, length));
      Tensor s = scope.add(range(sin, start, length));
      Tensor t = transformation.prefill();
      scope.release(c);
      scope.release(s);
      return new Rotation(c, s, t);
    }
  }

  private Tensor range(Tensor table, int start, int length) {
    long[] starts = {start, 0};
    long[] ends = {(long) start + length, plan.headDim()};
    try (Tensor rows = Ttnn.slice(table, starts, ends);
        Tensor tiles = Ttnn.toLayout(rows, Layout.TILE)) {
      return Ttnn.reshape(tiles, 1, 1, length, plan.headDim());
    }
  }

  /**
   * Takes the rotations of one position of each user. Allocates on the device only, so that it can
   * be captured in a trace.
   *
   * @param positionIds [1, B], UINT32, ROW_MAJOR, each below maxPositions; B at most 32
   * @return [1, B, 1, D] each, height sharded; the caller closes them
   */
  public Rotation decode(Tensor positionIds) {
    long users = positionIds.dim(-1);
    if (users >= shards.length) {
      throw new IllegalArgumentException(
          "RoPE: position ids %s for %d users, at most %d"
              .formatted(positionIds, users, shards.length - 1));
    }
    int b = (int) users;
    try (TensorScope scope = new TensorScope()) {
      Tensor c = scope.add(rows(cos, positionIds, b));
      Tensor s = scope.add(rows(sin, positionIds, b));
      Tensor t = transformation.decode(b);
      scope.release(c);
      scope.release(s);
      return new Rotation(c, s, t);
    }
  }

  private Tensor rows(Tensor table, Tensor positionIds, int users) {
    try (Tensor rows = Ttnn.embedding(positionIds, table, lookup);
        Tensor perUser = Ttnn.reshape(rows, 1, users, 1, plan.headDim())) {
      return Ttnn.toMemoryConfig(perUser, shards[users]);
    }
  }

  /** Returns what the block was made from. */
  public RoPEPlan plan() {
    return plan;
  }

  /** Frees the tables. Idempotent. */
  @Override
  public void close() {
    tables.close();
  }

  /** What {@link RoPEStyle} asks for beyond cosines and sines. */
  private sealed interface Transformation {
    Tensor prefill();

    Tensor decode(int users);
  }

  /** Nothing. */
  private record NoTransformation() implements Transformation {
    @Override
    public Tensor prefill() {
      return null;
    }

    @Override
    public Tensor decode(int users) {
      return null;
    }
  }

  /** The pair-swapping matrix, once for each user. */
  private record PairSwap(Tensor matrices, MemoryConfig[] shards) implements Transformation {
    private static final long[] ORIGIN = {0, 0, 0, 0};

    @Override
    public Tensor prefill() {
      return first(1);
    }

    @Override
    public Tensor decode(int users) {
      try (Tensor interleaved = first(users)) {
        return Ttnn.toMemoryConfig(interleaved, shards[users]);
      }
    }

    private Tensor first(int users) {
      return Ttnn.slice(matrices, ORIGIN, new long[] {1, 1, (long) users * TILE, TILE});
    }
  }
}
