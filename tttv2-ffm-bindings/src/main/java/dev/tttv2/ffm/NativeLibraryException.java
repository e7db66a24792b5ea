// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

/**
 * The native library cannot be used: no such backend, not found, not loadable, of another interface
 * version, or native access is denied. The message says what to do about it.
 */
public final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NativeLibraryException(String message) {
    super(message);
  }

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
