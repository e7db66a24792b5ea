// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's page in a headless Chromium. Skipped where there is none on PATH. */
class WebPageTest {
  @TempDir Path temporary;

  private static Optional<Path> chromium() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            directory ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void isUsedAsByAPerson() throws IOException, InterruptedException {
    Optional<Path> chromium = chromium();
    assumeTrue(chromium.isPresent(), "no chromium on PATH");
    PythonEnvironment python = PythonEnvironment.get();
    try (TinyServer server =
        TinyServer.start(
            "--model",
            TinyServer.model(temporary).toString(),
            "--preset",
            "float32",
            "--api-key",
            "sesame")) {
      String output =
          python.run("web_page.py", server.address(), "sesame", chromium.get().toString());
      assertEquals(5, output.lines().count(), output);
    }
  }
}
