// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.examples.ChildJvm;
import dev.tttv2.examples.boards.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line on mocked boards: what it says of them, and what it refuses at once. */
@Tag("ttnn-mock")
class MockedBoardsCommandTest {
  private static final Path MOCK = Path.of("../tttv2-ffm-bindings/src/test/ttnn-mock/mock");

  /** Loading takes minutes. */
  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** Runs the command line, which must not take long. Both of its outputs are in one. */
  private CommandLineTest.Run run(String board, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(MOCK.toString(), board));
    line.addAll(ChildJvm.command(Tttv2.class, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--backend", "ttnn", "--model", directory.toString()));
    Path log = directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("TTTV2_CACHE", directory.resolve("cache").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      assertTrue(process.waitFor(AT_ONCE.toSeconds(), TimeUnit.SECONDS), Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
    return new CommandLineTest.Run(process.exitValue(), Files.readString(log), "");
  }

  @Test
  void aModelThatDoesNotFitIsRefusedAtOnceByWhateverLoadsIt() throws Exception {
    Shape.LLAMA_3_3_70B.write(directory, Shape.LLAMA_3_3_70B.layers());
    String refusal =
        "tttv2: %s: preset accuracy takes at least 75.96 GB on each device, weights and one block"
            + " of cache, and 12.87 GB are free (N150, 1 device); it would fit on 8 devices of a"
            + " t3k\n";
    Path reference =
        Files.writeString(
            directory.resolve("reference.json"),
            """
            {"ids": [1, 2], "top5_ids": [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]}
            """);
    for (String[] command :
        List.of(
            new String[] {"generate", "--token-ids", "1,2", "--max-tokens", "2"},
            new String[] {"score", "--reference", reference.toString()})) {
      CommandLineTest.Run run = run("n150", command);
      assertEquals(1, run.status());
      assertEquals(refusal.formatted(directory), run.out());
    }
    CommandLineTest.Run mesh =
        run("t3k", "generate", "--token-ids", "1,2", "--max-tokens", "2", "--devices", "4");
    assertEquals(1, mesh.status());
    assertTrue(mesh.out().endsWith("it would fit on 8 devices of this t3k\n"), mesh.out());
  }

  /** Figures are the device's: a row of an n300's cores is the dispatcher's, for one. */
  @ParameterizedTest
  @CsvSource({
    "n150, 8 x 8, 12.87 GB in 12, 'n150, 1 x 1 chip: fits'",
    "n300, 8 x 7, 12.87 GB in 12, 'n300, 1 x 2 chips: fits'",
    "t3k, 8 x 7, 12.87 GB in 12, 't3k, 1 x 8 chips: fits'",
    "p100, 11 x 10, 29.94 GB in 7, 'p100, 1 x 1 chip: fits'",
    "p150, 11 x 10, 34.22 GB in 8, 'p150, 1 x 1 chip: fits'",
    "p300, 11 x 10, 34.22 GB in 8, 'p300, 1 x 2 chips: fits'",
    "p150x4, 11 x 10, 34.22 GB in 8, 'p150x4, 1 x 4 chips: fits'",
  })
  void infoPlansForTheBoardThatIsOpen(String board, String grid, String dram, String plan)
      throws Exception {
    Shape.LLAMA_3_1_8B.write(directory, Shape.LLAMA_3_1_8B.layers());
    CommandLineTest.Run run = run(board, "info");
    assertEquals(0, run.status(), run.out());
    assertTrue(run.out().contains("hardware      " + board + ": mesh of "), run.out());
    assertTrue(run.out().contains("each chip with " + grid + " cores "), run.out());
    assertTrue(run.out().contains(dram + " banks"), run.out());
    assertTrue(run.out().contains("grid, DRAM, L1: the open device;"), run.out());
    assertTrue(run.out().contains("plan          " + plan), run.out());
    // A system that is named is by the catalogue, and no device is opened.
    for (String named : List.of("galaxy", board)) {
      CommandLineTest.Run other = run(board, "info", "--hardware", named);
      assertEquals(0, other.status(), other.out());
      assertTrue(other.out().contains("hardware      " + named + ": mesh of "), other.out());
      assertFalse(other.out().contains("the open device;"), other.out());
    }
  }

  @Test
  void theDoctorSaysWhatItCannotCheck() throws Exception {
    List<String> line = new ArrayList<>(List.of(MOCK.toString(), "n150"));
    line.addAll(ChildJvm.command(Tttv2.class));
    line.add("doctor");
    Path log = directory.resolve("log");
    int exit =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    String text = Files.readString(log);
    assertEquals(0, exit, text);
    List<String> found = text.lines().map(l -> l.substring(0, 26).strip()).toList();
    assertEquals(
        List.of(
            "ok     platform",
            "-      driver",
            "ok     boards",
            "-      firmware",
            "-      host memory",
            "ok     Python",
            "ok     ttnn"),
        found);
  }
}
