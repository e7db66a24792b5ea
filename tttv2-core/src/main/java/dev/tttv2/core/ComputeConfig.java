// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.ComputeConfigStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a core computes: TTNN's compute kernel config. The host backend computes in float32 whatever
 * it says.
 *
 * @param mathFidelity passes per multiplication
 * @param mathApproxMode whether functions such as exp may be approximated
 * @param fp32DestAccEn whether sums are kept in float32
 * @param packerL1Acc whether partial sums are added up in L1
 */
public record ComputeConfig(
    MathFidelity mathFidelity, boolean mathApproxMode, boolean fp32DestAccEn, boolean packerL1Acc) {
  /** One pass, sums in 16 bits: for BFLOAT4_B weights. */
  public static final ComputeConfig LOFI = new ComputeConfig(MathFidelity.LOFI, false, false, true);

  /** Two passes, sums in float32: for BFLOAT8_B weights. */
  public static final ComputeConfig HIFI2 =
      new ComputeConfig(MathFidelity.HIFI2, false, true, true);

  /** Four passes, sums in float32: for BFLOAT16 weights, norms and attention. */
  public static final ComputeConfig HIFI4 =
      new ComputeConfig(MathFidelity.HIFI4, false, true, true);

  /** A program has a handful of configs; each is laid out natively once and kept. */
  private static final Map<ComputeConfig, MemorySegment> NATIVE = new ConcurrentHashMap<>();

  /**
   * Checks that there is a fidelity.
   *
   * @throws NullPointerException if there is none
   */
  public ComputeConfig {
    Objects.requireNonNull(mathFidelity, "mathFidelity");
  }

  /** Returns the native form, or NULL for null: TTNN's choice. */
  static MemorySegment segment(ComputeConfig config) {
    if (config == null) {
      return MemorySegment.NULL;
    }
    MemorySegment known = NATIVE.get(config);
    return known != null ? known : NATIVE.computeIfAbsent(config, ComputeConfig::layOut);
  }

  private static MemorySegment layOut(ComputeConfig config) {
    return ComputeConfigStruct.allocate(Arena.global())
        .mathFidelity(config.mathFidelity.code())
        .mathApproxMode(switchOf(config.mathApproxMode))
        .fp32DestAccEn(switchOf(config.fp32DestAccEn))
        .packerL1Acc(switchOf(config.packerL1Acc))
        .segment();
  }

  private static int switchOf(boolean on) {
    return on ? TtnnConstants.SWITCH_ON : TtnnConstants.SWITCH_OFF;
  }
}
