// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import java.util.Objects;
import java.util.Optional;

/**
 * A line of a batch that is no request, or may not be one.
 *
 * @param number where it stands in the input, from 1
 * @param customId the request's name, if the line has one that can be told
 * @param code what is wrong, for programs, such as {@code invalid_json_line}
 * @param param the field that is wrong, if it is one
 * @param message what is wrong, for people; begins with the line's number
 */
public record BatchLineError(
    long number, Optional<String> customId, String code, Optional<String> param, String message)
    implements BatchLine {
  /**
   * Checks that all are there.
   *
   * @throws NullPointerException if something is null
   */
  public BatchLineError {
    Objects.requireNonNull(customId, "customId");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(param, "param");
    Objects.requireNonNull(message, "message");
  }

  private static BatchLineError of(
      long number, Optional<String> customId, String code, String param, String message) {
    return new BatchLineError(
        number,
        customId,
        code,
        Optional.ofNullable(param),
        "line %d: %s".formatted(number, message));
  }

  /** The line is not JSON. */
  static BatchLineError invalidJson(long number, String message) {
    return of(number, Optional.empty(), "invalid_json_line", null, message);
  }

  /**
   * A line that is longer than lines may be.
   *
   * @param length in bytes
   */
  public static BatchLineError tooLong(long number, long length, int limit) {
    return of(
        number,
        Optional.empty(),
        "line_too_long",
        null,
        "has %d bytes, expected at most %d".formatted(length, limit));
  }

  /** A field is missing, or has a value that it cannot have. */
  static BatchLineError invalid(
      long number, Optional<String> customId, String code, String param, String message) {
    return of(number, customId, code, param, message);
  }

  /**
   * A line whose {@code custom_id} an earlier line has.
   *
   * @throws IllegalArgumentException if it has no name
   */
  public static BatchLineError duplicate(BatchLine line) {
    if (line.customId().isEmpty()) {
      throw new IllegalArgumentException("line %d has no custom_id".formatted(line.number()));
    }
    return of(
        line.number(),
        line.customId(),
        "duplicate_custom_id",
        "custom_id",
        "a line before has this custom_id, expected another");
  }
}
