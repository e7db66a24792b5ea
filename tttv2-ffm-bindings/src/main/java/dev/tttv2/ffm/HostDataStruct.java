// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_host_data;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Row-major values in host memory, borrowed for the duration of a call.
 *
 * <p>A view of C's {@code ttnn_host_data}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class HostDataStruct extends NativeStruct {
  private HostDataStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_host_data.layout());
  }

  /**
   * Allocates a HostDataStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static HostDataStruct allocate(SegmentAllocator allocator) {
    return new HostDataStruct(allocator);
  }

  /**
   * Sets FLOAT32, BFLOAT16 or FLOAT16 for float tensors.
   *
   * @param value FLOAT32, BFLOAT16 or FLOAT16 for float tensors; the tensor's own dtype, UINT32 or
   *     INT32 for integer tensors
   * @return this
   */
  public HostDataStruct dtype(int value) {
    ttnn_host_data.dtype(segment(), value);
    return this;
  }

  /**
   * Returns FLOAT32, BFLOAT16 or FLOAT16 for float tensors.
   *
   * @return FLOAT32, BFLOAT16 or FLOAT16 for float tensors; the tensor's own dtype, UINT32 or INT32
   *     for integer tensors
   */
  public int dtype() {
    return ttnn_host_data.dtype(segment());
  }

  /**
   * Sets the values.
   *
   * @param value the values, or {@link MemorySegment#NULL}
   * @return this
   */
  public HostDataStruct data(MemorySegment value) {
    ttnn_host_data.data(segment(), value);
    return this;
  }

  /**
   * Returns the values.
   *
   * @return the values
   */
  public MemorySegment data() {
    return ttnn_host_data.data(segment());
  }

  /**
   * Sets their bytes, exactly what the shape needs.
   *
   * @param value their bytes, exactly what the shape needs
   * @return this
   */
  public HostDataStruct size(long value) {
    ttnn_host_data.size(segment(), value);
    return this;
  }

  /**
   * Returns their bytes, exactly what the shape needs.
   *
   * @return their bytes, exactly what the shape needs
   */
  public long size() {
    return ttnn_host_data.size(segment());
  }

  /**
   * Sets whether the values have the tensor's last two dimensions swapped, as a [out, in] weight
   * for an [in, out] tensor.
   *
   * @param value whether the values have the tensor's last two dimensions swapped, as a [out, in]
   *     weight for an [in, out] tensor
   * @return this
   */
  public HostDataStruct transposed(boolean value) {
    ttnn_host_data.transposed(segment(), value ? 1 : 0);
    return this;
  }

  /**
   * Returns whether the values have the tensor's last two dimensions swapped, as a [out, in] weight
   * for an [in, out] tensor.
   *
   * @return whether the values have the tensor's last two dimensions swapped, as a [out, in] weight
   *     for an [in, out] tensor
   */
  public boolean transposed() {
    return ttnn_host_data.transposed(segment()) != 0;
  }

  /**
   * Sets how the values lie on a mesh.
   *
   * @param value how the values lie on a mesh, a {@link MeshMappingStruct}; {@link
   *     MemorySegment#NULL}: each device has all of them
   * @return this
   */
  public HostDataStruct mapping(MemorySegment value) {
    ttnn_host_data.mapping(segment(), value);
    return this;
  }

  /**
   * Returns how the values lie on a mesh.
   *
   * @return how the values lie on a mesh, a {@link MeshMappingStruct}
   */
  public MemorySegment mapping() {
    return ttnn_host_data.mapping(segment());
  }
}
