// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.olmo2;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.Residual;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** OLMo 2: norms behind attention and MLP, none before; queries and keys normalised as a whole. */
public final class Olmo2Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Olmo2ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("num_key_value_heads", "head_dim", "attention_bias")
          .modelType("olmo2")
          .defaulting("rms_norm_eps", 1e-5)
          .defaulting("eos_token_id", 50279);

  /** For {@link java.util.ServiceLoader}. */
  public Olmo2Family() {}

  @Override
  public String name() {
    return "olmo2";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder().qkNorm(QkNorm.ALL_HEADS));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, Olmo2Family::assemble);
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
              new Residual.OutputNorm(
                  blocks.norm(i, config, weights, at + "post_attention_layernorm")),
              PreNormDecoder.attention(i, at, blocks, config, weights),
              new Residual.OutputNorm(
                  blocks.norm(i, config, weights, at + "post_feedforward_layernorm")),
              PreNormDecoder.gatedMlp(i, at, blocks, config, weights)));
    }
    PreNormDecoder.head(model, blocks, config, weights);
  }
}
