// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.RoPEMetadata;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.Block;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.ModelBlocks;

/**
 * The arrangement that many decoders share, under the names that Hugging Face gives their modules:
 * norms before attention and before a gated MLP, or another {@link FeedForward}, a final norm, a
 * head that may be tied.
 *
 * <pre>
 * x = x + attention(input_layernorm(x))
 * x = x + mlp(post_attention_layernorm(x))
 * </pre>
 */
public final class PreNormDecoder {
  private static final String EMBEDDING = "model.embed_tokens";
  private static final String HEAD = "lm_head";

  private PreNormDecoder() {}

  /** Makes a layer's feed-forward block. */
  @FunctionalInterface
  public interface FeedForward {
    /**
     * Makes the block, which the model will own.
     *
     * @param prefix of the layer's modules, such as "model.layers.0."
     */
    Block of(
        int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights);
  }

  /** Puts a model with gated MLPs together. */
  public static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    assemble(model, blocks, config, weights, PreNormDecoder::gatedMlp);
  }

  /** Puts a model together. */
  public static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights,
      FeedForward feedForward) {
    blocks.residualScale((float) config.residualScale());
    embedding(model, blocks, config, weights);
    for (int i = 0; i < config.numLayers(); i++) {
      String at = prefix(i);
      model.layer(
          blocks.layer(
              i,
              blocks.norm(i, config, weights, at + "input_layernorm"),
              attention(i, at, blocks, config, weights),
              blocks.norm(i, config, weights, at + "post_attention_layernorm"),
              feedForward.of(i, at, blocks, config, weights)));
    }
    head(model, blocks, config, weights);
  }

  /** Returns the prefix of a layer's modules. */
  public static String prefix(int layer) {
    return "model.layers." + layer + ".";
  }

  /** Sets the token embedding. */
  public static void embedding(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(EMBEDDING)));
  }

  /** Makes a layer's attention, with norms of queries and keys where the description has them. */
  public static Attention attention(
      int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights) {
    String self = prefix + "self_attn.";
    AttentionWeights projections =
        weights.attention(self + "q_proj", self + "k_proj", self + "v_proj", self + "o_proj");
    return blocks.attention(
        layer,
        config.attentionConfig(layer),
        weights.withQkNorm(projections, self + "q_norm", self + "k_norm"));
  }

  /** Makes a layer's gated MLP. */
  public static Block gatedMlp(
      int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights) {
    String mlp = prefix + "mlp.";
    return blocks.mlp(
        layer,
        config.mlpConfig(),
        weights.gatedMlp(mlp + "gate_proj", mlp + "up_proj", mlp + "down_proj"));
  }

  /** Sets the final norm and the head, and refuses tensors that were left out. */
  public static void head(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    model
        .norm(blocks.norm(config, weights, "model.norm"))
        .head(blocks.lmHead(config, weights, HEAD, EMBEDDING));
    weights.refuseUnused("this model", RoPEMetadata::isFrequencies);
  }
}
