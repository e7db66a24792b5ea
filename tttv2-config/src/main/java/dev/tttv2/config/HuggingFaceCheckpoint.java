// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import dev.tttv2.ffm.FileProblem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A directory as Hugging Face transformers writes it: config.json, generation_config.json if there
 * is one, and model.safetensors or the shards of model.safetensors.index.json.
 */
public final class HuggingFaceCheckpoint implements Checkpoint {
  private static final long MAX_CONFIG_BYTES = 1L << 24;
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final Arena arena;
  private final Metadata metadata;
  private final Optional<Metadata> generation;
  private final String architecture;
  private final TensorDirectory tensors;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HuggingFaceCheckpoint(Path path, Arena arena) {
    this.path = path;
    this.arena = arena;
    this.metadata = readConfig(path.resolve("config.json"));
    Path generationConfig = path.resolve("generation_config.json");
    this.generation =
        Files.exists(generationConfig)
            ? Optional.of(readConfig(generationConfig))
            : Optional.empty();
    this.architecture = architecture(metadata);
    this.tensors = new TensorDirectory(path, openWeights(path, arena));
  }

  /**
   * Opens a directory.
   *
   * @throws CheckpointException if a file is missing or damaged
   */
  public static HuggingFaceCheckpoint open(Path directory) {
    Arena arena = Arena.ofShared();
    try {
      return new HuggingFaceCheckpoint(directory, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Reads a config.json alone, without the model around it. */
  static Metadata readConfig(Path file) {
    return Metadata.of(file, Json.read(file, MAX_CONFIG_BYTES));
  }

  private static String architecture(Metadata metadata) {
    if (!metadata.contains("architectures")) {
      throw metadata.refuse("architectures", "is missing");
    }
    List<String> names = metadata.strings("architectures");
    if (names.size() != 1) {
      throw metadata.refuse("architectures", "has %d names, expected 1".formatted(names.size()));
    }
    return names.getFirst();
  }

  private static Map<String, StoredTensor> openWeights(Path directory, Arena arena) {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      return SafetensorsFile.read(MappedFile.open(single, arena));
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      return openShards(directory, ShardIndex.read(index), arena);
    }
    throw new CheckpointException(
        directory,
        "",
        "holds neither %s nor %s; its files are %s".formatted(SINGLE, INDEX, list(directory)));
  }

  private static Map<String, StoredTensor> openShards(
      Path directory, ShardIndex index, Arena arena) {
    Map<String, Map<String, StoredTensor>> opened = new HashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    index
        .shards()
        .forEach(
            (name, shard) -> {
              Map<String, StoredTensor> inShard =
                  opened.computeIfAbsent(
                      shard, s -> openShard(directory.resolve(s), index, name, arena));
              StoredTensor tensor = inShard.get(name);
              if (tensor == null) {
                throw new CheckpointException(
                    index.file(),
                    "tensor " + quote(name),
                    "is said to be in %s, which holds %d tensors and not this one"
                        .formatted(shard, inShard.size()));
              }
              tensors.put(name, tensor);
            });
    return tensors;
  }

  private static Map<String, StoredTensor> openShard(
      Path shard, ShardIndex index, String tensor, Arena arena) {
    if (!Files.exists(shard)) {
      throw new CheckpointException(
          index.file(),
          "tensor " + quote(tensor),
          "is said to be in %s, which does not exist".formatted(shard.getFileName()));
    }
    return SafetensorsFile.read(MappedFile.open(shard, arena));
  }

  private static List<String> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().limit(20).toList();
    } catch (IOException e) {
      return List.of("unreadable: " + FileProblem.of(e));
    }
  }

  @Override
  public Path path() {
    return path;
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
    return generation;
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
    return "HuggingFaceCheckpoint[%s]".formatted(path);
  }

  /** Returns the tensors as they are stored. */
  TensorDirectory directory() {
    return tensors;
  }
}
