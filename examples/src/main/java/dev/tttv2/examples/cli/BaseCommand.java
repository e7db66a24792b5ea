// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every command has. */
@Command(usageHelpWidth = 100, sortOptions = false)
abstract class BaseCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "FILE|DIR",
      description = "a GGUF file, or a directory with config.json and safetensors")
  private Path model;

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

  /** Opens the model that was given, or the default one, downloaded first if need be. */
  final Checkpoint openCheckpoint() {
    return Checkpoint.open(model == null ? DefaultModel.path() : model);
  }

  /**
   * Opens the model that was given.
   *
   * @throws CommandFailure if none was: the default model cannot do what the command does
   */
  final Checkpoint openGivenCheckpoint() {
    if (model == null) {
      throw CommandFailure.usage("no model: give one with --model DIR");
    }
    return Checkpoint.open(model);
  }

  /** Runs the command and returns its exit code. */
  @Override
  public abstract Integer call() throws Exception;
}
