// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** How many passes a Tensix core spends on the mantissa bits of a multiplication. */
public enum MathFidelity {
  /** One pass: the upper mantissa bits of both factors. */
  LOFI(TtnnConstants.MATH_FIDELITY_LOFI),
  /** Two passes. */
  HIFI2(TtnnConstants.MATH_FIDELITY_HIFI2),
  /** Three passes. */
  HIFI3(TtnnConstants.MATH_FIDELITY_HIFI3),
  /** Four passes: all bits of BFLOAT16 factors. */
  HIFI4(TtnnConstants.MATH_FIDELITY_HIFI4);

  private final int code;

  MathFidelity(int code) {
    this.code = code;
  }

  /** Returns the fidelity's number in the C interface. */
  public int code() {
    return code;
  }
}
