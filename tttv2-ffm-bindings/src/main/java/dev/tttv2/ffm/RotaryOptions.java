// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_rotary_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of the rotary embeddings.
 *
 * <p>A view of C's {@code ttnn_rotary_options}. Zero means the default for every field. A pointer
 * is stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class RotaryOptions extends NativeStruct {
  private RotaryOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_rotary_options.layout());
  }

  /**
   * Allocates a RotaryOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static RotaryOptions allocate(SegmentAllocator allocator) {
    return new RotaryOptions(allocator);
  }

  /**
   * Sets whether x holds one token of each user.
   *
   * @param value whether x holds one token of each user
   * @return this
   */
  public RotaryOptions decodeMode(boolean value) {
    ttnn_rotary_options.is_decode_mode(segment(), value ? 1 : 0);
    return this;
  }

  /**
   * Returns whether x holds one token of each user.
   *
   * @return whether x holds one token of each user
   */
  public boolean decodeMode() {
    return ttnn_rotary_options.is_decode_mode(segment()) != 0;
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public RotaryOptions memoryConfig(MemorySegment value) {
    ttnn_rotary_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_rotary_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public RotaryOptions computeConfig(MemorySegment value) {
    ttnn_rotary_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}
   */
  public MemorySegment computeConfig() {
    return ttnn_rotary_options.compute_config(segment());
  }
}
