// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;

/**
 * A checkpoint's file, mapped read-only until the arena of its checkpoint is closed. Counts the
 * bytes of tensor data that were looked at.
 */
final class MappedFile {
  private final Path path;
  private final MemorySegment segment;
  private final LongAdder bytesRead = new LongAdder();

  /** Wraps bytes that stand for a file's content. */
  MappedFile(Path path, MemorySegment segment) {
    this.path = path;
    this.segment = segment;
  }

  /** Maps a whole file for the life of the arena. */
  static MappedFile open(Path path, Arena arena) {
    InputFiles.check(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, segment);
    } catch (IOException e) {
      throw InputFiles.refuse(path, e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return segment.byteSize();
  }

  /** Returns the whole file, for parsers of headers. */
  MemorySegment segment() {
    return segment;
  }

  /**
   * Refuses to go on with a file that is no longer mapped.
   *
   * @throws IllegalStateException if the checkpoint was closed
   */
  void requireOpen() {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException(path + ": the checkpoint is closed");
    }
  }

  /**
   * Returns a range of tensor data that is about to be read.
   *
   * @throws IllegalStateException if the checkpoint was closed
   */
  MemorySegment data(long offset, long length) {
    requireOpen();
    bytesRead.add(length);
    return segment.asSlice(offset, length);
  }

  /** Returns the bytes of tensor data handed out so far. */
  long bytesRead() {
    return bytesRead.sum();
  }
}
