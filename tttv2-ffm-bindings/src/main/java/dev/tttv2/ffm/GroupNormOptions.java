// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_group_norm_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#groupNorm}.
 *
 * <p>A view of C's {@code ttnn_group_norm_options}. Zero means the default for every field. A
 * pointer is stored as its address alone: what it points to stays alive for as long as the struct
 * is used.
 */
public final class GroupNormOptions extends NativeStruct {
  private GroupNormOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_group_norm_options.layout());
  }

  /**
   * Allocates a GroupNormOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static GroupNormOptions allocate(SegmentAllocator allocator) {
    return new GroupNormOptions(allocator);
  }

  /**
   * Sets the number of groups.
   *
   * @param value the number of groups; required, divides the channels
   * @return this
   */
  public GroupNormOptions numGroups(int value) {
    ttnn_group_norm_options.num_groups(segment(), value);
    return this;
  }

  /**
   * Returns the number of groups.
   *
   * @return the number of groups; required, divides the channels
   */
  public int numGroups() {
    return ttnn_group_norm_options.num_groups(segment());
  }

  /**
   * Sets what is added to the variance.
   *
   * @param value what is added to the variance; default 1e-12
   * @return this
   */
  public GroupNormOptions epsilon(float value) {
    ttnn_group_norm_options.epsilon(segment(), value);
    return this;
  }

  /**
   * Returns what is added to the variance.
   *
   * @return what is added to the variance; default 1e-12
   */
  public float epsilon() {
    return ttnn_group_norm_options.epsilon(segment());
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype: x's, or default
   * @return this
   */
  public GroupNormOptions dtype(int value) {
    ttnn_group_norm_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype: x's, or default
   */
  public int dtype() {
    return ttnn_group_norm_options.dtype(segment());
  }

  /**
   * Sets the factors.
   *
   * @param value a tensor, ROW_MAJOR [1, 1, C/32, 32]; on the host, for other C, TILE [C] or [1, 1,
   *     1, C]; or {@link MemorySegment#NULL}
   * @return this
   */
  public GroupNormOptions weight(MemorySegment value) {
    ttnn_group_norm_options.weight(segment(), value);
    return this;
  }

  /**
   * Returns the factors.
   *
   * @return a tensor, ROW_MAJOR [1, 1, C/32, 32]; on the host, for other C, TILE [C] or [1, 1, 1,
   *     C]; or {@link MemorySegment#NULL}
   */
  public MemorySegment weight() {
    return ttnn_group_norm_options.weight(segment());
  }

  /**
   * Sets the summands.
   *
   * @param value a tensor in the weight's form and dtype, or {@link MemorySegment#NULL}
   * @return this
   */
  public GroupNormOptions bias(MemorySegment value) {
    ttnn_group_norm_options.bias(segment(), value);
    return this;
  }

  /**
   * Returns the summands.
   *
   * @return a tensor in the weight's form and dtype, or {@link MemorySegment#NULL}
   */
  public MemorySegment bias() {
    return ttnn_group_norm_options.bias(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public GroupNormOptions memoryConfig(MemorySegment value) {
    ttnn_group_norm_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_group_norm_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public GroupNormOptions computeConfig(MemorySegment value) {
    ttnn_group_norm_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   */
  public MemorySegment computeConfig() {
    return ttnn_group_norm_options.compute_config(segment());
  }
}
