// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs jshell with the start-up script. */
class JShellTest {
  @Test
  void startUpScriptMultipliesAndRunsABlock(@TempDir Path temporary) throws Exception {
    Path more = temporary.resolve("more.jsh");
    Files.writeString(
        more,
        """
        System.out.println("sum     " + Arrays.toString(Ttnn.add(product, 1f).toFloats()));
        /exit
        """);
    // The tests' own class path or module path, whichever they run on.
    String classPath =
        Stream.of("java.class.path", "jdk.module.path")
            .map(System::getProperty)
            .filter(path -> path != null && !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    Path jshell = Path.of(System.getProperty("java.home"), "bin", "jshell");
    Path output = temporary.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    jshell.toString(),
                    "--class-path",
                    classPath,
                    "-J-Djava.util.prefs.userRoot=" + temporary,
                    "-R--enable-native-access=ALL-UNNAMED",
                    "-R-Dtttv2.native.cache=" + System.getProperty("tttv2.native.cache"),
                    "--startup",
                    "DEFAULT",
                    "--startup",
                    "jshell/tttv2.jsh",
                    "--feedback",
                    "silent",
                    more.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), text);
    assertEquals("[4.0, 5.0, 10.0, 11.0]", line(text, "a x b   "));
    assertEquals("[5.0, 6.0, 11.0, 12.0]", line(text, "sum     "));
    assertTrue(line(text, "device  ").endsWith(" backend"), text);
    // 4 / sqrt((16 + 25) / 2) and so on; the epsilon of 1e-5 changes the last digits.
    assertTrue(
        line(text, "norm    ").matches("\\[0\\.883\\d*, 1\\.104\\d*, 0\\.951\\d*, 1\\.046\\d*]"),
        text);
  }

  private static String line(String text, String label) {
    return text.lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + label + "in " + text));
  }
}
