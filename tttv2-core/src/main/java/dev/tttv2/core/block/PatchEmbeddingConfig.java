// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for a patch embedding. What is null is left to {@link #resolve}.
 *
 * @param imageHeight pixels of a column of the images it is for
 * @param imageWidth pixels of a row
 * @param patchSize pixels of a side of a patch, P; what is left over at the right and the bottom is
 *     dropped
 * @param numChannels channels of a pixel, C
 * @param hiddenSize the output's extent, H
 * @param bias whether the projection has a bias; default true
 * @param classToken whether a learned row precedes the patches; default false
 * @param positions whether a learned row is added to each row; default false
 * @param weightDtype of the projection; default BFLOAT16
 * @param activationDtype of the output: BFLOAT16 or FLOAT32; default BFLOAT16
 * @param compute how to compute; default HIFI4
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record PatchEmbeddingConfig(
    int imageHeight,
    int imageWidth,
    int patchSize,
    int numChannels,
    int hiddenSize,
    Boolean bias,
    Boolean classToken,
    Boolean positions,
    DataType weightDtype,
    DataType activationDtype,
    ComputeConfig compute,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(
      int imageHeight, int imageWidth, int patchSize, int numChannels, int hiddenSize) {
    return new Builder(imageHeight, imageWidth, patchSize, numChannels, hiddenSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public PatchEmbeddingPlan resolve(DeviceTarget target) {
    target.requireOneDevice("patch embedding");
    return new PatchEmbeddingPlan(
        imageHeight,
        imageWidth,
        patchSize,
        numChannels,
        hiddenSize,
        bias != null ? bias : true,
        classToken != null ? classToken : false,
        positions != null ? positions : false,
        weightDtype != null ? weightDtype : DataType.BFLOAT16,
        activationDtype != null ? activationDtype : DataType.BFLOAT16,
        compute != null ? compute : ComputeConfig.HIFI4,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED);
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int imageHeight;
    private final int imageWidth;
    private final int patchSize;
    private final int numChannels;
    private final int hiddenSize;
    private Boolean bias;
    private Boolean classToken;
    private Boolean positions;
    private DataType weightDtype;
    private DataType activationDtype;
    private ComputeConfig compute;
    private MemoryConfig outputMemory;

    private Builder(
        int imageHeight, int imageWidth, int patchSize, int numChannels, int hiddenSize) {
      this.imageHeight = imageHeight;
      this.imageWidth = imageWidth;
      this.patchSize = patchSize;
      this.numChannels = numChannels;
      this.hiddenSize = hiddenSize;
    }

    /** Sets whether the projection has a bias. */
    public Builder bias(boolean value) {
      bias = value;
      return this;
    }

    /** Sets whether a learned row precedes the patches. */
    public Builder classToken(boolean value) {
      classToken = value;
      return this;
    }

    /** Sets whether a learned row is added to each row. */
    public Builder positions(boolean value) {
      positions = value;
      return this;
    }

    /** Sets the dtype of the projection. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets the dtype of the output: BFLOAT16 or FLOAT32. */
    public Builder activationDtype(DataType value) {
      activationDtype = value;
      return this;
    }

    /** Sets how to compute. */
    public Builder compute(ComputeConfig value) {
      compute = value;
      return this;
    }

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public PatchEmbeddingConfig build() {
      return new PatchEmbeddingConfig(
          imageHeight,
          imageWidth,
          patchSize,
          numChannels,
          hiddenSize,
          bias,
          classToken,
          positions,
          weightDtype,
          activationDtype,
          compute,
          outputMemory);
    }
  }
}
