// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.tttv2.ffm.CacheDirectory;
import dev.tttv2.ffm.FileProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** The native tokenizer library: where it is unpacked to, and why it cannot be loaded. */
final class TokenizerLibrary {
  private static final String DIRECTORY = "DJL_CACHE_DIR";
  private static final String LIBRARIES = "tokenizers";
  private static final String FILE = "libtokenizers.so";

  /** In the library's jar: the library, and which version it is. */
  private static final String RESOURCE = "/native/lib/linux-x86_64/cpu/" + FILE;

  private static final String VERSION = "/native/lib/tokenizers.properties";

  private static final System.Logger LOG = System.getLogger(TokenizerLibrary.class.getName());

  /** What unpacking takes; the library itself has 14 MB. */
  private static final int BYTES = 16 << 20;

  private static final int FILES = 4;

  private static boolean loaded;

  private TokenizerLibrary() {}

  /**
   * Loads the library, once for the process.
   *
   * @throws IllegalStateException if it cannot be unpacked or loaded; says why and what to do
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    // Read when the library's classes initialise: no look-ups on the network, its files among ours.
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault(DIRECTORY, CacheDirectory.of("tokenizers").toString());
    String variable = System.getenv(DIRECTORY);
    Path directory = Path.of(variable != null ? variable : System.getProperty(DIRECTORY));
    // Looked at before, since the library's own loader tells the log at length and its caller
    // nothing.
    removeDamaged(directory);
    checkDirectory(directory);
    try {
      LibUtils.checkStatus();
    } catch (EngineException | UnsatisfiedLinkError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IllegalStateException(
          cause instanceof IllegalCallerException
              ? "the tokenizer library needs --enable-native-access=ai.djl.tokenizers"
                  + " (ALL-UNNAMED on the class path)"
              : "the tokenizer library, unpacked to %s, cannot be loaded: %s"
                  .formatted(directory, cause),
          e);
    }
    loaded = true;
  }

  private static void setDefault(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /**
   * Deletes an unpacked library that is not what the jar holds: loading it would stop the JVM, and
   * its own loader takes whatever is there.
   */
  private static void removeDamaged(Path directory) {
    try {
      URL resource = LibUtils.class.getResource(RESOURCE);
      if (resource == null || !(resource.openConnection() instanceof JarURLConnection jar)) {
        return; // of another platform, or not from a jar
      }
      Path libraries = directory.resolve(LIBRARIES);
      Path version = libraries.resolve(version() + "-cpu-linux-x86_64");
      Path file = version.resolve(FILE);
      for (Path folder : List.of(libraries, version)) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)) {
          throw unusable(directory, folder + " is in the way");
        }
      }
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isIntact(file, jar.getJarEntry())) {
        LOG.log(System.Logger.Level.WARNING, "{0} is damaged and unpacked again", file);
        Files.delete(file);
      }
    } catch (DirectoryNotEmptyException e) {
      throw unusable(directory, e.getFile() + " is in the way");
    } catch (IOException e) {
      throw unusable(directory, FileProblem.of(e));
    }
  }

  private static boolean isIntact(Path file, JarEntry expected) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != expected.getSize()) {
      return false;
    }
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue() == expected.getCrc();
  }

  /**
   * Refuses a directory that the library is not in and cannot be unpacked to. Tried out, since the
   * number of free bytes knows of no quota, no limit of a file's size and no lack of inodes.
   */
  private static void checkDirectory(Path directory) {
    if (holdsLibrary(directory)) {
      return;
    }
    String what = "making a directory";
    try {
      Path libraries = Files.createDirectories(directory.resolve(LIBRARIES));
      Path trial = Files.createTempDirectory(libraries, "trial");
      try {
        what = "making %d files".formatted(FILES);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
          files.add(Files.createFile(trial.resolve("file" + i)));
        }
        what = "writing a file of %d bytes".formatted(BYTES);
        fill(files.getFirst());
      } finally {
        delete(trial);
      }
    } catch (IOException e) {
      throw unusable(directory, what + ": " + FileProblem.of(e));
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1 << 20];
    new Random(1).nextBytes(block); // some file systems keep zeros in no space at all
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int written = 0; written < BYTES; written += block.length) {
        out.write(block);
      }
    }
  }

  private static void delete(Path trial) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(trial)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(trial);
  }

  private static IllegalStateException unusable(Path directory, String reason) {
    return new IllegalStateException(
        "the tokenizer library cannot be unpacked to %s: %s; name a writable directory in %s"
            .formatted(directory, reason, DIRECTORY));
  }

  private static boolean holdsLibrary(Path directory) {
    try (DirectoryStream<Path> versions =
        Files.newDirectoryStream(directory.resolve(LIBRARIES), version() + "-*")) {
      for (Path version : versions) {
        if (Files.exists(version.resolve(FILE))) {
          return true;
        }
      }
    } catch (IOException e) {
      // Not there, or not readable: unpacking will tell.
    }
    return false;
  }

  /** Returns the library's version, after which its directory is named. */
  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = LibUtils.class.getResourceAsStream(VERSION)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }
}
