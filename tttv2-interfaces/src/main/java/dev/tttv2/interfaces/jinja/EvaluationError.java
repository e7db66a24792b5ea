// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

/**
 * A failure inside an operator, filter or method, which know no line; {@link Template#render} adds
 * it.
 */
final class EvaluationError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EvaluationError(String message) {
    super(message, null, false, false);
  }
}
