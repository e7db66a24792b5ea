// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_binary_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of the elementwise operations on two inputs.
 *
 * <p>A view of C's {@code ttnn_binary_options}. Zero means the default for every field. A pointer
 * is stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class BinaryOptions extends NativeStruct {
  private BinaryOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_binary_options.layout());
  }

  /**
   * Allocates a BinaryOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static BinaryOptions allocate(SegmentAllocator allocator) {
    return new BinaryOptions(allocator);
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype; default: a's
   * @return this
   */
  public BinaryOptions dtype(int value) {
    ttnn_binary_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype; default: a's
   */
  public int dtype() {
    return ttnn_binary_options.dtype(segment());
  }

  /**
   * Sets a unary operation applied to a first.
   *
   * @param value a unary operation applied to a first
   * @return this
   */
  public BinaryOptions activationA(int value) {
    ttnn_binary_options.a_activation(segment(), value);
    return this;
  }

  /**
   * Returns a unary operation applied to a first.
   *
   * @return a unary operation applied to a first
   */
  public int activationA() {
    return ttnn_binary_options.a_activation(segment());
  }

  /**
   * Sets a unary operation applied to b first.
   *
   * @param value a unary operation applied to b first
   * @return this
   */
  public BinaryOptions activationB(int value) {
    ttnn_binary_options.b_activation(segment(), value);
    return this;
  }

  /**
   * Returns a unary operation applied to b first.
   *
   * @return a unary operation applied to b first
   */
  public int activationB() {
    return ttnn_binary_options.b_activation(segment());
  }

  /**
   * Sets a unary operation applied to the result.
   *
   * @param value a unary operation applied to the result
   * @return this
   */
  public BinaryOptions activation(int value) {
    ttnn_binary_options.activation(segment(), value);
    return this;
  }

  /**
   * Returns a unary operation applied to the result.
   *
   * @return a unary operation applied to the result
   */
  public int activation() {
    return ttnn_binary_options.activation(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public BinaryOptions memoryConfig(MemorySegment value) {
    ttnn_binary_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_binary_options.memory_config(segment());
  }

  /**
   * Sets the tensor to write to, also a itself.
   *
   * @param value the tensor to write to, also a itself; what the operation returns is then another
   *     handle of the same buffer
   * @return this
   */
  public BinaryOptions outputTensor(MemorySegment value) {
    ttnn_binary_options.output_tensor(segment(), value);
    return this;
  }

  /**
   * Returns the tensor to write to, also a itself.
   *
   * @return the tensor to write to, also a itself; what the operation returns is then another
   *     handle of the same buffer
   */
  public MemorySegment outputTensor() {
    return ttnn_binary_options.output_tensor(segment());
  }
}
