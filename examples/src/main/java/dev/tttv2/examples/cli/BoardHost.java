// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a machine needs to run models on its Tenstorrent boards, looked up without opening a device.
 *
 * <p>The paths under /sys are those of the kernel driver tt-kmd ({@code docs/sysfs-attributes.md}
 * there) and of Linux's IOMMU and huge pages.
 *
 * @param root "/", under which dev and sys lie
 * @param environment the environment variables
 */
record BoardHost(Path root, UnaryOperator<String> environment) {
  /** The release that the native library is made for. */
  static final String TTNN_VERSION = "0.81.1";

  /** The oldest driver in the table of TT-Metalium's installation guide (0.59 and 0.60). */
  private static final int[] OLDEST_DRIVER = {1, 33};

  /**
   * The oldest firmware bundles with which TTNN's driver opens a device: tt-umd, pull requests 1830
   * and 1720.
   */
  private static final int[] OLDEST_WORMHOLE_FIRMWARE = {18, 3};

  private static final int[] OLDEST_BLACKHOLE_FIRMWARE = {18, 5};

  /** From here on it is a bundle of an older numbering, which ended with 80.18. */
  private static final int FORMER_FIRMWARE = 80;

  private static final String PCI_VENDOR = "0x1e52";

  // What is looked up.
  private static final String DRIVER = "driver";
  private static final String BOARDS = "boards";
  private static final String FIRMWARE = "firmware";
  private static final String HOST_MEMORY = "host memory";
  private static final String PYTHON = "Python";
  private static final String TTNN = "ttnn";

  private static final String MOCK = "TT_METAL_MOCK_CLUSTER_DESC_PATH";

  private static final int PYTHON_SECONDS = 60;

  /** More than any Python says. */
  private static final int MOST_OUTPUT = 1 << 16;

  /**
   * Implementation, version, version of ttnn, whether it can be embedded, and what importing says.
   * Said before it too: damaged libraries end the interpreter.
   */
  private static final String PYTHON_FACTS =
      """
      import os, sys, sysconfig
      try:
          from importlib import metadata
          version = metadata.version("ttnn")
      except Exception:
          version = "none"
      get = lambda name: str(sysconfig.get_config_var(name) or "")
      folders = (get("LIBDIR"), os.path.join(get("LIBDIR"), get("MULTIARCH")),
                 os.path.join(sys.base_prefix, "lib"), get("LIBPL"))
      names = [name for name in (get("INSTSONAME"), get("LDLIBRARY")) if ".so" in name]
      shared = any(os.access(os.path.join(f, n), os.R_OK) for f in folders for n in names)
      facts = ("tttv2", sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], version,
               "shared" if shared else "static")
      problem = ""
      if version != "none":
          print(*facts, "the interpreter was ended by it", flush=True)
          try:
              import ttnn
          except BaseException as e:
              problem = " ".join(str(e).split()) or type(e).__name__
      print(*facts, problem)
      """;

  /** What came of looking one thing up. */
  enum Verdict {
    /** It will do. */
    OK("ok"),
    /** It is to be put right. */
    TO_DO("to do"),
    /** It could not be looked up; {@code found} says why. */
    NOT_CHECKED("-");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    /** Returns the word that a line begins with. */
    String label() {
      return label;
    }
  }

  /**
   * What there is of one thing that is needed. Every examination has at least one of each thing.
   *
   * @param what the thing
   * @param found what there is
   * @param todo what to do about it; empty unless it is to be put right
   */
  record Finding(Verdict verdict, String what, String found, String todo) {
    /** If there is nothing to do, it will do. */
    static Finding of(String what, String found, String todo) {
      return new Finding(todo.isEmpty() ? Verdict.OK : Verdict.TO_DO, what, found, todo);
    }

    static Finding notChecked(String what, String why) {
      return new Finding(Verdict.NOT_CHECKED, what, "not checked: " + why, "");
    }
  }

