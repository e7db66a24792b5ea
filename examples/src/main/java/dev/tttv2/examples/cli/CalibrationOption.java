// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.Calibrator;
import dev.tttv2.interfaces.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of commands that can calibrate a decoder's weights. */
final class CalibrationOption {
  @Option(
      names = "--calibration",
      paramLabel = "FILE.txt",
      description =
          "have the model read this text, UTF-8, and round the weights in BFLOAT4_B so that they"
              + " change least of what it computes; done once, then kept with the converted"
              + " weights")
  private Path file;

  /**
   * Reads the text, if one was given.
   *
   * @throws CommandFailure if it cannot be read or tokenised
   */
  Optional<Calibrator> calibrator(Checkpoint checkpoint) {
    if (file == null) {
      return Optional.empty();
    }
    String text = TextInput.read(file);
    try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      return Optional.of(new Calibrator(tokenizer.encode(text, false)));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(file + ": " + e.getMessage(), e);
    }
  }
}
