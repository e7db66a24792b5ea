// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A checkpoint, or the configuration beside it, is missing, damaged, contradictory or of a kind
 * that is not supported. The message names the file, the field or tensor, and the offending
 * numbers.
 */
public final class CheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 80;
  private static final Pattern PLAIN = Pattern.compile("[\\w.-]{1," + LONGEST_QUOTE + "}");

  private final transient Path file;
  private final String where;

  /**
   * Reports a problem.
   *
   * @param file the file concerned
   * @param where the field, tensor or part of the file; empty for the file as a whole
   * @param problem what is wrong, with the numbers
   * @throws NullPointerException if file or where is null
   */
  public CheckpointException(Path file, String where, String problem) {
    this(file, where, problem, null);
  }

  /**
   * Reports a problem that has a cause.
   *
   * @param file the file concerned
   * @param where the field, tensor or part of the file; empty for the file as a whole
   * @param problem what is wrong, with the numbers
   * @param cause what brought it to light, or null
   * @throws NullPointerException if file or where is null
   */
  public CheckpointException(Path file, String where, String problem, Throwable cause) {
    super(where.isEmpty() ? file + ": " + problem : file + ": " + where + ": " + problem, cause);
    this.file = Objects.requireNonNull(file, "file");
    this.where = where;
  }

  /**
   * Does something with what a file says; where that does not fit, the exception names the file.
   *
   * @param file the file concerned
   * @param work throws IllegalArgumentException or ArithmeticException where numbers do not fit
   * @return what the work returns
   * @throws CheckpointException if the work throws one of these; its own ones come through as they
   *     are
   */
  public static <T> T naming(Path file, Supplier<T> work) {
    try {
      return work.get();
    } catch (CheckpointException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(file, "", e.getMessage(), e);
    }
  }

  /** Returns the file concerned. */
  public Path file() {
    return file;
  }

  /** Returns the field, tensor or part of the file concerned; empty for the file as a whole. */
  public String where() {
    return where;
  }

  /** Returns a field's name as it is, or quoted if it is anything but plain. */
  static String name(String text) {
    return PLAIN.matcher(text).matches() ? text : quote(text);
  }

  /**
   * Quotes text that came out of a file, so that a message stays one short line whatever it holds.
   */
  static String quote(CharSequence text) {
    StringBuilder quoted = new StringBuilder("\"");
    int length = Math.min(text.length(), LONGEST_QUOTE);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    quoted.append('"');
    if (text.length() > length) {
      quoted.append("... (").append(text.length()).append(" characters)");
    }
    return quoted.toString();
  }
}
