// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.bert;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.MLPWeights;

/**
 * A BERT's weights by what they are for. Checkpoints of a model with a head have "bert." before the
 * encoder's names; the first ones call weight and bias of a norm gamma and beta. Every shape is
 * checked; nothing is read before a block loads its weight.
 */
final class BertWeights {
  private final EncoderConfig config;
  private final WeightLoader loader;
  private final String prefix;

  /** Weight and bias of a norm or a linear. */
  record Pair(LazyWeight weight, LazyWeight bias) {}

  BertWeights(EncoderConfig config, WeightLoader loader) {
    this.config = config;
    this.loader = loader;
    this.prefix = loader.contains("bert.embeddings.word_embeddings.weight") ? "bert." : "";
  }

  /** Returns the token embedding, [vocabulary, hidden]. */
  LazyWeight tokens() {
    return table("word_embeddings", config.vocabSize());
  }

  /** Returns the position embedding, [positions, hidden]. */
  LazyWeight positions() {
    return table("position_embeddings", config.maxPositions());
  }

  /** Returns the embedding of token types, [types, hidden]. */
  LazyWeight tokenTypes() {
    return table("token_type_embeddings", config.tokenTypes());
  }

  private LazyWeight table(String name, int rows) {
    return loader.weight(prefix + "embeddings." + name + ".weight", rows, config.hiddenSize());
  }

  /** Returns the norm of the embeddings, [hidden]. */
  Pair embeddingNorm() {
    return norm(prefix + "embeddings.LayerNorm");
  }

  /** Returns the projections of a layer's attention. */
  AttentionWeights attention(int layer) {
    int hidden = config.hiddenSize();
    Pair q = linear(in(layer, "attention.self.query"), hidden, hidden);
    Pair k = linear(in(layer, "attention.self.key"), hidden, hidden);
    Pair v = linear(in(layer, "attention.self.value"), hidden, hidden);
    Pair o = linear(in(layer, "attention.output.dense"), hidden, hidden);
    return new AttentionWeights(q.weight, k.weight, v.weight, o.weight)
        .withQkvBias(q.bias, k.bias, v.bias)
        .withOutputBias(o.bias);
  }

  /** Returns the norm behind a layer's attention, [hidden]. */
  Pair attentionNorm(int layer) {
    return norm(in(layer, "attention.output.LayerNorm"));
  }

  /** Returns the linears of a layer's MLP. */
  MLPWeights mlp(int layer) {
    int hidden = config.hiddenSize();
    int inner = config.mlp().intermediateSize();
    Pair up = linear(in(layer, "intermediate.dense"), inner, hidden);
    Pair down = linear(in(layer, "output.dense"), hidden, inner);
    return MLPWeights.standard(up.weight, up.bias, down.weight, down.bias);
  }

  /** Returns the norm behind a layer's MLP, [hidden]. */
  Pair mlpNorm(int layer) {
    return norm(in(layer, "output.LayerNorm"));
  }

  /** Tells whether the checkpoint has a pooler. */
  boolean hasPooler() {
    return loader.contains(prefix + "pooler.dense.weight");
  }

  /** Returns the pooler, [hidden, hidden]. */
  Pair pooler() {
    return linear(prefix + "pooler.dense", config.hiddenSize(), config.hiddenSize());
  }

  /** Returns the classifier, [labels, hidden]; its bias alone says how many labels there are. */
  Pair classifier() {
    long labels = loader.host("classifier.bias").shape()[0];
    return linear("classifier", labels, config.hiddenSize());
  }

  /**
   * Refuses tensors that nothing above has asked for.
   *
   * @param leavesHeadOut whether the head of a language model may be left out
   * @throws dev.tttv2.config.CheckpointException if there are any; names them
   */
  void refuseUnused(boolean leavesHeadOut) {
    loader.refuseUnused(
        "a BERT",
        // Numbers 0, 1, 2 ... and zeros, which some versions of transformers stored.
        name ->
            name.equals(prefix + "embeddings.position_ids")
                || name.equals(prefix + "embeddings.token_type_ids")
                || leavesHeadOut && name.startsWith("cls."));
  }

  private String in(int layer, String name) {
    return prefix + "encoder.layer.%d.%s".formatted(layer, name);
  }

  private Pair linear(String name, long out, long in) {
    return new Pair(loader.weight(name + ".weight", out, in), loader.weight(name + ".bias", out));
  }

  private Pair norm(String name) {
    boolean old = loader.contains(name + ".gamma");
    return new Pair(
        loader.weight(name + (old ? ".gamma" : ".weight"), config.hiddenSize()),
        loader.weight(name + (old ? ".beta" : ".bias"), config.hiddenSize()));
  }
}
