// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.bloom;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** BLOOM: attention with linear biases, a norm of the embeddings. */
public final class BloomFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("BloomForCausalLM");

  /** The description sets no limit; this is what the models were trained for. */
  private static final int DEFAULT_CONTEXT = 2048;

  private static final FamilyFields FIELDS =
      FamilyFields.decoder()
          .modelType("bloom")
          .without("intermediate_size", "max_position_embeddings", "hidden_act")
          .alsoSpelled("hidden_size", "n_embed")
          .alsoSpelled("num_hidden_layers", "n_layer")
          .alsoSpelled("num_attention_heads", "n_head")
          .spelled("layer_norm_eps", "layer_norm_epsilon")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 2)
          .unsupported("apply_residual_connection_post_layernorm", "slow_but_exact")
          // Which kernels compute, and a number that no code reads.
          .withoutEffect(
              "skip_bias_add",
              "skip_bias_add_qkv",
              "attention_softmax_in_fp32",
              "bias_dropout_fusion",
              "masked_softmax_fusion",
              "offset_alibi");

  /** For {@link java.util.ServiceLoader}. */
  public BloomFamily() {}

  @Override
  public String name() {
    return "bloom";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .normKind(NormKind.LAYER_NORM)
                .activation(Activation.GELU_TANH)
                .gated(false)
                .biases(true)
                .alibi()
                .maxPositions(fields.intOr("seq_length", DEFAULT_CONTEXT, 1, 1 << 28))
                .intermediateFactor(4));
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, BloomFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    String embedding = "transformer.word_embeddings";
    String embeddingNorm = "transformer.word_embeddings_layernorm";
    model
        .embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(embedding)))
        .embeddingNorm(blocks.norm(config, weights, embeddingNorm));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = "transformer.h." + i + ".";
      model.layer(
          blocks.layer(
              i,
              blocks.norm(i, config, weights, at + "input_layernorm"),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.interleavedAttention(
                      at + "self_attention.query_key_value", at + "self_attention.dense")),
              blocks.norm(i, config, weights, at + "post_attention_layernorm"),
              blocks.mlp(
                  i,
                  config.mlpConfig(),
                  weights.standardMlp(at + "mlp.dense_h_to_4h", at + "mlp.dense_4h_to_h"))));
    }
    model
        .norm(blocks.norm(config, weights, "transformer.ln_f"))
        .head(blocks.lmHead(config, weights, "lm_head", embedding));
    weights.refuseUnused("a BLOOM", name -> false);
  }
}
