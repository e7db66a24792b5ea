// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/** Is told how far a {@link WeightLoader} has come. Called on the loading thread. */
@FunctionalInterface
public interface LoadProgress {
  /** Listens to nothing. */
  LoadProgress NONE = (name, done, total) -> {};

  /**
   * Reports that a weight is on the device.
   *
   * <p>While a model reads a text to calibrate weights by, the name is "calibration text", and what
   * is done counts in tokens.
   *
   * @param name the weight
   * @param done bytes of the checkpoint's tensors used so far; a tensor used twice counts once
   * @param total bytes of all tensors of the checkpoint; reached if all of them are used
   */
  void loaded(String name, long done, long total);
}
