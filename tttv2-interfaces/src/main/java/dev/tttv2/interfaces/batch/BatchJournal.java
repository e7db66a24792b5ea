// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The output of a batch, which is its journal as well: what has a whole line there has been done.
 *
 * <p>A line is written at once, and handed to the operating system before the next begins; so a
 * process that is killed leaves at most one unfinished line, the last, which the next run cuts off.
 * Once a second the file is forced to the disk: a machine that loses power loses the lines since,
 * whose requests the next run does again.
 */
final class BatchJournal implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long SYNC_NANOS = 1_000_000_000L;

  private final Path path;
  // Every reader goes through this file: the lock is the process's, and closing any other
  // descriptor of the file would give it up. Unlike a channel it bears interrupts.
  private final RandomAccessFile file;
  private long end;
  private long lastSync = System.nanoTime();
  private boolean unsynced;
  private long answers;
  private long failures;

  private BatchJournal(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens an output, or makes it; takes note of what is in it.
   *
   * @throws IllegalStateException if another process, or another job of this one, writes to it
   * @throws IllegalArgumentException if it is no regular file, or has lines that no batch has
   *     written; it is left as it is
   */
  static BatchJournal open(Path path, NameSet names) throws IOException {
    boolean isNew = Files.notExists(path);
    if (!isNew && !Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "%s is no regular file: a batch keeps there what has been done".formatted(path));
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      lock(path, file);
      if (isNew) {
        syncDirectory(path);
      }
      BatchJournal journal = new BatchJournal(path, file);
      journal.read(names);
      return journal;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static void lock(Path path, RandomAccessFile file) throws IOException {
    FileLock lock;
    try {
      lock = file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new IllegalStateException("%s is being written by another batch".formatted(path));
    }
  }

  /** Makes the name of a new file as lasting as what will be in it. */
  private static void syncDirectory(Path path) throws IOException {
    try (FileChannel directory =
        FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private void read(NameSet names) throws IOException {
    file.seek(0);
    InputStream bytes =
        new InputStream() {
          @Override
          public int read() throws IOException {
            return file.read();
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return file.read(target, offset, length);
          }
        };
    LineReader lines = new LineReader(bytes, Integer.MAX_VALUE - 8);
    Optional<LineReader.Line> line = lines.next();
    while (line.isPresent() && line.get().ended()) {
      take(line.get(), names);
      end = lines.position();
      line = lines.next();
    }
    if (line.isPresent()) {
      checkUnfinished(line.get());
      file.setLength(end);
      file.getFD().sync();
    }
    file.seek(end);
  }

  private void take(LineReader.Line line, NameSet names) {
    Entry entry;
    try {
      entry = Entry.parse(line.text().orElseThrow());
    } catch (IOException e) {
      throw alien(line, e.getMessage().lines().findFirst().orElse(""));
    }
    answers++;
    if (entry.status() != 200) {
      failures++;
    }
    if (entry.line() > 0) {
      names.addReported(entry.line());
    } else {
      names.addAnswered(entry.customId());
    }
  }

  /** Refuses to cut off what no batch has begun to write. */
  private void checkUnfinished(LineReader.Line line) {
    byte[] text = line.text().orElseThrow();
    byte[] begin = BatchResult.BEGIN.getBytes(StandardCharsets.UTF_8);
    boolean ours = true;
    boolean zeros = true; // what a file system may leave after a loss of power
    for (int i = 0; i < text.length; i++) {
      ours &= i >= begin.length || text[i] == begin[i];
      zeros &= text[i] == 0;
    }
    if (!ours && !zeros) {
      throw alien(line, "it is not finished, and does not begin as such a line does");
    }
  }

  private IllegalArgumentException alien(LineReader.Line line, String why) {
    return new IllegalArgumentException(
        "line %d of %s is no result of a batch, so it was left as it is: %s"
            .formatted(line.number(), path, why));
  }

  /**
   * What a line says.
   *
   * @param customId null: the line of the input has none
   * @param status 0: the line of the input is no request
   * @param line of the input that is no request; 0: it is one
   */
  private record Entry(String customId, int status, long line) {
    static Entry parse(byte[] text) throws IOException {
      String customId = null;
      int status = 0;
      long line = 0;
      try (JsonParser json = JSON.createParser(new String(text, StandardCharsets.UTF_8))) {
        json.nextToken();
        check(json.isExpectedStartObjectToken());
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          switch (name) {
            case "custom_id" -> customId = json.getValueAsString(null);
            case "response" ->
                status = value == JsonToken.VALUE_NULL ? 0 : (int) member(json, "status_code");
            case "error" -> line = value == JsonToken.VALUE_NULL ? 0 : member(json, "line");
            default -> json.skipChildren();
          }
        }
        check(json.nextToken() == null);
      }
      check(status > 0 && customId != null || status == 0 && line > 0);
      return new Entry(customId, status, line);
    }

    /** Returns a number of an object. */
    private static long member(JsonParser json, String wanted) throws IOException {
      check(json.isExpectedStartObjectToken());
      long number = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(wanted) && value == JsonToken.VALUE_NUMBER_INT) {
          number = json.getLongValue();
        } else {
          json.skipChildren();
        }
      }
      return number;
    }

    private static void check(boolean condition) throws IOException {
      if (!condition) {
        throw new IOException(
            "it lacks custom_id and a response with a status, or an error with a line");
      }
    }
  }

  /** Returns how many lines there were when it was opened. */
  long answers() {
    return answers;
  }

  /** Returns how many of them are no answer with status 200. */
  long failures() {
    return failures;
  }

  /** Adds a line, which will be there whenever the process is killed from now on. */
  void append(BatchResult result) throws IOException {
    byte[] line = (result.json() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      file.write(line);
    } catch (IOException e) {
      cutTo(end, e);
      throw new IOException("%s: %s".formatted(path, e.getMessage()), e);
    }
    end += line.length;
    unsynced = true;
    if (System.nanoTime() - lastSync >= SYNC_NANOS) {
      sync();
    }
  }

  /** Takes back a part of a line: the disk may be full. */
  private void cutTo(long length, IOException cause) {
    try {
      file.setLength(length);
    } catch (IOException e) {
      cause.addSuppressed(e); // the next run cuts it off
    }
  }

  private void sync() throws IOException {
    if (unsynced) {
      file.getFD().sync();
      unsynced = false;
    }
    lastSync = System.nanoTime();
  }

  /** Forces all to the disk, and lets others write. */
  @Override
  public void close() throws IOException {
    try (file) {
      sync();
    }
  }
}
