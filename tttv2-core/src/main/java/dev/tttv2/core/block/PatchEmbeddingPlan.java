// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A patch embedding, decided in full and checked. Made by {@link PatchEmbeddingConfig#resolve}.
 *
 * @param imageHeight pixels of a column of the images it is for
 * @param imageWidth pixels of a row
 * @param patchSize pixels of a side of a patch, P; what is left over at the right and the bottom is
 *     dropped
 * @param numChannels channels of a pixel, C
 * @param hiddenSize the output's extent, H
 * @param bias whether the projection has a bias
 * @param classToken whether a learned row precedes the patches
 * @param positions whether a learned row is added to each row
 * @param weightDtype of the projection
 * @param activationDtype of the output: BFLOAT16 or FLOAT32
 * @param compute how to compute
 * @param outputMemory where the output lies
 */
public record PatchEmbeddingPlan(
    int imageHeight,
    int imageWidth,
    int patchSize,
    int numChannels,
    int hiddenSize,
    boolean bias,
    boolean classToken,
    boolean positions,
    DataType weightDtype,
    DataType activationDtype,
    ComputeConfig compute,
    MemoryConfig outputMemory) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if patchSize, numChannels or hiddenSize is not positive, the
   *     images are smaller than a patch, or a dtype is none that its tensor can have
   * @throws NullPointerException if weightDtype, compute or outputMemory is null
   */
  public PatchEmbeddingPlan {
    Checks.positive("patch embedding", "patchSize", patchSize);
    Checks.positive("patch embedding", "numChannels", numChannels);
    Checks.positive("patch embedding", "hiddenSize", hiddenSize);
    if (imageHeight < patchSize || imageWidth < patchSize) {
      throw new IllegalArgumentException(
          "patch embedding: images are %d x %d, expected at least one patch of %d x %d"
              .formatted(imageHeight, imageWidth, patchSize, patchSize));
    }
    Checks.floating("patch embedding", "weightDtype", weightDtype);
    Checks.rowMajorFloat("patch embedding", "activationDtype", activationDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(outputMemory, "outputMemory");
  }

  /** Returns the rows of patches, imageHeight / P. */
  public int patchRows() {
    return imageHeight / patchSize;
  }

  /** Returns the patches of a row, imageWidth / P. */
  public int patchColumns() {
    return imageWidth / patchSize;
  }

  /** Returns the rows of the output: the patches, and the class token. */
  public int outputRows() {
    return patchRows() * patchColumns() + (classToken ? 1 : 0);
  }
}
