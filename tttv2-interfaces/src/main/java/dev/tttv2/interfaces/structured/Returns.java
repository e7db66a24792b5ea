// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

/**
 * What may follow after a rule's end: states of the rules that called it, each with its own
 * returns. All calls of a rule at the same place of a text share one, so that ways to read a text
 * do not multiply with its depth.
 */
final class Returns {
  /** The end of the text, where a rule was called by none. */
  static final int END_OF_TEXT = -1;

  private final int id;
  private final int[] positions;
  private final Returns[] outer;
  private State after;

  Returns(int id, int[] positions, Returns[] outer) {
    this.id = id;
    this.positions = positions;
    this.outer = outer;
  }

  int id() {
    return id;
  }

  int size() {
    return positions.length;
  }

  /** A state of the grammar, or {@link #END_OF_TEXT}. */
  int position(int index) {
    return positions[index];
  }

  Returns outer(int index) {
    return outer[index];
  }

  /** Where a text stands when the rule has ended, if it is known; else null. */
  State after() {
    return after;
  }

  void setAfter(State value) {
    after = value;
  }
}
