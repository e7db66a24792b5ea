// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

/**
 * A template that cannot be read, uses something unsupported, fails while it renders, or refuses
 * its input.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int line;

  /**
   * Makes an exception.
   *
   * @param reason what went wrong
   * @param line the line of the template, from 1
   */
  public TemplateException(String reason, int line) {
    super("template line " + line + ": " + reason);
    this.reason = reason;
    this.line = line;
  }

  /**
   * Returns what went wrong, without the line: for {@code raise_exception}, the template's own
   * words.
   */
  public String reason() {
    return reason;
  }

  /** Returns the line of the template, from 1. */
  public int line() {
    return line;
  }
}
