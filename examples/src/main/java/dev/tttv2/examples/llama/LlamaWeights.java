// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.GgufCheckpoint;
import dev.tttv2.config.HostWeight;
import dev.tttv2.config.RoPEMetadata;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.MLPWeights;

/**
 * A Llama's weights by what they are for. Hugging Face and GGUF name them differently, and GGUF
 * stores the rows of q and k in another order. Every shape is checked; nothing is read before a
 * block loads its weight.
 */
final class LlamaWeights {
  private final boolean isGguf;
  private final DecoderConfig config;
  private final WeightLoader loader;
  private final Names names;

  /** What the weights are called; {@code %d} is the layer. */
  private record Names(
      String embedding,
      String layer,
      String attentionNorm,
      String q,
      String k,
      String v,
      String o,
      String mlpNorm,
      String gate,
      String up,
      String down,
      String norm,
      String lmHead) {
    static final Names HUGGING_FACE =
        new Names(
            "model.embed_tokens",
            "model.layers.%d.",
            "input_layernorm",
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "post_attention_layernorm",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj",
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
            "ffn_norm",
            "ffn_gate",
            "ffn_up",
            "ffn_down",
            "output_norm",
            "output");
  }

  LlamaWeights(Checkpoint checkpoint, DecoderConfig config, WeightLoader loader) {
    this.isGguf = checkpoint instanceof GgufCheckpoint;
    this.config = config;
    this.loader = loader;
    this.names = isGguf ? Names.GGUF : Names.HUGGING_FACE;
  }

  /** Returns the embedding table, [vocabulary, hidden]. */
  LazyWeight embedding() {
    return weight(names.embedding, config.vocabSize(), config.hiddenSize());
  }

  /** Returns the weight of the norm before a layer's attention, [hidden]. */
  LazyWeight attentionNorm(int layer) {
    return weight(in(layer, names.attentionNorm), config.hiddenSize());
  }

  /** Returns the projections of a layer's attention, with biases where the model has them. */
  AttentionWeights attention(int layer) {
    int hidden = config.hiddenSize();
    int queries = config.numHeads() * config.headDim();
    int keys = config.numKvHeads() * config.headDim();
    String q = in(layer, names.q);
    String k = in(layer, names.k);
    String v = in(layer, names.v);
    String o = in(layer, names.o);
    AttentionWeights weights =
        new AttentionWeights(
            rotary(q + ".weight", config.numHeads(), queries, hidden),
            rotary(k + ".weight", config.numKvHeads(), keys, hidden),
            weight(v, keys, hidden),
            weight(o, hidden, queries));
    if (config.attention().qkvBias()) {
      weights =
          weights.withQkvBias(
              rotary(q + ".bias", config.numHeads(), queries),
              rotary(k + ".bias", config.numKvHeads(), keys),
              bias(v, keys));
    }
    return config.attention().outputBias() ? weights.withOutputBias(bias(o, hidden)) : weights;
  }

  /** Returns the weight of the norm before a layer's MLP, [hidden]. */
  LazyWeight mlpNorm(int layer) {
    return weight(in(layer, names.mlpNorm), config.hiddenSize());
  }

  /** Returns the projections of a layer's MLP, with biases where the model has them. */
  MLPWeights mlp(int layer) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    String gate = in(layer, names.gate);
    String up = in(layer, names.up);
    String down = in(layer, names.down);
    boolean biased = config.mlp().bias();
    return new MLPWeights(
        weight(gate, inner, hidden),
        weight(up, inner, hidden),
        weight(down, hidden, inner),
        biased ? bias(gate, inner) : null,
        biased ? bias(up, inner) : null,
        biased ? bias(down, hidden) : null);
  }

  /** Returns the weight of the last norm, [hidden]. */
  LazyWeight norm() {
    return weight(names.norm, config.hiddenSize());
  }

  /** Returns the projection to logits, [vocabulary, hidden]; the embedding's, if they are tied. */
  LazyWeight lmHead() {
    return new DecoderWeights(loader, config).lmHead(names.lmHead, names.embedding);
  }

  /**
   * Refuses tensors that nothing above has asked for: a model that has them is no Llama, and would
   * run without them to a wrong result.
   *
   * @throws dev.tttv2.config.CheckpointException if there are any; names them
   */
  void refuseUnused() {
    loader.refuseUnused(
        "a Llama",
        // That old checkpoints carry, or that are part of the description.
        name -> RoPEMetadata.isFrequencies(name) || RoPEMetadata.isFactors(name));
  }

  private String in(int layer, String name) {
    return names.layer.formatted(layer) + name;
  }

  /** GGUF's rotary pairs lie next to each other; ours, as Hugging Face's, are half a head apart. */
  private LazyWeight rotary(String name, int heads, long... shape) {
    HostWeight weight = loader.host(name, shape);
    return loader.cached(isGguf ? weight.unpermuteRope(heads) : weight);
  }

  private LazyWeight weight(String name, long... shape) {
    return loader.weight(name + ".weight", shape);
  }

  private LazyWeight bias(String name, long... shape) {
    return loader.weight(name + ".bias", shape);
  }
}
