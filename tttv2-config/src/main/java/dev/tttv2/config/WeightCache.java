// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.ffm.CacheDirectory;
import dev.tttv2.ffm.FileProblem;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Converted weights on disk. Each is one file under the hash of everything that decides its bytes:
 * the content of the source, what was done to it, dtype, layout, memory config and the backend's
 * storage format. Nothing in the cache is ever out of date, and all of it can be deleted at any
 * time.
 *
 * <p>Several processes may share a directory: files appear whole, by renaming, and are never
 * changed. A file that is damaged or foreign is reported, ignored and replaced. What a killed
 * process left unfinished is removed when the next one keeps a weight. If nothing can be written, a
 * warning says so once, and the work goes on without the cache.
 *
 * <p>Safe for use by several threads.
 */
public final class WeightCache {
  private static final Logger LOG = System.getLogger(WeightCache.class.getName());
  private static final String SUFFIX = ".tensor";
  private static final String UNFINISHED = ".part";
  // A file younger than this may be one whose writer has not locked it yet.
  private static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);
  private static final Duration TIME_GRANULARITY = Duration.ofMillis(100);

  private final Optional<Path> directory;
  private final Duration granularity;
  private final boolean verify;
  // Whether no trouble was met so far: each kind is reported once, not for every weight.
  private final AtomicBoolean readable = new AtomicBoolean(true);
  private final AtomicBoolean writable;
  private final AtomicBoolean tidied = new AtomicBoolean();

  private WeightCache(Optional<Path> directory, Duration granularity) {
    this.directory = directory;
    this.granularity = granularity;
    this.verify = !"false".equals(System.getProperty("tttv2.cache.verify"));
    this.writable = new AtomicBoolean(directory.isPresent());
  }

  /**
   * How much a cache holds.
   *
   * @param weights converted weights
   * @param bytes what they take on disk
   */
  public record Size(long weights, long bytes) {}

  /**
   * Opens the cache in the usual directory: the property {@code tttv2.cache}, else the environment
   * variable {@code TTTV2_CACHE}, else {@code weights} in the {@link CacheDirectory}. The value
   * {@code off} of the first two means no cache.
   */
  public static WeightCache open() {
    String configured = System.getProperty("tttv2.cache", System.getenv("TTTV2_CACHE"));
    if (configured != null && !configured.isBlank()) {
      return configured.equals("off") ? none() : open(Path.of(configured));
    }
    return open(CacheDirectory.of("weights"));
  }

  /** Opens the cache in a directory, which is made when something is first kept. */
  public static WeightCache open(Path directory) {
    return open(directory, TIME_GRANULARITY);
  }

  static WeightCache open(Path directory, Duration granularity) {
    return new WeightCache(Optional.of(directory.toAbsolutePath()), granularity);
  }

  /** Returns a cache that keeps nothing. */
  public static WeightCache none() {
    return new WeightCache(Optional.empty(), TIME_GRANULARITY);
  }

  /** Returns the directory; empty if nothing is kept. */
  public Optional<Path> directory() {
    return directory;
  }

  /** Returns how much is kept. Files that vanish meanwhile do not count. */
  public Size size() {
    long weights = 0;
    long bytes = 0;
    for (Path file : files(SUFFIX)) {
      try {
        bytes += Files.size(file);
        weights++;
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "not counted: {0}", file);
      }
    }
    return new Size(weights, bytes);
  }

  /**
   * Deletes all converted weights and remembered hashes, and nothing else. Weights that are in use
   * stay usable, and their space is freed when they are closed.
   *
   * @throws IOException if a file cannot be deleted
   */
  public void clear() throws IOException {
    removeLeftovers();
    for (Path file : files(SUFFIX)) {
      Files.deleteIfExists(file);
    }
    if (directory.isPresent() && Files.isDirectory(hashDirectory())) {
      try (DirectoryStream<Path> hashes = Files.newDirectoryStream(hashDirectory())) {
        for (Path file : hashes) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Returns the hashes of sources that this cache remembers; a new object, for one loader. */
  SourceHashes sourceHashes() {
    return new SourceHashes(directory.map(d -> hashDirectory()), granularity);
  }

  /**
   * Finds a converted weight.
   *
   * @param description everything that decides its bytes
   * @param name the weight, for messages
   * @return its bytes, mapped read-only for as long as the segment is reachable; empty if it is not
   *     there or damaged
   */
  Optional<MemorySegment> find(String description, String name) {
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    Path file = fileOf(description);
    if (FileIdentity.isPipe(file)) {
      LOG.log(Level.WARNING, "weight cache: {0} ({1}) is no file and will be replaced", file, name);
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      MemorySegment payload = CachedFile.payload(mapped, description, verify);
      // What was read to verify it is this process's memory again once it is needed: of a table of
      // embeddings a few rows. The pages stay in the system's cache.
      mapped.unload();
      return Optional.of(payload);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CachedFile.DamagedException e) {
      LOG.log(
          Level.WARNING,
          "weight cache: {0} ({1}) is damaged and will be replaced: {2}",
          file,
          name,
          e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      if (readable.compareAndSet(true, false)) {
        LOG.log(
            Level.WARNING,
            "weight cache: {0} ({1}) cannot be read: {2}",
            file,
            name,
            FileProblem.of(e));
      }
      return Optional.empty();
    }
  }

  /**
   * Keeps a converted weight.
   *
   * @param description everything that decides its bytes
   * @param name the weight, for messages
   * @param bytes its size
   * @param fill writes its bytes
   * @return the bytes as {@link #find} gives them; empty if they could not be kept
   */
  Optional<MemorySegment> store(
      String description, String name, long bytes, Consumer<MemorySegment> fill) {
    if (!writable.get()) {
      return Optional.empty();
    }
    // Not when the cache is opened: a start that finds all its weights need not list the directory,
    // and whoever was killed while writing has left a weight to be converted.
    if (tidied.compareAndSet(false, true)) {
      removeLeftovers();
    }
    Path file = fileOf(description);
    Path part = file.resolveSibling(UUID.randomUUID() + UNFINISHED);
    try {
      Files.createDirectories(file.getParent());
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        // Held while the file is unfinished, so that nobody takes it for a leftover; the operating
        // system gives it up if this process dies. Where files cannot be locked, age alone decides.
        lock(channel);
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment buffer = arena.allocate(bytes, 64);
          fill.accept(buffer);
          CachedFile.write(channel, description, buffer);
        }
        if (Files.isDirectory(file)) {
          Files.delete(file);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (DirectoryNotEmptyException e) {
        LOG.log(
            Level.WARNING,
            "weight cache: {0} is a directory and not empty; {1} is not kept",
            file,
            name);
        return Optional.empty();
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      if (writable.compareAndSet(true, false)) {
        LOG.log(
            Level.WARNING,
            "weight cache: nothing more is kept in {0}, the work goes on without: {1} ({2})",
            directory.get(),
            FileProblem.of(e),
            name);
      }
      return Optional.empty();
    }
    return find(description, name);
  }

  private static void lock(FileChannel channel) {
    try {
      channel.tryLock();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the weight cache''s file system has no locks", e);
    }
  }

  // Unfinished files whose writer is gone.
  private void removeLeftovers() {
    Instant limit = Instant.now().minus(LEFTOVER_AGE);
    for (Path file : files(UNFINISHED)) {
      try {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
          removeUnlessLocked(file);
        }
      } catch (IOException | OverlappingFileLockException e) {
        LOG.log(Level.DEBUG, "weight cache: {0} is left alone: {1}", file, e);
      }
    }
  }

  private static void removeUnlessLocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
        LOG.log(Level.INFO, "weight cache: removed the unfinished {0}", file);
      }
    }
  }

  private List<Path> files(String suffix) {
    List<Path> files = new ArrayList<>();
    if (directory.isPresent() && Files.isDirectory(weightDirectory())) {
      try (DirectoryStream<Path> groups = Files.newDirectoryStream(weightDirectory())) {
        for (Path group : groups) {
          if (Files.isDirectory(group)) {
            try (DirectoryStream<Path> inGroup = Files.newDirectoryStream(group, "*" + suffix)) {
              inGroup.forEach(files::add);
            }
          }
        }
      } catch (IOException e) {
        LOG.log(
            Level.WARNING,
            "weight cache: {0} cannot be listed: {1}",
            directory.get(),
            FileProblem.of(e));
      }
    }
    return files;
  }

  private Path fileOf(String description) {
    String hash = Sha256.ofText(description);
    return weightDirectory().resolve(hash.substring(0, 2)).resolve(hash + SUFFIX);
  }

  private Path weightDirectory() {
    return directory.orElseThrow().resolve("v1");
  }

  private Path hashDirectory() {
    return directory.orElseThrow().resolve("sources");
  }
}
