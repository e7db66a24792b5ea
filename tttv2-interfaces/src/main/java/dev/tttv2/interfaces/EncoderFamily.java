// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.core.Device;

/** A family of encoders of texts, of images or of both. */
public non-sealed interface EncoderFamily extends Family {
  /**
   * Loads every weight to the device. The checkpoint may be closed afterwards.
   *
   * @param checkpoint an open checkpoint that {@link #accepts} said yes to
   * @param device the device that will hold the weights
   * @param options precisions, weight cache, progress; a longest context means nothing here
   * @return the encoder; the caller closes it
   * @throws IllegalArgumentException if a weight is missing, has another shape or is one too many;
   *     names it
   */
  Encoder load(Checkpoint checkpoint, Device device, LoadOptions options);

  /**
   * Finds the family of an encoder's checkpoint among those on the class path or module path.
   *
   * @throws IllegalArgumentException if no family accepts it, or one of decoders; names the
   *     architecture and the families that exist
   */
  static EncoderFamily of(Checkpoint checkpoint) {
    return Families.of(EncoderFamily.class, checkpoint);
  }
}
