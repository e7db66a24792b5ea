// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/** The kinds of models there are descriptions of. */
public enum ModelKind {
  /** Predicts the next token from those before. */
  DECODER,
  /** Makes vectors of a text. */
  ENCODER,
  /** Makes vectors of an image. */
  VISION
}
