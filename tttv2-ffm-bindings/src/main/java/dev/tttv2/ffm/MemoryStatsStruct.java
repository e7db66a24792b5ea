// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_memory_stats;
import java.lang.foreign.SegmentAllocator;

/**
 * The use of one of a device's memories.
 *
 * <p>A view of C's {@code ttnn_memory_stats}, which {@link TtnnC} fills in.
 */
public final class MemoryStatsStruct extends NativeStruct {
  private MemoryStatsStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_memory_stats.layout());
  }

  /**
   * Allocates a MemoryStatsStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static MemoryStatsStruct allocate(SegmentAllocator allocator) {
    return new MemoryStatsStruct(allocator);
  }

  /**
   * Returns handles on the device, whatever the buffer type.
   *
   * @return handles on the device, whatever the buffer type
   */
  public int liveTensors() {
    return ttnn_memory_stats.live_tensors(segment());
  }

  /**
   * Returns the size of the memory in bytes.
   *
   * @return the size of the memory in bytes
   */
  public long totalBytes() {
    return ttnn_memory_stats.total_bytes(segment());
  }

  /**
   * Returns the bytes in use.
   *
   * @return the bytes in use
   */
  public long allocatedBytes() {
    return ttnn_memory_stats.allocated_bytes(segment());
  }

  /**
   * Returns the most bytes in use since the device was opened.
   *
   * @return the most bytes in use since the device was opened
   */
  public long peakAllocatedBytes() {
    return ttnn_memory_stats.peak_allocated_bytes(segment());
  }

  /**
   * Returns the bytes of the largest free piece.
   *
   * @return the bytes of the largest free piece
   */
  public long largestFreeBytes() {
    return ttnn_memory_stats.largest_free_bytes(segment());
  }

  /**
   * Returns the caller's bytes used by tensors made from them; not in {@link #allocatedBytes}.
   *
   * @return the caller's bytes used by tensors made from them; not in {@link #allocatedBytes}
   */
  public long borrowedBytes() {
    return ttnn_memory_stats.borrowed_bytes(segment());
  }
}
