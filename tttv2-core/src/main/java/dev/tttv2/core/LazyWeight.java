// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.List;

/**
 * A weight that is still in host memory or in a mapped file. Nothing is converted or copied before
 * {@link #load}.
 */
public interface LazyWeight {
  /** Returns the weight's name, for messages. */
  String name();

  /** Returns the checkpoint's shape, such as [out, in] for a linear layer. */
  long[] shape();

  /**
   * Converts the weight, or takes it from a cache, and puts it on a device.
   *
   * @param device where
   * @param spec what the tensor shall be; as many elements as the weight, [.., in, out] when
   *     transposed
   * @param transposed whether the last two dimensions are to be swapped
   * @return the tensor, which the caller closes
   */
  Tensor load(Device device, TensorSpec spec, boolean transposed);

  /**
   * Puts the weight on a mesh, as {@link #load(Device, TensorSpec, boolean)} does. A weight that
   * can be shared out overrides this.
   *
   * @param spec what each device shall hold
   * @param mapping how the whole weight lies on the mesh
   * @throws UnsupportedOperationException if this kind of weight cannot be shared out
   */
  default Tensor load(Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    if (mapping.isReplicated()) {
      return load(device, spec, transposed);
    }
    throw new UnsupportedOperationException(
        "weight %s: %s does not implement LazyWeight.load with a mesh mapping"
            .formatted(name(), getClass().getName()));
  }

  /**
   * Returns the rows `from` to `to` - 1 along the first dimension.
   *
   * @throws IllegalArgumentException if there are no such rows
   */
  default LazyWeight rows(long from, long to) {
    return new WeightRows(this, from, to);
  }

  /**
   * Returns this weight with others below it: the first dimensions add up, the others are equal. A
   * weight that can do so in host memory overrides this; otherwise the parts are joined on the
   * device.
   *
   * @throws IllegalArgumentException if the shapes do not fit
   */
  default LazyWeight joinedWith(List<LazyWeight> others) {
    return new JoinedWeights(this, others);
  }

  /**
   * Returns this weight with its rows or columns in another order, as heads are laid out for an
   * operation: along a dimension, every {@code group} consecutive entries become {@code
   * pattern.length} entries.
   *
   * @param dim 0 for rows; the last dimension, or -1, for columns
   * @param group entries that are rearranged together; divides the extent
   * @param pattern for each entry of a new group which entry of the old one it is, or -1 for zeros
   * @throws IllegalArgumentException if the weight cannot be divided so, see {@link
   *     #rearrangedShape}
   * @throws UnsupportedOperationException if this kind of weight cannot do so
   */
  default LazyWeight rearranged(int dim, int group, int[] pattern) {
    throw new UnsupportedOperationException(
        "weight %s: %s does not implement LazyWeight.rearranged(int dim, int group, int[] pattern)"
            .formatted(name(), getClass().getName()));
  }

  /**
   * Checks what {@link #rearranged} is asked for, and returns the shape of its result. For
   * implementors.
   *
   * @param name the weight's, for messages
   * @param shape before
   * @throws IllegalArgumentException if the dimension is neither the first nor the last, is not
   *     made of whole groups, or the pattern asks for what is not in a group
   */
  static long[] rearrangedShape(String name, long[] shape, int dim, int group, int[] pattern) {
    return WeightShapes.rearranged(name, shape, dim, group, pattern);
  }

  /**
   * Joins weights along their first dimension, as q, k and v into one projection.
   *
   * @param weights at least one; the first decides how, see {@link #joinedWith}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  static LazyWeight concat(List<LazyWeight> weights) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("concat: no weights");
    }
    LazyWeight first = weights.getFirst();
    return weights.size() == 1 ? first : first.joinedWith(weights.subList(1, weights.size()));
  }

  /**
   * Makes a weight of an array.
   *
   * @param values row-major, as many as the shape has elements; not copied, to be left unchanged
   * @throws IllegalArgumentException if there are more or fewer values than the shape has
   */
  static LazyWeight of(String name, float[] values, long... shape) {
    return new ArrayWeight(name, values, shape);
  }
}
