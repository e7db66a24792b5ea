// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.smollm3;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** SmolLM3: every fourth layer rotates nothing. */
public final class SmolLM3Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("SmolLM3ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder(
              "attention_bias",
              "mlp_bias",
              "head_dim",
              "no_rope_layers",
              "layer_types",
              "sliding_window")
          .modelType("smollm3")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 4)
          .defaulting("no_rope_layer_interval", 4)
          .defaulting("use_sliding_window", false)
          .defaulting("rope_theta", 2e6)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 128000)
          .defaulting("eos_token_id", 128001)
          .withoutEffect("max_window_layers");

  /** For {@link java.util.ServiceLoader}. */
  public SmolLM3Family() {}

  @Override
  public String name() {
    return "smollm3";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder());
    Metadata fields = checkpoint.metadata();
    if (fields.booleanOr("use_sliding_window", false) && !fields.contains("layer_types")) {
      throw fields.refuse("layer_types", "is missing, although use_sliding_window is true");
    }
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
