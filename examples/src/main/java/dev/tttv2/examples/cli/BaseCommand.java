// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every command has. */
@Command(usageHelpWidth = 100, sortOptions = false)
abstract class BaseCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  private boolean help;

  BaseCommand(Console console) {
    this.console = console;
  }

  @Option(names = "--verbose", description = "show a stack trace when something fails")
  private void setVerbose(boolean verbose) {
    if (verbose) {
      console.beVerbose();
    }
  }

  /** Returns what the command talks to. */
  final Console console() {
    return console;
  }

  /** Runs the command and returns its exit code. */
  @Override
  public abstract Integer call() throws Exception;
}
