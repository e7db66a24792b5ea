// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gpt2;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.HostWeight;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** GPT-2: layer norms, learned positions, weights stored as [in, out]. */
public final class Gpt2Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("GPT2LMHeadModel");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder()
          .modelType("gpt2")
          .alsoSpelled("hidden_size", "n_embd")
          .alsoSpelled("num_hidden_layers", "n_layer")
          .alsoSpelled("num_attention_heads", "n_head")
          .alsoSpelled("max_position_embeddings", "n_positions")
          .spelled("intermediate_size", "n_inner")
          .spelled("hidden_act", "activation_function")
          .spelled("layer_norm_eps", "layer_norm_epsilon")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 50256)
          .defaulting("eos_token_id", 50256)
          .unsupported("scale_attn_by_inverse_layer_idx")
          // The first: a copy of n_positions. Then how exactly half precision is computed, and what
          // is stored in it.
          .withoutEffect("n_ctx", "reorder_and_upcast_attn", "store");

  /** For {@link java.util.ServiceLoader}. */
  public Gpt2Family() {}

  @Override
  public String name() {
    return "gpt2";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    if (!fields.booleanOr("scale_attn_weights", true)) {
      throw fields.refuse("scale_attn_weights", "is false, which is not supported");
    }
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .normKind(NormKind.LAYER_NORM)
                .activation(Activation.GELU_TANH)
                .gated(false)
                .biases(true)
                .learnedPositions(0)
                .intermediateFactor(4));
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(checkpoint, config(checkpoint), device, options, Gpt2Family::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    // Checkpoints of the bare model lack the prefix.
    String root = weights.loader().contains("transformer.wte.weight") ? "transformer." : "";
    model
        .embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(root + "wte")))
        .positions(
            blocks.embedding(
                EmbeddingConfig.builder(config.maxPositions(), config.hiddenSize()),
                weights.positions(root + "wpe")));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = root + "h." + i + ".";
      model.layer(
          blocks.layer(
              i,
              blocks.norm(i, config, weights, at + "ln_1"),
              blocks.attention(
                  i, config.attentionConfig(i), attention(at + "attn.", config, weights)),
              blocks.norm(i, config, weights, at + "ln_2"),
              blocks.mlp(i, config.mlpConfig(), mlp(at + "mlp.", config, weights))));
    }
    model
        .norm(blocks.norm(config, weights, root + "ln_f"))
        .head(blocks.lmHead(config, weights, "lm_head", root + "wte"));
    // Causal masks that old checkpoints carry.
    weights.refuseUnused(
        "a GPT-2", name -> name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias"));
  }

  private static AttentionWeights attention(
      String at, DecoderConfig config, DecoderWeights weights) {
    int hidden = config.hiddenSize();
    return AttentionWeights.stacked(
            transposed(weights, at + "c_attn", 3L * hidden, hidden),
            transposed(weights, at + "c_proj", hidden, hidden),
            hidden)
        .withStackedBias(weights.vector(at + "c_attn.bias", 3L * hidden), hidden)
        .withOutputBias(weights.vector(at + "c_proj.bias", hidden));
  }

  private static MLPWeights mlp(String at, DecoderConfig config, DecoderWeights weights) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    return MLPWeights.standard(
        transposed(weights, at + "c_fc", inner, hidden),
        weights.vector(at + "c_fc.bias", inner),
        transposed(weights, at + "c_proj", hidden, inner),
        weights.vector(at + "c_proj.bias", hidden));
  }

  /** Returns a weight [out, in] that is stored as [in, out]. */
  private static LazyWeight transposed(DecoderWeights weights, String name, long out, long in) {
    WeightLoader loader = weights.loader();
    HostWeight stored = loader.host(name + ".weight", in, out);
    return loader.cached(stored.transposed());
  }
}
