// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The model that is used when none is given. The launcher {@code examples/tttv2} knows where it is
 * and downloads it; it passes both facts in system properties.
 */
final class DefaultModel {
  /** Where the model is, or will be once it is downloaded. */
  static final String PATH_PROPERTY = "tttv2.default.model";

  /** The launcher, whose command {@code fetch} downloads the model and prints where it is. */
  static final String LAUNCHER_PROPERTY = "tttv2.launcher";

  private DefaultModel() {}

  /**
   * Returns the default model's file, downloaded first if it is not there.
   *
   * @throws CommandFailure if there is none, or the download failed
   */
  static Path path() {
    String path = System.getProperty(PATH_PROPERTY);
    if (path != null && Files.isRegularFile(Path.of(path))) {
      return Path.of(path);
    }
    String launcher = System.getProperty(LAUNCHER_PROPERTY);
    if (launcher == null) {
      throw CommandFailure.usage("no model: give one with --model FILE|DIR");
    }
    try {
      Process fetch =
          new ProcessBuilder(List.of(launcher, "fetch"))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      fetch.getOutputStream().close();
      String out = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = fetch.waitFor();
      if (status != 0) {
        // The launcher has said why.
        throw CommandFailure.silent(status);
      }
      return Path.of(out.strip());
    } catch (IOException e) {
      throw new CommandFailure("cannot start " + launcher + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.silent(CommandFailure.INTERRUPTED);
    }
  }
}
