// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import java.util.Optional;

/** A line of a batch's input: a request, or what is wrong with it. */
public sealed interface BatchLine permits BatchRequest, BatchLineError {
  /** Returns where it stands in the input, from 1. */
  long number();

  /** Returns the request's name, if it has one that can be told. */
  Optional<String> customId();

  /**
   * Reads a line. A byte order mark in front of the first one is dropped.
   *
   * @param number where it stands in the input, from 1
   * @param text UTF-8, without the line feed
   * @return empty if the line is blank
   */
  static Optional<BatchLine> parse(long number, byte[] text) {
    return LineParser.parse(number, text);
  }
}
