// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;

/**
 * A pre-norm transformer block, composed of the blocks given to it.
 *
 * <pre>
 * prefill (S positions of one user) and decode (one position of each of B users)
 *   x T [1, 1, S or B, H]
 *   h = add(x, attention(norm(x)))
 *   add(h, feed forward(norm(h)))
 * </pre>
 */
public final class TransformerBlock implements AutoCloseable {
  private final TransformerBlockPlan plan;
  private final Block attentionNorm;
  private final Attention attention;
  private final Block feedForwardNorm;
  private final Block feedForward;
  private final BinaryArgs residual;

  /** Takes over the blocks: closing this block closes them. */
  public TransformerBlock(
      TransformerBlockPlan plan,
      Block attentionNorm,
      Attention attention,
      Block feedForwardNorm,
      Block feedForward) {
    this.plan = plan;
    this.attentionNorm = attentionNorm;
    this.attention = attention;
    this.feedForwardNorm = feedForwardNorm;
    this.feedForward = feedForward;
    residual =
        BinaryArgs.builder().dtype(plan.residualDtype()).memory(plan.residualMemory()).build();
  }

  /**
   * Runs one user's prompt, or a part of it.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, H], TILE
   */
  public Tensor prefill(Tensor x, PrefillStep step) {
    try (Tensor h = prefillAttention(x, step)) {
      return feedForward(h);
    }
  }

  private Tensor prefillAttention(Tensor x, PrefillStep step) {
    try (Tensor normed = attentionNorm.forward(x);
        Tensor attended = attention.prefill(normed, step, plan.layer())) {
      return Ttnn.add(x, attended, residual);
    }
  }

  /**
   * Runs one position of each user.
   *
   * @param x [1, 1, B, H], TILE
   * @return [1, 1, B, H], TILE
   */
  public Tensor decode(Tensor x, DecodeStep step) {
    try (Tensor h = decodeAttention(x, step)) {
      return feedForward(h);
    }
  }

  private Tensor decodeAttention(Tensor x, DecodeStep step) {
    try (Tensor normed = attentionNorm.forward(x);
        Tensor attended = attention.decode(normed, step, plan.layer())) {
      return Ttnn.add(x, attended, residual);
    }
  }

  private Tensor feedForward(Tensor h) {
    try (Tensor normed = feedForwardNorm.forward(h);
        Tensor fed = feedForward.forward(normed)) {
      return Ttnn.add(h, fed, residual);
    }
  }

  /** Returns what the block was made from. */
  public TransformerBlockPlan plan() {
    return plan;
  }

  /** Closes the blocks. Idempotent. */
  @Override
  public void close() {
    attentionNorm.close();
    attention.close();
    feedForwardNorm.close();
    feedForward.close();
  }
}
