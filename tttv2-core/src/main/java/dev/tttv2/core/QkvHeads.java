// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

/**
 * Queries, keys and values, split into heads.
 *
 * @param q queries
 * @param k keys
 * @param v values
 */
public record QkvHeads(Tensor q, Tensor k, Tensor v) implements AutoCloseable {
  /** Closes the three tensors. Idempotent. */
  @Override
  public void close() {
    q.close();
    k.close();
    v.close();
  }
}
