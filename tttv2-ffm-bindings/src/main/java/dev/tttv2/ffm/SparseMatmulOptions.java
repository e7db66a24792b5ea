// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_sparse_matmul_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#sparseMatmul}.
 *
 * <p>A view of C's {@code ttnn_sparse_matmul_options}. Zero means the default for every field. A
 * pointer is stored as its address alone: what it points to stays alive for as long as the struct
 * is used.
 */
public final class SparseMatmulOptions extends NativeStruct {
  private SparseMatmulOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_sparse_matmul_options.layout());
  }

  /**
   * Allocates a SparseMatmulOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static SparseMatmulOptions allocate(SegmentAllocator allocator) {
    return new SparseMatmulOptions(allocator);
  }

  /**
   * Sets whether a has a matrix of each expert.
   *
   * @param value a switch, default OFF: a is shared by the experts
   * @return this
   */
  public SparseMatmulOptions inputASparse(int value) {
    ttnn_sparse_matmul_options.is_input_a_sparse(segment(), value);
    return this;
  }

  /**
   * Returns whether a has a matrix of each expert.
   *
   * @return a switch, default OFF: a is shared by the experts
   */
  public int inputASparse() {
    return ttnn_sparse_matmul_options.is_input_a_sparse(segment());
  }

  /**
   * Sets whether the experts of b are chosen among.
   *
   * @param value a switch, default ON
   * @return this
   */
  public SparseMatmulOptions inputBSparse(int value) {
    ttnn_sparse_matmul_options.is_input_b_sparse(segment(), value);
    return this;
  }

  /**
   * Returns whether the experts of b are chosen among.
   *
   * @return a switch, default ON
   */
  public int inputBSparse() {
    return ttnn_sparse_matmul_options.is_input_b_sparse(segment());
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype; default: a's
   * @return this
   */
  public SparseMatmulOptions dtype(int value) {
    ttnn_sparse_matmul_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype; default: a's
   */
  public int dtype() {
    return ttnn_sparse_matmul_options.dtype(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public SparseMatmulOptions memoryConfig(MemorySegment value) {
    ttnn_sparse_matmul_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_sparse_matmul_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public SparseMatmulOptions computeConfig(MemorySegment value) {
    ttnn_sparse_matmul_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   */
  public MemorySegment computeConfig() {
    return ttnn_sparse_matmul_options.compute_config(segment());
  }
}
