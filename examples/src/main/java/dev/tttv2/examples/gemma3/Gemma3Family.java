// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gemma3;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.GgufCheckpoint;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.Residual;
import dev.tttv2.core.block.RoPEScaling;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/**
 * Gemma 3, its text model, from Hugging Face directories and GGUF files: sandwich norms, norms of
 * queries and keys, layers with a sliding window that rotate at another base.
 */
public final class Gemma3Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Gemma3ForCausalLM", "gemma3");

  /**
   * The one size whose scores have another factor than that of a head's width, which a GGUF does
   * not say; llama.cpp knows it by the number of layers as well.
   */
  private static final int LAYERS_OF_27B = 62;

  private static final FamilyFields FIELDS =
      FamilyFields.decoder(
              "attention_bias",
              "layer_types",
              "sliding_window_pattern",
              "_sliding_window_pattern",
              "rope_local_base_freq",
              "final_logit_softcapping")
          .modelType("gemma3_text")
          .spelled("hidden_act", "hidden_activation")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 4)
          .defaulting("head_dim", 256)
          .defaulting("sliding_window", 4096)
          .defaulting("query_pre_attn_scalar", 256)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 2)
          .defaulting("eos_token_id", 1)
          .withoutEffect("hidden_act");

  /** For {@link java.util.ServiceLoader}. */
  public Gemma3Family() {}

  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder builder =
        DecoderConfig.builder()
            .activation(Activation.GELU_TANH)
            .normUnitOffset(true)
            .qkNorm(QkNorm.PER_HEAD)
            // What Hugging Face and llama.cpp take for granted where a file does not say.
            .slidingPattern(6)
            .localRope(10_000, RoPEScaling.NONE)
            .ropeTheta(1e6);
    if (checkpoint instanceof GgufCheckpoint) {
      builder.normUnitOffset(false); // its norms' weights have the one added
    }
    DecoderMetadata.read(checkpoint, FIELDS, builder);
    checkpoint.metadata().refuseUnread();
    DecoderConfig config = builder.build();
    DecoderConfig.Builder scaled =
        config.toBuilder().source(checkpoint.path()).embeddingScale(Math.sqrt(config.hiddenSize()));
    if (checkpoint instanceof GgufCheckpoint && config.numLayers() == LAYERS_OF_27B) {
      scaled.attentionScale(Math.sqrt((double) config.numHeads() / config.hiddenSize()));
    }
    return scaled.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    Names names = checkpoint instanceof GgufCheckpoint ? Names.GGUF : Names.HUGGING_FACE;
    return DecoderModel.load(
        checkpoint,
        config(checkpoint),
        device,
        options,
        (model, blocks, config, weights) -> assemble(model, blocks, config, weights, names));
  }

  /** What modules are called; {@code %d} is the layer. */
  private record Names(
      String embedding,
      String layer,
      String inputNorm,
      String q,
      String k,
      String v,
      String o,
      String qNorm,
      String kNorm,
      String attentionOutputNorm,
      String mlpNorm,
      String gate,
      String up,
      String down,
      String mlpOutputNorm,
      String norm,
      String head) {
    static final Names HUGGING_FACE =
        new Names(
            "model.embed_tokens",
            "model.layers.%d.",
            "input_layernorm",
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "self_attn.q_norm",
            "self_attn.k_norm",
            "post_attention_layernorm",
            "pre_feedforward_layernorm",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj",
            "post_feedforward_layernorm",
            "model.norm",
            "lm_head");
    static final Names GGUF =
        new Names(
            "token_embd",
            "blk.%d.",
            "attn_norm",
            "attn_q",
            "attn_k",
            "attn_v",
            "attn_output",
            "attn_q_norm",
            "attn_k_norm",
            "post_attention_norm",
            "ffn_norm",
            "ffn_gate",
            "ffn_up",
            "ffn_down",
            "post_ffw_norm",
            "output_norm",
            "output");
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights,
      Names names) {
    model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(names.embedding)));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = names.layer.formatted(i);
      AttentionWeights projections =
          weights.attention(at + names.q, at + names.k, at + names.v, at + names.o);
      model.layer(
          blocks.layer(
              i,
              new Residual.Sandwich(
                  blocks.norm(i, config, weights, at + names.inputNorm),
                  blocks.norm(i, config, weights, at + names.attentionOutputNorm)),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.withQkNorm(projections, at + names.qNorm, at + names.kNorm)),
              new Residual.Sandwich(
                  blocks.norm(i, config, weights, at + names.mlpNorm),
                  blocks.norm(i, config, weights, at + names.mlpOutputNorm)),
              blocks.mlp(
                  i,
                  config.mlpConfig(),
                  weights.gatedMlp(at + names.gate, at + names.up, at + names.down))));
    }
    model
        .norm(blocks.norm(config, weights, names.norm))
        .head(blocks.lmHead(config, weights, names.head, names.embedding));
    weights.refuseUnused("a Gemma 3", name -> false);
  }
}
