// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.EmbeddingArgs;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;

/**
 * Token embedding.
 *
 * <pre>
 * prefill  ids R [1, S] -> embedding T [1, S, H] -> reshape [1, 1, S, H]
 * decode   ids R [1, B] -> embedding T [1, B, H] -> reshape [1, 1, B, H]
 * </pre>
 */
public final class Embedding implements AutoCloseable {
  private final EmbeddingPlan plan;
  private final TensorScope weights;
  private final Tensor table;
  private final EmbeddingArgs args;

  /**
   * Loads the table.
   *
   * @param weight [V, H]
   */
  public Embedding(Device device, EmbeddingPlan plan, LazyWeight weight) {
    Checks.weight("embedding", "table", weight, plan.vocabSize(), plan.hiddenSize());
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      table =
          loading.as(
              TensorSpec.rowMajor(plan.weightDtype(), plan.vocabSize(), plan.hiddenSize()), weight);
      args =
          EmbeddingArgs.builder()
              .layout(Layout.TILE)
              .dtype(plan.outputDtype())
              .memory(plan.outputMemory())
              .build();
      weights = loading.keep();
    }
  }

  /**
   * Looks tokens up.
   *
   * @param ids [1, S], UINT32, ROW_MAJOR, each below V
   * @return [1, 1, S, H], TILE
   */
  public Tensor forward(Tensor ids) {
    try (Tensor rows = Ttnn.embedding(ids, table, args)) {
      return Ttnn.reshape(rows, 1, 1, -1, plan.hiddenSize());
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
