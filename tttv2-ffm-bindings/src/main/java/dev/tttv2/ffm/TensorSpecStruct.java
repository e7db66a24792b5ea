// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_tensor_spec;
import java.lang.foreign.SegmentAllocator;

/**
 * What a tensor is.
 *
 * <p>A view of C's {@code ttnn_tensor_spec}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class TensorSpecStruct extends NativeStruct {
  private final MemoryConfigStruct memoryConfig;

  private TensorSpecStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_tensor_spec.layout());
    memoryConfig = MemoryConfigStruct.inside(ttnn_tensor_spec.memory_config(segment()));
  }

  /**
   * Allocates a TensorSpecStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static TensorSpecStruct allocate(SegmentAllocator allocator) {
    return new TensorSpecStruct(allocator);
  }

  /**
   * Sets a dtype of {@link TtnnConstants}.
   *
   * @param value a dtype of {@link TtnnConstants}
   * @return this
   */
  public TensorSpecStruct dtype(int value) {
    ttnn_tensor_spec.dtype(segment(), value);
    return this;
  }

  /**
   * Returns a dtype of {@link TtnnConstants}.
   *
   * @return a dtype of {@link TtnnConstants}
   */
  public int dtype() {
    return ttnn_tensor_spec.dtype(segment());
  }

  /**
   * Sets a layout of {@link TtnnConstants}.
   *
   * @param value a layout of {@link TtnnConstants}; default: ROW_MAJOR
   * @return this
   */
  public TensorSpecStruct layout(int value) {
    ttnn_tensor_spec.layout(segment(), value);
    return this;
  }

  /**
   * Returns a layout of {@link TtnnConstants}.
   *
   * @return a layout of {@link TtnnConstants}; default: ROW_MAJOR
   */
  public int layout() {
    return ttnn_tensor_spec.layout(segment());
  }

  /**
   * Sets the number of extents, 1 to {@link TtnnConstants#MAX_RANK}.
   *
   * @param value the number of extents, 1 to {@link TtnnConstants#MAX_RANK}
   * @return this
   */
  public TensorSpecStruct rank(int value) {
    ttnn_tensor_spec.rank(segment(), value);
    return this;
  }

  /**
   * Returns the number of extents, 1 to {@link TtnnConstants#MAX_RANK}.
   *
   * @return the number of extents, 1 to {@link TtnnConstants#MAX_RANK}
   */
  public int rank() {
    return ttnn_tensor_spec.rank(segment());
  }

  /**
   * Sets the rank and the shape.
   *
   * @param extents outermost first, 1 to {@link TtnnConstants#MAX_RANK} of them
   * @return this
   * @throws IllegalArgumentException if there are none or too many
   */
  public TensorSpecStruct shape(long... extents) {
    if (extents.length < 1 || extents.length > TtnnConstants.MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor spec: rank " + extents.length + ", expected 1 to " + TtnnConstants.MAX_RANK);
    }
    for (int i = 0; i < extents.length; i++) {
      ttnn_tensor_spec.shape(segment(), i, extents[i]);
    }
    return rank(extents.length);
  }

  /**
   * Returns the shape.
   *
   * @return {@link #rank} extents, outermost first
   */
  public long[] shape() {
    long[] extents = new long[rank()];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = ttnn_tensor_spec.shape(segment(), i);
    }
    return extents;
  }

  /**
   * Returns the shape as stored. In a TILE tensor the last two extents are rounded up to {@link
   * TtnnConstants#TILE_SIZE}.
   *
   * @return {@link #rank} extents, outermost first; not set in a request
   */
  public long[] paddedShape() {
    long[] extents = new long[rank()];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = ttnn_tensor_spec.padded_shape(segment(), i);
    }
    return extents;
  }

  /**
   * Returns where the tensor lies.
   *
   * @return a view of this struct: what is set in it is set here
   */
  public MemoryConfigStruct memoryConfig() {
    return memoryConfig;
  }
}
