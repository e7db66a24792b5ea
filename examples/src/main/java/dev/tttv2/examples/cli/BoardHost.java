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

  private static final int PYTHON_SECONDS = 30;

  private static final String PYTHON_FACTS =
      """
      import sys
      try:
          from importlib import metadata
          ttnn = metadata.version("ttnn")
      except Exception:
          ttnn = "none"
      print(sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], ttnn)
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
    List<Path> boards = boards();
    findings.add(driver());
    if (boards.isEmpty()) {
      findings.add(
          new Finding(
              "boards",
              "none in " + root.resolve("dev/tenstorrent"),
              "put a board in and load its driver; without one, models run on the CPU"
                  + " (--backend host)"));
    }
    boards.forEach(board -> findings.add(board(board)));
    if (!boards.isEmpty()) {
      findings.add(hostMemory(boards));
    }
    findings.add(python());
    return findings;
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
    boolean old = version.map(BoardHost::numbers).filter(BoardHost::isTooOld).isPresent();
    return new Finding(
        "driver",
        "tt-kmd " + version.orElse("of an unknown version"),
        old ? "install tt-kmd %d.%d or newer".formatted(OLDEST_DRIVER[0], OLDEST_DRIVER[1]) : "");
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("[^0-9]+");
    int[] numbers = new int[OLDEST_DRIVER.length];
    for (int i = 0; i < numbers.length && i < parts.length; i++) {
      numbers[i] = parts[i].isEmpty() || parts[i].length() > 6 ? 0 : Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  private static boolean isTooOld(int[] version) {
    return Arrays.compare(version, OLDEST_DRIVER) < 0;
  }

  private Finding board(Path node) {
    Path facts = facts(node);
    String found =
        "%s, firmware bundle %s"
            .formatted(
                text(facts.resolve("tt_card_type")).orElse("a card of an unknown type"),
                text(facts.resolve("tt_fw_bundle_ver")).orElse("unknown"));
    boolean open = Files.isReadable(node) && Files.isWritable(node);
    return new Finding(
        node.toString(),
        found,
        open ? "" : "this user may not open it: see the udev rules of tt-kmd");
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
    String[] facts = run(python).split(" ");
    if (facts.length != 3) {
      return new Finding("Python", python + " does not start", "name another in TTTV2_PYTHON");
    }
    String found = "%s, %s %s, ttnn %s".formatted(python, facts[0], facts[1], facts[2]);
    String todo = "";
    if (!facts[0].equals("cpython") || !facts[1].matches("3\\.1[02]\\..*")) {
      todo = "ttnn needs CPython 3.10 or 3.12: name one in TTTV2_PYTHON";
    } else if (!facts[2].equals(TTNN_VERSION) && !facts[2].startsWith(TTNN_VERSION + "+")) {
      todo = "%s -m pip install ttnn==%s".formatted(python, TTNN_VERSION);
    }
    return new Finding("Python", found, todo);
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

  /** Asks an interpreter what it is; empty if it cannot say. */
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
      String line = new String(out.readNBytes(200), StandardCharsets.UTF_8).strip();
      return process.exitValue() == 0 ? line : "";
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
