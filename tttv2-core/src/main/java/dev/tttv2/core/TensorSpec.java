// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TensorSpecStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a tensor is: element type, layout, memory and shape.
 *
 * @param dtype the element type
 * @param layout ROW_MAJOR or TILE; block floats take TILE only
 * @param memory where the tensor lies
 * @param shape extents, outermost first, each at least 1; 1 to 8 of them
 */
public record TensorSpec(DataType dtype, Layout layout, MemoryConfig memory, long... shape) {
  private static final long MAX_VOLUME = 1L << 40;

  /**
   * Checks the spec and copies the shape.
   *
   * @throws IllegalArgumentException if there are no or too many dimensions, an extent is less than
   *     1, there are 2^40 elements or more, dtype is FLOAT16, or a block float is not to be TILE
   * @throws NullPointerException if something is null
   */
  public TensorSpec {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(memory, "memory");
    shape = shape.clone();
    if (shape.length < 1 || shape.length > TtnnConstants.MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor spec: shape %s has %d dimensions, expected 1 to %d"
              .formatted(Arrays.toString(shape), shape.length, TtnnConstants.MAX_RANK));
    }
    long volume = 1;
    for (long extent : shape) {
      // Divided, for the product may be more than a long holds.
      if (extent < 1 || extent > (MAX_VOLUME - 1) / volume) {
        throw new IllegalArgumentException(
            "tensor spec: shape %s, expected extents of at least 1 and a product below 2^40"
                .formatted(Arrays.toString(shape)));
      }
      volume *= extent;
    }
    if (dtype == DataType.FLOAT16) {
      throw new IllegalArgumentException(
          "tensor spec: FLOAT16 is a type of host data, no tensor can have it");
    }
    if (dtype.isBlockFloat() && layout != Layout.TILE) {
      throw new IllegalArgumentException(
          "tensor spec: %s exists in TILE layout only, not in %s".formatted(dtype, layout));
    }
  }

  /**
   * Makes the spec of a TILE tensor in interleaved DRAM.
   *
   * @throws IllegalArgumentException if the constructor refuses dtype or shape
   */
  public static TensorSpec tile(DataType dtype, long... shape) {
    return new TensorSpec(dtype, Layout.TILE, MemoryConfig.DRAM_INTERLEAVED, shape);
  }

  /**
   * Makes the spec of a ROW_MAJOR tensor in interleaved DRAM.
   *
   * @throws IllegalArgumentException if the constructor refuses dtype or shape
   */
  public static TensorSpec rowMajor(DataType dtype, long... shape) {
    return new TensorSpec(dtype, Layout.ROW_MAJOR, MemoryConfig.DRAM_INTERLEAVED, shape);
  }

  /** Returns a copy of the shape. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /**
   * Returns one extent.
   *
   * @param i the dimension; negative counts from the end, -1 is the last
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public long dim(int i) {
    return shape[Objects.checkIndex(i < 0 ? i + shape.length : i, shape.length)];
  }

  /** Returns the number of elements, without padding. */
  public long volume() {
    long volume = 1;
    for (long extent : shape) {
      volume *= extent;
    }
    return volume;
  }

  /**
   * Returns the spec of the whole of which each device of a mesh holds a tensor of this spec.
   *
   * @param mapping how the whole lies on the mesh
   * @param target whose mesh
   * @throws IllegalArgumentException if a tensor of this rank cannot lie so
   */
  public TensorSpec whole(MeshMapping mapping, DeviceTarget target) {
    return mapping.isReplicated() ? this : withShape(mapping.whole(shape(), target));
  }

  /**
   * Returns the same spec with another shape.
   *
   * @throws IllegalArgumentException if the constructor refuses the shape
   */
  public TensorSpec withShape(long... other) {
    return new TensorSpec(dtype, layout, memory, other);
  }

  /** Returns the same spec with another memory config. */
  public TensorSpec withMemory(MemoryConfig other) {
    return new TensorSpec(dtype, layout, other, shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorSpec spec
        && dtype == spec.dtype
        && layout == spec.layout
        && memory.equals(spec.memory)
        && Arrays.equals(shape, spec.shape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dtype, layout, memory, Arrays.hashCode(shape));
  }

  /** Returns shape, dtype and layout, and the memory where it is not interleaved DRAM. */
  @Override
  public String toString() {
    String text = Arrays.toString(shape) + " " + dtype + " " + layout;
    if (memory.equals(MemoryConfig.DRAM_INTERLEAVED)) {
      return text;
    }
    return text + " " + memory.bufferType() + " " + memory.memoryLayout();
  }

  void writeTo(TensorSpecStruct struct) {
    struct.dtype(dtype.code()).layout(layout.code()).shape(shape);
    memory.writeTo(struct.memoryConfig());
  }

  static TensorSpec readFrom(TensorSpecStruct struct) {
    return new TensorSpec(
        DataType.of(struct.dtype()),
        Layout.of(struct.layout()),
        MemoryConfig.readFrom(struct.memoryConfig()),
        struct.shape());
  }
}
