// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.InputFiles;
import dev.tttv2.ffm.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Writes float32 tensors to a safetensors file.
 *
 * <p>Values go to disk as they come; what they are may be known at the end only, so the header is
 * written last, into room that was left for it. The file appears under its name when it is
 * complete, or not at all. For one thread.
 */
final class SafetensorsWriter implements AutoCloseable {
  /** Room for the length and the JSON header, which may end in blanks; keeps the data aligned. */
  private static final int HEADER_BYTES = 1024;

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * What some of the values are.
   *
   * @param name the tensor's
   * @param shape outermost extent first
   */
  record Entry(String name, long... shape) {
    long bytes() {
      return Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact);
    }
  }

  private static void refuseToReplace(Path target, Path input) {
    try {
      if (input != null
          && Files.exists(target)
          && (target.toRealPath().startsWith(input.toRealPath())
              || target.toAbsolutePath().normalize().startsWith(input.toRealPath()))) {
        throw new CommandFailure(
            "%s: cannot be written: it would replace what is read from %s"
                .formatted(target, input));
      }
    } catch (IOException e) {
      throw new CommandFailure(target + ": " + InputFiles.problem(e), e);
    }
  }

  /**
   * Opens a temporary file beside the target.
   *
   * @param target where the file will appear; an existing one is replaced
   * @param inputs files and directories that are read, nothing of which may be replaced; null: none
   * @throws CommandFailure if the target is a directory, no regular file or an input, or its
   *     directory cannot be written to
   */
  SafetensorsWriter(Path target, Path... inputs) {
    this.target = target.toAbsolutePath();
    for (Path input : inputs) {
      refuseToReplace(target, input);
    }
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
      throw Files.isDirectory(directory)
          ? failure(target, e)
          : new CommandFailure(
              "%s: cannot be written: %s is no directory".formatted(target, directory), e);
    }
  }

  /** Makes the failure for a file that could not be written. */
  static CommandFailure failure(Path target, IOException cause) {
    return new CommandFailure(
        "%s: cannot be written: %s".formatted(target, FileProblem.of(cause)), cause);
  }

  /** Appends values. */
  void append(float[] values) throws IOException {
    int perBuffer = BUFFER_BYTES / Float.BYTES;
    for (int from = 0; from < values.length; from += perBuffer) {
      int count = Math.min(perBuffer, values.length - from);
      buffer.clear();
      buffer.asFloatBuffer().put(values, from, count);
      buffer.limit(count * Float.BYTES);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /**
   * Completes the file and gives it its name.
   *
   * @param tensors what the values are that were appended, in their order; what was appended beyond
   *     the last of them is dropped
   */
  void finish(List<Entry> tensors) throws IOException {
    StringBuilder json = new StringBuilder("{");
    long end = 0;
    for (Entry tensor : tensors) {
      long begin = end;
      end = begin + tensor.bytes();
      json.append(json.length() == 1 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      tensor.name, Arrays.toString(tensor.shape).replace(" ", ""), begin, end));
    }
    if (HEADER_BYTES + end > channel.size()) {
      throw new IllegalArgumentException(
          "%d bytes of tensors, %d were appended".formatted(end, channel.size() - HEADER_BYTES));
    }
    channel.truncate(HEADER_BYTES + end);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(HEADER_BYTES - Long.BYTES);
    header.put(json.append('}').toString().getBytes(StandardCharsets.US_ASCII));
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
