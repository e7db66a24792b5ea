// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.core.MatmulProgramConfig.Multicast;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A product of an activation and a weight, and how the cores of a board can share it.
 *
 * @param m rows of the activation, those of all its matrices, each rounded up to whole tiles
 * @param k columns of the activation
 * @param n columns of the weight
 * @param a the activation's dtype
 * @param b the weight's dtype
 * @param output the output's dtype
 * @param bias whether a bias is added
 * @param compute how a core computes
 */
public record MatmulProduct(
    long m,
    long k,
    long n,
    DataType a,
    DataType b,
    DataType output,
    boolean bias,
    ComputeConfig compute) {
  private static final int TILE = 32;

  /**
   * L1 of a core for a product's buffers: three quarters of the least that a board has. The rest is
   * left to tensors there: sharded heads of decode, semaphores of collectives.
   */
  private static final long L1_BYTES = 1 << 20;

  /** Tiles that are read in the time that a core takes to begin with the next ones of K. */
  private static final long TILES_PER_STEP = 8;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if an extent is less than 1
   * @throws NullPointerException if a dtype or compute is null
   */
  public MatmulProduct {
    if (m < 1 || k < 1 || n < 1) {
      throw new IllegalArgumentException(
          "a product of %d x %d by %d x %d: all must be at least 1".formatted(m, k, k, n));
    }
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(b, "b");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(compute, "compute");
  }

  /**
   * Returns a program config: of the three ways to share the output, the one in which the busiest
   * core has the fewest tiles to compute, then to read; with blocks for which L1 has room.
   *
   * @implNote What a core reads is estimated, and was compared with no board: each block of the
   *     output reads its rows of a and its columns of b, {@code in0BlockW} tiles of K at a time.
   *     Room in L1 is what TTNN 0.81.1 takes: twice the tiles of a step, the output and, in another
   *     dtype, its sums.
   */
  public MatmulProgramConfig programConfig(DeviceTarget target) {
    int rows = tiles(m);
    int columns = tiles(n);
    int x = target.gridX();
    int y = target.gridY();
    return Stream.of(
            new Share(Multicast.IN0, rows, Math.ceilDiv(columns, x * y)),
            new Share(Multicast.IN1, Math.ceilDiv(rows, x * y), columns),
            new Share(Multicast.BOTH, Math.ceilDiv(rows, y), Math.ceilDiv(columns, x)))
        .map(this::blocked)
        .min(Comparator.comparingLong(Blocks::computed).thenComparingLong(Blocks::cost))
        .orElseThrow()
        .config(x, y, compute.fp32DestAccEn() ? 4 : 8);
  }

  private static int tiles(long extent) {
    return Math.toIntExact(Math.ceilDiv(extent, (long) TILE));
  }

  /** The part of the output that a core has, in tiles. */
  private record Share(Multicast multicast, int rows, int columns) {}

  /** A core's part in blocks of the output and steps along K, in tiles. */
  private record Blocks(Share share, int height, int width, int step, int steps) {
    long computed() {
      return (long) share.rows * share.columns * step * steps;
    }

    long cost() {
      long down = share.rows / height;
      long across = share.columns / width;
      long reads = (across * share.rows + down * share.columns) * step * steps;
      return reads + TILES_PER_STEP * down * across * steps;
    }

    MatmulProgramConfig config(int gridX, int gridY, int registers) {
      int subblockWidth = largest(width, registers);
      int subblockHeight = largest(height, registers / subblockWidth);
      return new MatmulProgramConfig(
          share.multicast,
          gridX,
          gridY,
          step,
          subblockHeight,
          subblockWidth,
          height,
          width,
          share.rows,
          share.columns);
    }
  }

  /** The cheapest blocks for which there is room; single tiles always have it. */
  private Blocks blocked(Share share) {
    int inner = tiles(k);
    List<Integer> steps = divisors(inner);
    return divisors(share.rows).stream()
        .flatMap(height -> divisors(share.columns).stream().map(width -> List.of(height, width)))
        .flatMap(
            block ->
                steps.stream()
                    .map(s -> new Blocks(share, block.get(0), block.get(1), s, inner / s)))
        .filter(this::fits)
        .min(Comparator.comparingLong(Blocks::cost))
        .orElseThrow();
  }

  private boolean fits(Blocks blocks) {
    long held = (long) blocks.height * blocks.width;
    long read = blocks.height * bytes(a) + blocks.width * bytes(b);
    DataType sums = compute.fp32DestAccEn() ? DataType.FLOAT32 : DataType.BFLOAT16;
    return 2L * blocks.step * read
            + held * bytes(output)
            + (sums == output ? 0 : held * bytes(sums))
            + (bias ? blocks.width * bytes(DataType.FLOAT32) : 0)
        <= L1_BYTES;
  }

  private static long bytes(DataType dtype) {
    return switch (dtype) {
      case BFLOAT8_B -> 1088;
      case BFLOAT4_B -> 576;
      default -> (long) TILE * TILE * dtype.hostBytes();
    };
  }

  private static List<Integer> divisors(int number) {
    return IntStream.rangeClosed(1, number).filter(i -> number % i == 0).boxed().toList();
  }

  /** The largest divisor of a number that is at most as large as another. */
  private static int largest(int number, int most) {
    int divisor = Math.min(number, most);
    while (number % divisor != 0) {
      divisor--;
    }
    return divisor;
  }
}
