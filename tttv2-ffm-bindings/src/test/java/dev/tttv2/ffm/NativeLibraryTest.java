// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading, in processes of their own. */
class NativeLibraryTest {
  private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();
  private static final Path TESTS = Path.of("target/test-classes").toAbsolutePath();
  private static final String LIBRARY = "libttnn_c_host.so";

  @TempDir private Path folder;
  private Path cache;

  @BeforeEach
  void ownCache() {
    cache = folder.resolve("cache");
  }

  @Test
  void unpacksTheHostLibraryOnce() throws Exception {
    List<String> first = run(options(), "load");
    assertEquals("host", first.get(0));
    assertEquals(NativeLibrary.version(), first.get(1));
    assertEquals(NativeLibrary.storageFormat(), first.get(2));
    Path library = Path.of(first.get(3));
    assertTrue(library.startsWith(cache), first.get(3));
    assertEquals(List.of(LIBRARY, LIBRARY + ".crc32"), files(library.getParent()));

    var modified = Files.getLastModifiedTime(library);
    assertEquals(first, run(options(), "load"));
    assertEquals(modified, Files.getLastModifiedTime(library));
  }

  @Test
  void replacesADamagedFile() throws Exception {
    Path library = Path.of(run(options(), "load").get(3));
    byte[] good = Files.readAllBytes(library);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(library, bad);
    run(options(), "load");
    assertTrue(java.util.Arrays.equals(good, Files.readAllBytes(library)));

    Files.write(library, java.util.Arrays.copyOf(good, 1000));
    run(options(), "load");
    assertTrue(java.util.Arrays.equals(good, Files.readAllBytes(library)));

    Files.delete(library.resolveSibling(LIBRARY + ".crc32"));
    run(options(), "load");
    assertEquals(List.of(LIBRARY, LIBRARY + ".crc32"), files(library.getParent()));
  }

