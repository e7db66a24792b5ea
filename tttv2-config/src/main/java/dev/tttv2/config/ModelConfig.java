// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/**
 * What every model has, whatever its kind. A description of a model says what it computes, never
 * how or with which precision, and knows no family.
 */
public sealed interface ModelConfig permits DecoderConfig {
  /** Returns the kind of model. */
  ModelKind kind();

  /** Returns the number of tokens. */
  int vocabSize();

  /** Returns the width of the residual stream. */
  int hiddenSize();

  /** Returns the number of transformer blocks. */
  int numLayers();

  /** Returns the longest context, in tokens. */
  int maxPositions();
}
