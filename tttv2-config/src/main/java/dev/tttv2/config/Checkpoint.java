// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A model on disk: what it says about itself, and its weights, mapped and not read before they are
 * wanted.
 *
 * <p>The sizes of all files are checked when the checkpoint is opened. A file that is truncated
 * afterwards, while it is mapped, makes the operating system stop the process when its missing part
 * is read: replace files by renaming, never in place.
 *
 * <p>Any thread may read. Closing ends the mapping; weights that were loaded to a device stay.
 */
public sealed interface Checkpoint extends AutoCloseable
    permits HuggingFaceCheckpoint, GgufCheckpoint {

  /**
   * Opens a Hugging Face directory (config.json, model.safetensors or a sharded model with its
   * index) or a GGUF file.
   *
   * @throws CheckpointException if it is missing, damaged or of another kind
   */
  static Checkpoint open(Path path) {
    if (Files.isDirectory(path)) {
      return HuggingFaceCheckpoint.open(path);
    }
    Path fileName = path.getFileName();
    if (fileName != null
        && (fileName.toString().equals("config.json")
            || fileName.toString().contains(".safetensors"))) {
      throw new CheckpointException(
          path, "", "is one file of a checkpoint; open the directory it is in");
    }
    return GgufCheckpoint.open(path);
  }

  /** Returns the directory or file that was opened. */
  Path path();

  /**
   * Returns the architecture's name: the first of {@code architectures} in config.json, such as
   * "LlamaForCausalLM", or {@code general.architecture} of a GGUF, such as "llama".
   */
  String architecture();

  /** Returns the fields of config.json, or the GGUF's metadata. Always the same object. */
  Metadata metadata();

  /** Returns the fields of generation_config.json, if there is one. Always the same object. */
  Optional<Metadata> generationMetadata();

  /** Returns the names of all tensors, in the order of the files. */
  Set<String> tensorNames();

  /**
   * Returns a tensor's shape, outermost extent first.
   *
   * @throws CheckpointException if there is none of this name
   */
  long[] shape(String name);

  /** Returns the bytes that all tensors take in the files. */
  long tensorBytes();

  /**
   * Returns the bytes of tensors read so far, for whatever purpose. Headers and metadata do not
   * count.
   */
  long bytesRead();

  /**
   * Returns a weight. Nothing is read by this.
   *
   * @throws CheckpointException if there is none of this name, or its format is not a weight's or
   *     not supported
   */
  HostWeight weight(String name);

  /** Ends the mapping. Idempotent. */
  @Override
  void close();
}
