// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** Elementwise functions that can be fused into another operation. */
public enum UnaryOp {
  /** The identity. */
  NONE(TtnnConstants.UNARY_NONE),
  /** x * sigmoid(x). */
  SILU(TtnnConstants.UNARY_SILU),
  /** x * Phi(x) with the error function. */
  GELU(TtnnConstants.UNARY_GELU),
  /** The tanh formula of GELU. */
  GELU_TANH(TtnnConstants.UNARY_GELU_TANH),
  /** max(x, 0). */
  RELU(TtnnConstants.UNARY_RELU),
  /** The hyperbolic tangent. */
  TANH(TtnnConstants.UNARY_TANH),
  /** 1 / (1 + exp(-x)). */
  SIGMOID(TtnnConstants.UNARY_SIGMOID);

  private final int code;

  UnaryOp(int code) {
    this.code = code;
  }

  /** Returns the function's number in the C interface. */
  public int code() {
    return code;
  }
}
