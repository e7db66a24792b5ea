// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.EmbeddingArgs;
import dev.tttv2.core.Layout;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Rotary position embeddings: tables of cosines and sines, from which prompts take a range of rows
 * and decode steps a row for each user. {@link Attention} applies them.
 *
 * <pre>
 * tables   cos, sin R [maxPositions, D]
 * prefill  slice R [S, D] -&gt; to_layout T -&gt; reshape [1, 1, S, D]
 * M-RoPE   position ids R [1, S] of each section -&gt; embedding R [1, S, D]
 *            -&gt; slice to the section's columns, concat R [1, S, D] -&gt; to_layout T, reshape
 * decode   position ids R [1, B] -&gt; embedding T [1, B, D] -&gt; reshape [1, B, 1, D]
 *            -&gt; to_memory_config HS, [32, D] on each of B cores
 *          trans R [1, 1, 1024, 32] -&gt; slice [1, 1, 32 B, 32] -&gt; HS, [32, 32] on each of B cores
 * </pre>
 *
 * <p>D is a head's extent on the device. Values of a head that are not rotated, padding among them,
 * have cosine 1 and sine 0.
 *
 * <p>Where frequencies depend on the length of the sequence (dynamic, longrope), the rows of a
 * prompt are computed for the whole prompt's length when it is prefilled, and row p of the tables,
 * which decode takes, for a sequence that ends there. Keys stay as they were rotated once: so does
 * Hugging Face with its cache.
 *
 * @implNote The tables are Hugging Face's, in float32: frequencies theta^(-2 i / R), scaled; angle
 *     = position * frequency, rounded to float32; then cosine and sine. Far positions carry the
 *     rounding error of the angle, as they do there.
 */
public final class RoPE implements AutoCloseable {
  private static final int TILE = 32;

  private final Device device;
  private final RoPEPlan plan;
  private final TensorScope tables = new TensorScope();
  private final Tensor cos;
  private final Tensor sin;
  private final EmbeddingArgs lookup;
  private final EmbeddingArgs rowMajorLookup;
  private final Transformation transformation;
  private final UserShards shards;
  private final PromptRows promptRows;

  /**
   * Computes the tables and puts them on the device.
   *
   * @throws IllegalArgumentException if they are larger than the device's free memory
   */
  public RoPE(Device device, RoPEPlan plan) {
    checkMemory(device.memory(BufferType.DRAM), plan);
    this.device = device;
    this.plan = plan;
    lookup = EmbeddingArgs.builder().layout(Layout.TILE).dtype(plan.dtype()).build();
    rowMajorLookup = EmbeddingArgs.builder().layout(Layout.ROW_MAJOR).dtype(plan.dtype()).build();
    shards = new UserShards(1, plan.paddedHeadDim(), plan.gridX(), plan.gridY());
    promptRows = plan.scaling().dependsOnLength() ? this::computed : this::sliced;
    try {
      IntFunction<float[]> frequencies = frequenciesByRow(plan);
      cos = tables.add(table(0, plan.maxPositions(), frequencies, Math::cos).named("rope cos"));
      sin = tables.add(table(0, plan.maxPositions(), frequencies, Math::sin).named("rope sin"));
      transformation =
          switch (plan.style()) {
            case HALF -> new NoTransformation();
            case INTERLEAVED ->
                new PairSwap(
                    tables.add(pairSwap(device, plan.dtype())),
                    new UserShards(TILE, TILE, plan.gridX(), plan.gridY()));
          };
    } catch (Throwable e) {
      tables.close();
      throw e;
    }
  }

  /** Refuses what would fail after minutes of work, and take the machine's memory before. */
  private static void checkMemory(MemoryStats memory, RoPEPlan plan) {
    long rows = plan.maxPositions();
    // Two tables, and one of them as it is computed, which the host backend has in the same memory.
    long bytes = rows * plan.paddedHeadDim() * (2 * plan.dtype().hostBytes() + Float.BYTES);
    long free = memory.totalBytes() - memory.allocatedBytes();
    if (bytes > free) {
      throw new IllegalArgumentException(
          "RoPE: to make tables of %d positions in %s takes %d bytes, the device has %d free"
              .formatted(rows, plan.dtype(), bytes, free));
    }
  }

  private static IntFunction<float[]> frequenciesByRow(RoPEPlan plan) {
    if (plan.scaling().dependsOnLength()) {
      return position -> frequencies(plan, position + 1);
    }
    float[] same = frequencies(plan, plan.maxPositions());
    return position -> same;
  }

  /**
   * Returns the frequency of each pair, in radians per position.
   *
   * @param length the length of the sequence, on which some kinds of scaling depend
   * @return R / 2 numbers, R the rotated values of a head
   */
  public static float[] frequencies(RoPEPlan plan, int length) {
    return plan.scaling().frequencies(plan.theta(), plan.rotaryDim(), length);
  }

