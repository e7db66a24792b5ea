// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.user;

import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;

/** Stands outside of the library's packages, as those do who forget to close. */
public final class Forgetful {
  private Forgetful() {}

  /** Returns the result of an operation. */
  public static Tensor result(Tensor x) {
    return Ttnn.silu(x);
  }

  /** Returns the result of a block. */
  public static Tensor normed(Device device, Tensor x) {
    try (RMSNorm norm =
        new RMSNorm(device, RMSNormConfig.builder(8).build().resolve(device.target()))) {
      return norm.forward(x);
    }
  }

  /**
   * Returns the result of a composed operation that forgets a tensor, and so does another in it.
   */
  public static Tensor composed(String inner, Tensor x) {
    return Tensor.composed(
        "outer",
        () -> {
          Ttnn.relu(x);
          return Tensor.composed(
              inner,
              () -> {
                Ttnn.silu(x);
                return Ttnn.gelu(x);
              });
        });
  }
}
