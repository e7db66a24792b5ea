// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Made-up machines: what is missing is said, and what to do. */
class BoardHostTest {
  @TempDir Path root;

  private final Map<String, String> environment = new HashMap<>();

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private Path python(String directory, String script) throws IOException {
    Path python = root.resolve(directory).resolve("python3");
    write(directory + "/python3", "#!/bin/sh\n" + script);
    assertTrue(python.toFile().setExecutable(true));
    return python;
  }

  /** A site's customisation has printed something before. */
  private static String answer(String facts) {
    return "echo welcome; echo 'tttv2 " + facts + " '";
  }

  private void board(int number, String type) throws IOException {
    write("dev/tenstorrent/" + number, "");
    String facts = "sys/class/tenstorrent/tenstorrent!" + number + "/";
    write(facts + "tt_card_type", type);
    write(facts + "tt_fw_bundle_ver", "19.4.0.0");
  }

  private void completeMachine() throws IOException {
    write("sys/module/tenstorrent/version", "2.3.0");
    board(0, "n150");
    write("sys/class/tenstorrent/tenstorrent!0/device/iommu_group/type", "DMA-FQ");
    environment.put(
        "TTTV2_PYTHON",
        python("venv", answer("cpython 3.12.3 0.81.1 shared")).toAbsolutePath().toString());
  }

  private Map<String, BoardHost.Finding> examine() {
    return new BoardHost(root, environment::get)
        .examine().stream().collect(Collectors.toMap(BoardHost.Finding::what, finding -> finding));
  }

  private List<String> notChecked() {
    return new BoardHost(root, environment::get)
        .examine().stream()
            .filter(finding -> finding.verdict() == BoardHost.Verdict.NOT_CHECKED)
            .map(finding -> finding.what() + ": " + finding.found())
            .toList();
  }

  private List<String> toDo() {
    return new BoardHost(root, environment::get)
        .examine().stream()
            .filter(finding -> finding.verdict() == BoardHost.Verdict.TO_DO)
            .map(finding -> finding.what() + ": " + finding.found() + " -> " + finding.todo())
            .toList();
  }

  @Test
  void nothingIsToDoOnACompleteMachine() throws IOException {
    completeMachine();
    assertEquals(List.of(), toDo());
    assertEquals("n150", examine().get(root.resolve("dev/tenstorrent/0").toString()).found());
    assertEquals("bundle 19.4.0.0", examine().get("firmware of 0").found());
    assertEquals("through the IOMMU", examine().get("host memory").found());
  }

  @Test
  void anEmptyMachineLacksDriverBoardAndPython() {
    List<String> toDo = toDo();
    assertEquals(3, toDo.size(), toDo.toString());
    assertTrue(toDo.get(0).startsWith("driver: the module tenstorrent is not loaded -> install"));
    assertTrue(toDo.get(1).contains("--backend host"), toDo.get(1));
    assertTrue(toDo.get(2).startsWith("Python: none in TTTV2_PYTHON"), toDo.get(2));
    assertEquals(
        List.of(
            "firmware: not checked: there is no board to ask",
            "host memory: not checked: it depends on the boards, of which none is there",
            "ttnn: not checked: there is no Python to ask"),
        notChecked());
    assertTrue(
        toDo.get(1).startsWith("boards: the PCI bus cannot be listed, and none in "), toDo.get(1));
  }

  /** Whatever is missing, whatever is mocked: nothing is left out. */
  @Test
  void everyCheckHasALine() throws IOException {
    Set<String> all =
        Set.of("platform", "driver", "boards", "firmware", "host memory", "Python", "ttnn");
    assertEquals(all, examine().keySet());
    write("sys/module/tenstorrent/version", "2.3.0");
    assertEquals(all, examine().keySet());
    environment.put("TTTV2_PYTHON", root.resolve("none").toString());
    assertEquals(all, examine().keySet());
    environment.put("TT_METAL_MOCK_CLUSTER_DESC_PATH", "n150.yaml");
    assertEquals(all, examine().keySet());
    environment.remove("TT_METAL_MOCK_CLUSTER_DESC_PATH");
    completeMachine();
    String board = root.resolve("dev/tenstorrent/0").toString();
    assertEquals(
        Set.of("platform", "driver", board, "firmware of 0", "host memory", "Python", "ttnn"),
        examine().keySet());
  }

