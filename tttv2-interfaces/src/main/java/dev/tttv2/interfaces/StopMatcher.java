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
  private final boolean includesStop;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * Makes a matcher.
   *
   * @param stops the stop strings
   * @param includesStop whether the stop string that was found belongs to the text
   */
  StopMatcher(List<String> stops, boolean includesStop) {
    this.stops = stops;
    this.includesStop = includesStop;
  }

  /** Takes a piece of text and returns what is certain to come before any stop string. */
  String push(String piece) {
    return push(piece, true);
  }

  /**
   * Takes a piece of text.
   *
   * @param mayStop whether stop strings count that are complete with this piece
   */
  String push(String piece, boolean mayStop) {
    if (stops.isEmpty() || piece.isEmpty() || stopped) {
      return stopped ? "" : piece;
    }
    int before = held.length();
    held.append(piece);
    if (!mayStop) {
      return release(held.length() - possibleBeginning());
    }
    int begin = held.length();
    int end = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop, before - stop.length() + 1); // complete with this piece
      int stopEnd = at + stop.length();
      if (at >= 0 && (stopEnd < end || (stopEnd == end && at < begin))) {
        begin = at;
        end = stopEnd;
        stopped = true;
      }
    }
    if (stopped) {
      return release(includesStop ? end : begin);
    }
    return release(held.length() - possibleBeginning());
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
