// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.clip;

import dev.tttv2.config.ModelConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.LayerNorm;
import dev.tttv2.core.block.Linear;
import dev.tttv2.core.block.LinearConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.interfaces.ModelBlocks;

/**
 * What both towers have: pre-norm layers under one set of names, norms and a projection without
 * bias. Every shape is checked; nothing is read before a block loads its weight.
 */
final class CLIPLayers {
  private final ModelConfig config;
  private final WeightLoader loader;
  private final ModelBlocks blocks;
  private final String prefix;

  /**
   * Makes the layers of a tower.
   *
   * @param prefix of the names of its weights, such as "text_model."
   */
  CLIPLayers(ModelConfig config, WeightLoader loader, ModelBlocks blocks, String prefix) {
    this.config = config;
    this.loader = loader;
    this.blocks = blocks;
    this.prefix = prefix;
  }

  /** Makes a layer. */
  TransformerBlock layer(int layer) {
    String name = "encoder.layers.%d.".formatted(layer);
    return blocks.layer(
        layer,
        layerNorm(layer, name + "layer_norm1"),
        blocks.attention(layer, config.attentionConfig(layer), attention(name + "self_attn.")),
        layerNorm(layer, name + "layer_norm2"),
        blocks.mlp(layer, config.mlpConfig(), mlp(name + "mlp.")));
  }

  private LayerNorm layerNorm(int layer, String name) {
    int hidden = config.hiddenSize();
    return blocks.layerNorm(
        layer, config.layerNormConfig(), weight(name, hidden), bias(name, hidden));
  }

  private AttentionWeights attention(String name) {
    int hidden = config.hiddenSize();
    return new AttentionWeights(
            weight(name + "q_proj", hidden, hidden),
            weight(name + "k_proj", hidden, hidden),
            weight(name + "v_proj", hidden, hidden),
            weight(name + "out_proj", hidden, hidden))
        .withQkvBias(
            bias(name + "q_proj", hidden),
            bias(name + "k_proj", hidden),
            bias(name + "v_proj", hidden))
        .withOutputBias(bias(name + "out_proj", hidden));
  }

  private MLPWeights mlp(String name) {
    int hidden = config.hiddenSize();
    int inner = config.mlp().intermediateSize();
    return MLPWeights.standard(
        weight(name + "fc1", inner, hidden),
        bias(name + "fc1", inner),
        weight(name + "fc2", hidden, inner),
        bias(name + "fc2", hidden));
  }

  /** Makes a norm outside the layers. */
  LayerNorm norm(String name) {
    int hidden = config.hiddenSize();
    return blocks.layerNorm(config.layerNormConfig(), weight(name, hidden), bias(name, hidden));
  }

  /**
   * Makes the projection to the space that texts and images share.
   *
   * @param name without the tower's prefix
   */
  Linear projection(String name, int size) {
    LazyWeight weight = loader.weight(name + ".weight", size, config.hiddenSize());
    return blocks.linear(LinearConfig.builder(config.hiddenSize(), size), weight, null);
  }

  /** Returns a weight of the tower. */
  LazyWeight weight(String name, long... shape) {
    return loader.weight(prefix + name + ".weight", shape);
  }

  private LazyWeight bias(String name, long size) {
    return loader.weight(prefix + name + ".bias", size);
  }
}
