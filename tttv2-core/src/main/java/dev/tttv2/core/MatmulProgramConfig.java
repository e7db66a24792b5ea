// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.MatmulProgramConfigStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the cores of a board share a product of an activation and a weight, and what each computes at
 * a time: TTNN's program config. Counts are of tiles of 32 x 32; the product has M x K by K x N.
 * The host backend checks what TTNN checks, and computes as ever.
 *
 * @param multicast what a core reads for others as well
 * @param gridX columns of cores that may take part
 * @param gridY rows of cores that may take part
 * @param in0BlockW tiles of K that are taken at a time; divides K
 * @param outSubblockH rows of tiles that are summed up in registers
 * @param outSubblockW columns of them; with the rows at most 8 tiles, 4 where sums are FLOAT32
 * @param outBlockH rows of tiles of the output in L1, a multiple of the subblock's
 * @param outBlockW columns of them, likewise
 * @param perCoreM rows of tiles of the output on a core, a multiple of the block's; at most M
 * @param perCoreN columns of them, likewise; at most N
 */
public record MatmulProgramConfig(
    Multicast multicast,
    int gridX,
    int gridY,
    int in0BlockW,
    int outSubblockH,
    int outSubblockW,
    int outBlockH,
    int outBlockW,
    int perCoreM,
    int perCoreN) {
  /** What a core reads for others as well. */
  public enum Multicast {
    /** The activation: every core has all rows of the output, and columns of its own. */
    IN0(TtnnConstants.MATMUL_PROGRAM_MULTICAST_IN0),
    /** The weight: every core has all columns of the output, and rows of its own. */
    IN1(TtnnConstants.MATMUL_PROGRAM_MULTICAST_IN1),
    /** Both: a row of cores shares rows of the output, a column of cores its columns. */
    BOTH(TtnnConstants.MATMUL_PROGRAM_MULTICAST_2D);

    private final int code;

    Multicast(int code) {
      this.code = code;
    }
  }

  /** A model has a handful of configs; each is laid out natively once and kept. */
  private static final Map<MatmulProgramConfig, MemorySegment> NATIVE = new ConcurrentHashMap<>();

  /**
   * Checks the numbers that need no product to be checked.
   *
   * @throws IllegalArgumentException if one is less than 1, or does not divide what it has to
   * @throws NullPointerException if multicast is null
   */
  public MatmulProgramConfig {
    Objects.requireNonNull(multicast, "multicast");
    if (gridX < 1 || gridY < 1 || in0BlockW < 1 || outSubblockH < 1 || outSubblockW < 1) {
      throw new IllegalArgumentException(
          "matmul program: grid %d x %d, in0BlockW %d, subblock %d x %d: all must be at least 1"
              .formatted(gridX, gridY, in0BlockW, outSubblockH, outSubblockW));
    }
    checkParts(outSubblockH, outBlockH, perCoreM);
    checkParts(outSubblockW, outBlockW, perCoreN);
  }

  private static void checkParts(int subblock, int block, int perCore) {
    if (block < 1 || perCore < 1 || block % subblock != 0 || perCore % block != 0) {
      throw new IllegalArgumentException(
          "matmul program: %d tiles of a core in blocks of %d and subblocks of %d do not divide"
              .formatted(perCore, block, subblock));
    }
  }

  /** Returns the native form, or NULL for null: TTNN's choice. */
  static MemorySegment segment(MatmulProgramConfig config) {
    if (config == null) {
      return MemorySegment.NULL;
    }
    MemorySegment known = NATIVE.get(config);
    return known != null ? known : NATIVE.computeIfAbsent(config, MatmulProgramConfig::layOut);
  }

  private static MemorySegment layOut(MatmulProgramConfig config) {
    return MatmulProgramConfigStruct.allocate(Arena.global())
        .program(config.multicast.code)
        .gridX(config.gridX)
        .gridY(config.gridY)
        .in0BlockW(config.in0BlockW)
        .outSubblockH(config.outSubblockH)
        .outSubblockW(config.outSubblockW)
        .outBlockH(config.outBlockH)
        .outBlockW(config.outBlockW)
        .perCoreM(config.perCoreM)
        .perCoreN(config.perCoreN)
        .segment();
  }
}
