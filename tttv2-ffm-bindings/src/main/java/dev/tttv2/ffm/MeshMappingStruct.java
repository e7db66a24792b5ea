// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_mesh_mapping;
import java.lang.foreign.SegmentAllocator;

/**
 * How one tensor of the host lies on a mesh of devices.
 *
 * <p>A view of C's {@code ttnn_mesh_mapping}. Zero throughout: each device has all of it.
 */
public final class MeshMappingStruct extends NativeStruct {
  private MeshMappingStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_mesh_mapping.layout());
  }

  /**
   * Allocates a MeshMappingStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static MeshMappingStruct allocate(SegmentAllocator allocator) {
    return new MeshMappingStruct(allocator);
  }

  /**
   * Sets what the devices along an axis hold.
   *
   * @param axis 0: over the rows of the mesh; 1: over its columns
   * @param value {@link TtnnConstants#PLACEMENT_REPLICATE} or {@link TtnnConstants#PLACEMENT_SHARD}
   * @return this
   */
  public MeshMappingStruct placement(int axis, int value) {
    ttnn_mesh_mapping.placements(segment(), axis, value);
    return this;
  }

  /**
   * Returns what the devices along an axis hold.
   *
   * @param axis 0: over the rows of the mesh; 1: over its columns
   * @return {@link TtnnConstants#PLACEMENT_REPLICATE} or {@link TtnnConstants#PLACEMENT_SHARD}
   */
  public int placement(int axis) {
    return ttnn_mesh_mapping.placements(segment(), axis);
  }

  /**
   * Sets the dimension that the devices along an axis share.
   *
   * @param axis 0: over the rows of the mesh; 1: over its columns
   * @param value the dimension; negative counts from the end
   * @return this
   */
  public MeshMappingStruct dim(int axis, int value) {
    ttnn_mesh_mapping.dims(segment(), axis, value);
    return this;
  }

  /**
   * Returns the dimension that the devices along an axis share.
   *
   * @param axis 0: over the rows of the mesh; 1: over its columns
   * @return the dimension; negative counts from the end
   */
  public int dim(int axis) {
    return ttnn_mesh_mapping.dims(segment(), axis);
  }
}
