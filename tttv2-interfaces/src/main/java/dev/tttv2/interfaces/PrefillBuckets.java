// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;

/**
 * The lengths that pieces of prompts have on a device. A device compiles its programs for each
 * shape anew, which takes seconds; so the last piece of a prompt is padded to a power of two,
 * {@value #SHORTEST} at least, and there are only as many shapes as powers up to a chunk. What
 * stands behind a prompt is seen by none of its tokens, and overwritten by the tokens that follow.
 */
final class PrefillBuckets {
  /** The shortest length, as in tt-transformers. */
  static final int SHORTEST = 128;

  private PrefillBuckets() {}

  /**
   * Returns the lengths of all pieces, ascending.
   *
   * @param last the length of the longest piece, unpadded
   */
  static List<Integer> all(int last, int chunk, int room) {
    List<Integer> lengths = new ArrayList<>();
    for (int length = 1; length <= last; length = lengths.getLast() + 1) {
      lengths.add(padded(length, chunk, room));
    }
    return lengths;
  }

  /**
   * Returns the length to which a piece is padded.
   *
   * @param length of the piece
   * @param chunk the longest piece
   * @param room positions from its first one to the context's end
   * @return at least length; at most chunk and room, unless length is more
   */
  static int padded(int length, int chunk, int room) {
    int power = Math.max(SHORTEST, Integer.highestOneBit(2 * length - 1));
    return Math.max(length, Math.min(power, Math.min(chunk, room)));
  }
}
