// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_norm_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#rmsNorm} and {@link TtnnC#layerNorm}.
 *
 * <p>A view of C's {@code ttnn_norm_options}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class NormOptions extends NativeStruct {
  private NormOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_norm_options.layout());
  }

  /**
   * Allocates a NormOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static NormOptions allocate(SegmentAllocator allocator) {
    return new NormOptions(allocator);
  }

  /**
   * Sets added to the mean square or the variance.
   *
   * @param value added to the mean square or the variance; default 1e-12
   * @return this
   */
  public NormOptions epsilon(float value) {
    ttnn_norm_options.epsilon(segment(), value);
    return this;
  }

  /**
   * Returns added to the mean square or the variance.
   *
   * @return added to the mean square or the variance; default 1e-12
   */
  public float epsilon() {
    return ttnn_norm_options.epsilon(segment());
  }

  /**
   * Sets a tensor, ROW_MAJOR [1, 1, H/32, 32] or TILE [H], [1, 1, 1, H].
   *
   * @param value a tensor, ROW_MAJOR [1, 1, H/32, 32] or TILE [H], [1, 1, 1, H], or {@link
   *     MemorySegment#NULL}
   * @return this
   */
  public NormOptions weight(MemorySegment value) {
    ttnn_norm_options.weight(segment(), value);
    return this;
  }

  /**
   * Returns a tensor, ROW_MAJOR [1, 1, H/32, 32] or TILE [H], [1, 1, 1, H].
   *
   * @return a tensor, ROW_MAJOR [1, 1, H/32, 32] or TILE [H], [1, 1, 1, H]
   */
  public MemorySegment weight() {
    return ttnn_norm_options.weight(segment());
  }

  /**
   * Sets likewise, in the same layout as the weight.
   *
   * @param value likewise, in the same layout as the weight, or {@link MemorySegment#NULL}
   * @return this
   */
  public NormOptions bias(MemorySegment value) {
    ttnn_norm_options.bias(segment(), value);
    return this;
  }

  /**
   * Returns likewise, in the same layout as the weight.
   *
   * @return likewise, in the same layout as the weight
   */
  public MemorySegment bias() {
    return ttnn_norm_options.bias(segment());
  }

  /**
   * Sets a tensor added to x first.
   *
   * @param value a tensor added to x first, or {@link MemorySegment#NULL}
   * @return this
   */
  public NormOptions residualInputTensor(MemorySegment value) {
    ttnn_norm_options.residual_input_tensor(segment(), value);
    return this;
  }

  /**
   * Returns a tensor added to x first.
   *
   * @return a tensor added to x first
   */
  public MemorySegment residualInputTensor() {
    return ttnn_norm_options.residual_input_tensor(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public NormOptions memoryConfig(MemorySegment value) {
    ttnn_norm_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_norm_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public NormOptions computeConfig(MemorySegment value) {
    ttnn_norm_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}
   */
  public MemorySegment computeConfig() {
    return ttnn_norm_options.compute_config(segment());
  }
}
