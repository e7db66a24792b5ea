// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.granite;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Granite: embeddings, scores, sublayers and logits have factors of their own. */
public final class GraniteFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("GraniteForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder(
              "num_key_value_heads",
              "head_dim",
              "attention_bias",
              "mlp_bias",
              "embedding_multiplier",
              "residual_multiplier",
              "logits_scaling")
          .modelType("granite")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("attention_multiplier", 1.0)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 2);

  /** For {@link java.util.ServiceLoader}. */
  public GraniteFamily() {}

  @Override
  public String name() {
    return "granite";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder());
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
