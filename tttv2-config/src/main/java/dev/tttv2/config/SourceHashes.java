// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content hashes of tensors in checkpoints' files, remembered on disk under the files' identities:
 * as long as a file has not changed, its hashes are known without reading it.
 *
 * <p>For every version of a file there is one text file, {@code <path hash>-<version hash>}, with
 * lines {@code offset length hash} that are only ever appended, each with one write. Lines that
 * make no sense, such as one cut off by a crash, are passed over.
 */
final class SourceHashes {
  private static final Logger LOG = System.getLogger(SourceHashes.class.getName());
  private static final Pattern LINE = Pattern.compile("(\\d{1,19}) (\\d{1,19}) ([0-9a-f]{64})");

  private record Range(long offset, long length) {}

  /** What is known of one file. */
  private record Known(Optional<FileIdentity> identity, Map<Range, String> hashes) {}

  private final Optional<Path> directory;
  private final Duration granularity;
  private final Map<Path, Known> files = new HashMap<>();

  /**
   * @param directory where hashes are remembered; empty to remember them in this object alone
   * @param granularity how much time must have passed since a file changed for its times to be
   *     trusted
   */
  SourceHashes(Optional<Path> directory, Duration granularity) {
    this.directory = directory;
    this.granularity = granularity;
  }

  /** Returns the hash of a tensor's stored bytes. */
  synchronized String of(StoredTensor tensor) {
    Known known = files.computeIfAbsent(tensor.file().path(), this::recall);
    Range range = new Range(tensor.offset(), tensor.length());
    String hash = known.hashes().get(range);
    if (hash == null) {
      hash = Sha256.ofChunks(tensor.file().data(range.offset(), range.length()));
      known.hashes().put(range, hash);
      remember(known, range, hash);
    }
    return hash;
  }

  private Known recall(Path file) {
    Map<Range, String> hashes = new HashMap<>();
    Optional<FileIdentity> identity;
    try {
      identity = Optional.of(FileIdentity.of(file));
    } catch (IOException e) {
      return new Known(Optional.empty(), hashes);
    }
    if (directory.isPresent() && !FileIdentity.isPipe(record(identity.get()))) {
      try {
        // In this charset every byte is a character: those that make no sense hide no other lines.
        for (String line :
            Files.readAllLines(record(identity.get()), StandardCharsets.ISO_8859_1)) {
          Matcher matcher = LINE.matcher(line);
          if (matcher.matches()) {
            long offset = Long.parseUnsignedLong(matcher.group(1));
            long length = Long.parseUnsignedLong(matcher.group(2));
            hashes.put(new Range(offset, length), matcher.group(3));
          }
        }
      } catch (NoSuchFileException e) {
        LOG.log(Level.DEBUG, "no hashes are known of {0}", file);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "remembered hashes of {0} cannot be read: {1}", file, e);
      }
    }
    return new Known(identity, hashes);
  }

  private void remember(Known known, Range range, String hash) {
    if (directory.isEmpty()
        || known.identity().isEmpty()
        || !known.identity().get().isSettled(granularity)) {
      return;
    }
    FileIdentity identity = known.identity().get();
    Path record = record(identity);
    // Begun on a new line whatever the last one is: it may have been cut off.
    String line = "\n%d %d %s\n".formatted(range.offset(), range.length(), hash);
    try {
      if (Files.notExists(record)) {
        Files.createDirectories(directory.get());
        forgetOtherVersions(identity);
      }
      Files.write(
          record,
          line.getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // The cache itself warns of an unwritable directory; a hash not kept is only computed again.
      LOG.log(Level.DEBUG, "the hash of a range of {0} is not kept: {1}", identity.path(), e);
    }
  }

  private void forgetOtherVersions(FileIdentity identity) throws IOException {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(directory.get(), pathHash(identity) + "-*")) {
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }

  private Path record(FileIdentity identity) {
    return directory
        .orElseThrow()
        .resolve(pathHash(identity) + "-" + Sha256.ofText(identity.version()).substring(0, 16));
  }

  private static String pathHash(FileIdentity identity) {
    return Sha256.ofText(identity.path().toString()).substring(0, 16);
  }
}