  @Test
  void whatTheDriverDoesNotSayIsNotChecked() throws IOException {
    completeMachine();
    Files.delete(root.resolve("sys/module/tenstorrent/version"));
    Files.delete(root.resolve("sys/class/tenstorrent/tenstorrent!0/tt_card_type"));
    Files.delete(root.resolve("sys/class/tenstorrent/tenstorrent!0/device/iommu_group/type"));
    assertEquals(List.of(), toDo());
    List<String> unknown = notChecked();
    assertEquals(3, unknown.size(), unknown.toString());
    assertEquals(
        "driver: not checked: tt-kmd is loaded, and does not say of which version it is",
        unknown.get(0));
    assertEquals(
        "firmware of 0: not checked: bundle 19.4.0.0, on a card of a type that the driver does not"
            + " say",
        unknown.get(1));
    assertTrue(
        unknown
            .get(2)
            .startsWith(
                "host memory: not checked: 1 boards without an IOMMU need a page of 1 GB each"),
        unknown.get(2));
  }

  @ParameterizedTest
  @CsvSource({"1.29, true", "1.33, false", "1.34-rc1, false", "2.0.0, false", "0.99.9, true"})
  void oldDriversAreNamed(String version, boolean old) throws IOException {
    completeMachine();
    write("sys/module/tenstorrent/version", version);
    assertEquals(
        old ? List.of("driver: tt-kmd " + version + " -> install tt-kmd 1.33 or newer") : List.of(),
        toDo());
  }

  @ParameterizedTest
  @CsvSource({
    "n150, 18.2.9.0, 18.3",
    "n150, 18.3.0.0, ''",
    "p150a, 18.4.0.0, 18.5",
    "p150a, 18.5.0.0, ''",
    "n300, 80.17.0.0, 18.3",
  })
  void oldFirmwareIsNamed(String type, String version, String oldest) throws IOException {
    completeMachine();
    board(0, type);
    write("sys/class/tenstorrent/tenstorrent!0/tt_fw_bundle_ver", version);
    assertEquals(
        oldest.isEmpty()
            ? List.of()
            : List.of(
                "firmware of 0: bundle %s -> update to bundle %s or newer with tt-flash"
                    .formatted(version, oldest)),
        toDo());
  }

  @Test
  void aDriverThatDoesNotKnowTheFirmwareIsNoFault() throws IOException {
    completeMachine();
    Files.delete(root.resolve("sys/class/tenstorrent/tenstorrent!0/tt_fw_bundle_ver"));
    assertEquals(List.of(), toDo());
    assertEquals(
        List.of("firmware of 0: not checked: the driver does not say which it is"), notChecked());
  }

  @Test
  void aBoardOfAnotherUserIsNamed() throws IOException {
    completeMachine();
    Path node = root.resolve("dev/tenstorrent/0");
    assumeTrue(node.toFile().setReadable(false) && !Files.isReadable(node), "may read everything");
    assertEquals(
        List.of(node + ": n150 -> this user may not open it: see the udev rules of tt-kmd"),
        toDo());
  }

  @Test
  void cardsWithoutADriverAreCounted() throws IOException {
    completeMachine();
    Files.delete(root.resolve("dev/tenstorrent/0"));
    write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x1e52");
    write("sys/bus/pci/devices/0000:02:00.0/vendor", "0x1e52");
    write("sys/bus/pci/devices/0000:03:00.0/vendor", "0x8086");
    assertEquals(
        List.of(
            "boards: 2 on the PCI bus, none in "
                + root.resolve("dev/tenstorrent")
                + " -> load the driver; without one, models run on the CPU (--backend host)"),
        toDo());
  }

  @Test
  void aMockedBoardNeedsNoHardware() throws IOException {
    String mock = root.resolve("n150.yaml").toString();
    environment.put("TT_METAL_MOCK_CLUSTER_DESC_PATH", mock);
    environment.put(
        "TTTV2_PYTHON",
        python("venv", answer("cpython 3.12.3 0.81.1 shared")).toAbsolutePath().toString());
    assertEquals(
        List.of(
            "boards: mocked by %s: compute nothing -> there is no such file: correct"
                    .formatted(mock)
                + " TT_METAL_MOCK_CLUSTER_DESC_PATH, or unset it for a real board"),
        toDo());
    write("n150.yaml", "chips: {}");
    assertEquals(List.of(), toDo());
    assertEquals("mocked by " + mock + ": compute nothing", examine().get("boards").found());
    String why =
        "not checked: TTNN uses no board of this machine while TT_METAL_MOCK_CLUSTER_DESC_PATH is"
            + " set";
    assertEquals(
        List.of("driver: " + why, "firmware: " + why, "host memory: " + why), notChecked());
  }

