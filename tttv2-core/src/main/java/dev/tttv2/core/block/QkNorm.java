// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

/** Whether queries and keys are normalised before they are rotated. */
public enum QkNorm {
  /** They are not. */
  NONE,
  /** Each head by its own root mean square, with one weight [D] for all heads: Qwen3, Gemma 3. */
  PER_HEAD,
  /** All heads of a position together, with weights [NH D] and [KV D]: OLMo 2. */
  ALL_HEADS
}
