// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tttv2.config.JsonWording;

/**
 * What is wrong with a text that is no JSON, on one line, for those who wrote it and know nothing
 * of the parser. The message may quote a part of the text.
 */
public final class JsonProblem extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  private JsonProblem(String message, int line, int column) {
    super(message, null, false, false);
    this.line = line;
    this.column = column;
  }

  /**
   * Reads a parser's exception.
   *
   * @param place where the parser stands, for exceptions that don't say where they are from
   */
  public static JsonProblem of(JsonProcessingException e, JsonLocation place) {
    JsonLocation location = e.getLocation() == null ? place : e.getLocation();
    return new JsonProblem(JsonWording.of(e), location.getLineNr(), location.getColumnNr());
  }

  /** Something stands behind the one value of a text. */
  static JsonProblem behindTheValue(JsonLocation place) {
    return new JsonProblem("something follows the value", place.getLineNr(), place.getColumnNr());
  }

  /** Returns the line, from 1. */
  public int line() {
    return line;
  }

  /** Returns the column, from 1. */
  public int column() {
    return column;
  }
}
