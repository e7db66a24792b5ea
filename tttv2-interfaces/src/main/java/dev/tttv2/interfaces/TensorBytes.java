// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;

/**
 * What interleaved tensors take of a device's DRAM.
 *
 * <p>On a board they are pages, a tile or a row each, which begin at aligned addresses; each bank
 * has as many of them as the others. On the host they are rows without padding, save that those of
 * block floats fill tiles.
 *
 * @param host whether it is the host
 * @param banks of DRAM
 * @param alignment of addresses, in bytes
 */
record TensorBytes(boolean host, int banks, int alignment) {
  private static final int TILE = 32;

  /** Returns the arithmetic of a device. */
  static TensorBytes of(DeviceTarget target) {
    return switch (target.arch()) {
      case "host" -> new TensorBytes(true, 1, 64);
      case "blackhole" -> new TensorBytes(false, target.dramBanks(), 64);
      default -> new TensorBytes(false, target.dramBanks(), 32);
    };
  }

  /** Returns the bytes of a TILE tensor of so many matrices, what is rounded up included. */
  long tiles(DataType dtype, long matrices, long rows, long columns) {
    return host
        ? pages(1, matrices * rows * hostRow(dtype, columns))
        : pages(matrices * countTiles(rows, columns), tile(dtype));
  }

  /** Returns the bytes of a ROW_MAJOR matrix, what is rounded up included. */
  long rows(DataType dtype, long rows, long columns) {
    long row = columns * dtype.hostBytes();
    return host ? pages(1, rows * row) : pages(rows, row);
  }

  private long pages(long count, long size) {
    return Math.ceilDiv(count, (long) banks) * banks * Math.ceilDiv(size, alignment) * alignment;
  }

  /** Returns the bytes of a matrix's tiles alone, which is what is read of it. */
  static long matrix(DataType dtype, long rows, long columns) {
    return countTiles(rows, columns) * tile(dtype);
  }

  private static long countTiles(long rows, long columns) {
    return Math.ceilDiv(rows, (long) TILE) * Math.ceilDiv(columns, (long) TILE);
  }

  private static long tile(DataType dtype) {
    return TILE * hostRow(dtype, TILE);
  }

  /** A block of 16 values has a byte for their exponent. */
  private static long hostRow(DataType dtype, long columns) {
    return switch (dtype) {
      case BFLOAT8_B -> Math.ceilDiv(columns, (long) TILE) * 34;
      case BFLOAT4_B -> Math.ceilDiv(columns, (long) TILE) * 18;
      default -> columns * dtype.hostBytes();
    };
  }
}
