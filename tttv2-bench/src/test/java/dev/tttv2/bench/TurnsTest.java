// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that take turns: Java's end, and Python's through its own tests. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {
  @Test
  void aTurnIsTakenForEachLineAndOnlyThen() throws Exception {
    PipedOutputStream lines = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(lines);
    BlockingQueue<String> taken = new LinkedBlockingQueue<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Thread program =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Turns.serve(
                        in,
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        "{\"backend\":\"host\"}",
                        line -> {
                          taken.add(line);
                          return "\"%s %s\""
                              .formatted(line, out.toString(StandardCharsets.UTF_8))
                              .replace("\n", "|");
                        });
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    lines.write("first\n".getBytes(StandardCharsets.US_ASCII));
    lines.flush();
    assertEquals("first", taken.take());
    lines.write("\n".getBytes(StandardCharsets.US_ASCII));
    lines.close();
    program.join();
    assertEquals("", taken.take());
    String ready = "ready {\"backend\":\"host\"}";
    String first = "turn \"first %s|\"".formatted(ready);
    assertEquals(
        "%s\n%s\nturn \" %s|%s|\"\n".formatted(ready, first, ready, first),
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void medians() {
    double[] values = {3, 1, 2};
    assertEquals(2, Turns.median(values));
    assertEquals(3, values[0]);
    assertEquals(2.5, Turns.median(new double[] {4, 1, 2, 3}));
    assertEquals(0, Turns.median(new double[0]));
  }

  @Test
  void pythonsTestsPass() throws IOException, InterruptedException {
    ProcessBuilder tests =
        new ProcessBuilder("python3", "-B", "-m", "unittest", "discover", "-s", "src/test/python")
            .redirectErrorStream(true);
    tests.environment().put("PYTHONPATH", Path.of("src/main/python").toAbsolutePath().toString());
    Process process = tests.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
