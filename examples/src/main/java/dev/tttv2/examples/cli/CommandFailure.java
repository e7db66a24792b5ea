// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

/** Ends a command with a message for its user and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The command did what it was asked to. */
  static final int OK = 0;

  /** The command was understood and failed. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** Cancelled by SIGINT: 128 + 2, as shells report it. */
  static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more: 128 + SIGPIPE, as shells report it. */
  static final int BROKEN_PIPE = 141;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** A failure with exit code {@value #FAILED}. */
  CommandFailure(String message, Throwable cause) {
    this(FAILED, message, cause);
  }

  /** A failure with exit code {@value #FAILED}. */
  CommandFailure(String message) {
    this(FAILED, message, null);
  }

  /** A mistake in the arguments. */
  static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message, null);
  }

  /** An end of which the user knows already. */
  static CommandFailure silent(int exitCode) {
    return new CommandFailure(exitCode, null, null);
  }

  /** Returns the process's exit code. */
  int exitCode() {
    return exitCode;
  }
}
