// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.UnaryOp;

/**
 * Attention with linear biases (Press et al., 2022): the score of a key falls with its distance
 * from the query, by a slope of the head's own. Made as masks that attention adds to its scores;
 * they hide later keys as well.
 *
 * <pre>
 * prefill  distance T [1, 1, S, start + S], from the host
 *          -&gt; multiply by slopes T [1, NH, 1, 1] -&gt; [1, NH, S, start + S]
 * decode   positions R [B] -&gt; typecast, to_layout, reshape [B, 1, 1, 1]
 *          -&gt; d = subtract(keys T [1, 1, 1, K], .)              [B, 1, 1, K], above 0 for later keys
 *          -&gt; add(d, multiply(relu(d), -10^9))
 *          -&gt; multiply by slopes T [1, 1, NH, 1]                 [B, 1, NH, K]
 * </pre>
 */
public final class ALiBi implements AutoCloseable {
  /** Times the least slope, 2^-8, still far below any score. */
  private static final float HIDDEN = -1e9f;

  /** The last page of a user may reach beyond the longest context. */
  private static final int LARGEST_PAGE = 1024;

  private final Device device;
  private final ALiBiPlan plan;
  private final TensorScope tensors = new TensorScope();
  private final Tensor prefillSlopes;
  private final Tensor decodeSlopes;
  private final Tensor keys;
  private final int room;
  private final BinaryArgs toMask;
  private final BinaryArgs pastZero = BinaryArgs.builder().activation(UnaryOp.RELU).build();

  /** Computes the slopes and puts them on the device. */
  public ALiBi(Device device, ALiBiPlan plan) {
    this.device = device;
    this.plan = plan;
    toMask = BinaryArgs.builder().dtype(plan.dtype()).build();
    float[] slopes = deviceSlopes(plan);
    int heads = slopes.length / plan.devices();
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    room = Math.ceilDiv(plan.maxPositions(), LARGEST_PAGE) * LARGEST_PAGE;
    float[] positions = new float[room];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i;
    }
    try {
      prefillSlopes = tensors.add(shared(slopes, parallel.along(1), 1, heads, 1, 1));
      decodeSlopes = tensors.add(shared(slopes, parallel.along(2), 1, 1, heads, 1));
      keys = tensors.add(tile(positions, 1, 1, 1, positions.length));
    } catch (Throwable e) {
      tensors.close();
      throw e;
    }
  }

  /** The slopes in the order in which attention's heads lie on the devices. */
  private static float[] deviceSlopes(ALiBiPlan plan) {
    float[] slopes = slopes(plan.numHeads());
    int[] order = new HeadShares(plan.numHeads(), plan.numKvHeads(), plan.devices()).order();
    float[] ordered = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered[i] = order[i] < 0 ? 0 : slopes[order[i]];
    }
    return ordered;
  }

  private Tensor shared(float[] values, MeshMapping mapping, long... part) {
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, part);
    return LazyWeight.of("ALiBi", values, values.length).load(device, spec, false, mapping);
  }

  /**
   * Returns the slope of each head: with n heads, a power of two, 2^(-8 i / n) for i = 1 .. n; for
   * other numbers those of the next lower power, then every second one of the next higher.
   */
  public static float[] slopes(int numHeads) {
    int power = Integer.highestOneBit(numHeads);
    float[] slopes = new float[numHeads];
    for (int i = 0; i < numHeads; i++) {
      double exponent = i < power ? (i + 1.0) / power : (2 * (i - power) + 1.0) / (2 * power);
      slopes[i] = (float) Math.pow(2, -8 * exponent);
    }
    return slopes;
  }

  private Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape).named("ALiBi");
  }

  /**
   * Makes the mask of a prompt, or of a part of it.
   *
   * @param start the first query's position
   * @param length how many queries, S
   * @return [1, NH, S, start + S], TILE, on a mesh of each device's heads; the caller closes it
   * @throws IllegalArgumentException if positions lie beyond the longest context
   */
  public Tensor prefill(int start, int length) {
    if (start < 0 || length < 1 || length > plan.maxPositions() - start) {
      throw new IllegalArgumentException(
          "ALiBi: positions %d to %d, but there are 0 to %d"
              .formatted(start, (long) start + length - 1, plan.maxPositions() - 1));
    }
    int seen = start + length;
    float[] distances = new float[Math.multiplyExact(length, seen)];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < seen; j++) {
        distances[i * seen + j] = j <= start + i ? j - (start + i) : HIDDEN;
      }
    }
    try (Tensor distance = tile(distances, 1, 1, length, seen)) {
      return Ttnn.multiply(distance, prefillSlopes, toMask);
    }
  }

  /**
   * Makes the mask of a decode step. Allocates on the device only, so that it can be captured in a
   * trace.
   *
   * @param positions [B], INT32, ROW_MAJOR, the queries' positions
   * @param numKeys how many keys a user's part of the cache holds, K; at most maxPositions rounded
   *     up to whole pages of 1024
   * @return [B, 1, NH, K], TILE; the caller closes it
   * @throws IllegalArgumentException if there are more keys than that
   */
  public Tensor decode(Tensor positions, long numKeys) {
    if (numKeys < 1 || numKeys > room) {
      throw new IllegalArgumentException(
          "ALiBi: %d keys, expected 1 to %d".formatted(numKeys, room));
    }
    long users = positions.dim(0);
    try (Tensor floats = Ttnn.typecast(positions, DataType.FLOAT32);
        Tensor column = Ttnn.reshape(floats, users, 1, 1, 1);
        Tensor tiles = Ttnn.toLayout(column, Layout.TILE);
        Tensor row = Ttnn.slice(keys, new long[] {0, 0, 0, 0}, new long[] {1, 1, 1, numKeys});
        Tensor distance = Ttnn.subtract(row, tiles);
        Tensor later = Ttnn.subtract(row, tiles, pastZero);
        Tensor hidden = Ttnn.multiply(later, HIDDEN);
        Tensor all = Ttnn.add(distance, hidden)) {
      return Ttnn.multiply(all, decodeSlopes, toMask);
    }
  }

  /** Returns what the block was made from. */
  public ALiBiPlan plan() {
    return plan;
  }

  /** Frees the tables. Idempotent. */
  @Override
  public void close() {
    tensors.close();
  }
}
