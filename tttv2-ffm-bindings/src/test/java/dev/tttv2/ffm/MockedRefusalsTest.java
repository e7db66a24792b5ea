// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is not there, or is broken, is refused in one line that says what to do; the process lives
 * on and ends as it would have.
 */
@Tag("ttnn-mock")
class MockedRefusalsTest {
  private static final String NO_BOARD =
      "the description that TT_METAL_MOCK_CLUSTER_DESC_PATH names is not of a board";

  @TempDir Path directory;

  /** The lines of one process that opens devices, which ends with 0. */
  private static List<String> open(String board, List<String> variables, String... devices) {
    MockedBoard.Outcome outcome =
        MockedBoard.outcome(MockedBoard.java(board, variables, DeviceProbe.class, devices));
    assertEquals(0, outcome.exit(), outcome.output());
    List<String> lines = outcome.output().lines().toList();
    assertEquals(devices.length, lines.size(), outcome.output());
    return lines;
  }

  private static void assertRefusal(String words, String line) {
    assertTrue(line.startsWith("DeviceFailure device_open: "), line);
    assertTrue(line.contains(words), line);
  }

  @Test
  void devicesThatAreNotThere() {
    List<String> lines = open("n150", List.of(), "1", "5", "0", "-1", "1x2", "0");
    assertRefusal("device_id is 1, this machine has 1 device, numbered from 0", lines.get(0));
    assertRefusal("device_id is 5, this machine has 1 device, numbered from 0", lines.get(1));
    assertEquals("ok", lines.get(2));
    assertEquals("InvalidArgument device_open: device_id is -1, expected 0 or more", lines.get(3));
    assertRefusal(
        "a mesh of 1 x 2 needs 2 devices, this machine has 1 device: ask for a smaller one",
        lines.get(4));
    assertEquals("ok", lines.get(5));
  }

  @Test
  void meshesThatAreNotThere() {
    List<String> lines =
        open("t3k", List.of("TTTV2_TTNN_DISPATCH=worker"), "3x3", "1x9", "8", "2x4", "7");
    assertRefusal("a mesh of 3 x 3 needs 9 devices, this machine has 8 devices", lines.get(0));
    assertRefusal("a mesh of 1 x 9 needs 9 devices, this machine has 8 devices", lines.get(1));
    assertRefusal("device_id is 8, this machine has 8 devices", lines.get(2));
    assertEquals("ok", lines.get(3));
    assertEquals("ok", lines.get(4));
  }

  /** Two chips of which TTNN knows no link between them; each by itself can be used. */
  @Test
  void chipsWithoutLinksMakeNoMesh() throws IOException {
    String board =
        Files.readString(MockedBoard.description("n300"))
            .replaceAll("(?m)^  - \\[\\{chip: \\d, chan.*\\R", "")
            .replace("ethernet_connections:\n", "ethernet_connections: []\n");
    List<String> lines =
        open("n300", described(board, "TTTV2_TTNN_DISPATCH=worker"), "1x2", "1", "0");
    assertRefusal("Requested mesh shape MeshShape([1, 2])", lines.get(0));
    assertRefusal(
        "the chips of a mesh are linked to each other: see to their cables, or ask for fewer",
        lines.get(0));
    assertEquals("ok", lines.get(1));
    assertEquals("ok", lines.get(2));
  }

  /**
   * TTNN then takes none of the chips, whether or not a mesh is asked for; a board by itself it
   * does.
   */
  @Test
  void linksThatAreNotThoseOfTheSystem() throws IOException {
    String links = "are not those of its kind of system: see to their cables, and to tt-topology;";
    String board = Files.readString(MockedBoard.description("t3k"));
    // One of the two links of a pair, then both of the chips of one board.
    for (String dead : List.of("chip: 0, chan: 15", "chip: 0, chan: [89]")) {
      List<String> variables =
          described(
              board.replaceAll("(?m)^  - \\[\\{" + dead + ".*\\R", ""),
              "TTTV2_TTNN_DISPATCH=worker");
      for (String line : open("t3k", variables, "2x4", "1x8", "1x2", "0")) {
        assertRefusal(links, line);
        assertTrue(line.length() < 400, line);
      }
      List<String> first =
          Stream.concat(variables.stream(), Stream.of("TT_VISIBLE_DEVICES=0")).toList();
      assertEquals(List.of("ok"), open("t3k", first, "0"));
    }
  }

  /** One link of two is enough: how many there are is TTNN's to know. */
  @Test
  void aMeshTakesTheLinksThatThereAre() throws IOException {
    String board =
        Files.readString(MockedBoard.description("n300"))
            .replaceAll("(?m)^  - \\[\\{chip: 0, chan: 9.*\\R", "");
    assertEquals(
        List.of("ok"), open("n300", described(board, "TTTV2_TTNN_DISPATCH=worker"), "1x2"));
  }

  @Test
  void descriptionsOfNoBoard() throws IOException {
    String board = Files.readString(MockedBoard.description("n150"));
    List<String> missing =
        open("n150", List.of("TT_METAL_MOCK_CLUSTER_DESC_PATH=/no/such.yaml"), "0", "0");
    for (String line : missing) {
      assertRefusal("does not exist at path: /no/such.yaml", line);
      assertRefusal(NO_BOARD, line);
    }
    assertRefusal(NO_BOARD, open("n150", described("arch: ["), "0").getFirst());
    assertRefusal(NO_BOARD, open("n150", described(""), "0").getFirst());
    for (String architecture : List.of("grayskull", "nonsense")) {
      assertRefusal(
          "describes a chip of \"" + architecture + "\", expected wormhole_b0 or blackhole",
          open("n150", described(board.replace("wormhole_b0", architecture)), "0").getFirst());
    }
  }

