// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import java.util.List;

/**
 * What runs next. First all decodes together, then the chunks one by one.
 *
 * @param decodes sequences of which one token is not in the cache yet: their last
 * @param chunks parts of sequences of which more is missing
 * @param preempted sequences that had to give back their blocks; they begin anew later
 */
public record Step<S extends ScheduledSequence>(
    List<S> decodes, List<Chunk<S>> chunks, List<S> preempted) {
  /**
   * A part of a sequence.
   *
   * @param start the position of its first token, a multiple of the block size
   * @param end the position behind its last token
   */
  public record Chunk<S extends ScheduledSequence>(S sequence, int start, int end) {
    /** Tells whether a token follows it: nothing of the sequence is missing behind it. */
    public boolean isLast() {
      return end == sequence.length();
    }
  }

  /** Tells whether there is nothing to run. */
  public boolean isEmpty() {
    return decodes.isEmpty() && chunks.isEmpty();
  }

  /** Returns how many tokens run. */
  public int tokens() {
    int sum = decodes.size();
    for (Chunk<S> chunk : chunks) {
      sum += chunk.end() - chunk.start();
    }
    return sum;
  }
}
