// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheTest {
  private static final String NAME = "native/lib.so";

  @TempDir private Path folder;
  private LibraryCache cache;
  private final Map<String, byte[]> resources = new HashMap<>();

  @BeforeEach
  void oneLibrary() throws Exception {
    cache = new LibraryCache(folder);
    put("first");
  }

  @Test
  void contentsLieSideBySide() throws Exception {
    Path first = unpack();
    put("second");
    Path second = unpack();
    assertNotEquals(first, second);
    assertEquals("first", Files.readString(first));
    assertEquals("second", Files.readString(second));
  }

  @Test
  void aGoodFileIsReadAndTheResourceIsNot() {
    Path file = unpack();
    resources.remove(NAME);
    assertEquals(file, unpack());
  }

  @Test
  void aDamagedFileIsReplacedByAnother() throws Exception {
    Path file = unpack();
    Object inode = Files.getAttribute(file, "unix:ino");
    Files.writeString(file, "fIrst");
    unpack();
    assertEquals("first", Files.readString(file));
    // Whoever has the old file mapped keeps what was in it.
    assertNotEquals(inode, Files.getAttribute(file, "unix:ino"));
  }

  @Test
  void aDamagedResourceIsRefused() {
    resources.put(NAME, "fIrst".getBytes(StandardCharsets.UTF_8));
    String message = assertThrows(NativeLibraryException.class, this::unpack).getMessage();
    assertTrue(message.startsWith("native/lib.so is damaged: its SHA-256 is "), message);
  }

  @Test
  void aMissingResourceIsNamed() {
    resources.remove(NAME);
    assertEquals(
        "this build has no native/lib.so, only its hash",
        assertThrows(NativeLibraryException.class, this::unpack).getMessage());
    resources.clear();
    assertEquals(
        "this build has no native/lib.so; name a library with -Dtttv2.native.library=FILE or"
            + " another backend with -Dtttv2.backend",
        assertThrows(NativeLibraryException.class, this::unpack).getMessage());
  }

  @Test
  void aFailedWriteLeavesNothingBehind() throws Exception {
    Path file = unpack();
    Files.delete(file);
    Files.createDirectories(file.resolve("in the way"));
    NativeLibraryException e = assertThrows(NativeLibraryException.class, this::unpack);
    assertTrue(e.getMessage().startsWith("cannot unpack lib.so to " + folder), e.getMessage());
    try (var files = Files.list(file.getParent())) {
      assertArrayEquals(
          new String[] {"lib.so", "lib.so.crc32"},
          files.map(f -> f.getFileName().toString()).sorted().toArray());
    }
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothingBehind() throws Exception {
    put("x".repeat(100_000));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString()) == 0,
        "needs the right to mount a file system");
    try {
      String message = assertThrows(NativeLibraryException.class, this::unpack).getMessage();
      assertEquals(
          "cannot unpack lib.so to %s: No space left on device; name a writable directory with"
                  .formatted(folder)
              + " -Dtttv2.native.cache=DIR",
          message);
      try (Stream<Path> files = Files.walk(folder)) {
        assertEquals(
            List.of("lib.so.crc32"),
            files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList());
      }
      put("small");
      assertEquals("small", Files.readString(unpack()));
    } finally {
      assertEquals(0, run("umount", "-l", folder.toString()));
    }
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1; // no such program
    }
  }

  private Path unpack() {
    return cache.unpack(this::open, NAME);
  }

  private ByteArrayInputStream open(String name) throws IOException {
    byte[] content = resources.get(name);
    return content == null ? null : new ByteArrayInputStream(content);
  }

  private void put(String text) throws Exception {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    resources.put(NAME, content);
    resources.put(
        NAME + ".sha256",
        (HexFormat.of().formatHex(hash) + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