  @Test
  void concurrentStartsShareTheCache() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      processes.add(start(options(), "load"));
    }
    for (Process process : processes) {
      List<String> output = output(process);
      assertEquals("host", output.get(0), output.toString());
    }
    try (Stream<Path> folders = Files.list(cache)) {
      assertEquals(
          List.of(LIBRARY, LIBRARY + ".crc32"), files(folders.toList().getFirst()), "no leftovers");
    }
  }

  @Test
  void theCacheDefaultsToTheUsersCacheDirectory() throws Exception {
    List<String> xdg = run(List.of(), List.of("XDG_CACHE_HOME=" + folder.resolve("xdg")), "load");
    assertTrue(Path.of(xdg.get(3)).startsWith(folder.resolve("xdg/tttv2/native")), xdg.get(3));
    List<String> home =
        run(
            List.of("-Duser.home=" + folder.resolve("elsewhere")),
            List.of("XDG_CACHE_HOME=relative", "HOME=" + folder.resolve("home")),
            "load");
    assertTrue(
        Path.of(home.get(3)).startsWith(folder.resolve("home/.cache/tttv2/native")), home.get(3));
    List<String> known =
        run(
            List.of("-Duser.home=" + folder.resolve("known")),
            List.of("XDG_CACHE_HOME=", "HOME="),
            "load");
    Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("relative"));
    List<String> named = run(List.of("-Dtttv2.native.cache=" + relative), "load");
    assertTrue(Path.of(named.get(3)).normalize().startsWith(folder.resolve("relative")));
    assertTrue(
        Path.of(known.get(3)).startsWith(folder.resolve("known/.cache/tttv2/native")),
        known.get(3));
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    Path inFile = folder.resolve("file/cache");
    assertFailure(
        "cannot unpack libttnn_c_host.so to "
            + inFile
            + ": .*; name a writable directory with -Dtttv2\\.native\\.cache=DIR",
        run(List.of("-Dtttv2.native.cache=" + inFile), "fail"));
    assertFailure(
        "cannot unpack libttnn_c_host.so to /proc/tttv2: .*",
        run(List.of("-Dtttv2.native.cache=/proc/tttv2"), "fail"));
  }

  @Test
  void aLibraryCanBeNamed() throws Exception {
    Path fake = fake("fake.so", TtnnConstants.ABI_MINOR, "host");
    List<String> expected = List.of("host", "fake 1", "fake form", fake.toString());
    assertEquals(expected, run(List.of("-Dtttv2.native.library=" + fake), "load"));
    assertEquals(
        expected, run(List.of("-Dtttv2.native.library=" + fake, "-Dtttv2.backend=host"), "load"));
    assertFalse(Files.exists(cache));
    assertFailure(
        fake + " is the host backend, but ttnn was asked for",
        run(List.of("-Dtttv2.native.library=" + fake, "-Dtttv2.backend=ttnn"), "fail"));
  }

  @Test
  void aNamedLibraryThatIsNoneIsRefused() throws Exception {
    Path none = folder.resolve("none.so");
    assertFailure(
        "tttv2\\.native\\.library=" + none + ": no such file",
        run(List.of("-Dtttv2.native.library=" + none), "fail"));
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    assertFailure(
        "cannot load " + text + ": file too short",
        run(List.of("-Dtttv2.native.library=" + text), "fail"));
    Path other = Compiler.library(folder, "other.so", "extern \"C\" int other() { return 0; }\n");
    assertFailure(
        other + " has no ttnn_abi_version: it is not a library of ttnn_c.h",
        run(List.of("-Dtttv2.native.library=" + other), "fail"));
  }

  @Test
  void anotherInterfaceVersionIsRefused() throws Exception {
    Path newer = fake("newer.so", TtnnConstants.ABI_MINOR + 1, "host");
    assertEquals("host", run(List.of("-Dtttv2.native.library=" + newer), "load").getFirst());
    Path older = fake("older.so", TtnnConstants.ABI_MINOR - 1, "host");
    String expected = ", expected 0\\." + TtnnConstants.ABI_MINOR + " or a later 0\\.x";
    assertFailure(
        older + " has interface version 0\\." + (TtnnConstants.ABI_MINOR - 1) + expected,
        run(List.of("-Dtttv2.native.library=" + older), "fail"));
    Path major = fake("major.so", 2000 + TtnnConstants.ABI_MINOR, "host");
    assertFailure(
        major + " has interface version 2\\." + TtnnConstants.ABI_MINOR + expected,
        run(List.of("-Dtttv2.native.library=" + major), "fail"));
  }

  @Test
  void backendsThatAreNotThereAreNamed() throws Exception {
    assertFailure(
        "tttv2\\.backend=gpu: unknown backend, expected host or ttnn",
        run(List.of("-Dtttv2.backend=gpu"), "fail"));
    assertFailure(
        "TTTV2_BACKEND=gpu: unknown backend, expected host or ttnn",
        run(List.of(), List.of("TTTV2_BACKEND=gpu"), "fail"));
    assertEquals(
        "host", run(options("-Dtttv2.backend=host"), List.of("TTTV2_BACKEND=gpu"), "load").get(0));
    // It loads everywhere: Python and a board are asked for when a device is opened.
    assertEquals("ttnn", run(options("-Dtttv2.backend=ttnn"), "load").getFirst());
    assertFailure(
        "this build has native libraries for Linux on amd64, and this is Linux on riscv64; .*",
        run(List.of("-Dos.arch=riscv64"), "fail"));
  }

  @Test
  void deniedNativeAccessNamesTheOption() throws Exception {
    assertFailure(
        "native access is denied: start java with --enable-native-access=ALL-UNNAMED",
        output(
            start(
                List.of("--illegal-native-access=deny", "-cp", CLASSES + ":" + TESTS),
                List.of(),
                LibraryProbe.class.getName(),
                "fail")));
    assertFailure(
        "native access is denied: start java with --enable-native-access=dev\\.tttv2\\.ffm",
        output(
            start(
                List.of(
                    "--illegal-native-access=deny",
                    "--module-path=" + CLASSES,
                    "--patch-module=dev.tttv2.ffm=" + TESTS,
                    "--module"),
                List.of(),
                "dev.tttv2.ffm/" + LibraryProbe.class.getName(),
                "fail")));
  }

  @Test
  void eachStatusHasItsException() throws Exception {
    Path fake = fake("fake.so", TtnnConstants.ABI_MINOR, "host");
    assertEquals(
        List.of(
            "Internal | copy: unknown status 1: copy: number 0 | copy | 1",
            "nothing",
            "InvalidArgument | copy: number 0 | copy | -1",
            "Shape | copy: number 0 | copy | -2",
            "Dtype | copy: number 0 | copy | -3",
            "Unsupported | copy: number 0 | copy | -4",
            "OutOfMemory | copy: number 0 | copy | -5",
            "DeviceFailure | copy: number 0 | copy | -6",
            "Internal | copy: number 0 | copy | -7",
            "Internal | copy: unknown status -8: copy: number 0 | copy | -8"),
        run(List.of("-Dtttv2.native.library=" + fake), "statuses"));
  }

  @Test
  void virtualThreadsReadTheirOwnErrors() throws Exception {
    Path fake = fake("fake.so", TtnnConstants.ABI_MINOR, "host");
    assertEquals(
        List.of("ok"),
        run(
            List.of("-Djdk.virtualThreadScheduler.parallelism=4", "-Dtttv2.native.library=" + fake),
            "virtual"));
  }

  /** Every attempt fails alike: four times this message, first without, then with a cause. */
  private static void assertFailure(String pattern, List<String> output) {
    // The JVM may have something to say about a file that is no library.
    List<String> failures = output.stream().filter(line -> line.contains(" | ")).toList();
    assertEquals(4, failures.size(), output.toString());
    for (String line : failures) {
      assertTrue(
          line.matches("NativeLibraryException \\| " + pattern + " \\| .*"),
          line + "\nexpected: " + pattern);
    }
    for (String line : failures.subList(1, 4)) {
      assertTrue(line.endsWith(" | NativeLibraryException"), line);
    }
  }

  private Path fake(String name, int version, String backend) throws Exception {
    return Compiler.library(
        folder,
        name,
        """
        #include <cstdio>
        #include "ttnn_c.h"
        static thread_local char text[64];
        extern "C" {
        uint32_t ttnn_abi_version(void) { return %d; }
        const char *ttnn_backend_name(void) { return "%s"; }
        const char *ttnn_backend_version(void) { return "fake 1"; }
        const char *ttnn_storage_format(void) { return "fake form"; }
        const char *ttnn_last_error_message(void) { return text; }
        ttnn_status ttnn_copy(ttnn_tensor *src, ttnn_tensor *dst) {
          snprintf(text, sizeof text, "copy: number %%ld", reinterpret_cast<long>(dst));
          return static_cast<ttnn_status>(reinterpret_cast<long>(src));
        }
        }
        """
            .formatted(version, backend));
  }

  private List<String> options(String... more) {
    List<String> options = new ArrayList<>(List.of(more));
    options.add("-Dtttv2.native.cache=" + cache);
    return options;
  }

  private static List<String> run(List<String> options, String command) throws Exception {
    return run(options, List.of(), command);
  }

  private static List<String> run(List<String> options, List<String> variables, String command)
      throws Exception {
    return output(start(options, variables, command));
  }

  private static Process start(List<String> options, String command) throws IOException {
    return start(options, List.of(), command);
  }

  private static Process start(List<String> options, List<String> variables, String command)
      throws IOException {
    List<String> all = new ArrayList<>(options);
    all.add("--enable-native-access=ALL-UNNAMED");
    all.addAll(List.of("-cp", CLASSES + ":" + TESTS));
    return start(all, variables, LibraryProbe.class.getName(), command);
  }

  private static Process start(
      List<String> options, List<String> variables, String main, String command)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    line.addAll(options);
    line.addAll(List.of(main, command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().remove("TTTV2_BACKEND");
    for (String variable : variables) {
      String[] parts = variable.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    return builder.start();
  }

  private static List<String> output(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
