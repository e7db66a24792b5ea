// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.examples.ChildJvm;
import dev.tttv2.examples.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many generations in one process leave device and process as they were. */
class LeakTest {
  /**
   * What a generation may leave behind of Java's heap, of malloc's and of resident memory, in
   * bytes. Measured: heap and malloc ten times between -650 and -40, resident three times between 0
   * and 41.
   */
  private static final long MOST = 2 << 10;

  /**
   * Returns what a generation leaves behind: bytes of Java's heap, of malloc's memory, of the
   * device's and of resident memory, and tensors.
   *
   * @param lost bytes that each loses on purpose
   */
  private static double[] growth(int lost) throws IOException, InterruptedException {
    List<String> command =
        ChildJvm.command(
            LeakProbe.class,
            "-XX:+UseSerialGC",
            "-Xms128m", // a heap that is resident as a whole from the start
            "-Xmx128m",
            "-XX:+AlwaysPreTouch",
            "-Xint"); // a compiler's memory comes and goes by megabytes
    command.addAll(
        List.of(
            Golden.root().resolve("tiny/llama_gqa").toString(),
            "src/it/import/tokenizer.json",
            Integer.toString(lost)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    String[] numbers = output.lines().findFirst().orElseThrow().split(" ");
    return Arrays.stream(numbers)
        .mapToDouble(number -> Double.parseDouble(number) / LeakProbe.GENERATIONS)
        .toArray();
  }

  @Test
  void generationsLeaveNothingBehind() throws IOException, InterruptedException {
    double[] growth = growth(0);
    String text = Arrays.toString(growth);
    assertTrue(growth[0] <= MOST, text);
    assertTrue(growth[1] <= MOST, text);
    assertEquals(0, growth[2], text);
    assertTrue(growth[3] <= MOST, text);
    assertEquals(0, growth[4], text);
  }

  /** What this test is for. */
  @Test
  void leaksAreSeen() throws IOException, InterruptedException {
    int lost = 24 << 10;
    double[] growth = growth(lost);
    assertEquals(lost, growth[0], MOST, Arrays.toString(growth));
    assertEquals(lost, growth[1], MOST, Arrays.toString(growth));
    assertEquals(lost, growth[3], MOST, Arrays.toString(growth));
  }
}
