// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.phi3;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Phi-3 and Phi-4: queries, keys and values are stacked in one weight, gate and up in another. */
public final class Phi3Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Phi3ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("num_key_value_heads", "sliding_window")
          .modelType("phi3")
          .defaulting("rms_norm_eps", 1e-5)
          .defaulting("partial_rotary_factor", 1.0)
          .defaulting("original_max_position_embeddings", 4096)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 32000)
          .unsupported("lm_head_bias")
          .withoutEffect("full_attn_mod", "interpolate_factor");

  /** For {@link java.util.ServiceLoader}. */
  public Phi3Family() {}

  @Override
  public String name() {
    return "phi3";
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
    return DecoderModel.load(checkpoint, config(checkpoint), device, options, Phi3Family::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    PreNormDecoder.embedding(model, blocks, config, weights);
    for (int i = 0; i < config.numLayers(); i++) {
      String at = PreNormDecoder.prefix(i);
      model.layer(
          blocks.layer(
              i,
              blocks.norm(i, config, weights, at + "input_layernorm"),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.stackedAttention(at + "self_attn.qkv_proj", at + "self_attn.o_proj")),
              blocks.norm(i, config, weights, at + "post_attention_layernorm"),
              blocks.mlp(
                  i,
                  config.mlpConfig(),
                  weights.stackedMlp(at + "mlp.gate_up_proj", at + "mlp.down_proj"))));
    }
    PreNormDecoder.head(model, blocks, config, weights);
  }
}
