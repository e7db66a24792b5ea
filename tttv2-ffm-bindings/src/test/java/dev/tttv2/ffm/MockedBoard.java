// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands in whose process the official TTNN finds a mocked board. */
public final class MockedBoard {
  private static final Path MOCK = Path.of("src/test/ttnn-mock/mock").toAbsolutePath();

  /** How a process ended, and what it said. */
  public record Outcome(int exit, String output) {}

  private MockedBoard() {}

  /**
   * Returns what starts a Java program with the TTNN library, its two outputs in one.
   *
   * @param board such as n150
   * @param variables NAME=VALUE, set after the board's own; "-u" before a name takes it away
   */
  public static ProcessBuilder java(
      String board, List<String> variables, Class<?> program, String... arguments) {
    List<String> line = new ArrayList<>(List.of(MOCK.toString(), board, "env"));
    line.addAll(variables);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Dtttv2.backend=ttnn",
            "-Dtttv2.native.library=" + System.getProperty("tttv2.ttnn.library"),
            "-cp",
            System.getProperty("tttv2.classes") + ":" + System.getProperty("tttv2.test.classes"),
            program.getName()));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectErrorStream(true);
  }

  /** Waits for a process that writes little. */
  public static Outcome outcome(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the file that describes a board. */
  public static Path description(String board) {
    ProcessBuilder builder =
        new ProcessBuilder(MOCK.toString(), board, "printenv", "TT_METAL_MOCK_CLUSTER_DESC_PATH");
    return Path.of(outcome(builder).output().strip());
  }
}
