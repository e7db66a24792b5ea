// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;
import java.util.List;

/**
 * A transformer block, composed of the blocks given to it: attention, then a feed-forward block (an
 * MLP or a mixture of experts), each joined to the residual stream as a {@link Residual} says; or
 * both side by side.
 *
 * <pre>
 * prefill (S positions of one user), decode (one position of each of B users), forward (no cache)
 *   x T [1, 1, S or B, H], forward [B, 1, S, H]
 *   one after the other:   h = x (+) attention, h (+) feed forward      (+): see Residual
 *   side by side:          x + attention(norm(x)) + feed forward(norm(x))
 * </pre>
 */
public final class TransformerBlock implements AutoCloseable {
  private final TransformerBlockPlan plan;
  private final Attention attention;
  private final Arrangement arrangement;
  private final List<Runnable> closings;
  private final String name;

  /** How the two sublayers follow each other. */
  private interface Arrangement {
    Tensor apply(Tensor x, ResidualPath.SubLayer attend);
  }

  /** A pre-norm block. Takes over the blocks: closing this block closes them. */
  public TransformerBlock(
      TransformerBlockPlan plan,
      Block attentionNorm,
      Attention attention,
      Block feedForwardNorm,
      Block feedForward) {
    this(
        plan,
        new Residual.PreNorm(attentionNorm),
        attention,
        new Residual.PreNorm(feedForwardNorm),
        feedForward);
  }

  /**
   * Attention, then the feed-forward block. Takes over the blocks: closing this block closes them.
   *
   * @throws IllegalArgumentException if the plan scales what {@link Residual.PostNorm} adds; the
   *     blocks then stay the caller's
   */
  public TransformerBlock(
      TransformerBlockPlan plan,
      Residual attentionResidual,
      Attention attention,
      Residual feedForwardResidual,
      Block feedForward) {
    this(
        plan,
        attention,
        inSequence(plan, attentionResidual, feedForwardResidual, feedForward),
        List.of(
            attentionResidual::close,
            attention::close,
            feedForwardResidual::close,
            feedForward::close));
  }

  private TransformerBlock(
      TransformerBlockPlan plan,
      Attention attention,
      Arrangement arrangement,
      List<Runnable> closings) {
    this.plan = plan;
    this.attention = attention;
    this.arrangement = arrangement;
    this.closings = closings;
    name = "transformer block " + plan.layer();
  }

  /**
   * Attention and the feed-forward block side by side, both fed by one norm: GPT-J, Phi. Takes over
   * the blocks: closing the result closes them.
   */
  public static TransformerBlock parallel(
      TransformerBlockPlan plan, Block norm, Attention attention, Block feedForward) {
    ResidualPath.Sum sum = ResidualPath.sum(plan);
    return new TransformerBlock(
        plan,
        attention,
        (x, attend) -> {
          try (Tensor normed = norm.forward(x)) {
            return sideBySide(sum, x, normed, attend, normed, feedForward);
          }
        },
        List.of(norm::close, attention::close, feedForward::close));
  }

  /**
   * Attention and the feed-forward block side by side, each fed by a norm of its own: GPT-NeoX.
   * Takes over the blocks: closing the result closes them.
   */
  public static TransformerBlock parallel(
      TransformerBlockPlan plan,
      Block attentionNorm,
      Attention attention,
      Block feedForwardNorm,
      Block feedForward) {
    ResidualPath.Sum sum = ResidualPath.sum(plan);
    return new TransformerBlock(
        plan,
        attention,
        (x, attend) -> {
          try (Tensor a = attentionNorm.forward(x);
              Tensor f = feedForwardNorm.forward(x)) {
            return sideBySide(sum, x, a, attend, f, feedForward);
          }
        },
        List.of(
            attentionNorm::close, attention::close, feedForwardNorm::close, feedForward::close));
  }

  private static Tensor sideBySide(
      ResidualPath.Sum sum,
      Tensor x,
      Tensor toAttend,
      ResidualPath.SubLayer attend,
      Tensor toFeed,
      Block feedForward) {
    try (Tensor attended = attend.apply(toAttend);
        Tensor h = sum.of(x, attended);
        Tensor fed = feedForward.forward(toFeed)) {
      return sum.of(h, fed);
    }
  }

  private static Arrangement inSequence(
      TransformerBlockPlan plan, Residual attention, Residual feedForward, Block block) {
    ResidualPath.Sum sum = ResidualPath.sum(plan);
    ResidualPath first = ResidualPath.of(attention, sum, plan.residualScale());
    ResidualPath second = ResidualPath.of(feedForward, sum, plan.residualScale());
    ResidualPath.SubLayer feed = block::forward;
    return (x, attend) -> {
      try (Tensor h = first.apply(x, attend)) {
        return second.apply(h, feed);
      }
    };
  }

  /**
   * Runs one user's prompt, or a part of it.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, H], TILE
   */
  public Tensor prefill(Tensor x, PrefillStep step) {
    return apply(x, normed -> attention.prefill(normed, step, plan.layer()));
  }

  /**
   * Runs one position of each user.
   *
   * @param x [1, 1, B, H], TILE
   * @return [1, 1, B, H], TILE
   */
  public Tensor decode(Tensor x, DecodeStep step) {
    return apply(x, normed -> attention.decode(normed, step, plan.layer()));
  }

  /**
   * Runs whole texts without a cache, as encoders do.
   *
   * @param x [B, 1, S, H], TILE
   * @param rope the rotations of the positions, or null where attention rotates nothing
   * @param mask as for {@link Attention#forward}, or null
   * @return [B, 1, S, H], TILE
   */
  public Tensor forward(Tensor x, Rotation rope, Tensor mask) {
    return apply(x, normed -> attention.forward(normed, rope, mask));
  }

  private Tensor apply(Tensor x, ResidualPath.SubLayer attend) {
    return Tensor.composed(name, () -> arrangement.apply(x, attend));
  }

  /** Returns what the block was made from. */
  public TransformerBlockPlan plan() {
    return plan;
  }

  /** Returns the plan of the block's attention. */
  public AttentionPlan attentionPlan() {
    return attention.plan();
  }

  /** Closes the blocks. Idempotent. */
  @Override
  public void close() {
    closings.forEach(Runnable::run);
  }
}
