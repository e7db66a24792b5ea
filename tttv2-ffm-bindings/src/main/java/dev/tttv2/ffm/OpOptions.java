// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_op_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of operations without options of their own.
 *
 * <p>A view of C's {@code ttnn_op_options}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class OpOptions extends NativeStruct {
  private OpOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_op_options.layout());
  }

  /**
   * Allocates an OpOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static OpOptions allocate(SegmentAllocator allocator) {
    return new OpOptions(allocator);
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype
   * @return this
   */
  public OpOptions dtype(int value) {
    ttnn_op_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype
   */
  public int dtype() {
    return ttnn_op_options.dtype(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public OpOptions memoryConfig(MemorySegment value) {
    ttnn_op_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_op_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public OpOptions computeConfig(MemorySegment value) {
    ttnn_op_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}
   */
  public MemorySegment computeConfig() {
    return ttnn_op_options.compute_config(segment());
  }
}
