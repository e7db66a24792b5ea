// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes rows of float32 logits to a safetensors file with one tensor, {@code logits}, [rows,
 * vocabulary]. Rows go to disk as they come, so that a long generation needs no memory for them.
 * For one thread.
 */
final class LogitsFile implements AutoCloseable {
  private final SafetensorsWriter writer;
  private int vocabulary;
  private long rows;

  /**
   * Opens a temporary file beside the target.
   *
   * @param target where the file will appear; an existing one is replaced
   * @throws CommandFailure if the target is a directory or no regular file, or its directory cannot
   *     be written to
   */
  LogitsFile(Path target, Path model) {
    writer = new SafetensorsWriter(target, model);
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
    vocabulary = logits.length;
    writer.append(logits);
    rows++;
  }

  /**
   * Completes the file and gives it its name.
   *
   * @param keep rows to keep, from the first; at most {@link #rows()}
   */
  void finish(long keep) throws IOException {
    writer.finish(List.of(new SafetensorsWriter.Entry("logits", keep, vocabulary)));
  }

  /** Deletes the temporary file unless {@link #finish} gave it its name. Idempotent. */
  @Override
  public void close() throws IOException {
    writer.close();
  }
}
