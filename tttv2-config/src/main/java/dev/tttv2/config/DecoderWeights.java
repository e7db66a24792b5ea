// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.MixtureOfExpertsWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A decoder's weights as its blocks want them, found under the names that a family gives: names of
 * modules, to which {@code .weight} and {@code .bias} are added. Every shape is that of the
 * description, biases are there where it says so; nothing is read before a block loads it.
 */
public final class DecoderWeights {
  private final WeightLoader loader;
  private final DecoderConfig config;
  private final long hidden;
  private final long queries;
  private final long keys;

  /** Finds weights of a described model. */
  public DecoderWeights(WeightLoader loader, DecoderConfig config) {
    this.loader = loader;
    this.config = config;
    hidden = config.hiddenSize();
    queries = (long) config.numHeads() * config.headDim();
    keys = (long) config.numKvHeads() * config.headDim();
  }

  /** Returns the loader, for what has no method here. */
  public WeightLoader loader() {
    return loader;
  }

  /** Returns the token embedding, [vocabulary, hidden]. */
  public LazyWeight embedding(String name) {
    return loader.weight(name + ".weight", config.vocabSize(), hidden);
  }

  /**
   * Returns the rows of learned positions that are used, [maxPositions, hidden].
   *
   * @throws IllegalStateException if the model's positions are not learned
   */
  public LazyWeight positions(String name) {
    if (!(config.positions() instanceof PositionEncoding.Learned learned)) {
      throw new IllegalStateException("positions are not learned but " + config.positions());
    }
    HostWeight table = loader.host(name + ".weight", learned.rows(), hidden);
    int first = learned.offset();
    return loader.cached(table.rows(first, first + (long) config.maxPositions()));
  }

  /** Returns a norm's weight, [hidden]. */
  public LazyWeight norm(String name) {
    return vector(name + ".weight", hidden);
  }

  /** Returns a norm's bias, [hidden]. */
  public LazyWeight normBias(String name) {
    return vector(name + ".bias", hidden);
  }

  /** Returns a vector under its full name. */
  public LazyWeight vector(String name, long extent) {
    return loader.weight(name, extent);
  }

  /**
   * Returns the projection to logits, [vocabulary, hidden].
   *
   * @param name of the head's module
   * @param embedding of the embedding's, whose weight it is if they are tied
   * @throws CheckpointException if it is missing or has another shape, or they are tied and there
   *     is one of its own that differs
   */
  public LazyWeight lmHead(String name, String embedding) {
    if (!config.tiedEmbeddings()) {
      return embedding(name);
    }
    if (loader.contains(name + ".weight")) {
      refuseAnother(name + ".weight", embedding + ".weight");
    }
    return embedding(embedding);
  }

  /** Some files hold the tied weight twice; if they differ, one of them would be left out. */
  private void refuseAnother(String copy, String original) {
    HostWeight head = loader.host(copy, config.vocabSize(), hidden);
    if (!head.sameBytes(loader.host(original, config.vocabSize(), hidden))) {
      throw head.refuse("is not %s, although tie_word_embeddings is true".formatted(original));
    }
  }

  /** Returns the bias of the projection to logits, or null where the model has none. */
  public LazyWeight lmHeadBias(String name) {
    return config.lmHeadBias() ? vector(name + ".bias", config.vocabSize()) : null;
  }

  /** Returns projections that are modules of their own, [out, in] each. */
  public AttentionWeights attention(String q, String k, String v, String o) {
    AttentionWeights weights =
        new AttentionWeights(
            loader.weight(q + ".weight", queries, hidden),
            loader.weight(k + ".weight", keys, hidden),
            loader.weight(v + ".weight", keys, hidden),
            loader.weight(o + ".weight", hidden, queries));
    if (config.attention().qkvBias()) {
      weights =
          weights.withQkvBias(
              vector(q + ".bias", queries), vector(k + ".bias", keys), vector(v + ".bias", keys));
    }
    return withOutputBias(weights, o);
  }

  private AttentionWeights withOutputBias(AttentionWeights weights, String o) {
    return config.attention().outputBias()
        ? weights.withOutputBias(vector(o + ".bias", hidden))
        : weights;
  }

  /**
   * Adds the norms of queries and keys that the description has.
   *
   * @param q of the queries' norm
   * @param k of the keys'
   */
  public AttentionWeights withQkNorm(AttentionWeights weights, String q, String k) {
    return switch (config.attention().qkNorm()) {
      case NONE -> weights;
      case PER_HEAD ->
          weights.withQkNorm(
              vector(q + ".weight", config.headDim()), vector(k + ".weight", config.headDim()));
      case ALL_HEADS ->
          weights.withQkNorm(vector(q + ".weight", queries), vector(k + ".weight", keys));
    };
  }

