// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** A replay was asked for that warming up has not captured. Nothing has run. */
public final class TraceCoverageException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  TraceCoverageException(String message) {
    super(message);
  }
}