  private interface Wave {
    double of(double angle);
  }

  /** Makes rows start .. start + length - 1 of a table, R [length, D]. */
  private Tensor table(int start, int length, IntFunction<float[]> frequencies, Wave wave) {
    int headDim = plan.paddedHeadDim();
    boolean halves = plan.style() == RoPEStyle.HALF;
    int apart = halves ? headDim / 2 : 1;
    int step = halves ? 1 : 2;
    float still = (float) wave.of(0);
    float factor = (float) plan.scaling().attentionFactor();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, (long) length * headDim);
      IntStream.range(0, length)
          .parallel()
          .forEach(
              row -> {
                float[] ofRow = new float[headDim];
                Arrays.fill(ofRow, still);
                float[] turns = frequencies.apply(start + row);
                for (int i = 0; i < turns.length; i++) {
                  float angle = (start + row) * turns[i];
                  float value = (float) wave.of(angle) * factor;
                  ofRow[step * i] = value;
                  ofRow[step * i + apart] = value;
                }
                MemorySegment.copy(
                    ofRow, 0, values, ValueLayout.JAVA_FLOAT, 4L * row * headDim, headDim);
              });
      TensorSpec spec = TensorSpec.rowMajor(plan.dtype(), length, headDim);
      return Tensor.fromHost(device, spec, DataType.FLOAT32, values, false);
    }
  }

  /** Makes [1, 1, 32 * 32, 32]: for each user T[2 i][2 i + 1] = 1, T[2 i + 1][2 i] = -1. */
  private static Tensor pairSwap(Device device, DataType dtype) {
    float[] values = new float[UserShards.MAX_USERS * TILE * TILE];
    for (int row = 0; row < UserShards.MAX_USERS * TILE; row += 2) {
      int column = row % TILE;
      values[row * TILE + column + 1] = 1;
      values[(row + 1) * TILE + column] = -1;
    }
    return Tensor.of(device, dtype, Layout.TILE, values, 1, 1, UserShards.MAX_USERS * TILE, TILE)
        .named("rope pair swap");
  }

  /**
   * Takes the rotations of a whole prompt, or of the last part of one: it ends the sequence.
   *
   * @param start the first position
   * @param length how many positions, S
   * @return [1, 1, S, D] each; the caller closes them
   * @throws IllegalArgumentException if the tables do not reach so far
   */
  public Rotation prefill(int start, int length) {
    return prefill(start, length, start + length);
  }

  /**
   * Takes the rotations of a prompt, or of a part of it.
   *
   * @param start the first position
   * @param length how many positions, S
   * @param total positions of the whole prompt, on which some kinds of scaling depend; those behind
   *     it are padding
   * @return [1, 1, S, D] each; the caller closes them
   * @throws IllegalArgumentException if the tables do not reach so far, or the part is behind the
   *     prompt
   */
  public Rotation prefill(int start, int length, int total) {
    if (start < 0 || length < 1 || length > plan.maxPositions() - start) {
      throw new IllegalArgumentException(
          "RoPE: positions %d to %d, but the tables hold 0 to %d"
              .formatted(start, (long) start + length - 1, plan.maxPositions() - 1));
    }
    if (total <= start) {
      throw new IllegalArgumentException(
          "RoPE: positions %d to %d of a prompt of %d".formatted(start, start + length - 1, total));
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor c = scope.add(promptRows.take(cos, Math::cos, start, length, total));
      Tensor s = scope.add(promptRows.take(sin, Math::sin, start, length, total));
      return rotation(scope, c, s, transformation.prefill());
    }
  }

  /** Hands the tensors out of the scope. */
  private static Rotation rotation(TensorScope scope, Tensor cos, Tensor sin, Tensor trans) {
    scope.release(cos);
    scope.release(sin);
    return new Rotation(cos, sin, trans);
  }

  /** Where a prompt's rows come from. */
  private interface PromptRows {
    Tensor take(Tensor table, Wave wave, int start, int length, int total);
  }

  private Tensor sliced(Tensor table, Wave wave, int start, int length, int total) {
    long[] starts = {start, 0};
    long[] ends = {(long) start + length, plan.paddedHeadDim()};
    try (Tensor rows = Ttnn.slice(table, starts, ends)) {
      return tiles(rows, length);
    }
  }

  private Tensor computed(Tensor table, Wave wave, int start, int length, int total) {
    float[] frequencies = frequencies(plan, total);
    try (Tensor rows = table(start, length, position -> frequencies, wave)) {
      return tiles(rows, length);
    }
  }

  private Tensor tiles(Tensor rows, int length) {
    try (Tensor tiles = Ttnn.toLayout(rows, Layout.TILE)) {
      return Ttnn.reshape(tiles, 1, 1, length, plan.paddedHeadDim());
    }
  }

  /**
   * Takes the rotations of a prompt whose tokens have several positions each: M-RoPE, as in
   * Qwen2-VL's {@code apply_multimodal_rotary_pos_emb}. The first pairs of a head follow the first
   * position, and so on, as the plan's sections say. Decode steps, where all positions are equal,
   * use {@link #decode}.
   *
   * @param positions for each section the position of each of S tokens
   * @return [1, 1, S, D] each; the caller closes them
   * @throws IllegalArgumentException if there are not as many positions as sections, or the tables
   *     do not reach so far
   */
  public Rotation prefill(int[][] positions) {
    int sections = plan.mropeSections().size();
    if (sections == 0 || positions.length != sections) {
      throw new IllegalArgumentException(
          "RoPE: %d positions a token, but the plan has %d sections"
              .formatted(positions.length, sections));
    }
    int length = positions[0].length;
    for (int[] ofSection : positions) {
      if (ofSection.length != length || length == 0) {
        throw new IllegalArgumentException(
            "RoPE: %d positions beside %d, expected as many, and at least 1"
                .formatted(ofSection.length, length));
      }
      for (int position : ofSection) {
        if (position < 0 || position >= plan.maxPositions()) {
          throw new IllegalArgumentException(
              "RoPE: position %d, but the tables hold 0 to %d"
                  .formatted(position, plan.maxPositions() - 1));
        }
      }
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor c = scope.add(bySection(cos, positions));
      Tensor s = scope.add(bySection(sin, positions));
      return rotation(scope, c, s, transformation.prefill());
    }
  }

  private Tensor bySection(Tensor table, int[][] positions) {
    int length = positions[0].length;
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> rows = new ArrayList<>();
      for (int[] ofSection : positions) {
        Tensor ids = scope.add(Tensor.ofInts(device, DataType.UINT32, ofSection, 1, length));
        rows.add(scope.add(Ttnn.embedding(ids, table, rowMajorLookup)));
      }
      List<Tensor> parts = new ArrayList<>();
      boolean halves = plan.style() == RoPEStyle.HALF;
      int width = plan.paddedHeadDim();
      int blocks = halves ? 2 : 1; // of columns, each with all pairs
      int columnsOfPair = halves ? 1 : 2;
      for (int block = 0; block < blocks; block++) {
        int column = block * width / 2;
        for (int section = 0; section < rows.size(); section++) {
          int end = column + columnsOfPair * plan.mropeSections().get(section);
          parts.add(scope.add(columns(rows.get(section), column, end)));
          column = end;
        }
        int end = (block + 1) * width / blocks;
        if (column < end) { // not rotated: all rows are alike there
          parts.add(scope.add(columns(rows.getFirst(), column, end)));
        }
      }
      return tiles(scope.add(Ttnn.concat(parts, -1)), length);
    }
  }

  private static Tensor columns(Tensor x, long from, long to) {
    return Ttnn.slice(x, new long[] {0, 0, from}, new long[] {x.dim(0), x.dim(1), to});
  }

  /**
   * Takes the rotations of one position of each user. Allocates on the device only, so that it can
   * be captured in a trace.
   *
   * @param positionIds [1, B], UINT32, ROW_MAJOR, each below maxPositions; B at most 32
   * @return [1, B, 1, D] each, height sharded; the caller closes them
   * @throws IllegalArgumentException if there are more users than the cores have shards for
   */
  public Rotation decode(Tensor positionIds) {
    long users = positionIds.dim(-1);
    if (users > shards.most()) {
      throw new IllegalArgumentException(
          "RoPE: position ids %s for %d users, at most %d"
              .formatted(positionIds, users, shards.most()));
    }
    int b = (int) users;
    try (TensorScope scope = new TensorScope()) {
      Tensor c = scope.add(rows(cos, positionIds, b));
      Tensor s = scope.add(rows(sin, positionIds, b));
      return rotation(scope, c, s, transformation.decode(b));
    }
  }

  private Tensor rows(Tensor table, Tensor positionIds, int users) {
    try (Tensor rows = Ttnn.embedding(positionIds, table, lookup);
        Tensor perUser = Ttnn.reshape(rows, 1, users, 1, plan.paddedHeadDim())) {
      return Ttnn.toMemoryConfig(perUser, shards.of(users));
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
  private record PairSwap(Tensor matrices, UserShards shards) implements Transformation {
    private static final long[] ORIGIN = {0, 0, 0, 0};

    @Override
    public Tensor prefill() {
      return first(1);
    }

    @Override
    public Tensor decode(int users) {
      try (Tensor interleaved = first(users)) {
        return Ttnn.toMemoryConfig(interleaved, shards.of(users));
      }
    }

    private Tensor first(int users) {
      return Ttnn.slice(matrices, ORIGIN, new long[] {1, 1, (long) users * TILE, TILE});
    }
  }
}
