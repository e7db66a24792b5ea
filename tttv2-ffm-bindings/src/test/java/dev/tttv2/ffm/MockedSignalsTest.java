// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TTNN and Python leave a JVM its signals and its exit code, whether the device is closed before
 * its end or not. The first case of each test, without a device, is what a JVM does by itself.
 */
@Tag("ttnn-mock")
class MockedSignalsTest {
  private static final int SECONDS = 120;

  /**
   * A job in the background inherits that signals are ignored, and a JVM leaves those as they are.
   */
  private static ProcessBuilder probe(String device, String end) {
    ProcessBuilder builder = MockedBoard.java("n150", List.of(), SignalsProbe.class, device, end);
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT,TERM"));
    command.addAll(builder.command());
    return builder.command(command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "closed", "open"})
  void endsByItself(String device) {
    assertEquals(
        new MockedBoard.Outcome(0, "ready\nhook\n"), MockedBoard.outcome(probe(device, "return")));
    assertEquals(
        new MockedBoard.Outcome(7, "ready\nhook\n"), MockedBoard.outcome(probe(device, "exit")));
    MockedBoard.Outcome uncaught = MockedBoard.outcome(probe(device, "throw"));
    assertEquals(1, uncaught.exit(), uncaught.output());
    List<String> lines = uncaught.output().lines().toList();
    assertEquals(
        "Exception in thread \"main\" java.lang.IllegalStateException: uncaught", lines.get(1));
    assertEquals("hook", lines.getLast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "closed", "open"})
  void endsBySignals(String device) throws IOException, InterruptedException {
    assertEquals(
        new MockedBoard.Outcome(143, "ready\nhook\n"), signalled(probe(device, "wait"), "TERM"));
    assertEquals(
        new MockedBoard.Outcome(130, "ready\nhook\n"), signalled(probe(device, "wait"), "INT"));
    assertEquals(
        new MockedBoard.Outcome(129, "ready\nhook\n"), signalled(probe(device, "wait"), "HUP"));
  }

  /** The main thread is in an operation, most likely, when the process ends. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "open"})
  void endsWhileItWorks(String device) throws IOException, InterruptedException {
    for (int i = 0; i < 5; i++) {
      assertEquals(
          new MockedBoard.Outcome(143, "ready\nhook\n"), signalled(probe(device, "work"), "TERM"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "closed", "open"})
  void dumpsItsThreads(String device) throws IOException, InterruptedException {
    MockedBoard.Outcome outcome = signalled(probe(device, "wait"), "QUIT", "TERM");
    assertEquals(143, outcome.exit(), outcome.output());
    assertTrue(outcome.output().contains("Full thread dump"), outcome.output());
    assertTrue(outcome.output().endsWith("hook\n"), outcome.output());
  }

  /** Sends signals, half a second between, once the probe is ready. */
  private static MockedBoard.Outcome signalled(ProcessBuilder builder, String... signals)
      throws IOException, InterruptedException {
    Process process = builder.start();
    CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> output = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (line.equals("ready")) {
          for (String signal : signals) {
            Thread.sleep(500);
            assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid()))
                    .start()
                    .waitFor());
          }
        }
      }
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
      return new MockedBoard.Outcome(process.exitValue(), String.join("\n", output) + "\n");
    } finally {
      process.destroyForcibly();
    }
  }
}
