// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A language model head, decided in full and checked. Made by {@link LMHeadConfig#resolve}.
 *
 * @param hiddenSize the input's extent, H
 * @param vocabSize the output's extent, V
 * @param bias whether a bias is added
 * @param logitsScale the factor of the logits
 * @param softcap the bound c of the logits, c tanh(logit / c), after the factor; 0: none
 * @param splits into how many products the vocabulary is split; more than one needs less memory at
 *     once for programs
 * @param weightDtype of the weight
 * @param outputDtype of the logits
 * @param compute how to compute
 * @param weightMemory where the weight lies
 * @param outputMemory where the logits lie
 * @param programs who decides how the cores share the products
 * @param devices over how many devices of a mesh it is shared out
 */
public record LMHeadPlan(
    int hiddenSize,
    int vocabSize,
    boolean bias,
    float logitsScale,
    float softcap,
    int splits,
    DataType weightDtype,
    DataType outputDtype,
    ComputeConfig compute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs,
    int devices) {
  /** Splits end at whole tiles. */
  private static final int TILE = 32;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or logitsScale is not positive, softcap is negative
   *     or infinite, splits is less than 1 or more than the 32-column tiles of vocabSize on each
   *     device, or a dtype is an integer type or FLOAT16; gives the numbers
   * @throws NullPointerException if a dtype, or a compute or memory config is null
   */
  public LMHeadPlan {
    Checks.positive("LMHead", "hiddenSize", hiddenSize);
    Checks.positive("LMHead", "vocabSize", vocabSize);
    Checks.positive("LMHead", "logitsScale", logitsScale);
    Checks.softcap("LMHead: softcap", softcap);
    TensorParallel.checkShared("LMHead", "hiddenSize", hiddenSize, devices);
    int tiles = Math.ceilDiv(vocabSize, TILE * devices);
    if (splits < 1 || splits > tiles) {
      throw new IllegalArgumentException(
          "LMHead: splits is %d, expected 1 to %d, the tiles of vocabSize %d on each device"
              .formatted(splits, tiles, vocabSize));
    }
    Checks.floating("LMHead", "weightDtype", weightDtype);
    Checks.floating("LMHead", "outputDtype", outputDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
    Objects.requireNonNull(programs, "programs");
  }
}
