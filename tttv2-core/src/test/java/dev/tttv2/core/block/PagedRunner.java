// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.util.Arrays;

/**
 * Runs texts through attention, or a block with attention in it, over a paged cache: makes the
 * steps that a generator would make.
 */
final class PagedRunner implements AutoCloseable {
  /** What runs a prompt. */
  interface Prefill {
    Tensor apply(Tensor x, PrefillStep step);
  }

  /** What runs a position of each user. */
  interface Decode {
    Tensor apply(Tensor x, DecodeStep step);
  }

  private final Device device;
  private final DataType dtype;
  private final RoPE rope;
  private final ALiBi alibi;
  private final KVCache cache;
  private final Prefill prefill;
  private final Decode decode;
  private final Tensor table;
  private final int pagesOfUser;

  /**
   * Makes a runner; of what it is given it closes nothing.
   *
   * @param dtype of the inputs
   * @param rope null where nothing is rotated
   * @param alibi null where scores have no biases
   * @param pages the pages of each user
   */
  PagedRunner(
      Device device,
      DataType dtype,
      RoPE rope,
      ALiBi alibi,
      KVCache cache,
      int[][] pages,
      Prefill prefill,
      Decode decode) {
    this.device = device;
    this.dtype = dtype;
    this.rope = rope;
    this.alibi = alibi;
    this.cache = cache;
    this.prefill = prefill;
    this.decode = decode;
    pagesOfUser = pages[0].length;
    table =
        Tensor.ofInts(
            device,
            DataType.INT32,
            Arrays.stream(pages).flatMapToInt(Arrays::stream).toArray(),
            pages.length,
            pagesOfUser);
  }

  /** Runs attention alone, in the second layer of the cache. */
  static PagedRunner of(
      Device device, Attention attention, RoPE rope, ALiBi alibi, KVCache cache, int[][] pages) {
    return new PagedRunner(
        device,
        attention.plan().activationDtype(),
        rope,
        alibi,
        cache,
        pages,
        (x, step) -> attention.prefill(x, step, 1),
        (x, step) -> attention.decode(x, step, 1));
  }

  /** Runs some rows [S, H] of a user's prompt; those before {@code start} were run before. */
  float[] prefill(double[][] x, int user, int start, int end) {
    int length = end - start;
    try (TensorScope scope = new TensorScope()) {
      Rotation rotation = rope == null ? null : rope.prefill(start, length).addTo(scope);
      Tensor mask = alibi == null ? null : scope.add(alibi.prefill(start, length));
      PrefillStep step = new PrefillStep(rotation, cache, table, user, start, length, mask);
      Tensor rows = scope.add(input(Reference.floats(x, start, end), length, x[0].length));
      return scope.add(prefill.apply(rows, step)).toFloats();
    }
  }

  /**
   * Runs a row of each user, [B, H].
   *
   * @param positions of the rows; negative: the user is idle
   */
  float[] decode(double[][] rows, int... positions) {
    int users = positions.length;
    int[] rotated = Arrays.stream(positions).map(p -> Math.max(p, 0)).toArray();
    try (TensorScope scope = new TensorScope()) {
      Rotation rotation = null;
      if (rope != null) {
        Tensor ids = scope.add(Tensor.ofInts(device, DataType.UINT32, rotated, 1, users));
        rotation = rope.decode(ids).addTo(scope);
      }
      Tensor at = scope.add(Tensor.ofInts(device, DataType.INT32, positions, users));
      long room = (long) pagesOfUser * cache.config().blockSize();
      Tensor mask = alibi == null ? null : scope.add(alibi.decode(at, room));
      DecodeStep step = new DecodeStep(rotation, cache, table, at, mask);
      Tensor x = scope.add(input(Reference.floats(rows), users, rows[0].length));
      return scope.add(decode.apply(x, step)).toFloats();
    }
  }

  private Tensor input(float[] values, int rows, int width) {
    return Tensor.of(device, dtype, Layout.TILE, values, 1, 1, rows, width);
  }

  @Override
  public void close() {
    table.close();
  }
}
