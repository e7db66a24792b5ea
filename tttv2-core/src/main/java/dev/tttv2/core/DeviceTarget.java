// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.Objects;

/**
 * What block configs need to know of the hardware to be resolved: nothing more is asked of a device
 * before weights are loaded, so that plans can be made and checked without one.
 *
 * @param arch "host", "wormhole_b0" or "blackhole"
 * @param gridX columns of usable cores
 * @param gridY rows of usable cores
 * @param dramBanks banks of DRAM
 * @param meshRows rows of devices in the mesh
 * @param meshCols columns of devices in the mesh
 * @param headDimMultiple what attention's head dimension must be a multiple of: 32 where heads fill
 *     whole tiles, 1 on the host
 * @param extendedAttention whether embedding, rotary embedding, attention and caches are the host
 *     library's, which take what TTNN's do not: FLOAT32, soft-caps of scores, and masks beside keys
 *     in a cache
 */
public record DeviceTarget(
    String arch,
    int gridX,
    int gridY,
    int dramBanks,
    int meshRows,
    int meshCols,
    int headDimMultiple,
    boolean extendedAttention) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is less than 1
   * @throws NullPointerException if arch is null
   */
  public DeviceTarget {
    Objects.requireNonNull(arch, "arch");
    if (gridX < 1
        || gridY < 1
        || dramBanks < 1
        || meshRows < 1
        || meshCols < 1
        || headDimMultiple < 1) {
      throw new IllegalArgumentException(
          ("device target %s: grid %d x %d, %d DRAM banks, mesh %d x %d, head dimension multiple "
                  + "%d: all must be at least 1")
              .formatted(arch, gridX, gridY, dramBanks, meshRows, meshCols, headDimMultiple));
    }
  }

  /** Returns the number of usable cores of one device. */
  public int cores() {
    return gridX * gridY;
  }

  /**
   * Tells whether an operation is compiled for every new shape when it first runs, as on boards.
   * There it has to have run before it is captured, and few shapes are better than many.
   */
  public boolean compilesPrograms() {
    return !arch.equals("host");
  }

  /** Returns over how many devices a block shares its weights out: over all of the mesh. */
  public int tensorParallel() {
    return meshRows * meshCols;
  }

  /**
   * Refuses a mesh of several devices.
   *
   * @param what the block, for the message
   * @throws IllegalArgumentException if there are several devices
   */
  public void requireOneDevice(String what) {
    if (tensorParallel() > 1) {
      throw new IllegalArgumentException(
          "%s: cannot be shared out over a mesh of %d x %d; use one device"
              .formatted(what, meshRows, meshCols));
    }
  }

  /**
   * Refuses FLOAT32 where the target does not take it.
   *
   * @param what the block and the tensor, for the message
   * @param dtype the type wanted
   * @return {@code dtype}
   * @throws IllegalArgumentException if it is FLOAT32 and the target is not the host
   */
  public DataType requireAttentionType(String what, DataType dtype) {
    if (dtype == DataType.FLOAT32 && !extendedAttention) {
      throw new IllegalArgumentException(
          "%s: %s takes no FLOAT32 in embedding, attention and caches; use BFLOAT16"
              .formatted(what, arch));
    }
    return dtype;
  }

  /**
   * Refuses what TTNN's attention does not have.
   *
   * @param what the block and what it wants, for the message
   * @throws IllegalArgumentException if the target is not the host
   */
  public void requireExtendedAttention(String what) {
    if (!extendedAttention) {
      throw new IllegalArgumentException(
          "%s: TTNN's attention has none (%s), only the host library's has".formatted(what, arch));
    }
  }
}