  /**
   * Returns projections of which queries, keys and values are one module, [q rows, k rows, v rows].
   */
  public AttentionWeights stackedAttention(String qkv, String o) {
    AttentionWeights weights =
        AttentionWeights.stacked(
            loader.weight(qkv + ".weight", queries + 2 * keys, hidden),
            loader.weight(o + ".weight", hidden, queries),
            queries);
    if (config.attention().qkvBias()) {
      weights = weights.withStackedBias(vector(qkv + ".bias", queries + 2 * keys), queries);
    }
    return withOutputBias(weights, o);
  }

  /**
   * Returns projections of which queries, keys and values are one module with the rows of each head
   * together: [heads, 3, head, hidden]. There are as many heads of keys and values as of queries.
   */
  public AttentionWeights interleavedAttention(String qkv, String o) {
    HostWeight all = loader.host(qkv + ".weight", 3 * queries, hidden);
    AttentionWeights weights =
        new AttentionWeights(
            third(all, 0),
            third(all, 1),
            third(all, 2),
            loader.weight(o + ".weight", hidden, queries));
    if (config.attention().qkvBias()) {
      HostWeight biases = loader.host(qkv + ".bias", 3 * queries);
      weights = weights.withQkvBias(third(biases, 0), third(biases, 1), third(biases, 2));
    }
    return withOutputBias(weights, o);
  }

  private LazyWeight third(HostWeight all, int which) {
    int head = config.headDim();
    int[] rows = IntStream.range(which * head, (which + 1) * head).toArray();
    return loader.cached(all.rearranged(0, 3 * head, rows));
  }

  /** Returns the projections of a gated MLP, modules of their own. */
  public MLPWeights gatedMlp(String gate, String up, String down) {
    long inner = config.intermediateSize();
    boolean bias = config.mlp().bias();
    return new MLPWeights(
        loader.weight(gate + ".weight", inner, hidden),
        loader.weight(up + ".weight", inner, hidden),
        loader.weight(down + ".weight", hidden, inner),
        bias ? vector(gate + ".bias", inner) : null,
        bias ? vector(up + ".bias", inner) : null,
        bias ? vector(down + ".bias", hidden) : null);
  }

  /**
   * Returns the projections of a gated MLP without biases, gate and up one module in this order.
   */
  public MLPWeights stackedMlp(String gateUp, String down) {
    long inner = config.intermediateSize();
    return MLPWeights.stacked(
        loader.weight(gateUp + ".weight", 2 * inner, hidden),
        loader.weight(down + ".weight", hidden, inner));
  }

  /** Returns the two matrices of an MLP without a gate. */
  public MLPWeights standardMlp(String first, String second) {
    long inner = config.intermediateSize();
    boolean bias = config.mlp().bias();
    return MLPWeights.standard(
        loader.weight(first + ".weight", inner, hidden),
        bias ? vector(first + ".bias", inner) : null,
        loader.weight(second + ".weight", hidden, inner),
        bias ? vector(second + ".bias", hidden) : null);
  }

  /**
   * Returns the weights of a mixture of experts.
   *
   * @param router the module that gives the experts' logits
   * @param gate of an expert, whose number is {@code %d}; likewise up and down
   * @throws java.util.NoSuchElementException if the model has no experts
   */
  public MixtureOfExpertsWeights experts(String router, String gate, String up, String down) {
    MixtureOfExpertsConfig experts = config.experts().orElseThrow();
    long inner = experts.expertSize();
    return new MixtureOfExpertsWeights(
        loader.weight(router + ".weight", experts.numExperts(), hidden),
        ofExperts(gate, experts.numExperts(), inner, hidden),
        ofExperts(up, experts.numExperts(), inner, hidden),
        ofExperts(down, experts.numExperts(), hidden, inner));
  }

  private LazyWeight ofExperts(String name, int count, long out, long in) {
    List<HostWeight> weights = new ArrayList<>();
    for (int expert = 0; expert < count; expert++) {
      weights.add(loader.host(name.formatted(expert) + ".weight", out, in));
    }
    return loader.cached(HostWeight.concatRows(name, weights).reshaped(count, out, in));
  }

  /**
   * Refuses tensors that no method above was asked for.
   *
   * @param what what does not have them, for the message
   * @param harmless tells of a name whether it may be left out
   * @throws CheckpointException if there are any
   */
  public void refuseUnused(String what, Predicate<String> harmless) {
    loader.refuseUnused(what, harmless);
  }
}
