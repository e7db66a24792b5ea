// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.UnaryOp;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.RoPEScaling;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A decoder: token embedding, pre-norm blocks of attention with rotary positions and an MLP, final
 * norm, projection to logits.
 *
 * @param vocabSize tokens, V
 * @param hiddenSize width of the residual stream, H
 * @param intermediateSize width of the MLP
 * @param numLayers blocks
 * @param numHeads query heads
 * @param numKvHeads key and value heads; divides numHeads
 * @param headDim width of a head; numHeads * headDim need not be hiddenSize
 * @param maxPositions the longest context, in tokens
 * @param normEpsilon added to the mean of squares before the root
 * @param activation between the MLP's linears
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling how they are stretched
 * @param tiedEmbeddings whether the projection to logits is the token embedding
 * @param attentionBias whether the attention's linears have biases
 * @param mlpBias whether the MLP's linears have biases
 * @param bosTokenId the token a text begins with, if there is one
 * @param eosTokenIds the tokens that end a text; may be empty
 */
public record DecoderConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numLayers,
    int numHeads,
    int numKvHeads,
    int headDim,
    int maxPositions,
    double normEpsilon,
    UnaryOp activation,
    double ropeTheta,
    RoPEScaling ropeScaling,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean mlpBias,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds)
    implements ModelConfig {

  /** Checks the numbers. */
  public DecoderConfig {
    positive("vocabSize", vocabSize);
    positive("hiddenSize", hiddenSize);
    positive("intermediateSize", intermediateSize);
    positive("numLayers", numLayers);
    positive("numHeads", numHeads);
    positive("numKvHeads", numKvHeads);
    positive("headDim", headDim);
    positive("maxPositions", maxPositions);
    if (numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "decoder: %d heads are not a multiple of %d key/value heads"
              .formatted(numHeads, numKvHeads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "decoder: headDim is %d, expected an even number".formatted(headDim));
    }
    positive("normEpsilon", normEpsilon);
    positive("ropeTheta", ropeTheta);
    Objects.requireNonNull(activation, "activation");
    Objects.requireNonNull(ropeScaling, "ropeScaling");
    eosTokenIds = List.copyOf(eosTokenIds);
    bosTokenId.ifPresent(id -> token("bosTokenId", id, vocabSize));
    for (int id : eosTokenIds) {
      token("eosTokenIds", id, vocabSize);
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
            .vocabSize(vocabSize)
            .hiddenSize(hiddenSize)
            .intermediateSize(intermediateSize)
            .numLayers(numLayers)
            .numHeads(numHeads)
            .numKvHeads(numKvHeads)
            .headDim(headDim)
            .maxPositions(maxPositions)
            .normEpsilon(normEpsilon)
            .activation(activation)
            .ropeTheta(ropeTheta)
            .ropeScaling(ropeScaling)
            .tiedEmbeddings(tiedEmbeddings)
            .attentionBias(attentionBias)
            .mlpBias(mlpBias)
            .eosTokenIds(eosTokenIds);
    bosTokenId.ifPresent(builder::bosTokenId);
    return builder;
  }

  @Override
  public ModelKind kind() {
    return ModelKind.DECODER;
  }

  /** Returns how many query heads share a key/value head. */
  public int groupSize() {
    return numHeads / numKvHeads;
  }

  /**
   * Returns a builder of the rotary embedding's config.
   *
   * @param positions rows of its tables: the longest context that will be used
   */
  public RoPEConfig.Builder rope(int positions) {
    return RoPEConfig.builder(headDim, positions).theta(ropeTheta).scaling(ropeScaling);
  }

  private static void positive(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "decoder: %s is %s, expected more than 0"
              .formatted(field, value == Math.rint(value) ? "%.0f".formatted(value) : value));
    }
  }

  private static void token(String field, int id, int vocabSize) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "decoder: %s has token %d, expected 0 to %d".formatted(field, id, vocabSize - 1));
    }
  }

  /** Collects the values of a description. */
  public static final class Builder {
    private Path source;
    private int vocabSize;
    private int hiddenSize;
    private int intermediateSize;
    private int numLayers;
    private int numHeads;
    private OptionalInt numKvHeads = OptionalInt.empty();
    private OptionalInt headDim = OptionalInt.empty();
    private int maxPositions;
    private double normEpsilon = 1e-5;
    private UnaryOp activation = UnaryOp.SILU;
    private double ropeTheta = 10_000.0;
    private RoPEScaling ropeScaling = RoPEScaling.NONE;
    private boolean tiedEmbeddings;
    private boolean attentionBias;
    private boolean mlpBias;
    private OptionalInt bosTokenId = OptionalInt.empty();
    private List<Integer> eosTokenIds = List.of();

    private Builder() {}

    /** Sets the file that the values are from, for messages. */
    public Builder source(Path value) {
      source = value;
      return this;
    }

    /** Sets the number of tokens. Required. */
    public Builder vocabSize(int value) {
      vocabSize = value;
      return this;
    }

    /** Sets the width of the residual stream. Required. */
    public Builder hiddenSize(int value) {
      hiddenSize = value;
      return this;
    }

    /** Sets the width of the MLP. Required. */
    public Builder intermediateSize(int value) {
      intermediateSize = value;
      return this;
    }

    /** Sets the number of blocks. Required. */
    public Builder numLayers(int value) {
      numLayers = value;
      return this;
    }

    /** Sets the number of query heads. Required. */
    public Builder numHeads(int value) {
      numHeads = value;
      return this;
    }

    /** Sets the number of key and value heads; default: as many as query heads. */
    public Builder numKvHeads(int value) {
      numKvHeads = OptionalInt.of(value);
      return this;
    }

    /** Sets the width of a head; default: hiddenSize / numHeads. */
    public Builder headDim(int value) {
      headDim = OptionalInt.of(value);
      return this;
    }

    /** Sets the longest context, in tokens. Required. */
    public Builder maxPositions(int value) {
      maxPositions = value;
      return this;
    }

    /** Sets what is added to the mean of squares; default 1e-5. */
    public Builder normEpsilon(double value) {
      normEpsilon = value;
      return this;
    }

    /** Sets the MLP's activation; default SILU. */
    public Builder activation(UnaryOp value) {
      activation = value;
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

    /** Sets whether the projection to logits is the token embedding; default false. */
    public Builder tiedEmbeddings(boolean value) {
      tiedEmbeddings = value;
      return this;
    }

    /** Sets whether the attention's linears have biases; default false. */
    public Builder attentionBias(boolean value) {
      attentionBias = value;
      return this;
    }

    /** Sets whether the MLP's linears have biases; default false. */
    public Builder mlpBias(boolean value) {
      mlpBias = value;
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

    /**
     * Makes the description.
     *
     * @throws IllegalArgumentException if numbers are missing or do not fit each other; a {@link
     *     CheckpointException} if they are from a file
     */
    public DecoderConfig build() {
      try {
        return new DecoderConfig(
            vocabSize,
            hiddenSize,
            intermediateSize,
            numLayers,
            numHeads,
            numKvHeads.orElse(numHeads),
            headDim.orElseGet(this::defaultHeadDim),
            maxPositions,
            normEpsilon,
            activation,
            ropeTheta,
            ropeScaling,
            tiedEmbeddings,
            attentionBias,
            mlpBias,
            bosTokenId,
            eosTokenIds);
      } catch (IllegalArgumentException e) {
        throw source == null ? e : new CheckpointException(source, "", e.getMessage(), e);
      }
    }

    private int defaultHeadDim() {
      if (numHeads < 1 || hiddenSize % numHeads != 0) {
        throw new IllegalArgumentException(
            "decoder: hiddenSize %d is not a multiple of %d heads, and headDim is not given"
                .formatted(hiddenSize, numHeads));
      }
      return hiddenSize / numHeads;
    }
  }
}
