// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Cuts bytes into lines at line feeds. Holds one line at a time, and of one that is too long
 * nothing.
 */
final class LineReader {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int filled;
  private long number;
  private long position;

  /**
   * Reads from a stream, which stays the caller's.
   *
   * @param limit the longest line in bytes, without its line feed
   */
  LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * A line.
   *
   * @param number where it stands, from 1
   * @param text without the line feed; empty: it is too long
   * @param length in bytes, without the line feed
   * @param ended whether there is a line feed
   */
  record Line(long number, Optional<byte[]> text, long length, boolean ended) {}

  /** Returns the next line; empty: there is none. */
  Optional<Line> next() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream(256);
    long length = 0;
    while (fill()) {
      int end = next;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int part = end - next;
      length += part;
      if (length <= limit) {
        text.write(buffer, next, part);
      } else {
        text = new ByteArrayOutputStream(0);
      }
      boolean ended = end < filled;
      next = ended ? end + 1 : end;
      position += part + (ended ? 1 : 0);
      if (ended) {
        return Optional.of(line(text, length, true));
      }
    }
    return length == 0 ? Optional.empty() : Optional.of(line(text, length, false));
  }

  private Line line(ByteArrayOutputStream text, long length, boolean ended) {
    number++;
    return new Line(
        number, length > limit ? Optional.empty() : Optional.of(text.toByteArray()), length, ended);
  }

  /** Returns how many bytes the lines so far have, line feeds included. */
  long position() {
    return position;
  }

  private boolean fill() throws IOException {
    if (next < filled) {
      return true;
    }
    next = 0;
    filled = Math.max(in.read(buffer), 0);
    return filled > 0;
  }
}
