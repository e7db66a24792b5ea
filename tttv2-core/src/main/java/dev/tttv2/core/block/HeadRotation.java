// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.QkvHeads;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.function.UnaryOperator;

/** Rotates queries and keys as a plan says. Every method takes over the heads, whatever happens. */
interface HeadRotation {
  /** Rotates the heads of one text, q [1, NH, S, D] and k [1, KV, S, D]. */
  QkvHeads prefill(QkvHeads heads, Rotation rope);

  /** Rotates the heads of one position of each user, q [1, B, NH, D] and k [1, B, KV, D]. */
  QkvHeads decode(QkvHeads heads, Rotation rope);

  /** Rotates the heads of texts at the same positions, q [B, NH, S, D] and k [B, KV, S, D]. */
  QkvHeads texts(QkvHeads heads, Rotation rope);

  /** Chooses the operation. */
  static HeadRotation of(AttentionPlan plan) {
    if (plan.rotaryDim() == 0) {
      return new None();
    }
    return new Rotated(
        plan,
        switch (plan.ropeStyle()) {
          case HALF -> (x, rope, args) -> Ttnn.rotaryEmbeddingHf(x, rope.cos(), rope.sin(), args);
          case INTERLEAVED ->
              (x, rope, args) ->
                  Ttnn.rotaryEmbeddingLlama(x, rope.cos(), rope.sin(), rope.transMat(), args);
        });
  }

  /** Nothing is rotated. */
  record None() implements HeadRotation {
    @Override
    public QkvHeads prefill(QkvHeads heads, Rotation rope) {
      return heads;
    }

    @Override
    public QkvHeads decode(QkvHeads heads, Rotation rope) {
      return heads;
    }

    @Override
    public QkvHeads texts(QkvHeads heads, Rotation rope) {
      return heads;
    }
  }

  /** By an operation. */
  final class Rotated implements HeadRotation {
    /** The operation of a style. */
    interface Operation {
      Tensor apply(Tensor x, Rotation rope, RotaryArgs args);
    }

    private final AttentionPlan plan;
    private final Operation operation;
    private final RotaryArgs prefillArgs;
    private final RotaryArgs decodeArgs;

    Rotated(AttentionPlan plan, Operation operation) {
      this.plan = plan;
      this.operation = operation;
      prefillArgs =
          RotaryArgs.builder().memory(plan.innerMemory()).compute(plan.prefillCompute()).build();
      decodeArgs = RotaryArgs.builder().decodeMode(true).compute(plan.decodeCompute()).build();
    }

    @Override
    public QkvHeads prefill(QkvHeads heads, Rotation rope) {
      return rotated(heads, rope, x -> operation.apply(x, rope, prefillArgs));
    }

    @Override
    public QkvHeads decode(QkvHeads heads, Rotation rope) {
      return rotated(heads, rope, x -> operation.apply(x, rope, decodeArgs));
    }

    /** The operation takes the heads of one text: those of all texts are given to it as such. */
    @Override
    public QkvHeads texts(QkvHeads heads, Rotation rope) {
      return rotated(
          heads,
          rope,
          x -> {
            long[] shape = x.shape();
            try (Tensor joined = Ttnn.reshape(x, 1, shape[0] * shape[1], shape[2], shape[3]);
                Tensor rotated = operation.apply(joined, rope, prefillArgs)) {
              return Ttnn.reshape(rotated, shape);
            }
          });
    }

    private QkvHeads rotated(QkvHeads heads, Rotation rope, UnaryOperator<Tensor> rotation) {
      return QkvProjection.replace(
          heads,
          q -> {
            check(rope);
            return rotation.apply(q);
          },
          rotation);
    }

    private void check(Rotation rope) {
      if (rope == null) {
        throw new IllegalArgumentException(
            "attention: no rotation was given, but the plan rotates %d values of each head"
                .formatted(plan.rotaryDim()));
      }
      if (rope.style() != plan.ropeStyle()) {
        throw new IllegalArgumentException(
            "attention: the rotation is of style %s, expected %s"
                .formatted(rope.style(), plan.ropeStyle()));
      }
    }
  }
}
