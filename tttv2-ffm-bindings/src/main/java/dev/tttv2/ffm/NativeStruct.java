// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * A C struct that begins with its size, as every option and info struct of {@code ttnn_c.h} does.
 *
 * <p>Not thread-safe. An option struct may be read by any number of calls at the same time.
 */
public abstract sealed class NativeStruct
    permits BinaryOptions,
        CollectiveOptions,
        ComputeConfigStruct,
        DeviceInfoStruct,
        DeviceOptionsStruct,
        EmbeddingOptions,
        ExtensionInfoStruct,
        GroupNormOptions,
        HeadsOptions,
        HostDataStruct,
        MatmulOptions,
        MatmulProgramConfigStruct,
        MemoryConfigStruct,
        MemoryStatsStruct,
        MeshMappingStruct,
        NormOptions,
        OpOptions,
        RotaryOptions,
        SdpaOptions,
        SparseMatmulOptions,
        TensorSpecStruct {
  private final MemorySegment segment;

  NativeStruct(SegmentAllocator allocator, GroupLayout layout) {
    this(allocator.allocate(layout), layout);
  }

  NativeStruct(MemorySegment part, GroupLayout layout) {
    segment = part;
    // An allocator need not clear its memory, and zero is what means "default".
    segment.fill((byte) 0);
    segment.set(ValueLayout.JAVA_INT, 0, Math.toIntExact(layout.byteSize()));
  }

  /**
   * Returns the struct itself, to be given to {@link TtnnC} or stored in another struct.
   *
   * @return the struct's memory
   */
  public final MemorySegment segment() {
    return segment;
  }
}
