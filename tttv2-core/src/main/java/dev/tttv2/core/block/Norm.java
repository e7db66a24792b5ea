// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/** A norm over the last dimension. */
public interface Norm extends Block {
  /**
   * Norms each row.
   *
   * @param x [.., H], TILE
   * @return of x's shape and dtype; the caller closes it
   */
  @Override
  Tensor forward(Tensor x);

  /**
   * Adds, then norms each row of the sum, in one operation.
   *
   * @param x [.., H], TILE
   * @param residual of x's shape, added to it first
   * @return of x's shape and dtype; the caller closes it
   */
  Tensor forward(Tensor x, Tensor residual);
}
