// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** One GGUF file: metadata, vocabulary and weights together. */
public final class GgufCheckpoint implements Checkpoint {
  private final Path path;
  private final Arena arena;
  private final int version;
  private final Metadata metadata;
  private final String architecture;
  private final TensorDirectory tensors;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GgufCheckpoint(Path path, Arena arena) {
    this.path = path;
    this.arena = arena;
    GgufFile gguf = GgufFile.read(MappedFile.open(path, arena));
    this.version = gguf.version();
    this.metadata = Metadata.of(path, gguf.metadata());
    this.architecture = metadata.requireString("general.architecture");
    int parts = metadata.intOr("split.count", 1, 0, 1 << 16);
    if (parts > 1) {
      throw metadata.refuse(
          "split.count",
          "is %d: a GGUF in several files is not read; join them with llama-gguf-split --merge"
              .formatted(parts));
    }
    metadata.ignore("general.alignment");
    this.tensors = new TensorDirectory(path, gguf.tensors());
  }

  /**
   * Opens a GGUF of version 2 or 3.
   *
   * @throws CheckpointException if it is missing, damaged or of another kind
   */
  public static GgufCheckpoint open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new GgufCheckpoint(path, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  /** Returns the version of the GGUF format the file has. */
  public int version() {
    return version;
  }

  @Override
  public String architecture() {
    return architecture;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public Optional<Metadata> generationMetadata() {
    return Optional.empty();
  }

  @Override
  public Set<String> tensorNames() {
    return tensors.names();
  }

  @Override
  public long[] shape(String name) {
    return tensors.tensor(name).shape().clone();
  }

  @Override
  public long tensorBytes() {
    return tensors.bytes();
  }

  @Override
  public long bytesRead() {
    return tensors.bytesRead();
  }

  @Override
  public HostWeight weight(String name) {
    return tensors.weight(name);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "GgufCheckpoint[%s]".formatted(path);
  }

  /** Returns the tensors as they are stored. */
  TensorDirectory directory() {
    return tensors;
  }
}
