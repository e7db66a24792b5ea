// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/** How the residual stream is normalised. */
public enum NormKind {
  /** By its root mean square; a weight. */
  RMS_NORM,
  /** By its mean and variance; a weight and a bias. */
  LAYER_NORM
}
