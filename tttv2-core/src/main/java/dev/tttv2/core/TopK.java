// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

/**
 * The largest elements of each row.
 *
 * @param values in descending order
 * @param indices where they were
 */
public record TopK(Tensor values, Tensor indices) implements AutoCloseable {
  /** Closes both tensors. Idempotent. */
  @Override
  public void close() {
    values.close();
    indices.close();
  }
}
