// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.ALiBi;
import dev.tttv2.core.block.ALiBiConfig;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.LMHead;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.LayerNorm;
import dev.tttv2.core.block.LayerNormConfig;
import dev.tttv2.core.block.Linear;
import dev.tttv2.core.block.LinearConfig;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.MixtureOfExperts;
import dev.tttv2.core.block.MixtureOfExpertsConfig;
import dev.tttv2.core.block.MixtureOfExpertsWeights;
import dev.tttv2.core.block.Norm;
import dev.tttv2.core.block.PatchEmbedding;
import dev.tttv2.core.block.PatchEmbeddingConfig;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.Residual;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.core.block.TransformerBlockConfig;
import dev.tttv2.core.block.TransformerBlockPlan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Makes a model's blocks on one device: each config is given the precisions of its place, resolved
 * for the device, and loaded. All blocks are closed together, also when one of them cannot be made:
 *
 * <pre>{@code
 * try (ModelBlocks blocks = new ModelBlocks(device, precision)) {
 *   ... blocks.attention(layer, AttentionConfig.builder(...), weights) ...
 *   return new MyModel(blocks.keep(), ...);   // closes what keep() returned
 * }
 * }</pre>
 *
 * <p>What a family sets itself in a config's builder, a dtype among others, is replaced by the
 * precisions; what they do not know, it keeps. A block of another kind is made by hand and handed
 * to {@link #own}.
 *
 * <p>What makes a block throws an IllegalArgumentException if the config's numbers do not fit each
 * other or the device, or the weights do not fit the config; the blocks made before stay open.
 */
public final class ModelBlocks implements AutoCloseable {
  private final Device device;
  private final DeviceTarget target;
  private final OptimizationConfig precision;
  private final Deque<AutoCloseable> blocks = new ArrayDeque<>();
  private float residualScale = 1;

  /**
   * Makes no blocks yet.
   *
   * @throws NullPointerException if one is null
   */
  public ModelBlocks(Device device, OptimizationConfig precision) {
    this.device = Objects.requireNonNull(device, "device");
    this.precision = Objects.requireNonNull(precision, "precision");
    this.target = device.target();
  }

  /** Returns the device that the blocks are on. */
  public Device device() {
    return device;
  }

  /** Returns the precisions that the blocks are made with. */
  public OptimizationConfig precision() {
    return precision;
  }

  /** Sets the factor of what sublayers add to the residual stream in layers to come; default 1. */
  public ModelBlocks residualScale(float factor) {
    residualScale = factor;
    return this;
  }

  /**
   * Takes over a block that was made elsewhere; returns it.
   *
   * @throws NullPointerException if there is none
   */
  public <T extends AutoCloseable> T own(T block) {
    blocks.push(Objects.requireNonNull(block, "block"));
    return block;
  }

  /** Makes a token embedding, or another table. */
  public Embedding embedding(EmbeddingConfig.Builder config, LazyWeight table) {
    return own(new Embedding(device, precision.configure(config).build().resolve(target), table));
  }

  /**
   * Makes an embedding of images' patches.
   *
   * @param bias or null
   * @param classToken or null
   * @param positions or null
   */
  public PatchEmbedding patchEmbedding(
      PatchEmbeddingConfig.Builder config,
      LazyWeight weight,
      LazyWeight bias,
      LazyWeight classToken,
      LazyWeight positions) {
    return own(
        new PatchEmbedding(
            device,
            precision.configure(config).build().resolve(target),
            weight,
            bias,
            classToken,
            positions));
  }

  /** Makes rotary position embeddings. */
  public RoPE rope(RoPEConfig.Builder config) {
    return own(new RoPE(device, precision.configure(config).build().resolve(target)));
  }

  /** Makes attention with linear biases. */
  public ALiBi alibi(ALiBiConfig.Builder config) {
    return own(new ALiBi(device, precision.configure(config).build().resolve(target)));
  }

  /** Makes a norm of a layer. */
  public RMSNorm rmsNorm(int layer, RMSNormConfig.Builder config, LazyWeight weight) {
    return own(
        new RMSNorm(device, precision.configure(layer, config).build().resolve(target), weight));
  }

  /** Makes a norm outside the layers. */
  public RMSNorm rmsNorm(RMSNormConfig.Builder config, LazyWeight weight) {
    return own(new RMSNorm(device, precision.configure(config).build().resolve(target), weight));
  }

  /**
   * Makes a norm of a layer.
   *
   * @param bias or null
   */
  public LayerNorm layerNorm(
      int layer, LayerNormConfig.Builder config, LazyWeight weight, LazyWeight bias) {
    return own(
        new LayerNorm(
            device, precision.configure(layer, config).build().resolve(target), weight, bias));
  }

  /**
   * Makes a norm outside the layers.
   *
   * @param bias or null
   */
  public LayerNorm layerNorm(LayerNormConfig.Builder config, LazyWeight weight, LazyWeight bias) {
    return own(
        new LayerNorm(device, precision.configure(config).build().resolve(target), weight, bias));
  }

  /** Makes a layer's norm of the kind that a decoder's description says, by its module's name. */
  public Norm norm(int layer, DecoderConfig config, DecoderWeights weights, String name) {
    return switch (config.norm().kind()) {
      case RMS_NORM -> rmsNorm(layer, config.rmsNormConfig(), weights.norm(name));
      case LAYER_NORM ->
          layerNorm(layer, config.layerNormConfig(), weights.norm(name), weights.normBias(name));
    };
  }

  /** Makes a norm outside the layers, likewise. */
  public Norm norm(DecoderConfig config, DecoderWeights weights, String name) {
    return switch (config.norm().kind()) {
      case RMS_NORM -> rmsNorm(config.rmsNormConfig(), weights.norm(name));
      case LAYER_NORM ->
          layerNorm(config.layerNormConfig(), weights.norm(name), weights.normBias(name));
    };
  }

  /** Makes a layer's attention. */
  public Attention attention(int layer, AttentionConfig.Builder config, AttentionWeights weights) {
    return own(
        new Attention(device, precision.configure(layer, config).build().resolve(target), weights));
  }

  /**
   * Makes a layer's mixture of experts.
   *
   * @param sharedExpert takes every token, or null
   * @param sharedGate [1, H], or null
   */
  public MixtureOfExperts experts(
      int layer,
      MixtureOfExpertsConfig.Builder config,
      MixtureOfExpertsWeights weights,
      Block sharedExpert,
      LazyWeight sharedGate) {
    return own(
        new MixtureOfExperts(
            device,
            precision.configure(layer, config).build().resolve(target),
            weights,
            sharedExpert,
            sharedGate));
  }

  /** Makes a layer's MLP. */
  public MLP mlp(int layer, MLPConfig.Builder config, MLPWeights weights) {
    return own(
        new MLP(device, precision.configure(layer, config).build().resolve(target), weights));
  }

  /**
   * Makes the projection to logits.
   *
   * @param bias or null
   */
  public LMHead lmHead(LMHeadConfig.Builder config, LazyWeight weight, LazyWeight bias) {
    return own(
        new LMHead(device, precision.configure(config).build().resolve(target), weight, bias));
  }

  /**
   * Makes a decoder's projection to logits, with the bias that its description says.
   *
   * @param name of the head's module
   * @param embedding name of the token embedding's module, whose weight a tied head has
   */
  public LMHead lmHead(
      DecoderConfig config, DecoderWeights weights, String name, String embedding) {
    return lmHead(config.lmHeadConfig(), weights.lmHead(name, embedding), weights.lmHeadBias(name));
  }

  /**
   * Makes a linear behind the layers: a pooler, a classifier, a projection.
   *
   * @param bias or null
   */
  public Linear linear(LinearConfig.Builder config, LazyWeight weight, LazyWeight bias) {
    return own(
        new Linear(device, precision.configure(config).build().resolve(target), weight, bias));
  }

  /** Puts a pre-norm layer together. */
  public TransformerBlock layer(
      int layer,
      Block attentionNorm,
      Attention attention,
      Block feedForwardNorm,
      Block feedForward) {
    return layer(
        layer,
        new Residual.PreNorm(attentionNorm),
        attention,
        new Residual.PreNorm(feedForwardNorm),
        feedForward);
  }

  /** Puts a layer together. */
  public TransformerBlock layer(
      int layer,
      Residual attentionResidual,
      Attention attention,
      Residual feedForwardResidual,
      Block feedForward) {
    return own(
        new TransformerBlock(
            plan(layer), attentionResidual, attention, feedForwardResidual, feedForward));
  }

  /** Puts a layer together whose attention and MLP stand side by side behind one norm. */
  public TransformerBlock parallelLayer(
      int layer, Block norm, Attention attention, Block feedForward) {
    return own(TransformerBlock.parallel(plan(layer), norm, attention, feedForward));
  }

  /** Puts a layer together whose attention and MLP stand side by side, each behind its norm. */
  public TransformerBlock parallelLayer(
      int layer,
      Block attentionNorm,
      Attention attention,
      Block feedForwardNorm,
      Block feedForward) {
    return own(
        TransformerBlock.parallel(
            plan(layer), attentionNorm, attention, feedForwardNorm, feedForward));
  }

  private TransformerBlockPlan plan(int layer) {
    return precision
        .configure(layer, TransformerBlockConfig.builder(layer).residualScale(residualScale))
        .build()
        .resolve(target);
  }

  /**
   * Hands all blocks to a model, which closes the object that this returns; closing this one then
   * closes nothing.
   */
  public ModelBlocks keep() {
    ModelBlocks kept = new ModelBlocks(device, precision);
    kept.blocks.addAll(blocks);
    blocks.clear();
    return kept;
  }

  /**
   * Closes the blocks, the last one first, unless they were handed to a model. Idempotent.
   *
   * @throws IllegalStateException if a block that was handed to {@link #own} throws a checked
   *     exception
   */
  @Override
  public void close() {
    while (!blocks.isEmpty()) {
      try {
        blocks.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e); // blocks throw no checked exceptions
      }
    }
  }
}
