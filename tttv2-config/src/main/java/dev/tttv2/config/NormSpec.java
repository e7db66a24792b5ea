// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.Objects;

/**
 * The norms of a model, which are all of one kind; those of queries and keys are RMS norms with the
 * same epsilon and offset.
 *
 * @param kind what is normalised by what
 * @param epsilon added before the root
 * @param unitOffset whether stored weights are less 1: the norm multiplies with 1 + weight
 */
public record NormSpec(NormKind kind, double epsilon, boolean unitOffset) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if epsilon is not positive
   * @throws NullPointerException if kind is null
   */
  public NormSpec {
    Objects.requireNonNull(kind, "kind");
    Checks.positive("norm", "epsilon", epsilon);
  }
}
