// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.EmbeddingConfig;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * An encoder of texts: token embedding with learned positions, blocks of attention and an MLP.
 *
 * @param vocabSize tokens, V
 * @param hiddenSize width of the residual stream, H
 * @param numLayers blocks
 * @param maxPositions the longest text, in tokens
 * @param positionOffset the row of position 0 in the position embedding, which has maxPositions +
 *     positionOffset rows
 * @param tokenTypes kinds of segments that have embeddings of their own; 0: none
 * @param attention the attention of the blocks
 * @param mlp the MLP of the blocks
 * @param norm the kind of norms
 * @param projectionSize width of the vectors that the output is projected to, if it is
 * @param padTokenId the token that fills up short texts, if there is one
 * @param eosTokenId the token that ends a text, if there is one
 */
public record EncoderConfig(
    int vocabSize,
    int hiddenSize,
    int numLayers,
    int maxPositions,
    int positionOffset,
    int tokenTypes,
    AttentionSpec attention,
    MLPSpec mlp,
    NormSpec norm,
    OptionalInt projectionSize,
    OptionalInt padTokenId,
    OptionalInt eosTokenId)
    implements ModelConfig {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size is not positive, positionOffset or tokenTypes is
   *     negative, or a token is outside of the vocabulary; gives the numbers
   * @throws NullPointerException if attention, mlp, norm or an optional is null
   */
  public EncoderConfig {
    Checks.positive("encoder", "vocabSize", vocabSize);
    Checks.positive("encoder", "hiddenSize", hiddenSize);
    Checks.positive("encoder", "numLayers", numLayers);
    Checks.positive("encoder", "maxPositions", maxPositions);
    Checks.notNegative("encoder", "positionOffset", positionOffset);
    Checks.notNegative("encoder", "tokenTypes", tokenTypes);
    Objects.requireNonNull(attention, "attention");
    Objects.requireNonNull(mlp, "mlp");
    Objects.requireNonNull(norm, "norm");
    projectionSize.ifPresent(size -> Checks.positive("encoder", "projectionSize", size));
    padTokenId.ifPresent(id -> Checks.token("encoder", "padTokenId", id, vocabSize));
    eosTokenId.ifPresent(id -> Checks.token("encoder", "eosTokenId", id, vocabSize));
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
            .positionOffset(positionOffset)
            .tokenTypes(tokenTypes);
    projectionSize.ifPresent(builder::projectionSize);
    padTokenId.ifPresent(builder::padTokenId);
    eosTokenId.ifPresent(builder::eosTokenId);
    return builder;
  }

  @Override
  public ModelKind kind() {
    return ModelKind.ENCODER;
  }

  /** Returns a builder of the config of the token embedding. */
  public EmbeddingConfig.Builder embeddingConfig() {
    return EmbeddingConfig.builder(vocabSize, hiddenSize);
  }

  /** Collects the values of a description. */
  public static final class Builder extends ModelConfig.Builder<Builder> {
    private int vocabSize;
    private int maxPositions;
    private int positionOffset;
    private int tokenTypes;
    private OptionalInt projectionSize = OptionalInt.empty();
    private OptionalInt padTokenId = OptionalInt.empty();
    private OptionalInt eosTokenId = OptionalInt.empty();

    private Builder() {
      super(false, Activation.GELU, false, NormKind.LAYER_NORM);
      biases(true);
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

    /** Sets the longest text, in tokens. Required. */
    public Builder maxPositions(int value) {
      maxPositions = value;
      return this;
    }

    /** Sets the row of position 0 in the position embedding; default 0. */
    public Builder positionOffset(int value) {
      positionOffset = value;
      return this;
    }

    /** Sets the number of kinds of segments; default 0: no embedding of them. */
    public Builder tokenTypes(int value) {
      tokenTypes = value;
      return this;
    }

    /** Sets the width of the vectors that the output is projected to; default: it is not. */
    public Builder projectionSize(int value) {
      projectionSize = OptionalInt.of(value);
      return this;
    }

    /** Sets the token that fills up short texts; default: none. */
    public Builder padTokenId(int value) {
      padTokenId = OptionalInt.of(value);
      return this;
    }

    /** Sets the token that ends a text; default: none. */
    public Builder eosTokenId(int value) {
      eosTokenId = OptionalInt.of(value);
      return this;
    }

    int positionOffset() {
      return positionOffset;
    }

    /**
     * Makes the description.
     *
     * @throws IllegalArgumentException if numbers are missing or do not fit each other; a {@link
     *     CheckpointException} if they are from a file
     */
    public EncoderConfig build() {
      return checked(
          () ->
              new EncoderConfig(
                  vocabSize,
                  hiddenSize(),
                  numLayers(),
                  maxPositions,
                  positionOffset,
                  tokenTypes,
                  attention(),
                  mlp(),
                  norm(),
                  projectionSize,
                  padTokenId,
                  eosTokenId));
    }
  }
}
