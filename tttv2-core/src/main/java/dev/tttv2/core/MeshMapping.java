// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.MeshMappingStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How one tensor of the host lies on a mesh of devices: along each axis of the mesh, either all
 * devices hold the same, or each holds its part of a dimension, in order.
 *
 * <p>Immutable.
 */
public final class MeshMapping {
  /** Each device has all of it. */
  public static final MeshMapping REPLICATED = new MeshMapping(null, null);

  private final Integer[] dims;
  private final MemorySegment segment;

  private MeshMapping(Integer rows, Integer columns) {
    dims = new Integer[] {rows, columns};
    // Freed by the collector with this object.
    MeshMappingStruct struct = MeshMappingStruct.allocate(Arena.ofAuto());
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] != null) {
        struct.placement(axis, TtnnConstants.PLACEMENT_SHARD).dim(axis, dims[axis]);
      }
    }
    segment = struct.segment();
  }

  /**
   * Shares a dimension out over all devices of the mesh, row by row.
   *
   * @param dim the dimension; negative counts from the end
   */
  public static MeshMapping shard(int dim) {
    return new MeshMapping(dim, dim);
  }

  /**
   * Shares a dimension out over the rows of the mesh, and another over its columns; the same one
   * over both, as {@link #shard} does.
   *
   * @param rows the dimension that the rows share, or null: they hold the same
   * @param columns the dimension that the columns share, or null: they hold the same
   */
  public static MeshMapping of(Integer rows, Integer columns) {
    return rows == null && columns == null ? REPLICATED : new MeshMapping(rows, columns);
  }

  /** Tells whether each device has all of it. */
  public boolean isReplicated() {
    return dims[0] == null && dims[1] == null;
  }

  /**
   * Returns the shape of all of it.
   *
   * @param part the shape that each device holds
   * @param target whose mesh
   * @throws IllegalArgumentException if the shape has no such dimension
   */
  public long[] whole(long[] part, DeviceTarget target) {
    long[] whole = part.clone();
    int[] devices = {target.meshRows(), target.meshCols()};
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] != null) {
        whole[index(dims[axis], part)] *= devices[axis];
      }
    }
    return whole;
  }

  private int index(int dim, long[] shape) {
    if (dim < -shape.length || dim >= shape.length) {
      throw new IllegalArgumentException(
          "%s: a tensor %s has no such dimension".formatted(this, Arrays.toString(shape)));
    }
    return Math.floorMod(dim, shape.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MeshMapping that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns what the rows and the columns of the mesh share, such as "mesh mapping [null, 3]". */
  @Override
  public String toString() {
    return "mesh mapping " + Arrays.toString(dims);
  }

  MemorySegment segment() {
    return segment;
  }
}
