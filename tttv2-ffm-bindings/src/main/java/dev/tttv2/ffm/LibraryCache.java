// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/**
 * Where native libraries from the jar are unpacked to, since the loader takes files only.
 *
 * <p>A library lies under the hash of its content, so that versions live side by side and a file
 * that is in use is never changed. Files appear by atomic rename: processes that start at the same
 * time may both write one, and neither sees half of it. Each start compares the file's CRC, which
 * is quick even before the JIT compiler has warmed up, and replaces a damaged file.
 */
record LibraryCache(Path directory) {
  static final String PROPERTY = "tttv2.native.cache";

  static LibraryCache of(UnaryOperator<String> properties, UnaryOperator<String> environment) {
    return new LibraryCache(
        LibraryChoice.value(properties, PROPERTY)
            .map(Path::of)
            .orElseGet(() -> CacheDirectory.of("native", properties, environment))
            .toAbsolutePath()); // the loader takes no other
  }

  /** Opens a resource of the jar. */
  interface Resources {
    /** Returns the resource, or null if there is none. */
    InputStream open(String name) throws IOException;
  }

  /**
   * Returns the file of a library, unpacked now or earlier.
   *
   * @param resources where the library and, under its name with {@code .sha256}, its hash are
   * @param resource the library's name in them
   */
  Path unpack(Resources resources, String resource) {
    String name = resource.substring(resource.lastIndexOf('/') + 1);
    try {
      String hash = hash(resources, resource);
      Path folder = directory.resolve(hash.substring(0, 32));
      Path file = folder.resolve(name);
      Path checksum = folder.resolve(name + ".crc32");
      if (!isIntact(file, checksum)) {
        Files.createDirectories(folder);
        install(resources, resource, hash, file, checksum);
      }
      return file;
    } catch (IOException e) {
      throw new NativeLibraryException(
          "cannot unpack "
              + name
              + " to "
              + directory
              + ": "
              + FileProblem.of(e)
              + "; name a writable directory with -D"
              + PROPERTY
              + "=DIR",
          e);
    }
  }

  private static String hash(Resources resources, String resource) throws IOException {
    try (InputStream in = resources.open(resource + ".sha256")) {
      if (in == null) {
        throw new NativeLibraryException(
            "this build has no "
                + resource
                + "; name a library with -D"
                + LibraryChoice.LIBRARY_PROPERTY
                + "=FILE or another backend with -D"
                + LibraryChoice.BACKEND_PROPERTY);
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  private static boolean isIntact(Path file, Path checksum) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isRegularFile(checksum)) {
      return false; // nothing, or a pipe, which would be waited for
    }
    try {
      return checksum(Files.readAllBytes(file)).equals(Files.readString(checksum));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void install(
      Resources resources, String resource, String hash, Path file, Path checksum)
      throws IOException {
    byte[] library;
    try (InputStream in = resources.open(resource)) {
      if (in == null) {
        throw new NativeLibraryException("this build has no " + resource + ", only its hash");
      }
      library = in.readAllBytes();
    }
    String actual = HexFormat.of().formatHex(sha256().digest(library));
    if (!actual.equals(hash)) {
      throw new NativeLibraryException(
          resource + " is damaged: its SHA-256 is " + actual + ", expected " + hash);
    }
    // The library comes last: where it is, its checksum is.
    write(checksum, checksum(library).getBytes(StandardCharsets.US_ASCII));
    write(file, library);
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path temporary =
        Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static String checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return HexFormat.of().toHexDigits(crc.getValue(), 8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
