// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.ModelMetadata.MAX_POSITIONS;
import static dev.tttv2.config.ModelMetadata.MAX_SIZE;

import java.util.List;

/**
 * Reads the fields that encoders of texts have in a config.json, into a builder that holds what a
 * family takes for granted: vocab_size, hidden_size, intermediate_size, num_hidden_layers,
 * num_attention_heads, max_position_embeddings, layer_norm_eps, hidden_act and pad_token_id; of the
 * families that have them, type_vocab_size, projection_dim, eos_token_id and
 * position_embedding_type.
 */
public final class EncoderMetadata {
  private EncoderMetadata() {}

  /**
   * Reads the common fields.
   *
   * @param config all fields
   * @param fields those that the family has
   * @param builder holds what the family takes for granted
   * @return the same builder
   * @throws CheckpointException if a field is missing or wrong, or asks for something unsupported
   */
  public static EncoderConfig.Builder huggingFace(
      Metadata config, FamilyFields fields, EncoderConfig.Builder builder) {
    builder.source(config.file());
    fields.check(config);
    return builder.checked(() -> read(config.of(fields), builder));
  }

  private static EncoderConfig.Builder read(Metadata config, EncoderConfig.Builder builder) {
    config.oneOf("position_embedding_type", "absolute", List.of("absolute"));
    ModelMetadata.read(config, builder);
    int vocabSize = config.requireInt("vocab_size", 1, MAX_SIZE);
    builder.vocabSize(vocabSize);
    int offset = builder.positionOffset();
    // Some families count the rows before position 0 among the positions.
    builder.maxPositions(
        config.requireInt("max_position_embeddings", offset + 1, MAX_POSITIONS) - offset);
    config.optionalInt("type_vocab_size", 0, MAX_SIZE).ifPresent(builder::tokenTypes);
    config.optionalInt("projection_dim", 1, MAX_SIZE).ifPresent(builder::projectionSize);
    config.optionalInt("pad_token_id", 0, vocabSize - 1).ifPresent(builder::padTokenId);
    config.optionalInt("eos_token_id", 0, vocabSize - 1).ifPresent(builder::eosTokenId);
    return builder;
  }
}
