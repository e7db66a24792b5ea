// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.vit;

import dev.tttv2.config.VisionConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.MLPWeights;

/**
 * A ViT's weights by what they are for. Checkpoints of a model with a head have "vit." before the
 * encoder's names. Every shape is checked; nothing is read before a block loads its weight.
 */
final class ViTWeights {
  private final VisionConfig config;
  private final WeightLoader loader;
  private final String prefix;

  /** Weight and bias of a norm or a linear. */
  record Pair(LazyWeight weight, LazyWeight bias) {}

  ViTWeights(VisionConfig config, WeightLoader loader) {
    this.config = config;
    this.loader = loader;
    this.prefix = loader.contains("vit.embeddings.cls_token") ? "vit." : "";
  }

  /** Returns the convolution of the patches as a linear, [hidden, channels patch patch]. */
  Pair patches() {
    String name = prefix + "embeddings.patch_embeddings.projection";
    int hidden = config.hiddenSize();
    int channels = config.numChannels();
    int patch = config.patchSize();
    return new Pair(
        loader.cached(
            loader
                .host(name + ".weight", hidden, channels, patch, patch)
                .reshaped(hidden, (long) channels * patch * patch)),
        loader.weight(name + ".bias", hidden));
  }

  /** Returns the class token, [hidden]. */
  LazyWeight classToken() {
    return loader.cached(
        loader
            .host(prefix + "embeddings.cls_token", 1, 1, config.hiddenSize())
            .reshaped(config.hiddenSize()));
  }

  /** Returns the positions of class token and patches, [1 + patches, hidden]. */
  LazyWeight positions() {
    int rows = 1 + config.numPatches();
    return loader.cached(
        loader
            .host(prefix + "embeddings.position_embeddings", 1, rows, config.hiddenSize())
            .reshaped(rows, config.hiddenSize()));
  }

  /** Returns the norm before a layer's attention, [hidden]. */
  Pair attentionNorm(int layer) {
    return norm(in(layer, "layernorm_before"));
  }

  /** Returns the projections of a layer's attention. */
  AttentionWeights attention(int layer) {
    int hidden = config.hiddenSize();
    String self = in(layer, "attention.attention.");
    String output = in(layer, "attention.output.dense");
    AttentionWeights weights =
        new AttentionWeights(
                weight(self + "query", hidden, hidden),
                weight(self + "key", hidden, hidden),
                weight(self + "value", hidden, hidden),
                weight(output, hidden, hidden))
            .withOutputBias(bias(output, hidden));
    return config.attention().qkvBias()
        ? weights.withQkvBias(
            bias(self + "query", hidden), bias(self + "key", hidden), bias(self + "value", hidden))
        : weights;
  }

  /** Returns the norm before a layer's MLP, [hidden]. */
  Pair mlpNorm(int layer) {
    return norm(in(layer, "layernorm_after"));
  }

  /** Returns the linears of a layer's MLP. */
  MLPWeights mlp(int layer) {
    int hidden = config.hiddenSize();
    int inner = config.mlp().intermediateSize();
    Pair up = linear(in(layer, "intermediate.dense"), inner, hidden);
    Pair down = linear(in(layer, "output.dense"), hidden, inner);
    return MLPWeights.standard(up.weight, up.bias, down.weight, down.bias);
  }

  /** Returns the norm behind the layers, [hidden]. */
  Pair norm() {
    return norm(prefix + "layernorm");
  }

  /** Tells whether the checkpoint has a pooler. */
  boolean hasPooler() {
    return loader.contains(prefix + "pooler.dense.weight");
  }

  /** Returns the pooler, [hidden, hidden]. */
  Pair pooler() {
    return linear(prefix + "pooler.dense", config.hiddenSize(), config.hiddenSize());
  }

  /** Returns the classifier, [labels, hidden]. */
  Pair classifier() {
    int named = config.labels().size();
    long labels = named > 0 ? named : loader.host("classifier.bias").shape()[0];
    return linear("classifier", labels, config.hiddenSize());
  }

  /**
   * Refuses tensors that nothing above has asked for.
   *
   * @throws dev.tttv2.config.CheckpointException if there are any; names them
   */
  void refuseUnused() {
    loader.refuseUnused("a ViT", name -> false);
  }

  private String in(int layer, String name) {
    return prefix + "encoder.layer.%d.%s".formatted(layer, name);
  }

  private LazyWeight weight(String name, long... shape) {
    return loader.weight(name + ".weight", shape);
  }

  private LazyWeight bias(String name, long size) {
    return loader.weight(name + ".bias", size);
  }

  private Pair linear(String name, long out, long in) {
    return new Pair(weight(name, out, in), bias(name, out));
  }

  private Pair norm(String name) {
    return new Pair(weight(name, config.hiddenSize()), bias(name, config.hiddenSize()));
  }
}
