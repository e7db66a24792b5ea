// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/**
 * What is wrong with a text that is no JSON, on one line, for those who wrote it and know nothing
 * of the parser. The message may quote a part of the text.
 */
public final class JsonProblem extends Exception {
  private static final long serialVersionUID = 1;

  /** Longest message, in characters. */
  private static final int MOST = 150;

  private static final String TRUNCATED = "Unexpected end-of-input";

  /** Places in the parser's memory, and advice for those who call it. */
  private static final Pattern INTERNALS =
      Pattern.compile(
          " \\([^()]*\\[Source: .*|: enable `.*|: maybe a \\(non-standard\\).*|, from `[^`]*`");

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
    return new JsonProblem(
        message(e.getOriginalMessage()), location.getLineNr(), location.getColumnNr());
  }

  private static String message(String original) {
    if (original.startsWith(TRUNCATED)) {
      return "It ends too early";
    }
    String message = INTERNALS.matcher(original.lines().findFirst().orElse("")).replaceAll("");
    // What else the parser may say of itself stands in these.
    if (message.isEmpty() || message.contains("`") || message.contains("[Source")) {
      return "It is malformed";
    }
    return message.length() <= MOST ? message : message.substring(0, MOST) + "...";
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
