// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_matmul_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#matmul} and {@link TtnnC#linear}.
 *
 * <p>A view of C's {@code ttnn_matmul_options}. Zero means the default for every field. A pointer
 * is stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class MatmulOptions extends NativeStruct {
  private MatmulOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_matmul_options.layout());
  }

  /**
   * Allocates a MatmulOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static MatmulOptions allocate(SegmentAllocator allocator) {
    return new MatmulOptions(allocator);
  }

  /**
   * Sets whether a is given as [.., K, M].
   *
   * @param value whether a is given as [.., K, M]
   * @return this
   */
  public MatmulOptions transposeA(boolean value) {
    ttnn_matmul_options.transpose_a(segment(), value ? 1 : 0);
    return this;
  }

  /**
   * Returns whether a is given as [.., K, M].
   *
   * @return whether a is given as [.., K, M]
   */
  public boolean transposeA() {
    return ttnn_matmul_options.transpose_a(segment()) != 0;
  }

  /**
   * Sets whether b is given as [.., N, K].
   *
   * @param value whether b is given as [.., N, K]
   * @return this
   */
  public MatmulOptions transposeB(boolean value) {
    ttnn_matmul_options.transpose_b(segment(), value ? 1 : 0);
    return this;
  }

  /**
   * Returns whether b is given as [.., N, K].
   *
   * @return whether b is given as [.., N, K]
   */
  public boolean transposeB() {
    return ttnn_matmul_options.transpose_b(segment()) != 0;
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype
   * @return this
   */
  public MatmulOptions dtype(int value) {
    ttnn_matmul_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype
   */
  public int dtype() {
    return ttnn_matmul_options.dtype(segment());
  }

  /**
   * Sets a unary operation applied after the bias.
   *
   * @param value a unary operation applied after the bias
   * @return this
   */
  public MatmulOptions activation(int value) {
    ttnn_matmul_options.activation(segment(), value);
    return this;
  }

  /**
   * Returns a unary operation applied after the bias.
   *
   * @return a unary operation applied after the bias
   */
  public int activation() {
    return ttnn_matmul_options.activation(segment());
  }

  /**
   * Sets linear only: a tensor [N], [1, N] or [1, 1, 1, N].
   *
   * @param value linear only: a tensor [N], [1, N] or [1, 1, 1, N], or {@link MemorySegment#NULL}
   * @return this
   */
  public MatmulOptions bias(MemorySegment value) {
    ttnn_matmul_options.bias(segment(), value);
    return this;
  }

  /**
   * Returns linear only: a tensor [N], [1, N] or [1, 1, 1, N].
   *
   * @return linear only: a tensor [N], [1, N] or [1, 1, 1, N]
   */
  public MemorySegment bias() {
    return ttnn_matmul_options.bias(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public MatmulOptions memoryConfig(MemorySegment value) {
    ttnn_matmul_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_matmul_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public MatmulOptions computeConfig(MemorySegment value) {
    ttnn_matmul_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}
   */
  public MemorySegment computeConfig() {
    return ttnn_matmul_options.compute_config(segment());
  }

  /**
   * Sets the tensor to write to instead of a new one.
   *
   * @param value the tensor to write to instead of a new one; what the operation returns is then
   *     another handle of the same buffer
   * @return this
   */
  public MatmulOptions outputTensor(MemorySegment value) {
    ttnn_matmul_options.output_tensor(segment(), value);
    return this;
  }

  /**
   * Returns the tensor to write to instead of a new one.
   *
   * @return the tensor to write to instead of a new one; what the operation returns is then another
   *     handle of the same buffer
   */
  public MemorySegment outputTensor() {
    return ttnn_matmul_options.output_tensor(segment());
  }

  /**
   * Sets how the cores share the product.
   *
   * @param value how the cores share the product, a {@link MatmulProgramConfigStruct}; default:
   *     TTNN's choice
   * @return this
   */
  public MatmulOptions programConfig(MemorySegment value) {
    ttnn_matmul_options.program_config(segment(), value);
    return this;
  }

  /**
   * Returns how the cores share the product.
   *
   * @return how the cores share the product, a {@link MatmulProgramConfigStruct}; default: TTNN's
   *     choice
   */
  public MemorySegment programConfig() {
    return ttnn_matmul_options.program_config(segment());
  }
}
