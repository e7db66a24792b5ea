// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.Activation;
import java.util.Objects;

/**
 * The MLP of every block.
 *
 * @param intermediateSize inner width
 * @param activation its function
 * @param gated {@code down(activation(gate(x)) * up(x))}, otherwise {@code down(activation(up(x)))}
 * @param bias whether its linears have biases
 */
public record MLPSpec(int intermediateSize, Activation activation, boolean gated, boolean bias) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if intermediateSize is not positive
   * @throws NullPointerException if activation is null
   */
  public MLPSpec {
    Checks.positive("MLP", "intermediateSize", intermediateSize);
    Objects.requireNonNull(activation, "activation");
  }
}
