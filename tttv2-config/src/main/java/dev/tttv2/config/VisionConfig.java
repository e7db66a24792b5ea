// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.PatchEmbeddingConfig;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * An encoder of images: patches projected to vectors with learned positions, blocks of attention
 * and an MLP.
 *
 * @param imageHeight pixels of a column of the images that positions were learned for
 * @param imageWidth pixels of a row
 * @param patchSize pixels of a side of a patch
 * @param numChannels channels of a pixel
 * @param hiddenSize width of the residual stream, H
 * @param numLayers blocks
 * @param classToken whether a learned vector precedes the patches
 * @param attention the attention of the blocks
 * @param mlp the MLP of the blocks
 * @param norm the kind of norms
 * @param projectionSize width of the vectors that the output is projected to, if it is
 * @param labels names of the classes that images are told apart by; empty if they are not
 */
public record VisionConfig(
    int imageHeight,
    int imageWidth,
    int patchSize,
    int numChannels,
    int hiddenSize,
    int numLayers,
    boolean classToken,
    AttentionSpec attention,
    MLPSpec mlp,
    NormSpec norm,
    OptionalInt projectionSize,
    List<String> labels)
    implements ModelConfig {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size is not positive, or the images are smaller than a
   *     patch; gives the numbers
   * @throws NullPointerException if attention, mlp, norm, projectionSize or labels is null
   */
  public VisionConfig {
    Checks.positive("vision", "patchSize", patchSize);
    Checks.positive("vision", "numChannels", numChannels);
    Checks.positive("vision", "hiddenSize", hiddenSize);
    Checks.positive("vision", "numLayers", numLayers);
    if (imageHeight < patchSize || imageWidth < patchSize) {
      throw new IllegalArgumentException(
          "vision: images of %d x %d pixels are smaller than a patch of %d"
              .formatted(imageHeight, imageWidth, patchSize));
    }
    Objects.requireNonNull(attention, "attention");
    Objects.requireNonNull(mlp, "mlp");
    Objects.requireNonNull(norm, "norm");
    projectionSize.ifPresent(size -> Checks.positive("vision", "projectionSize", size));
    labels = List.copyOf(labels);
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
            .imageSize(imageHeight, imageWidth)
            .patchSize(patchSize)
            .numChannels(numChannels)
            .classToken(classToken)
            .labels(labels);
    projectionSize.ifPresent(builder::projectionSize);
    return builder;
  }

  @Override
  public ModelKind kind() {
    return ModelKind.VISION;
  }

  /** Returns how many patches an image has. */
  public int numPatches() {
    return imageHeight / patchSize * (imageWidth / patchSize);
  }

  /** Returns a builder of the config of the patch embedding, with positions. */
  public PatchEmbeddingConfig.Builder patchEmbeddingConfig() {
    return PatchEmbeddingConfig.builder(imageHeight, imageWidth, patchSize, numChannels, hiddenSize)
        .classToken(classToken)
        .positions(true);
  }

  /** Collects the values of a description. */
  public static final class Builder extends ModelConfig.Builder<Builder> {
    private int imageHeight;
    private int imageWidth;
    private int patchSize;
    private int numChannels = 3;
    private boolean classToken = true;
    private OptionalInt projectionSize = OptionalInt.empty();
    private List<String> labels = List.of();

    private Builder() {
      super(false, Activation.GELU, false, NormKind.LAYER_NORM);
      biases(true);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets the pixels of the images that positions were learned for. Required. */
    public Builder imageSize(int height, int width) {
      imageHeight = height;
      imageWidth = width;
      return this;
    }

    /** Sets the pixels of a side of a patch. Required. */
    public Builder patchSize(int value) {
      patchSize = value;
      return this;
    }

    /** Sets the channels of a pixel; default 3. */
    public Builder numChannels(int value) {
      numChannels = value;
      return this;
    }

    /** Sets whether a learned vector precedes the patches; default true. */
    public Builder classToken(boolean value) {
      classToken = value;
      return this;
    }

    /** Sets the width of the vectors that the output is projected to; default: it is not. */
    public Builder projectionSize(int value) {
      projectionSize = OptionalInt.of(value);
      return this;
    }

    /** Sets the names of classes; default: none. */
    public Builder labels(List<String> value) {
      labels = List.copyOf(value);
      return this;
    }

    /**
     * Makes the description.
     *
     * @throws IllegalArgumentException if numbers are missing or do not fit each other; a {@link
     *     CheckpointException} if they are from a file
     */
    public VisionConfig build() {
      return checked(
          () ->
              new VisionConfig(
                  imageHeight,
                  imageWidth,
                  patchSize,
                  numChannels,
                  hiddenSize(),
                  numLayers(),
                  classToken,
                  attention(),
                  mlp(),
                  norm(),
                  projectionSize,
                  labels));
    }
  }
}
