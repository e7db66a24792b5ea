// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

/**
 * Where a text stands in a grammar: all the ways to read it so far, each a state of a rule and what
 * follows after that rule. Its steps and its mask are found when they are first asked for.
 *
 * <p>Threads share states without locks: two may find the same step, which is then the same object,
 * or the same mask, of which either is good.
 */
final class State {
  private final int[] positions; // states of the grammar that have steps by bytes
  private final Returns[] returns;
  private final boolean complete;
  private final State[] next; // by class of byte; null: not known yet
  private Mask mask;

  /**
   * Tokens that may follow.
   *
   * @param bits of the tokens
   * @param exits nodes of the trie with nodes below at which the outermost rule may have ended
   */
  record Mask(long[] bits, int[] exits) {}

  State(int[] positions, Returns[] returns, boolean complete, int classes) {
    this.positions = positions;
    this.returns = returns;
    this.complete = complete;
    this.next = new State[positions.length == 0 ? 0 : classes];
  }

  int size() {
    return positions.length;
  }

  int position(int index) {
    return positions[index];
  }

  Returns returns(int index) {
    return returns[index];
  }

  /** Tells whether the text may end here. */
  boolean isComplete() {
    return complete;
  }

  /** Tells whether the text is none of the grammar, nor the beginning of one. */
  boolean isDead() {
    return positions.length == 0 && !complete;
  }

  /** The state after a byte of a class, if it is known; else null. */
  State next(int byteClass) {
    return next[byteClass];
  }

  void setNext(int byteClass, State state) {
    next[byteClass] = state;
  }

  /** The tokens that may follow, if they are known; else null. */
  Mask mask() {
    return mask;
  }

  void setMask(Mask value) {
    mask = value;
  }
}