  /** Looks everything up, in the order in which it is to be put right. */
  List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    findings.addAll(variable(MOCK).map(this::mocked).orElseGet(this::hardware));
    findings.addAll(python());
    return findings;
  }

  private List<Finding> mocked(String description) {
    String why = "TTNN uses no board of this machine while " + MOCK + " is set";
    return List.of(
        Finding.notChecked(DRIVER, why),
        Finding.of(
            BOARDS,
            "mocked by " + description + ": compute nothing",
            Files.isReadable(Path.of(description))
                ? ""
                : "there is no such file: correct %s, or unset it for a real board"
                    .formatted(MOCK)),
        Finding.notChecked(FIRMWARE, why),
        Finding.notChecked(HOST_MEMORY, why));
  }

  private List<Finding> hardware() {
    List<Finding> findings = new ArrayList<>();
    List<Path> boards = boards();
    findings.add(driver());
    if (boards.isEmpty()) {
      findings.add(noBoard());
      findings.add(Finding.notChecked(FIRMWARE, "there is no board to ask"));
      findings.add(
          Finding.notChecked(HOST_MEMORY, "it depends on the boards, of which none is there"));
    } else {
      boards.forEach(board -> findings.addAll(board(board)));
      findings.add(hostMemory(boards));
    }
    return findings;
  }

  private Finding noBoard() {
    OptionalInt cards = cards();
    String bus =
        cards.isEmpty()
            ? "the PCI bus cannot be listed, and none"
            : cards.getAsInt() == 0 ? "none" : cards.getAsInt() + " on the PCI bus, none";
    String todo = cards.orElse(0) == 0 ? "put a board in and load its driver" : "load the driver";
    return Finding.of(
        BOARDS,
        bus + " in " + root.resolve("dev/tenstorrent"),
        todo + "; without one, models run on the CPU (--backend host)");
  }

  /** Counts Tenstorrent's cards; empty if the bus cannot be listed. */
  private OptionalInt cards() {
    try (Stream<Path> devices = Files.list(root.resolve("sys/bus/pci/devices"))) {
      return OptionalInt.of(
          (int)
              devices
                  .filter(
                      device ->
                          text(device.resolve("vendor")).filter(PCI_VENDOR::equals).isPresent())
                  .count());
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  static Finding platform(String os, String architecture) {
    boolean fine = os.equals("Linux") && architecture.equals("amd64");
    return Finding.of(
        "platform",
        os + " " + architecture,
        fine ? "" : "the native libraries are for Linux on x86-64");
  }

  private List<Path> boards() {
    try (Stream<Path> nodes = Files.list(root.resolve("dev/tenstorrent"))) {
      return nodes
          .filter(node -> node.getFileName().toString().matches("\\d+"))
          .sorted(Comparator.comparing(node -> Integer.valueOf(node.getFileName().toString())))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Finding driver() {
    String todo = "install tt-kmd, or `modprobe tenstorrent`";
    Path module = root.resolve("sys/module/tenstorrent");
    if (!Files.isDirectory(module)) {
      return Finding.of(DRIVER, "the module tenstorrent is not loaded", todo);
    }
    Optional<String> version = text(module.resolve("version"));
    if (version.isEmpty()) {
      return Finding.notChecked(
          DRIVER, "tt-kmd is loaded, and does not say of which version it is");
    }
    boolean old = isOlder(numbers(version.get()), OLDEST_DRIVER);
    return Finding.of(
        DRIVER,
        "tt-kmd " + version.get(),
        old ? "install tt-kmd %d.%d or newer".formatted(OLDEST_DRIVER[0], OLDEST_DRIVER[1]) : "");
  }

  /** The first two numbers of a version. */
  private static int[] numbers(String version) {
    String[] parts = version.split("[^0-9]+");
    int[] numbers = new int[2];
    for (int i = 0; i < numbers.length && i < parts.length; i++) {
      numbers[i] = parts[i].isEmpty() || parts[i].length() > 6 ? 0 : Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  private static boolean isOlder(int[] version, int[] oldest) {
    return Arrays.compare(version, oldest) < 0;
  }

  private List<Finding> board(Path node) {
    Path facts = facts(node);
    Optional<String> type = text(facts.resolve("tt_card_type"));
    boolean open = Files.isReadable(node) && Files.isWritable(node);
    Finding board =
        Finding.of(
            node.toString(),
            type.orElse("a card of a type that the driver does not say"),
            open ? "" : "this user may not open it: see the udev rules of tt-kmd");
    return List.of(board, firmware(node, type, facts));
  }

  /** A driver that cannot say which firmware there is leaves the question to TTNN. */
  private static Finding firmware(Path node, Optional<String> type, Path facts) {
    String what = FIRMWARE + " of " + node.getFileName();
    Optional<String> version = text(facts.resolve("tt_fw_bundle_ver"));
    if (version.isEmpty()) {
      return Finding.notChecked(what, "the driver does not say which it is");
    }
    if (type.isEmpty()) {
      return Finding.notChecked(
          what,
          "bundle %s, on a card of a type that the driver does not say".formatted(version.get()));
    }
    int[] oldest =
        type.get().startsWith("p") ? OLDEST_BLACKHOLE_FIRMWARE : OLDEST_WORMHOLE_FIRMWARE;
    int[] found = numbers(version.get());
    return Finding.of(
        what,
        "bundle " + version.get(),
        isOlder(found, oldest) || found[0] >= FORMER_FIRMWARE
            ? "update to bundle %d.%d or newer with tt-flash".formatted(oldest[0], oldest[1])
            : "");
  }

  private Path facts(Path node) {
    return root.resolve("sys/class/tenstorrent/tenstorrent!" + node.getFileName());
  }

  /** Boards read the host's memory: through an IOMMU, or in pages of a gigabyte, one a board. */
  private Finding hostMemory(List<Path> boards) {
    List<Path> direct = boards.stream().filter(board -> !isTranslated(board)).toList();
    if (direct.isEmpty()) {
      return Finding.of(HOST_MEMORY, "through the IOMMU", "");
    }
    Path pages = root.resolve("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages");
    Optional<Integer> pagesOfAGigabyte =
        text(pages).filter(n -> n.matches("\\d{1,6}")).map(Integer::valueOf);
    if (pagesOfAGigabyte.isEmpty()) {
      return Finding.notChecked(
          HOST_MEMORY,
          "%d boards without an IOMMU need a page of 1 GB each, and %s has no number"
              .formatted(direct.size(), pages));
    }
    int count = pagesOfAGigabyte.get();
    boolean mounted = Files.isDirectory(root.resolve("dev/hugepages-1G"));
    return Finding.of(
        HOST_MEMORY,
        "%d pages of 1 GB for %d boards without an IOMMU, /dev/hugepages-1G is %s"
            .formatted(count, direct.size(), mounted ? "there" : "missing"),
        count >= direct.size() && mounted
            ? ""
            : "set huge pages up with tenstorrent-tools (tt-system-tools), and restart");
  }

  private boolean isTranslated(Path board) {
    return text(facts(board).resolve("device/iommu_group/type"))
        .filter(type -> type.startsWith("DMA"))
        .isPresent();
  }

  /** The interpreter that the native library will take, and its ttnn. */
  private List<Finding> python() {
    Optional<Path> interpreter = interpreter();
    if (interpreter.isEmpty()) {
      return List.of(
          Finding.of(
              PYTHON,
              "none in TTTV2_PYTHON, the active virtual environment or PATH",
              "install CPython 3.10 or 3.12 and ttnn " + TTNN_VERSION),
          Finding.notChecked(TTNN, "there is no Python to ask"));
    }
    Path python = interpreter.get();
    String[] facts = run(python).split(" ", 6);
    if (facts.length != 6) {
      return List.of(
          Finding.of(PYTHON, python + " does not start", "name another in TTTV2_PYTHON"),
          Finding.notChecked(TTNN, python + " does not start"));
    }
    Finding own = python(python, facts[1], facts[2], facts[4].equals("shared"));
    return List.of(
        own,
        own.verdict() == Verdict.OK
            ? ttnn(python, facts[3], facts[5].strip())
            : Finding.notChecked(TTNN, "it is to be another Python's"));
  }

  private static Finding python(
      Path python, String implementation, String version, boolean embeddable) {
    String todo = "";
    if (!implementation.equals("cpython") || !version.matches("3\\.1[02]\\..*")) {
      todo = "ttnn needs CPython 3.10 or 3.12: name one in TTTV2_PYTHON";
    } else if (!embeddable) {
      todo =
          "it has no libpython%s.so, so it cannot be embedded: install that, or name another in"
                  .formatted(version.substring(0, version.lastIndexOf('.')))
              + " TTTV2_PYTHON";
    }
    return Finding.of(PYTHON, "%s, %s %s".formatted(python, implementation, version), todo);
  }

  /**
   * Its package for that Python.
   *
   * @param version or "none"
   * @param problem what importing it says, if it cannot be imported
   */
  private static Finding ttnn(Path python, String version, String problem) {
    String todo = "";
    if (!version.equals(TTNN_VERSION) && !version.startsWith(TTNN_VERSION + "+")) {
      todo = "%s -m pip install ttnn==%s".formatted(python, TTNN_VERSION);
    } else if (!problem.isEmpty()) {
      todo = "%s -m pip install --force-reinstall ttnn==%s".formatted(python, TTNN_VERSION);
    }
    return Finding.of(
        TTNN, version + (problem.isEmpty() ? "" : ", which cannot be imported: " + problem), todo);
  }

  private Optional<Path> interpreter() {
    Optional<Path> named = variable("TTTV2_PYTHON").map(Path::of);
    if (named.isPresent()) {
      return named;
    }
    Optional<Path> active = variable("VIRTUAL_ENV").map(home -> Path.of(home, "bin/python"));
    if (active.isPresent()) {
      return active;
    }
    return variable("PATH").stream()
        .flatMap(path -> Stream.of(path.split(":")))
        .map(directory -> Path.of(directory, "python3"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
  }

  /** Asks an interpreter what it is: the last line of its facts, empty if it cannot say. */
  private static String run(Path python) {
    Process process;
    try {
      process =
          new ProcessBuilder(python.toString(), "-c", PYTHON_FACTS)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return "";
    }
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      if (!process.waitFor(PYTHON_SECONDS, TimeUnit.SECONDS)) {
        return "";
      }
      // A site's own customisation, or ttnn, may have printed something before.
      return new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("tttv2 "))
          .reduce("", (before, line) -> line);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      process.destroyForcibly();
    }
  }

  private static Optional<String> text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(200), StandardCharsets.UTF_8).strip())
          .filter(text -> !text.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
