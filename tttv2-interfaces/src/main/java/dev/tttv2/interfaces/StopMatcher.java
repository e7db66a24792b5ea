// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;

/**
 * Looks for stop strings in streamed text, also where they run across its pieces. The one that is
 * complete first counts, however the text is cut. Text that may be the beginning of a stop string
 * is held back until it is clear.
 */
final class StopMatcher {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopMatcher(List<String> stops) {
    this.stops = stops;
  }

  /** Takes a piece of text and returns what is certain to come before any stop string. */
  String push(String piece) {
    if (stops.isEmpty() || piece.isEmpty() || stopped) {
      return stopped ? "" : piece;
    }
    held.append(piece);
    int begin = held.length();
    int end = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      int stopEnd = at + stop.length();
      if (at >= 0 && (stopEnd < end || (stopEnd == end && at < begin))) {
        begin = at;
        end = stopEnd;
        stopped = true;
      }
    }
    return release(stopped ? begin : held.length() - possibleBeginning());
  }

  /** The length of the longest end of the held text that a stop string begins with. */
  private int possibleBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  private String release(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  /** Tells whether a stop string was found. */
  boolean isStopped() {
    return stopped;
  }

  /** Ends the text: returns what was held back, unless a stop string was found. */
  String finish() {
    return stopped ? "" : release(held.length());
  }
}
