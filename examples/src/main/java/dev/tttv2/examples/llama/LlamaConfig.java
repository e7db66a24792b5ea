// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.GgufCheckpoint;

/**
 * Reads a Llama's description from Hugging Face's {@code config.json}, as transformers 4 and 5
 * spell it, or from a GGUF's metadata. What this Llama does not have, and what nobody knows, is
 * refused by the name of its field.
 */
final class LlamaConfig {
  /** Beside the usual ones; and what counts where a config.json says nothing. */
  private static final FamilyFields FIELDS =
      FamilyFields.decoder("num_key_value_heads", "head_dim", "attention_bias", "mlp_bias")
          .modelType("llama")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 2)
          .withoutEffect("is_llama_config");

  private LlamaConfig() {}

  /**
   * Reads the description.
   *
   * @throws CheckpointException if a field is missing or wrong, or asks for something unsupported
   */
  static DecoderConfig read(Checkpoint checkpoint) {
    DecoderConfig config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder()).build();
    int rotated = config.rotary().rotaryDim();
    if (checkpoint instanceof GgufCheckpoint && rotated != config.headDim()) {
      throw checkpoint
          .metadata()
          .refuse(
              "llama.rope.dimension_count",
              "is %d, expected a head's %d values: rotating a part is not supported in a GGUF"
                  .formatted(rotated, config.headDim()));
    }
    checkpoint.metadata().refuseUnread();
    return config;
  }
}
