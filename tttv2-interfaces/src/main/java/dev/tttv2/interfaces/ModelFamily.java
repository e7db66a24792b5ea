// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.core.Device;

/** A family of decoders, which continue texts. */
public non-sealed interface ModelFamily extends Family {
  @Override
  DecoderConfig config(Checkpoint checkpoint);

  /**
   * Loads every weight to the device. The checkpoint may be closed afterwards.
   *
   * @param checkpoint an open checkpoint that {@link #accepts} said yes to
   * @param device the device that will hold the weights
   * @param options precisions, weight cache, progress, longest context
   * @return the model; the caller closes it
   */
  CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options);

  /**
   * Finds the family of a decoder's checkpoint among those on the class path or module path.
   *
   * @throws IllegalArgumentException if no family accepts it, or one of encoders; names the
   *     architecture and the families that exist
   */
  static ModelFamily of(Checkpoint checkpoint) {
    return Families.of(ModelFamily.class, checkpoint);
  }
}
