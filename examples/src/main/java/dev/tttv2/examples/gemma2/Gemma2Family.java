// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gemma2;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.Residual;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/**
 * Gemma 2: norms before and behind attention and MLP, soft-caps of scores and logits, every other
 * layer with a sliding window.
 */
public final class Gemma2Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Gemma2ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("attention_bias", "layer_types")
          .modelType("gemma2")
          .spelled("hidden_act", "hidden_activation")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 4)
          .defaulting("head_dim", 256)
          .defaulting("sliding_window", 4096)
          .defaulting("query_pre_attn_scalar", 256)
          .defaulting("attn_logit_softcapping", 50)
          .defaulting("final_logit_softcapping", 30)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 2)
          .defaulting("eos_token_id", 1)
          .withoutEffect("hidden_act", "sliding_window_size");

  /** For {@link java.util.ServiceLoader}. */
  public Gemma2Family() {}

  @Override
  public String name() {
    return "gemma2";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder builder =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .activation(Activation.GELU_TANH)
                .normUnitOffset(true)
                .slidingPattern(2));
    checkpoint.metadata().refuseUnread();
    DecoderConfig config = builder.build();
    return config.toBuilder()
        .source(checkpoint.path())
        .embeddingScale(Math.sqrt(config.hiddenSize()))
        .build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, Gemma2Family::assemble);
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
              new Residual.Sandwich(
                  blocks.norm(i, config, weights, at + "input_layernorm"),
                  blocks.norm(i, config, weights, at + "post_attention_layernorm")),
              PreNormDecoder.attention(i, at, blocks, config, weights),
              new Residual.Sandwich(
                  blocks.norm(i, config, weights, at + "pre_feedforward_layernorm"),
                  blocks.norm(i, config, weights, at + "post_feedforward_layernorm")),
              PreNormDecoder.gatedMlp(i, at, blocks, config, weights)));
    }
    PreNormDecoder.head(model, blocks, config, weights);
  }
}
