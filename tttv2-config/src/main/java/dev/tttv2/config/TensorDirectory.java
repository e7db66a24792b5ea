// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of a checkpoint by name. */
final class TensorDirectory {
  private final Path path;
  private final Map<String, StoredTensor> tensors;
  private final List<MappedFile> files;

  TensorDirectory(Path path, Map<String, StoredTensor> tensors) {
    this.path = path;
    this.tensors = tensors;
    this.files = tensors.values().stream().map(StoredTensor::file).distinct().toList();
  }

  Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  long bytes() {
    return tensors.values().stream().mapToLong(StoredTensor::length).sum();
  }

  long bytesRead() {
    return files.stream().mapToLong(MappedFile::bytesRead).sum();
  }

  HostWeight weight(String name) {
    return HostWeight.of(tensor(name));
  }

  StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw missing(path, name, "", tensors.keySet());
    }
    return tensor;
  }

  /**
   * Makes the exception for a tensor that is not there.
   *
   * @param expected what it should be, for the message
   * @param others the names of those that are
   */
  static CheckpointException missing(Path path, String name, String expected, Set<String> others) {
    return new CheckpointException(
        path,
        "tensor " + quote(name),
        "is missing%s; there are %d others, such as %s"
            .formatted(expected, others.size(), others.stream().limit(3).toList()));
  }
}
