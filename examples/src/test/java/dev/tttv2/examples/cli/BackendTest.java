// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.examples.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line asked for a board where none can be used, in processes of their own. */
class BackendTest {
  private static final String TINY = Golden.root().resolve("tiny/llama_gqa").toString();

  @TempDir Path temporary;

  private static CommandLineTest.Run run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    line.add(
        String.join(
            ":",
            "target/classes",
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path")));
    line.add(Tttv2.class.getName());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeAll(List.of("TTTV2_BACKEND", "VIRTUAL_ENV"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    // Both are short: neither fills its pipe.
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandLineTest.Run(process.waitFor(), out, err);
  }

  /** The library's refusal, and that there is the CPU. */
  @Test
  void aMissingPythonIsOneLine() throws Exception {
    for (String command : List.of("info", "generate")) {
      List<String> line = new ArrayList<>(List.of(command, "--model", TINY, "--backend", "ttnn"));
      if (command.equals("generate")) {
        line.addAll(List.of("--token-ids", "1,2"));
      }
      CommandLineTest.Run run =
          run(Map.of("TTTV2_PYTHON", "/no/python"), line.toArray(String[]::new));
      CommandLineTest.assertFails(
          1, "no Python: TTTV2_PYTHON=/no/python cannot be run: No such file or directory; ", run);
      assertTrue(run.err().endsWith("; --backend host runs on the CPU\n"), run.err());
      assertEquals("", run.out());
    }
  }

  /** As the variable says, which is how a machine with a board decides. */
  @Test
  void aMissingPackageIsOneLine() throws Exception {
    Path python =
        Files.writeString(
            temporary.resolve("python3"),
            """
            #!/bin/sh
            printf '%s\\n' tttv2 cpython 3.12 "$0" '' libpython.so libpython.so /no /no /no /no ""
            """);
    assertTrue(python.toFile().setExecutable(true));
    CommandLineTest.Run run =
        run(
            Map.of("TTTV2_PYTHON", python.toString(), "TTTV2_BACKEND", "ttnn"),
            "info",
            "--model",
            TINY);
    CommandLineTest.assertFails(1, python + " has no ttnn: pip install ttnn==0.81.1 there", run);
    assertTrue(run.err().endsWith("; --backend host runs on the CPU\n"), run.err());
  }

  /** Arithmetic needs neither a device nor a library. */
  @Test
  void aNamedSystemIsPlannedWithoutADevice() throws Exception {
    String[] line = {"info", "--model", TINY, "--backend", "ttnn"};
    Map<String, String> nothing =
        Map.of("JDK_JAVA_OPTIONS", "-Dtttv2.native.library=/no/library.so");
    String refusal = run(nothing, line).err();
    assertTrue(refusal.contains("tttv2: --backend ttnn: tttv2.native.library="), refusal);
    List<String> named = new ArrayList<>(List.of(line));
    named.addAll(List.of("--hardware", "t3k", "--batch", "8"));
    CommandLineTest.Run run = run(nothing, named.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("plan          t3k, 8 x 1 chip: fits, "), run.out());
    assertFalse(run.out().contains("device  "), run.out());
  }

  @Test
  void float32IsTheCpus() throws Exception {
    CommandLineTest.Run run =
        run(
            Map.of("TTTV2_PYTHON", "/no/python"),
            "generate",
            "--model",
            TINY,
            "--backend",
            "ttnn",
            "--preset",
            "float32",
            "--token-ids",
            "1,2");
    CommandLineTest.assertFails(
        1,
        "--preset float32 runs on the CPU only: choose accuracy or performance, or --backend host",
        run);
  }
}
