// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.boards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.examples.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official TTNN takes every call that published models' shapes lead to, on mocked boards.
 * Values are not computed there. With {@code -Dtttv2.full=true} the models have all their layers,
 * else {@link Shape#fewLayers}.
 */
@Tag("ttnn-mock")
class MockedBoardsTest {
  private static final Path MOCK = Path.of("../tttv2-ffm-bindings/src/test/ttnn-mock/mock");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "n150, 1, 1, SMOLLM2_135M,  accuracy,    ''",
    "p150, 1, 1, SMOLLM2_135M,  performance, ''",
    "t3k,  1, 8, SMOLLM2_135M,  performance, ''",
    "n150, 1, 1, LLAMA_3_1_8B,  performance, ''",
    "n150, 1, 1, LLAMA_3_1_8B,  performance, programs=tuned",
    "p150, 1, 1, LLAMA_3_1_8B,  accuracy,    programs=tuned",
    "t3k,  1, 8, LLAMA_3_1_8B,  performance, ''",
    "t3k,  2, 4, LLAMA_3_1_8B,  performance, programs=tuned",
    "t3k,  1, 8, LLAMA_3_3_70B, performance, ''",
    "n150, 1, 1, QWEN3_0_6B,    accuracy,    ''",
    "n150, 1, 1, GEMMA3_1B,     accuracy,    ''",
    "t3k,  2, 4, QWEN3_30B_A3B, accuracy,    programs=tuned",
  })
  void everyCallIsTaken(
      String board, int rows, int cols, Shape shape, String preset, String overrides)
      throws IOException, InterruptedException {
    int layers = Boolean.getBoolean("tttv2.full") ? shape.layers() : shape.fewLayers();
    shape.write(directory, layers);
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>(List.of(MOCK.toString(), board));
    command.addAll(ChildJvm.command(BoardRun.class, "-Dtttv2.backend=ttnn"));
    command.addAll(
        List.of(
            directory.toString(),
            Integer.toString(rows),
            Integer.toString(cols),
            preset,
            overrides));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    int exit = builder.start().waitFor();
    String text = Files.readString(log);
    System.out.printf(
        "%s on %d x %d of %s, %d of %d layers, %s %s:%n%s",
        shape, rows, cols, board, layers, shape.layers(), preset, overrides, text);
    assertEquals(0, exit, text);
    assertTrue(text.endsWith("done\n"), text);
  }
}
