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

  private static final String MOCK = "TT_METAL_MOCK_CLUSTER_DESC_PATH";

  private static final int PYTHON_SECONDS = 60;

  /** More than any Python says. */
  private static final int MOST_OUTPUT = 1 << 16;

  /**
   * Implementation, version, version of ttnn, whether it can be embedded, and what importing says.
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
      problem = ""
      if version != "none":
          try:
              import ttnn
          except BaseException as e:
              problem = " ".join(str(e).split()) or type(e).__name__
      print("tttv2", sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], version,
            "shared" if shared else "static", problem)
      """;

  /** What there is of one thing that is needed; {@code todo} is empty if that will do. */
  record Finding(String what, String found, String todo) {
    boolean isFine() {
      return todo.isEmpty();
    }
  }

  /** Looks everything up, in the order in which it is to be put right. */
  List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    Optional<String> mock = variable(MOCK);
    if (mock.isPresent()) {
      findings.add(new Finding("boards", "mocked by " + mock.get() + ": compute nothing", ""));
    } else {
      findings.addAll(hardware());
    }
    findings.add(python());
    return findings;
  }

  private List<Finding> hardware() {
    List<Finding> findings = new ArrayList<>();
    List<Path> boards = boards();
    findings.add(driver());
    if (boards.isEmpty()) {
      int cards = cards();
      findings.add(
          new Finding(
              "boards",
              (cards == 0 ? "none" : cards + " on the PCI bus, none")
                  + " in "
                  + root.resolve("dev/tenstorrent"),
              (cards == 0 ? "put a board in and load its driver" : "load the driver")
                  + "; without one, models run on the CPU (--backend host)"));
    }
    boards.forEach(board -> findings.addAll(board(board)));
    if (!boards.isEmpty()) {
      findings.add(hostMemory(boards));
    }
    return findings;
  }

  private int cards() {
    try (Stream<Path> devices = Files.list(root.resolve("sys/bus/pci/devices"))) {
      return (int)
          devices
              .filter(
                  device -> text(device.resolve("vendor")).filter(PCI_VENDOR::equals).isPresent())
              .count();
    } catch (IOException e) {
      return 0;
    }
  }

  static Finding platform(String os, String architecture) {
    boolean fine = os.equals("Linux") && architecture.equals("amd64");
    return new Finding(
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
      return new Finding("driver", "the module tenstorrent is not loaded", todo);
    }
    Optional<String> version = text(module.resolve("version"));
    boolean old =
        version.map(BoardHost::numbers).filter(v -> isOlder(v, OLDEST_DRIVER)).isPresent();
    return new Finding(
        "driver",
        "tt-kmd " + version.orElse("of an unknown version"),
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
        new Finding(
            node.toString(),
            type.orElse("a card of an unknown type"),
            open ? "" : "this user may not open it: see the udev rules of tt-kmd");
    return List.of(board, firmware(node, type.orElse(""), facts));
  }

  /** A driver that cannot say which firmware there is leaves the question to TTNN. */
  private static Finding firmware(Path node, String type, Path facts) {
    Optional<String> version = text(facts.resolve("tt_fw_bundle_ver"));
    int[] oldest = type.startsWith("p") ? OLDEST_BLACKHOLE_FIRMWARE : OLDEST_WORMHOLE_FIRMWARE;
    boolean old =
        version
            .map(BoardHost::numbers)
            .filter(v -> isOlder(v, oldest) || v[0] >= FORMER_FIRMWARE)
            .isPresent();
    return new Finding(
        "firmware of " + node.getFileName(),
        version.map(v -> "bundle " + v).orElse("the driver does not say which"),
        old ? "update to bundle %d.%d or newer with tt-flash".formatted(oldest[0], oldest[1]) : "");
  }

  private Path facts(Path node) {
    return root.resolve("sys/class/tenstorrent/tenstorrent!" + node.getFileName());
  }

  /** Boards read the host's memory: through an IOMMU, or in pages of a gigabyte, one a board. */
  private Finding hostMemory(List<Path> boards) {
    List<Path> direct = boards.stream().filter(board -> !isTranslated(board)).toList();
    if (direct.isEmpty()) {
      return new Finding("host memory", "through the IOMMU", "");
    }
    Path pages = root.resolve("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages");
    int count = text(pages).filter(n -> n.matches("\\d{1,6}")).map(Integer::valueOf).orElse(0);
    boolean mounted = Files.isDirectory(root.resolve("dev/hugepages-1G"));
    return new Finding(
        "host memory",
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

  /** The interpreter that the native library will take. */
  private Finding python() {
    Optional<Path> interpreter = interpreter();
    if (interpreter.isEmpty()) {
      return new Finding(
          "Python",
          "none in TTTV2_PYTHON, the active virtual environment or PATH",
          "install CPython 3.10 or 3.12 and ttnn " + TTNN_VERSION);
    }
    Path python = interpreter.get();
    String[] facts = run(python).split(" ", 6);
    if (facts.length != 6) {
      return new Finding("Python", python + " does not start", "name another in TTTV2_PYTHON");
    }
    String version = facts[2];
    String ttnn = facts[3];
    String problem = facts[5].strip();
    String todo = "";
    if (!facts[1].equals("cpython") || !version.matches("3\\.1[02]\\..*")) {
      todo = "ttnn needs CPython 3.10 or 3.12: name one in TTTV2_PYTHON";
    } else if (!facts[4].equals("shared")) {
      todo =
          "it has no libpython%s.so, so it cannot be embedded: install that, or name another in"
                  .formatted(version.substring(0, version.lastIndexOf('.')))
              + " TTTV2_PYTHON";
    } else if (!ttnn.equals(TTNN_VERSION) && !ttnn.startsWith(TTNN_VERSION + "+")) {
      todo = "%s -m pip install ttnn==%s".formatted(python, TTNN_VERSION);
    } else if (!problem.isEmpty()) {
      todo = "%s -m pip install --force-reinstall ttnn==%s".formatted(python, TTNN_VERSION);
    }
    return new Finding(
        "Python",
        "%s, %s %s, ttnn %s%s"
            .formatted(
                python,
                facts[1],
                version,
                ttnn,
                problem.isEmpty() ? "" : ", which cannot be imported: " + problem),
        todo);
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

  /** Asks an interpreter what it is: a line of its facts, empty if it cannot say. */
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
      if (!process.waitFor(PYTHON_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return "";
      }
      // A site's own customisation, or ttnn, may have printed something before.
      return new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("tttv2 "))
          .findFirst()
          .orElse("");
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
