// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.user;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;

/** Stands outside of the library's packages, as those do who forget to close. */
public final class Forgetful {
  private Forgetful() {}

  /** Returns the result of an operation. */
  public static Tensor result(Tensor x) {
    return Ttnn.silu(x);
  }
}
