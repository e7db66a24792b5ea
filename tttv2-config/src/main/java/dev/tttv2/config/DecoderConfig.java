// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.config.PositionEncoding.Frequencies;
import dev.tttv2.config.PositionEncoding.Rotary;
import dev.tttv2.core.block.ALiBiConfig;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.RoPEScaling;
import dev.tttv2.core.block.RoPEStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A decoder: token embedding, blocks of attention and an MLP, final norm, projection to logits.
 *
 * @param vocabSize tokens, V
 * @param hiddenSize width of the residual stream, H
 * @param numLayers blocks
 * @param maxPositions the longest context, in tokens
 * @param attention the attention of the blocks
 * @param positions how positions are told apart
 * @param mlp the MLP of the blocks
 * @param experts a mixture of experts in the place of the MLP, if there is one
 * @param norm the kind of norms
 * @param parallelResidual whether attention and MLP of a block have the same input: {@code x +
 *     attention(norm(x)) + mlp(norm(x))}
 * @param embeddingScale factor of token embeddings
 * @param residualScale factor of what a block's halves add to the residual stream
 * @param logitsScale factor of the logits
 * @param logitSoftcap bound c of the logits, {@code c tanh(logit / c)}; 0: none
 * @param tiedEmbeddings whether the projection to logits is the token embedding
 * @param lmHeadBias whether the projection to logits has a bias
 * @param bosTokenId the token a text begins with, if there is one
 * @param eosTokenIds the tokens that end a text; may be empty
 */
