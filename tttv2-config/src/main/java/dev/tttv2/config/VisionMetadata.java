// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.ModelMetadata.MAX_SIZE;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fields that encoders of images have in a config.json, into a builder that holds what a
 * family takes for granted: image_size, patch_size, num_channels, hidden_size, intermediate_size,
 * num_hidden_layers, num_attention_heads, layer_norm_eps and hidden_act; of the families that have
 * them, qkv_bias, projection_dim and id2label.
 */
public final class VisionMetadata {
  private static final int MAX_PIXELS = 1 << 16;

  private VisionMetadata() {}

  /**
   * Reads the common fields.
   *
   * @param config all fields
   * @param fields those that the family has
   * @param builder holds what the family takes for granted
   * @return the same builder
   * @throws CheckpointException if a field is missing or wrong
   */
  public static VisionConfig.Builder huggingFace(
      Metadata config, FamilyFields fields, VisionConfig.Builder builder) {
    builder.source(config.file());
    fields.check(config);
    return builder.checked(() -> read(config.of(fields), builder));
  }

  private static VisionConfig.Builder read(Metadata config, VisionConfig.Builder builder) {
    ModelMetadata.read(config, builder);
    List<Integer> image = heightAndWidth(config, "image_size");
    List<Integer> patch = heightAndWidth(config, "patch_size");
    if (!patch.getFirst().equals(patch.getLast())) {
      throw config.refuse(
          "patch_size",
          "is %d x %d, expected a square".formatted(patch.getFirst(), patch.getLast()));
    }
    builder.imageSize(image.getFirst(), image.getLast()).patchSize(patch.getFirst());
    config.optionalInt("num_channels", 1, MAX_SIZE).ifPresent(builder::numChannels);
    config.optionalInt("projection_dim", 1, MAX_SIZE).ifPresent(builder::projectionSize);
    if (config.contains("qkv_bias")) {
      builder.qkvBias(config.booleanOr("qkv_bias", true));
    }
    config.object("id2label").ifPresent(labels -> builder.labels(labels(labels)));
    return builder;
  }

  /** Returns two numbers, which are the same if the field holds one. */
  private static List<Integer> heightAndWidth(Metadata config, String name) {
    List<Integer> sizes = config.intOrInts(name, 1, MAX_PIXELS);
    return switch (sizes.size()) {
      case 0 -> throw config.refuse(name, "is missing");
      case 1 -> List.of(sizes.getFirst(), sizes.getFirst());
      case 2 -> sizes;
      default ->
          throw config.refuse(
              name, "has %d numbers, expected height and width".formatted(sizes.size()));
    };
  }

  private static List<String> labels(Metadata labels) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < labels.names().size(); i++) {
      names.add(labels.requireString(Integer.toString(i)));
    }
    return names;
  }
}
