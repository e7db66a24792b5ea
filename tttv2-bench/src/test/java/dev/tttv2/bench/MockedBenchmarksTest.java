// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every benchmark runs through the official TTNN on a mocked board, once for milliseconds, in a
 * process of its own. Times are not judged.
 */
@Tag("ttnn-mock")
class MockedBenchmarksTest {
  private static final Path MOCK = Path.of("../tttv2-ffm-bindings/src/test/ttnn-mock/mock");

  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djmh.ignoreLock=true");

  /** In JMH's process, without warming up, until the first failure. */
  private static final List<String> ONCE =
      List.of("-f", "0", "-wi", "0", "-i", "1", "-r", "10ms", "-foe", "true");

  /** The smallest and the largest ones. */
  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("backend", "ttnn"),
          Map.entry("preset", "accuracy,performance"),
          Map.entry("m", "1,2048"),
          Map.entry("rows", "1,32"),
          Map.entry("positions", "256,4096"),
          Map.entry("length", "1,2048"),
          Map.entry("users", "1,32"),
          Map.entry("context", "128,8192"),
          Map.entry("model", "SmolLM2-135M"),
          Map.entry("layers", "2"));

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"n150", "p150"})
  void everyBenchmarkRuns(String board) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>(List.of(MOCK.toString(), board));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", classPath(), "org.openjdk.jmh.Main"));
    command.addAll(ONCE);
    PARAMETERS.forEach((name, values) -> command.addAll(List.of("-p", name + "=" + values)));
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, Files.readString(log));
  }

  private static String classPath() {
    return String.join(
        ":",
        "target/classes",
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"));
  }
}