public record DecoderConfig(
    int vocabSize,
    int hiddenSize,
    int numLayers,
    int maxPositions,
    AttentionSpec attention,
    PositionEncoding positions,
    MLPSpec mlp,
    Optional<MixtureOfExpertsConfig> experts,
    NormSpec norm,
    boolean parallelResidual,
    double embeddingScale,
    double residualScale,
    double logitsScale,
    double logitSoftcap,
    boolean tiedEmbeddings,
    boolean lmHeadBias,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds)
    implements ModelConfig {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or a factor is not positive, logitSoftcap is
   *     negative, rotaryDim is above headDim, maxPositions above the rows of learned positions, a
   *     layer does not exist, or a token is outside of the vocabulary; gives the numbers
   * @throws NullPointerException if attention, positions, mlp, norm or a list or optional is null
   */
  public DecoderConfig {
    Checks.positive("decoder", "vocabSize", vocabSize);
    Checks.positive("decoder", "hiddenSize", hiddenSize);
    Checks.positive("decoder", "numLayers", numLayers);
    Checks.positive("decoder", "maxPositions", maxPositions);
    Objects.requireNonNull(attention, "attention");
    Objects.requireNonNull(mlp, "mlp");
    Objects.requireNonNull(norm, "norm");
    switch (positions) {
      case Rotary rotary -> {
        if (rotary.rotaryDim() > attention.headDim()) {
          throw new IllegalArgumentException(
              "decoder: rotaryDim is %d, expected at most headDim %d"
                  .formatted(rotary.rotaryDim(), attention.headDim()));
        }
        Checks.layers("decoder", "layers without rotation", rotary.layersWithout(), numLayers);
      }
      case PositionEncoding.Learned learned -> {
        if (maxPositions > learned.rows() - learned.offset()) {
          throw new IllegalArgumentException(
              "decoder: maxPositions is %d, expected at most %d, the rows of the position embedding"
                  .formatted(maxPositions, learned.rows() - learned.offset()));
        }
      }
      case PositionEncoding.ALiBi alibi -> {}
    }
    experts.ifPresent(e -> Checks.layers("decoder", "denseLayers", e.denseLayers(), numLayers));
    Checks.positive("decoder", "embeddingScale", embeddingScale);
    Checks.positive("decoder", "residualScale", residualScale);
    Checks.positive("decoder", "logitsScale", logitsScale);
    Checks.notNegative("decoder", "logitSoftcap", logitSoftcap);
    eosTokenIds = List.copyOf(eosTokenIds);
    bosTokenId.ifPresent(id -> Checks.token("decoder", "bosTokenId", id, vocabSize));
    for (int id : eosTokenIds) {
      Checks.token("decoder", "eosTokenIds", id, vocabSize);
    }
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder with this description's values. */
  public Builder toBuilder() {
    Builder builder =
        new Builder()
            .from(this)
            .vocabSize(vocabSize)
            .maxPositions(maxPositions)
            .parallelResidual(parallelResidual)
            .embeddingScale(embeddingScale)
            .residualScale(residualScale)
            .logitsScale(logitsScale)
            .logitSoftcap(logitSoftcap)
            .tiedEmbeddings(tiedEmbeddings)
            .lmHeadBias(lmHeadBias)
            .eosTokenIds(eosTokenIds);
    switch (positions) {
      case Rotary rotary -> {
        builder
            .ropeTheta(rotary.frequencies().theta())
            .ropeScaling(rotary.frequencies().scaling())
            .rotaryDim(rotary.rotaryDim())
            .ropeStyle(rotary.style())
            .layersWithoutRope(rotary.layersWithout());
        rotary.localFrequencies().ifPresent(f -> builder.localRope(f.theta(), f.scaling()));
      }
      case PositionEncoding.Learned learned ->
          builder.learnedPositions(learned.offset()).learnedRows(learned.rows());
      case PositionEncoding.ALiBi alibi -> builder.alibi();
    }
    experts.ifPresent(builder::experts);
    bosTokenId.ifPresent(builder::bosTokenId);
    return builder;
  }

  @Override
  public ModelKind kind() {
    return ModelKind.DECODER;
  }

  /** Returns the number of query heads. */
  public int numHeads() {
    return attention.numHeads();
  }

  /** Returns the number of key and value heads. */
  public int numKvHeads() {
    return attention.numKvHeads();
  }

  /** Returns the width of a head. */
  public int headDim() {
    return attention.headDim();
  }

  /** Returns how many query heads share a key/value head. */
  public int groupSize() {
    return attention.groupSize();
  }

  /** Returns the inner width of the MLP. */
  public int intermediateSize() {
    return mlp.intermediateSize();
  }

  /**
   * Returns the rotary positions.
   *
   * @throws IllegalStateException if the model tells positions apart in another way
   */
  public Rotary rotary() {
    if (positions instanceof Rotary rotary) {
      return rotary;
    }
    throw new IllegalStateException("decoder: positions are not rotary but " + positions);
  }

  /**
   * Returns builders of the configs of all rotary embeddings that the model needs: one, and a
   * second if layers with a sliding window rotate differently; none without rotary positions.
   *
   * @param rows of their tables: the longest context that will be used
   * @see #ropeIndex
   */
  public List<RoPEConfig.Builder> ropes(int rows) {
    if (!(positions instanceof Rotary rotary)) {
      return List.of();
    }
    List<RoPEConfig.Builder> ropes = new ArrayList<>();
    ropes.add(rope(rotary, rotary.frequencies(), rows));
    rotary.localFrequencies().ifPresent(local -> ropes.add(rope(rotary, local, rows)));
    return ropes;
  }

  private RoPEConfig.Builder rope(Rotary rotary, Frequencies frequencies, int rows) {
    return RoPEConfig.builder(attention.headDim(), rows)
        .rotaryDim(rotary.rotaryDim())
        .theta(frequencies.theta())
        .scaling(frequencies.scaling())
        .style(rotary.style());
  }

  /**
   * Returns which of {@link #ropes} a layer uses; empty if it rotates nothing.
   *
   * @param layer from 0
   */
  public OptionalInt ropeIndex(int layer) {
    if (!(positions instanceof Rotary rotary) || rotary.layersWithout().contains(layer)) {
      return OptionalInt.empty();
    }
    boolean local = rotary.localFrequencies().isPresent() && attention.slidingWindow(layer) > 0;
    return OptionalInt.of(local ? 1 : 0);
  }

  @Override
  public AttentionConfig.Builder attentionConfig(int layer) {
    AttentionConfig.Builder config = ModelConfig.super.attentionConfig(layer);
    return positions instanceof Rotary rotary && ropeIndex(layer).isPresent()
        ? config.rotaryDim(rotary.rotaryDim()).ropeStyle(rotary.style())
        : config;
  }

  /** Returns a builder of the config of the token embedding. */
  public EmbeddingConfig.Builder embeddingConfig() {
    return EmbeddingConfig.builder(vocabSize, hiddenSize).scale((float) embeddingScale);
  }

  /** Returns a builder of the config of ALiBi, where positions are encoded so. */
  public ALiBiConfig.Builder alibiConfig() {
    return ALiBiConfig.builder(numHeads(), maxPositions).numKvHeads(numKvHeads());
  }

  /**
   * Returns a builder of the config of a layer's mixture of experts; a shared expert is not part of
   * it.
   *
   * @throws java.util.NoSuchElementException if the model has no experts
   */
  public dev.tttv2.core.block.MixtureOfExpertsConfig.Builder expertsConfig() {
    MixtureOfExpertsConfig e = experts.orElseThrow();
    return dev.tttv2.core.block.MixtureOfExpertsConfig.builder(
            hiddenSize, e.expertSize(), e.numExperts(), e.expertsPerToken())
        .normalized(e.normalizeTopK())
        .activation(mlp.activation());
  }

  /** Returns a builder of the config of the projection to logits. */
  public LMHeadConfig.Builder lmHeadConfig() {
    return LMHeadConfig.builder(hiddenSize, vocabSize)
        .bias(lmHeadBias)
        .logitsScale((float) logitsScale)
        .softcap((float) logitSoftcap);
  }

  /** Collects the values of a description. */
  public static final class Builder extends ModelConfig.Builder<Builder> {
    private enum Positions {
      ROTARY,
      LEARNED,
      ALIBI
    }

    private int vocabSize;
    private Integer maxPositions;
    private Positions positions = Positions.ROTARY;
    private double ropeTheta = 10_000.0;
    private RoPEScaling ropeScaling = RoPEScaling.NONE;
    private Frequencies localRope;
    private RoPEStyle ropeStyle = RoPEStyle.HALF;
    private Integer rotaryDim;
    private List<Integer> layersWithoutRope = List.of();
    private int learnedOffset;
    private Integer learnedRows;
    private MixtureOfExpertsConfig experts;
    private boolean parallelResidual;
    private double embeddingScale = 1;
    private double residualScale = 1;
    private double logitsScale = 1;
    private double logitSoftcap;
    private boolean tiedEmbeddings;
    private boolean lmHeadBias;
    private OptionalInt bosTokenId = OptionalInt.empty();
    private List<Integer> eosTokenIds = List.of();

    private Builder() {
      super(true, Activation.SILU, true, NormKind.RMS_NORM);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets the number of tokens. Required. */
    public Builder vocabSize(int value) {
      vocabSize = value;
      return this;
    }

    /** Sets the longest context, in tokens. Required. */
    public Builder maxPositions(int value) {
      maxPositions = value;
      return this;
    }

    /** Sets the base of the rotary frequencies; default 10000. */
    public Builder ropeTheta(double value) {
      ropeTheta = value;
      return this;
    }

    /** Sets how rotary frequencies are stretched; default: not at all. */
    public Builder ropeScaling(RoPEScaling value) {
      ropeScaling = value;
      return this;
    }

    /**
     * Sets the rotary frequencies of layers with a sliding window; default: those of the others.
     */
    public Builder localRope(double theta, RoPEScaling scaling) {
      localRope = new Frequencies(theta, scaling);
      return this;
    }

    /** Sets which values are a rotary pair; default HALF. */
    public Builder ropeStyle(RoPEStyle value) {
      ropeStyle = value;
      return this;
    }

    /** Sets how many values of a head are rotated; default: all. */
    public Builder rotaryDim(int value) {
      rotaryDim = value;
      return this;
    }

    /** Sets the layers that rotate nothing; default: none. */
    public Builder layersWithoutRope(List<Integer> value) {
      layersWithoutRope = List.copyOf(value);
      return this;
    }

    /**
     * Sets that positions are learned, in a table of maxPositions + offset rows, instead of rotary.
     *
     * @param offset the row of position 0
     */
    public Builder learnedPositions(int offset) {
      positions = Positions.LEARNED;
      learnedOffset = offset;
      return this;
    }

    /** Sets the rows of the table of learned positions, if there are more. */
    Builder learnedRows(int value) {
      learnedRows = value;
      return this;
    }

    /** Sets that positions show in linear biases of attention scores, instead of being rotary. */
    public Builder alibi() {
      positions = Positions.ALIBI;
      return this;
    }

    /** Sets a mixture of experts in the place of the MLP; default: none. */
    public Builder experts(MixtureOfExpertsConfig value) {
      experts = value;
      return this;
    }

    /** Sets whether attention and MLP of a block have the same input; default false. */
    public Builder parallelResidual(boolean value) {
      parallelResidual = value;
      return this;
    }

    /** Sets the factor of token embeddings; default 1. */
    public Builder embeddingScale(double value) {
      embeddingScale = value;
      return this;
    }

    /** Sets the factor of what is added to the residual stream; default 1. */
    public Builder residualScale(double value) {
      residualScale = value;
      return this;
    }

    /** Sets the factor of the logits; default 1. */
    public Builder logitsScale(double value) {
      logitsScale = value;
      return this;
    }

    /** Sets the bound of the logits; default 0: none. */
    public Builder logitSoftcap(double value) {
      logitSoftcap = value;
      return this;
    }

    /** Sets whether the projection to logits is the token embedding; default false. */
    public Builder tiedEmbeddings(boolean value) {
      tiedEmbeddings = value;
      return this;
    }

    /** Sets whether the projection to logits has a bias; default false. */
    public Builder lmHeadBias(boolean value) {
      lmHeadBias = value;
      return this;
    }

    /** Sets the token a text begins with; default: none. */
    public Builder bosTokenId(int value) {
      bosTokenId = OptionalInt.of(value);
      return this;
    }

    /** Sets the tokens that end a text; default: none. */
    public Builder eosTokenIds(List<Integer> value) {
      eosTokenIds = List.copyOf(value);
      return this;
    }

    boolean isRotary() {
      return positions == Positions.ROTARY;
    }

    boolean hasMaxPositions() {
      return maxPositions != null;
    }

    int maxPositionsOrZero() {
      return maxPositions == null ? 0 : maxPositions;
    }

    double ropeTheta() {
      return ropeTheta;
    }

    /**
     * Makes the description.
     *
     * @throws IllegalArgumentException if numbers are missing or do not fit each other; a {@link
     *     CheckpointException} if they are from a file
     */
    public DecoderConfig build() {
      return checked(
          () ->
              new DecoderConfig(
                  vocabSize,
                  hiddenSize(),
                  numLayers(),
                  maxPositionsOrZero(),
                  attention(),
                  positions(),
                  mlp(),
                  Optional.ofNullable(experts),
                  norm(),
                  parallelResidual,
                  embeddingScale,
                  residualScale,
                  logitsScale,
                  logitSoftcap,
                  tiedEmbeddings,
                  lmHeadBias,
                  bosTokenId,
                  eosTokenIds));
    }

    private PositionEncoding positions() {
      return switch (positions) {
        case ROTARY ->
            new Rotary(
                rotaryDim != null ? rotaryDim : headDimOrDefault(),
                ropeStyle,
                new Frequencies(ropeTheta, ropeScaling),
                Optional.ofNullable(localRope),
                layersWithoutRope);
        case LEARNED ->
            new PositionEncoding.Learned(
                learnedRows != null ? learnedRows : maxPositionsOrZero() + learnedOffset,
                learnedOffset);
        case ALIBI -> new PositionEncoding.ALiBi();
      };
    }
  }
}
