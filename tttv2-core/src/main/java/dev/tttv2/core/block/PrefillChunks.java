// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.SdpaArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The keyword arguments of a prompt's attention, one for each size of chunks that its plan allows:
 * how many queries, and keys, a core takes at a time. Large chunks read the keys less often, but a
 * short prompt is divided into too few of them for all cores, and a part of a prompt must begin at
 * a whole one.
 */
final class PrefillChunks {
  private static final int SHORTEST = 32;
  private static final int LONGEST = 256;

  /**
   * Values of a chunk of BFLOAT16 keys for which L1 has room, beside all else that the operation
   * keeps there: seen with TTNN 0.81.1, which takes chunks of 256 heads of 128 values, and no more.
   */
  private static final int L1_VALUES = 256 * 128;

  private final AttentionPlan plan;
  private final List<SdpaArgs> args = new ArrayList<>(); // by doubling sizes

  PrefillChunks(AttentionPlan plan, Supplier<SdpaArgs.Builder> arguments) {
    this.plan = plan;
    if (plan.prefillChunk() == 0) {
      args.add(arguments.get().build());
    }
    for (int size = SHORTEST; size <= plan.prefillChunk(); size *= 2) {
      args.add(arguments.get().chunks(size, size).build());
    }
  }

  /** Returns the largest chunk for which L1 has room. */
  static int most(int headDim, DataType dtype) {
    int values = dtype == DataType.FLOAT32 ? L1_VALUES / 2 : L1_VALUES;
    return Math.clamp(Integer.highestOneBit(values / Math.max(1, headDim)), SHORTEST, LONGEST);
  }

  static void check(int chunk) {
    if (chunk != 0 && (chunk < SHORTEST || Integer.bitCount(chunk) != 1)) {
      throw new IllegalArgumentException(
          "attention: prefillChunk is %d, expected 0 (TTNN's choice) or a power of two from %d on"
              .formatted(chunk, SHORTEST));
    }
  }

  /**
   * Returns the largest chunk, up to the plan's, of which the start is a multiple, and that leaves
   * no core without one; or the shortest.
   */
  static int of(AttentionPlan plan, int start, long length) {
    int cores = plan.gridX() * plan.gridY();
    int chunk = plan.prefillChunk();
    while (chunk > SHORTEST
        && (start % chunk != 0 || plan.deviceHeads() * Math.ceilDiv(length, chunk) < cores)) {
      chunk /= 2;
    }
    return chunk;
  }

  /**
   * Returns the arguments for a prompt, or a part of one.
   *
   * @param start the position of the first query
   * @param length how many queries there are, in all texts together
   */
  SdpaArgs of(int start, long length) {
    int chunk = of(plan, start, length);
    return args.get(chunk == 0 ? 0 : Integer.numberOfTrailingZeros(chunk / SHORTEST));
  }
}