  /** Behind an IOMMU that only passes on, a board needs a page as if there were none. */
  @Test
  void withoutAnIommuEachBoardNeedsAPage() throws IOException {
    completeMachine();
    board(1, "n150");
    board(10, "n150");
    write("sys/class/tenstorrent/tenstorrent!1/device/iommu_group/type", "identity");
    write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1");
    Files.createDirectories(root.resolve("dev/hugepages-1G"));
    List<String> toDo = toDo();
    assertEquals(1, toDo.size(), toDo.toString());
    assertTrue(
        toDo.getFirst().startsWith("host memory: 1 pages of 1 GB for 2 boards without an IOMMU"),
        toDo.getFirst());
    write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "2");
    assertEquals(List.of(), toDo());
  }

  @ParameterizedTest
  @CsvSource({
    "cpython 3.11.2 0.81.1 shared, needs CPython 3.10 or 3.12",
    "pypy 3.10.2 0.81.1 shared, needs CPython 3.10 or 3.12",
    "cpython 3.10.4 none shared, -m pip install ttnn==0.81.1",
    "cpython 3.12.4 0.80.0 shared, -m pip install ttnn==0.81.1",
    "cpython 3.12.4 0.81.1 static, it has no libpython3.12.so",
    "cpython 3.12.4 0.81.1 shared no libnuma, -m pip install --force-reinstall ttnn==0.81.1",
    "'', name another in TTTV2_PYTHON",
  })
  void pythonIsAskedWhatItIs(String facts, String todo) throws IOException {
    completeMachine();
    python("venv", facts.isEmpty() ? "exit 1" : answer(facts));
    List<String> toDo = toDo();
    assertEquals(1, toDo.size(), toDo.toString());
    boolean ofTtnn = todo.contains("pip install");
    assertTrue(toDo.getFirst().startsWith(ofTtnn ? "ttnn: " : "Python: "), toDo.getFirst());
    assertTrue(toDo.getFirst().contains(todo), toDo.getFirst());
    assertEquals(ofTtnn ? 0 : 1, notChecked().size(), notChecked().toString());
  }

  /** A library that is cut short ends the process that loads it. */
  @Test
  void whatEndsTheInterpreterIsInstalledAgain() throws IOException {
    completeMachine();
    Path python = python("venv", answer("cpython 3.12.4 0.81.1 shared ended") + "; kill -7 $$");
    List<String> toDo = toDo();
    assertEquals(1, toDo.size(), toDo.toString());
    assertTrue(toDo.getFirst().contains("which cannot be imported: ended -> "), toDo.getFirst());
    assertTrue(
        toDo.getFirst().endsWith(python + " -m pip install --force-reinstall ttnn==0.81.1"),
        toDo.getFirst());
    python("venv", "kill -7 $$");
    assertTrue(toDo().getFirst().contains("does not start"), toDo().toString());
  }

  /** Named, of the active environment, on PATH: in this order. */
  @Test
  void interpretersAreFoundInTheLibrarysOrder() throws IOException {
    Path onPath = python("bin", answer("cpython 3.12.1 0.81.1 shared"));
    environment.put("PATH", root.resolve("empty") + ":" + onPath.getParent());
    assertTrue(examine().get("Python").found().startsWith(onPath + ", cpython 3.12.1"));
    environment.put("VIRTUAL_ENV", root.resolve("none").toString());
    assertTrue(examine().get("Python").found().contains("none/bin/python does not start"));
    Path named = python("named", answer("cpython 3.10.1 0.81.1 shared"));
    environment.put("TTTV2_PYTHON", named.toString());
    assertTrue(examine().get("Python").found().startsWith(named + ", cpython 3.10.1"));
  }

  @Test
  void otherPlatformsAreNamed() {
    assertTrue(BoardHost.platform("Linux", "amd64").todo().isEmpty());
    assertEquals("Linux aarch64", BoardHost.platform("Linux", "aarch64").found());
    assertTrue(!BoardHost.platform("Linux", "aarch64").todo().isEmpty());
  }

  @Test
  void theCommandListsWhatItFinds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            InputStream.nullInputStream(),
            "doctor");
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(text.contains("->") ? 1 : 0, status, text);
    assertTrue(text.lines().anyMatch(line -> line.matches("(ok|to do|-) +driver .*")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("(ok|to do) +Python .*")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("(ok|to do|-) +ttnn .*")), text);
  }
}
