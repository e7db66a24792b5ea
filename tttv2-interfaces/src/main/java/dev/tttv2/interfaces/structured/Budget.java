// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

/** The work that may be done for one grammar, so that no description keeps a thread for long. */
final class Budget {
  private static final long STEPS = 40_000_000;

  private long left = STEPS;

  /**
   * Takes some steps off.
   *
   * @throws IllegalArgumentException if there are not so many left
   */
  void spend(long steps) {
    left -= steps;
    if (left < 0) {
      throw new IllegalArgumentException(
          "the grammar takes more than %d steps to make".formatted(STEPS));
    }
  }
}
