// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.MeshMappingStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * How a tensor of the host lies on a mesh, as text.
 *
 * @param axes for the rows of the mesh and for its columns: the dimension that they share out, or
 *     {@code -}
 */
record MappingText(List<String> axes) {
  static MappingText parse(String text) {
    return new MappingText(List.of(text.substring(1, text.length() - 1).split(",")));
  }

  private boolean shards(int axis) {
    return !axes.get(axis).equals("-");
  }

  /** In how many parts the tensor is shared out. */
  int parts(MeshText mesh) {
    int parts = 1;
    for (int axis = 0; axis < axes.size(); axis++) {
      parts *= shards(axis) ? mesh.extent(axis) : 1;
    }
    return parts;
  }

  /** Makes the struct. */
  MemorySegment segment(SegmentAllocator allocator) {
    MeshMappingStruct mapping = MeshMappingStruct.allocate(allocator);
    for (int axis = 0; axis < axes.size(); axis++) {
      if (shards(axis)) {
        mapping.placement(axis, TtnnConstants.PLACEMENT_SHARD);
        mapping.dim(axis, Integer.parseInt(axes.get(axis)));
      }
    }
    return mapping.segment();
  }
}
