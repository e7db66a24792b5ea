// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_collective_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of collectives.
 *
 * <p>A view of C's {@code ttnn_collective_options}. Zero means the default for every field. A
 * pointer is stored as its address alone: what it points to stays alive for as long as the struct
 * is used.
 */
public final class CollectiveOptions extends NativeStruct {
  private CollectiveOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_collective_options.layout());
  }

  /**
   * Allocates a CollectiveOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static CollectiveOptions allocate(SegmentAllocator allocator) {
    return new CollectiveOptions(allocator);
  }

  /**
   * Sets the axis of the mesh along which devices exchange values.
   *
   * @param value the axis, one of {@code TtnnConstants.CLUSTER_AXIS_*}; default: the mesh's only
   *     one
   * @return this
   */
  public CollectiveOptions clusterAxis(int value) {
    ttnn_collective_options.cluster_axis(segment(), value);
    return this;
  }

  /**
   * Returns the axis of the mesh along which devices exchange values.
   *
   * @return the axis, one of {@code TtnnConstants.CLUSTER_AXIS_*}
   */
  public int clusterAxis() {
    return ttnn_collective_options.cluster_axis(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public CollectiveOptions memoryConfig(MemorySegment value) {
    ttnn_collective_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_collective_options.memory_config(segment());
  }
}
