// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes rows of float32 logits to a safetensors file with one tensor, {@code logits}, [rows,
 * vocabulary].
 *
 * <p>Rows go to disk as they come, so that a long generation needs no memory for them; their number
 * is known at the end only, so the header is written last, into room that was left for it. The file
 * appears under its name when it is complete, or not at all. For one thread.
 */
final class LogitsFile implements AutoCloseable {
  /** Room for the length and the JSON header, which may end in blanks; keeps the data aligned. */
  private static final int HEADER_BYTES = 256;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private ByteBuffer row = ByteBuffer.allocate(0);
  private long rows;

  /**
   * Opens a temporary file beside the target.
   *
   * @param target where the file will appear; an existing one is replaced
   * @throws CommandFailure if the target is a directory or no regular file, or its directory cannot
   *     be written to
   */
  LogitsFile(Path target) {
    this.target = target.toAbsolutePath();
    if (Files.isDirectory(this.target)) {
      throw new CommandFailure("\"%s\": cannot be written: is a directory".formatted(target));
    }
    if (Files.exists(this.target) && !Files.isRegularFile(this.target)) {
      throw new CommandFailure("%s: cannot be written: is no regular file".formatted(target));
    }
    Path directory = this.target.getParent();
    String name = ".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID());
    try {
      this.temporary = directory.resolve(name);
      this.channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      channel.position(HEADER_BYTES);
    } catch (IOException e) {
      throw new CommandFailure(
          "%s: cannot be written: %s"
              .formatted(target, Files.isDirectory(directory) ? e : directory + " is no directory"),
          e);
    }
  }

  /** Returns how many rows were written. */
  long rows() {
    return rows;
  }

  /**
   * Appends a row.
   *
   * @param logits as many values as in every other row
   */
  void append(float[] logits) throws IOException {
    if (rows == 0) {
      row = ByteBuffer.allocateDirect(logits.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
    row.clear();
    row.asFloatBuffer().put(logits);
    while (row.hasRemaining()) {
      channel.write(row);
    }
    rows++;
  }

  /**
   * Completes the file and gives it its name.
   *
   * @param keep rows to keep, from the first; at most {@link #rows()}
   */
  void finish(long keep) throws IOException {
    if (keep > rows) {
      throw new IllegalArgumentException("%d rows of %d wanted".formatted(keep, rows));
    }
    int vocabulary = row.capacity() / Float.BYTES;
    long bytes = keep * row.capacity();
    channel.truncate(HEADER_BYTES + bytes);
    String json =
        "{\"logits\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(keep, vocabulary, bytes);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(HEADER_BYTES - Long.BYTES);
    header.put(json.getBytes(StandardCharsets.US_ASCII));
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    header.flip();
    for (long at = 0; header.hasRemaining(); ) {
      at += channel.write(header, at);
    }
    channel.force(true);
    channel.close();
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes the temporary file unless {@link #finish} gave it its name. Idempotent. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