  private List<String> described(String board, String... variables) throws IOException {
    Path file = Files.writeString(directory.resolve("board.yaml"), board);
    return Stream.concat(Stream.of("TT_METAL_MOCK_CLUSTER_DESC_PATH=" + file), Stream.of(variables))
        .toList();
  }

  @Test
  void noBoardAtAll() {
    assumeFalse(Files.exists(Path.of("/dev/tenstorrent")), "this machine has a board");
    List<String> lines = open("n150", List.of("-u", "TT_METAL_MOCK_CLUSTER_DESC_PATH"), "0", "0");
    for (String line : lines) {
      assertRefusal("TTNN finds no device: No chips detected in the cluster", line);
      assertRefusal("a board needs its driver tt-kmd, which makes /dev/tenstorrent/0", line);
    }
  }

  /** A module of the package's name stands before it. */
  @ParameterizedTest
  @CsvSource({
    "raise ImportError('libmissing.so'), import ttnn failed: libmissing.so; its installation is",
    "import sys; sys.exit(3), import ttnn failed: 3; its installation is damaged",
    "raise MemoryError(), import ttnn failed: out of host memory",
    "x = 1, ttnn has no embedding: it is another version than this library was made for",
  })
  void packagesThatAreDamaged(String source, String words) throws IOException {
    Files.writeString(directory.resolve("ttnn.py"), source + "\n");
    for (String line : open("n150", List.of("PYTHONPATH=" + directory), "0", "0")) {
      assertRefusal(words, line);
    }
  }

  @Test
  void packagesOfAnotherVersion() throws IOException {
    Path facts = Files.createDirectories(directory.resolve("ttnn-0.60.0.dist-info"));
    Files.writeString(
        facts.resolve("METADATA"), "Metadata-Version: 2.1\nName: ttnn\nVersion: 0.60.0\n");
    assertRefusal(
        "has ttnn 0.60.0, this library was made for 0.81.1: pip install ttnn==0.81.1 there",
        open("n150", List.of("PYTHONPATH=" + directory), "0").getFirst());
    assertEquals(
        List.of("ok"),
        open("n150", List.of("PYTHONPATH=" + directory, "TTTV2_TTNN_ANY_VERSION=1"), "0"));
  }

  /** TTNN says neither that it followed one nor that it need not be set. */
  @ParameterizedTest
  @CsvSource({
    "TT_VISIBLE_DEVICES=7, Invalid chip ID in TT_VISIBLE_DEVICES: 7.",
    "TT_VISIBLE_DEVICES=first, Invalid device identifier in TT_VISIBLE_DEVICES: first.",
    "TT_METAL_RUNTIME_ROOT=/nowhere, SoC descriptor file does not exist at path: /nowhere/",
    "TT_MESH_GRAPH_DESC_PATH=/nowhere, esh graph descriptor file",
    "TT_METAL_SIMULATOR=/nowhere, bad file: /nowhere/soc_descriptor.yaml",
  })
  void variablesOfTtnnThatNameNothing(String variable, String words) {
    for (String line : open("n150", List.of(variable), "0", "0")) {
      assertRefusal(words, line);
      assertTrue(line.endsWith("; TTNN follows " + variable + ": unset what is not meant"), line);
    }
  }

  @Test
  void chipsOfWhichTooMuchIsSwitchedOff() throws IOException {
    String parts = "; more of the chip is switched off than TTNN takes, or other parts:";
    String wormhole = Files.readString(MockedBoard.description("n150"));
    assertRefusal(
        "At most two rows or cols can be harvested, but detected 3 along harvested axis" + parts,
        open("n150", described(wormhole.replace(" harvest_mask: 64", " harvest_mask: 112")), "0")
            .getFirst());
    assertRefusal(
        "DRAM harvesting is supported only for Blackhole." + parts,
        open(
                "n150",
                described(wormhole.replace("dram_harvesting_mask: 0", "dram_harvesting_mask: 1")),
                "0")
            .getFirst());
  }

  /** TTNN itself fails the first time only, and then goes on without its firmware. */
  @Test
  void kernelsThatCannotBeKept() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    String below = file + "/kernels";
    for (String line : open("n150", List.of("TT_METAL_CACHE=" + below), "0", "0")) {
      assertRefusal(
          "TT_METAL_CACHE is \""
              + below
              + "\", where TTNN keeps the kernels that it compiles: Not a directory; name a"
              + " directory that can be written",
          line);
    }
    for (String line : open("n150", List.of("TT_METAL_CACHE=kernels"), "0", "0")) {
      assertRefusal("TT_METAL_CACHE is \"kernels\", expected an absolute path, where TTNN", line);
    }
  }

  /** TTNN's import would end a process without it. */
  @Test
  void noHome() {
    assertEquals(List.of("ok"), open("n150", List.of("-u", "HOME"), "0"));
  }

  /** The exit codes of Python and of TTNN's compiler are needed. */
  @Test
  void childrenThatAParentIgnores() {
    List<String> variables =
        List.of("--ignore-signal=CHLD", "TT_METAL_CACHE=" + directory.resolve("kernels"));
    assertEquals(List.of("ok"), open("n150", variables, "0"));
  }

  @Test
  void dispatchCoresThatTtnnDoesNotHave() {
    assertRefusal(
        "TTTV2_TTNN_DISPATCH is ethernet, expected worker, or nothing",
        open("n150", List.of("TTTV2_TTNN_DISPATCH=ethernet"), "0").getFirst());
  }
}
