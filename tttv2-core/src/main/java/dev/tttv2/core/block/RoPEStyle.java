// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

/** Which two values of a head rotary embedding rotates together. */
public enum RoPEStyle {
  /** (i, i + D/2): the order of Hugging Face checkpoints. */
  HALF,
  /** (2 i, 2 i + 1): the order of Meta's checkpoints and of GGUF files of Llama models. */
  INTERLEAVED
}
