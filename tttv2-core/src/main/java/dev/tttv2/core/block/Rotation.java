// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;

/**
 * The rotations of one prompt or one decode step, shared by all layers. Made by {@link RoPE}.
 *
 * @param cos prefill [1, 1, S, D]; decode [1, B, 1, D], height sharded
 * @param sin as cos
 * @param transMat the pair-swapping matrix of {@link RoPEStyle#INTERLEAVED}: prefill [1, 1, 32,
 *     32], decode [1, 1, 32 B, 32], height sharded; null for {@link RoPEStyle#HALF}
 */
public record Rotation(Tensor cos, Tensor sin, Tensor transMat) implements AutoCloseable {
  /** Hands the tensors to a scope, which closes them; returns this. */
  public Rotation addTo(TensorScope scope) {
    scope.add(cos);
    scope.add(sin);
    if (transMat != null) {
      scope.add(transMat);
    }
    return this;
  }

  /** Returns which values the rotations take together. */
  RoPEStyle style() {
    return transMat == null ? RoPEStyle.HALF : RoPEStyle.INTERLEAVED;
  }

  /** Closes the tensors. Idempotent. */
  @Override
  public void close() {
    cos.close();
    sin.close();
    if (transMat != null) {
      transMat.close();
    }
  }
}
