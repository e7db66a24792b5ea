// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.Device;
import dev.tttv2.core.EmbeddingArgs;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.function.UnaryOperator;

/**
 * A learned or computed table, looked up by ids: of tokens, positions, kinds of tokens.
 *
 * <pre>
 * prefill  ids R [1, S] -&gt; embedding T [1, S, H] -&gt; reshape [1, 1, S, H]
 * decode   ids R [1, B] -&gt; embedding T [1, B, H] -&gt; reshape [1, 1, B, H]
 * encoder  ids R [B, S] -&gt; embedding T [B, S, H] -&gt; reshape [B, 1, S, H]
 * range    slice R [S, H] -&gt; to_layout T -&gt; reshape [1, 1, S, H]
 * where the plan scales: multiply
 * on a mesh each device has H / devices columns
 * </pre>
 */
public final class Embedding implements AutoCloseable {
  private final EmbeddingPlan plan;
  private final TensorScope weights;
  private final Tensor table;
  private final int columns;
  private final EmbeddingArgs args;
  private final UnaryOperator<Tensor> scaled;

  /**
   * Loads the table.
   *
   * @param weight [V, H]
   * @throws IllegalArgumentException if it is missing or of another shape
   */
  public Embedding(Device device, EmbeddingPlan plan, LazyWeight weight) {
    Checks.weight("embedding", "table", weight, plan.vocabSize(), plan.hiddenSize());
    this.plan = plan;
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    columns = parallel.share("embedding", "hiddenSize", plan.hiddenSize());
    scaled = scaled(plan);
    try (Weights loading = new Weights(device)) {
      TensorSpec spec = TensorSpec.rowMajor(plan.weightDtype(), plan.vocabSize(), columns);
      table = loading.shared(spec, weight, false, parallel.along(-1));
      args =
          EmbeddingArgs.builder()
              .layout(Layout.TILE)
              .dtype(plan.outputDtype())
              .memory(plan.outputMemory())
              .build();
      weights = loading.keep();
    }
  }

  /** Scales what was looked up; takes it over. */
  private static UnaryOperator<Tensor> scaled(EmbeddingPlan plan) {
    if (plan.scale() == 1) {
      return UnaryOperator.identity();
    }
    BinaryArgs args =
        BinaryArgs.builder().dtype(plan.outputDtype()).memory(plan.outputMemory()).build();
    return rows -> {
      try (rows) {
        return Ttnn.multiply(rows, plan.scale(), args);
      }
    };
  }

  /**
   * Looks ids up.
   *
   * @param ids [1, S] or [B, S], UINT32, ROW_MAJOR, each below V
   * @return [1, 1, S, H] or [B, 1, S, H], TILE; the caller closes it
   */
  public Tensor forward(Tensor ids) {
    try (Tensor rows = Ttnn.embedding(ids, table, args)) {
      return scaled.apply(Ttnn.reshape(rows, ids.dim(0), 1, ids.dim(1), columns));
    }
  }

  /**
   * Takes neighbouring rows of the table, as the positions of a prompt.
   *
   * @param start the first row
   * @param length how many rows, S
   * @return [1, 1, S, H], TILE; the caller closes it
   * @throws IllegalArgumentException if the table does not reach so far
   */
  public Tensor range(int start, int length) {
    if (start < 0 || length < 1 || length > plan.vocabSize() - start) {
      throw new IllegalArgumentException(
          "embedding: rows %d to %d, but the table has 0 to %d"
              .formatted(start, (long) start + length - 1, plan.vocabSize() - 1));
    }
    long[] starts = {start, 0};
    long[] ends = {(long) start + length, columns};
    try (Tensor rows = Ttnn.slice(table, starts, ends);
        Tensor tiles = Ttnn.toLayout(rows, Layout.TILE, plan.outputDtype())) {
      return scaled.apply(Ttnn.reshape(tiles, 1, 1, length, columns));
    }
  }

  /** Returns what the block was made from. */
  public EmbeddingPlan plan() {
    return plan;
  }

  /** Frees the table. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }
}
