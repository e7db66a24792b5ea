// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * A tensor in a checkpoint's file, its place checked against the file's size.
 *
 * @param file the file it lies in
 * @param name its name in the checkpoint
 * @param dtype the file's name of its format
 * @param format how to read it; empty for formats that are no weights or not supported
 * @param shape outermost extent first
 * @param offset where its bytes begin in the file
 * @param length its bytes
 */
record StoredTensor(
    MappedFile file,
    String name,
    String dtype,
    Optional<WeightFormat> format,
    long[] shape,
    long offset,
    long length) {

  /** Makes the exception for something wrong with this tensor. */
  CheckpointException refuse(String problem) {
    return new CheckpointException(
        file.path(), "tensor " + CheckpointException.quote(name), problem);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, dtype, Arrays.toString(shape));
  }
}
