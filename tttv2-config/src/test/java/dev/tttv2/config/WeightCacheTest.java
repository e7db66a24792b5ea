// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightCacheTest {
  @TempDir Path directory;

  private final RecordedLog log = new RecordedLog(WeightCache.class);

  @AfterEach
  void releaseLog() {
    log.close();
  }

  private static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Optional<MemorySegment> store(WeightCache cache, String key, byte[] bytes) {
    return cache.store(
        key,
        "w",
        bytes.length,
        dst -> MemorySegment.copy(bytes, 0, dst, ValueLayout.JAVA_BYTE, 0, bytes.length));
  }

  private static byte[] content(Optional<MemorySegment> segment) {
    return segment.orElseThrow().toArray(ValueLayout.JAVA_BYTE);
  }

  private List<Path> files(String suffix) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }

  @Test
  void keepsWhatItIsGiven() throws IOException {
    WeightCache cache = WeightCache.open(directory.resolve("made when needed"));
    assertEquals(Optional.empty(), cache.find("k1", "w"));
    assertFalse(Files.exists(directory.resolve("made when needed")));
    // Larger than the pieces in which files are written.
    byte[] large = bytes(1, 20_000_001);
    MemorySegment kept = store(cache, "k1", large).orElseThrow();
    assertTrue(kept.isReadOnly() && kept.isMapped());
    assertEquals(0, kept.address() % 4096);
    assertArrayEquals(large, kept.toArray(ValueLayout.JAVA_BYTE));
    String longKey = "k2 " + "x".repeat(100_000);
    byte[] small = bytes(2, 3);
    store(cache, longKey, small);
    WeightCache second = WeightCache.open(directory.resolve("made when needed"));
    assertArrayEquals(large, content(second.find("k1", "w")));
    assertArrayEquals(small, content(second.find(longKey, "w")));
    assertEquals(Optional.empty(), second.find("k3", "w"));
    assertEquals(2, second.size().weights());
    assertTrue(second.size().bytes() > large.length + longKey.length());
    second.clear();
    assertEquals(new WeightCache.Size(0, 0), second.size());
    assertArrayEquals(large, kept.toArray(ValueLayout.JAVA_BYTE), "in use, so still there");
    assertEquals(Optional.empty(), second.find("k1", "w"));
  }

  @Test
  void clearLeavesOtherFilesAlone() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    store(cache, "k", bytes(1, 10));
    Path precious = Files.writeString(directory.resolve("precious.txt"), "mine");
    Path beside = Files.writeString(files(".tensor").getFirst().resolveSibling("notes"), "mine");
    cache.clear();
    assertTrue(Files.exists(precious) && Files.exists(beside));
    assertEquals(List.of(), files(".tensor"));
  }

  @Test
  void noCacheKeepsNothing() {
    WeightCache cache = WeightCache.none();
    assertEquals(Optional.empty(), store(cache, "k", bytes(1, 10)));
    assertEquals(Optional.empty(), cache.find("k", "w"));
    assertEquals(new WeightCache.Size(0, 0), cache.size());
  }

  @Test
  void propertyChoosesTheDirectory() {
    String before = System.getProperty("tttv2.cache");
    try {
      System.setProperty("tttv2.cache", directory.toString());
      assertEquals(Optional.of(directory), WeightCache.open().directory());
      System.setProperty("tttv2.cache", "off");
      assertEquals(Optional.empty(), WeightCache.open().directory());
    } finally {
      System.setProperty("tttv2.cache", before);
    }
  }

  @Test
  void everyFlippedBitAndTruncationIsDetected() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    byte[] payload = bytes(3, 100);
    store(cache, "key", payload);
    Path file = files(".tensor").getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int at : new int[] {0, 6, 8, 9, 12, 16, 17, 23, 24, 28, 31, 32, 34, 4095, 4096, 4195}) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      replace(file, damaged);
      assertEquals(Optional.empty(), cache.find("key", "w"), "byte " + at);
      String warning = String.join("", log.take());
      assertTrue(warning.startsWith("WARNING weight cache: " + file + " (w) is damaged"), warning);
    }
    for (int length : new int[] {0, 1, 31, 4095, 4096, 4195}) {
      replace(file, Arrays.copyOf(whole, length));
      assertEquals(Optional.empty(), cache.find("key", "w"), "length " + length);
    }
    replace(file, Arrays.copyOf(whole, whole.length + 1));
    assertEquals(Optional.empty(), cache.find("key", "w"));
    replace(file, "not a cache file at all".repeat(1000).getBytes());
    assertEquals(Optional.empty(), cache.find("key", "w"));
    // Damage is repaired by storing again.
    assertArrayEquals(payload, content(store(cache, "key", payload)));
    assertArrayEquals(payload, content(cache.find("key", "w")));
    assertEquals(1, cache.size().weights());
  }

  // By renaming, as everybody must who changes files that others have mapped.
  private void replace(Path file, byte[] bytes) throws IOException {
    Path other = Files.write(directory.resolve("other"), bytes);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void fileOfAnotherKeyIsNotTaken() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    store(cache, "one", bytes(1, 10));
    Path one = files(".tensor").getFirst();
    store(cache, "two", bytes(2, 10));
    Path two =
        files(".tensor").stream().filter(file -> !file.equals(one)).findFirst().orElseThrow();
    replace(two, Files.readAllBytes(one));
    assertEquals(Optional.empty(), cache.find("two", "w"));
  }

  @Test
  void removesWhatACrashLeft() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    store(cache, "k", bytes(1, 10));
    Path group = files(".tensor").getFirst().getParent();
    Path old = Files.write(group.resolve("old.part"), bytes(1, 10));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    Path recent = Files.write(group.resolve("recent.part"), bytes(1, 10));
    Path locked = Files.write(group.resolve("locked.part"), bytes(1, 10));
    try (FileChannel channel = FileChannel.open(locked, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());
      Files.setLastModifiedTime(locked, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
      WeightCache next = WeightCache.open(directory);
      next.find("k", "w");
      assertTrue(Files.exists(old), "a start that converts nothing does not look");
      store(next, "l", bytes(1, 10));
      assertFalse(Files.exists(old));
      assertTrue(Files.exists(recent));
      assertTrue(Files.exists(locked));
      assertEquals(List.of("INFO weight cache: removed the unfinished " + old), log.take());
    }
    store(WeightCache.open(directory), "m", bytes(1, 10));
    assertFalse(Files.exists(locked));
  }

  @Test
  void failureWhileFillingLeavesNothing() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    assertThrows(
        IllegalStateException.class,
        () ->
            cache.store(
                "k",
                "w",
                10,
                dst -> {
                  throw new IllegalStateException("device gone");
                }));
    assertEquals(List.of(), files(".part"));
    assertEquals(List.of(), files(".tensor"));
    assertArrayEquals(bytes(1, 10), content(store(cache, "k", bytes(1, 10))));
  }

  @Test
  void unwritableDirectoryIsNoCatastrophe() throws IOException {
    Path file = Files.writeString(directory.resolve("a file"), "in the way");
    WeightCache cache = WeightCache.open(file);
    for (int i = 0; i < 3; i++) {
      assertEquals(Optional.empty(), store(cache, "k" + i, bytes(1, 10)));
      assertEquals(Optional.empty(), cache.find("k" + i, "w"));
    }
    assertEquals(new WeightCache.Size(0, 0), cache.size());
    assertEquals("in the way", Files.readString(file));
    List<String> warnings = log.take();
    assertEquals(2, warnings.size(), "one of reading, one of writing: " + warnings);
  }

  @Test
  void whatIsInAFilesPlaceIsReplacedOrPassedOver() throws IOException {
    WeightCache cache = WeightCache.open(directory);
    store(cache, "k", bytes(1, 10));
    Path file = files(".tensor").getFirst();

    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertEquals(Optional.empty(), cache.find("k", "w"));
    assertArrayEquals(bytes(2, 10), content(store(cache, "k", bytes(2, 10))));
    assertEquals(1, log.take().size());

    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(Optional.empty(), cache.find("k", "w"));
    assertArrayEquals(bytes(3, 10), content(store(cache, "k", bytes(3, 10))));
    assertEquals(1, log.take().size());

    Files.delete(file);
    Files.createDirectory(file);
    Files.writeString(file.resolve("precious.txt"), "mine");
    assertEquals(Optional.empty(), store(cache, "k", bytes(4, 10)));
    assertEquals(
        List.of("WARNING weight cache: " + file + " is a directory and not empty; w is not kept"),
        log.take());
    assertArrayEquals(bytes(5, 10), content(store(cache, "another", bytes(5, 10))));
    assertEquals(1, files(".txt").size());
    assertEquals(List.of(), files(".part"));
  }

  @Test
  void fullDiskIsNoCatastrophe() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()) == 0,
        "needs the right to mount a file system");
    try {
      WeightCache cache = WeightCache.open(disk);
      byte[] small = bytes(1, 1000);
      assertArrayEquals(small, content(store(cache, "small", small)));
      assertEquals(Optional.empty(), store(cache, "large", bytes(2, 100_000)));
      assertEquals(List.of(), files(".part"), "nothing is left of the attempt");
      assertEquals(Optional.empty(), store(cache, "small too", small), "it has given up writing");
      String warnings = String.join("\n", log.take());
      assertTrue(
          warnings.startsWith("WARNING weight cache: nothing more is kept in " + disk), warnings);
      assertEquals(1, warnings.lines().count(), warnings);
      assertArrayEquals(small, content(cache.find("small", "w")));
      cache.clear();
    } finally {
      assertEquals(0, run("umount", "-l", disk.toString()));
    }
  }

  private static int run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (InputStream output = process.getInputStream()) {
        output.readAllBytes();
      }
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void concurrentWritersAndReadersAgree() throws Exception {
    byte[][] payloads = new byte[8][];
    for (int key = 0; key < payloads.length; key++) {
      payloads[key] = bytes(key, 50_000);
    }
    List<Future<Integer>> workers = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      for (int worker = 0; worker < 8; worker++) {
        int seed = worker;
        workers.add(
            executor.submit(
                () -> {
                  Random random = new Random(seed);
                  // A cache of its own, as in another process.
                  WeightCache cache = WeightCache.open(directory);
                  int found = 0;
                  for (int round = 0; round < 50; round++) {
                    int key = random.nextInt(payloads.length);
                    Optional<MemorySegment> kept = cache.find("key" + key, "w");
                    found += kept.isPresent() ? 1 : 0;
                    if (kept.isEmpty() || random.nextInt(4) == 0) {
                      kept = store(cache, "key" + key, payloads[key]);
                    }
                    assertArrayEquals(payloads[key], content(kept));
                  }
                  return found;
                }));
      }
    }
    int found = 0;
    for (Future<Integer> worker : workers) {
      found += worker.get();
    }
    assertTrue(found > 200, "found " + found);
    assertEquals(payloads.length, WeightCache.open(directory).size().weights());
    assertEquals(List.of(), files(".part"));
  }

  @Test
  void processesShareADirectoryAndMayBeKilled() throws Exception {
    List<Process> workers = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        workers.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    Path.of("target", "classes") + ":" + Path.of("target", "test-classes"),
                    CacheWorker.class.getName(),
                    directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
      }
      for (Process worker : workers) {
        BufferedReader output = worker.inputReader();
        for (int lines = 0; lines < 2 * CacheWorker.KEYS; lines++) {
          assertTrue(output.readLine() != null, "the worker died");
        }
      }
      WeightCache cache = WeightCache.open(directory);
      for (int round = 0; round < 40; round++) {
        int key = round % CacheWorker.KEYS;
        assertArrayEquals(CacheWorker.payload(key), content(cache.find("key" + key, "w")));
      }
    } finally {
      for (Process worker : workers) {
        worker.destroyForcibly().waitFor();
      }
    }
    for (Path part : files(".part")) {
      Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
    WeightCache cache = WeightCache.open(directory);
    store(cache, "another", bytes(1, 10));
    assertEquals(List.of(), files(".part"), "a killed process's locks are gone");
    for (int key = 0; key < CacheWorker.KEYS; key++) {
      assertArrayEquals(CacheWorker.payload(key), content(cache.find("key" + key, "w")));
    }
    assertTrue(log.take().stream().noneMatch(line -> line.startsWith("WARNING")));
  }
}
