// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Python with the packages of the scripts in src/test/python. */
final class PythonEnvironment {
  private static final Path SCRIPTS = Path.of("src/test/python");
  private static final Path DIRECTORY = Path.of("target/python");
  private static final Path PYTHON = DIRECTORY.resolve("bin/python");

  private record Run(int status, String output) {}

  private PythonEnvironment() {}

  /**
   * Returns the environment, made once for each list of packages. Skips the test where Python or
   * PyPI cannot be reached.
   */
  static synchronized PythonEnvironment get() throws IOException, InterruptedException {
    Path requirements = SCRIPTS.resolve("requirements.txt");
    Path installed = DIRECTORY.resolve("requirements.txt");
    if (!Files.exists(installed)
        || !Files.readString(installed).equals(Files.readString(requirements))) {
      step("python3", "-m", "venv", "--clear", DIRECTORY.toString());
      step(PYTHON.toString(), "-m", "pip", "install", "--quiet", "-r", requirements.toString());
      Files.copy(requirements, installed);
    }
    return new PythonEnvironment();
  }

  private static void step(String... command) throws InterruptedException {
    String problem;
    try {
      Run run = run(List.of(command));
      problem = run.status() == 0 ? "" : run.output();
    } catch (IOException e) {
      problem = e.getMessage();
    }
    assumeTrue(
        problem.isEmpty(),
        "no Python with the tests' packages: %s: %s".formatted(String.join(" ", command), problem));
  }

  private static Run run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("python", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(600, TimeUnit.SECONDS);
      process.destroyForcibly();
      return new Run(
          ended ? process.waitFor() : -1, Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** Runs a script, which must succeed, and returns what it printed. */
  String run(String script, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(PYTHON.toString(), SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Run run = run(command);
    assertEquals(0, run.status(), run.output());
    return run.output();
  }
}
