// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model.safetensors.index.json: which file of a sharded model holds which tensor.
 *
 * @param file the index
 * @param shards name of the shard by name of the tensor, in the order of the index
 */
record ShardIndex(Path file, Map<String, String> shards) {
  static final long MAX_BYTES = 1L << 28;

  static ShardIndex read(Path file) {
    return of(file, Json.read(file, MAX_BYTES));
  }

  static ShardIndex of(Path file, Map<String, Object> fields) {
    if (!(fields.get("weight_map") instanceof Map<?, ?> map)) {
      throw new CheckpointException(file, "field weight_map", "is missing or not an object");
    }
    Map<String, String> shards = new LinkedHashMap<>();
    map.forEach(
        (tensor, value) -> {
          // A plain name: an index must not reach outside its directory.
          if (!(value instanceof String shard)
              || shard.isEmpty()
              || shard.startsWith(".")
              || shard.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')
              || !shard.endsWith(".safetensors")) {
            throw new CheckpointException(
                file,
                "tensor " + quote((String) tensor),
                "is said to be in %s, expected the name of a .safetensors file in this directory"
                    .formatted(quote(String.valueOf(value))));
          }
          shards.put((String) tensor, shard);
        });
    return new ShardIndex(file, shards);
  }
}
