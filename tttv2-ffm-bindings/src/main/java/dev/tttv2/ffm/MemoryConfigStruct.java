// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_core_range;
import dev.tttv2.ffm.generated.ttnn_memory_config;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Where a tensor lies. All zero: DRAM, interleaved. Sharded without core ranges: the operation
 * chooses the shards.
 *
 * <p>A view of C's {@code ttnn_memory_config}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class MemoryConfigStruct extends NativeStruct {
  private MemoryConfigStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_memory_config.layout());
  }

  private MemoryConfigStruct(MemorySegment part) {
    super(part, ttnn_memory_config.layout());
  }

  /** Returns a view of a memory config inside another struct, its struct_size set. */
  static MemoryConfigStruct inside(MemorySegment part) {
    return new MemoryConfigStruct(part);
  }

  /**
   * Allocates a MemoryConfigStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static MemoryConfigStruct allocate(SegmentAllocator allocator) {
    return new MemoryConfigStruct(allocator);
  }

  /**
   * Sets a memory layout of {@link TtnnConstants}.
   *
   * @param value a memory layout of {@link TtnnConstants}
   * @return this
   */
  public MemoryConfigStruct memoryLayout(int value) {
    ttnn_memory_config.memory_layout(segment(), value);
    return this;
  }

  /**
   * Returns a memory layout of {@link TtnnConstants}.
   *
   * @return a memory layout of {@link TtnnConstants}
   */
  public int memoryLayout() {
    return ttnn_memory_config.memory_layout(segment());
  }

  /**
   * Sets a buffer type of {@link TtnnConstants}.
   *
   * @param value a buffer type of {@link TtnnConstants}
   * @return this
   */
  public MemoryConfigStruct bufferType(int value) {
    ttnn_memory_config.buffer_type(segment(), value);
    return this;
  }

  /**
   * Returns a buffer type of {@link TtnnConstants}.
   *
   * @return a buffer type of {@link TtnnConstants}
   */
  public int bufferType() {
    return ttnn_memory_config.buffer_type(segment());
  }

  /**
   * Sets a shard orientation of {@link TtnnConstants}.
   *
   * @param value a shard orientation of {@link TtnnConstants}
   * @return this
   */
  public MemoryConfigStruct shardOrientation(int value) {
    ttnn_memory_config.shard_orientation(segment(), value);
    return this;
  }

  /**
   * Returns a shard orientation of {@link TtnnConstants}.
   *
   * @return a shard orientation of {@link TtnnConstants}
   */
  public int shardOrientation() {
    return ttnn_memory_config.shard_orientation(segment());
  }

  /**
   * Sets the height of a shard in elements.
   *
   * @param value the height of a shard in elements
   * @return this
   */
  public MemoryConfigStruct shardHeight(int value) {
    ttnn_memory_config.shard_height(segment(), value);
    return this;
  }

  /**
   * Returns the height of a shard in elements.
   *
   * @return the height of a shard in elements
   */
  public int shardHeight() {
    return ttnn_memory_config.shard_height(segment());
  }

  /**
   * Sets the width of a shard in elements.
   *
   * @param value the width of a shard in elements
   * @return this
   */
  public MemoryConfigStruct shardWidth(int value) {
    ttnn_memory_config.shard_width(segment(), value);
    return this;
  }

  /**
   * Returns the width of a shard in elements.
   *
   * @return the width of a shard in elements
   */
  public int shardWidth() {
    return ttnn_memory_config.shard_width(segment());
  }

  /**
   * Sets the number of core ranges, 0 to {@link TtnnConstants#MAX_CORE_RANGES}.
   *
   * @param value the number of core ranges, 0 to {@link TtnnConstants#MAX_CORE_RANGES}
   * @return this
   */
  public MemoryConfigStruct numCoreRanges(int value) {
    ttnn_memory_config.num_core_ranges(segment(), value);
    return this;
  }

  /**
   * Returns the number of core ranges, 0 to {@link TtnnConstants#MAX_CORE_RANGES}.
   *
   * @return the number of core ranges, 0 to {@link TtnnConstants#MAX_CORE_RANGES}
   */
  public int numCoreRanges() {
    return ttnn_memory_config.num_core_ranges(segment());
  }

  /**
   * Sets a rectangle of cores, both corners included.
   *
   * @param index which, 0 to {@link TtnnConstants#MAX_CORE_RANGES} - 1
   * @param startX the first column
   * @param startY the first row
   * @param endX the last column
   * @param endY the last row
   * @return this
   * @throws IndexOutOfBoundsException if there is no such range in the struct
   */
  public MemoryConfigStruct coreRange(int index, int startX, int startY, int endX, int endY) {
    MemorySegment range = ttnn_memory_config.core_ranges(segment(), index);
    ttnn_core_range.start_x(range, startX);
    ttnn_core_range.start_y(range, startY);
    ttnn_core_range.end_x(range, endX);
    ttnn_core_range.end_y(range, endY);
    return this;
  }

  /**
   * Returns a rectangle of cores.
   *
   * @param index which, 0 to {@link TtnnConstants#MAX_CORE_RANGES} - 1
   * @return the first column and row, the last column and row, all included
   * @throws IndexOutOfBoundsException if there is no such range in the struct
   */
  public int[] coreRange(int index) {
    MemorySegment range = ttnn_memory_config.core_ranges(segment(), index);
    return new int[] {
      ttnn_core_range.start_x(range),
      ttnn_core_range.start_y(range),
      ttnn_core_range.end_x(range),
      ttnn_core_range.end_y(range)
    };
  }
}
