// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * An embedding, decided in full and checked. Made by {@link EmbeddingConfig#resolve}.
 *
 * @param vocabSize rows of the table, V
 * @param hiddenSize columns of the table, H
 * @param scale the factor of what is looked up
 * @param weightDtype of the table: BFLOAT16, or FLOAT32 on the host
 * @param outputDtype of the output
 * @param outputMemory where the output lies
 * @param devices over how many devices of a mesh it is shared out
 */
public record EmbeddingPlan(
    int vocabSize,
    int hiddenSize,
    float scale,
    DataType weightDtype,
    DataType outputDtype,
    MemoryConfig outputMemory,
    int devices) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is not positive, weightDtype is neither BFLOAT16
   *     nor FLOAT32, or outputDtype is an integer type or FLOAT16
   * @throws NullPointerException if outputDtype or outputMemory is null
   */
  public EmbeddingPlan {
    Checks.positive("embedding", "vocabSize", vocabSize);
    Checks.positive("embedding", "hiddenSize", hiddenSize);
    Checks.positive("embedding", "scale", scale);
    Checks.rowMajorFloat("embedding", "weightDtype", weightDtype);
    Checks.floating("embedding", "outputDtype", outputDtype);
    Objects.requireNonNull(outputMemory, "outputMemory");
    TensorParallel.checkShared("embedding", "hiddenSize", hiddenSize, devices);
  }
}
