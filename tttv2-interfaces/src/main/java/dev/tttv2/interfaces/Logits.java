// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** Which positions of a prompt a prefill computes logits for. */
public enum Logits {
  /** The last position alone: enough to sample the first new token. */
  LAST,
  /** Every position: what scoring a text needs. */
  ALL
}
