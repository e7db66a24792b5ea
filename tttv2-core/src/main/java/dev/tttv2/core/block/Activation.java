// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.UnaryOp;
import java.util.Optional;

/** The nonlinear functions between the linears of an MLP, applied elementwise. */
public enum Activation {
  /** {@code x sigmoid(x)}, also called swish. */
  SILU(UnaryOp.SILU),
  /** {@code x Phi(x)}, Phi the normal distribution's function. */
  GELU(UnaryOp.GELU),
  /** The approximation {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2} of GELU. */
  GELU_TANH(UnaryOp.GELU_TANH),
  /** {@code max(x, 0)}. */
  RELU(UnaryOp.RELU),
  /** The hyperbolic tangent. */
  TANH(UnaryOp.TANH),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(UnaryOp.SIGMOID),
  /** {@code max(x, 0)^2}. */
  RELU_SQUARED(null),
  /** The approximation {@code x sigmoid(1.702 x)} of GELU. */
  QUICK_GELU(null);

  private final UnaryOp fused;

  Activation(UnaryOp fused) {
    this.fused = fused;
  }

  /**
   * Returns the function in the form that matmuls and elementwise operations take along; empty if
   * it needs operations of its own.
   */
  public Optional<UnaryOp> fused() {
    return Optional.ofNullable(fused);
  }
}
