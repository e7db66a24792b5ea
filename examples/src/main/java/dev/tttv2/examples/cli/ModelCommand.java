// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of commands that are about a model. */
abstract class ModelCommand extends BaseCommand {
  @Option(
      names = "--model",
      paramLabel = "FILE|DIR",
      description = "a GGUF file, or a directory with config.json and safetensors")
  private Path model;

  ModelCommand(Console console) {
    super(console);
  }

  /** Opens the model that was given, or the default one, downloaded first if need be. */
  final Checkpoint openCheckpoint() {
    return open(model == null ? DefaultModel.path() : model);
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
    return open(model);
  }

  private static Checkpoint open(Path path) {
    if (path.toString().isEmpty()) {
      throw CommandFailure.usage("--model is empty, expected a file or a directory");
    }
    return Checkpoint.open(path);
  }
}
