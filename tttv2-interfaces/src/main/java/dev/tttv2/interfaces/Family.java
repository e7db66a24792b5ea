// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.ModelConfig;

/**
 * A family of models that share an architecture and names of weights: of decoders ({@link
 * ModelFamily}) or of encoders ({@link EncoderFamily}). Families are found by {@link
 * java.util.ServiceLoader}: adding one touches no code outside it.
 */
public sealed interface Family permits ModelFamily, EncoderFamily {
  /** Returns the family's short name, such as "llama". */
  String name();

  /** Tells whether this family can run the checkpoint, by its architecture. */
  boolean accepts(Checkpoint checkpoint);

  /**
   * Reads the model's description from the checkpoint's metadata.
   *
   * @throws IllegalArgumentException if a field is missing or wrong; names file and field
   */
  ModelConfig config(Checkpoint checkpoint);

  /**
   * Finds the family of a checkpoint, whatever its kind, among those on the class path or module
   * path.
   *
   * @throws IllegalArgumentException if no family accepts it; names the architecture and the
   *     families that exist
   */
  static Family of(Checkpoint checkpoint) {
    return Families.of(Family.class, checkpoint);
  }
}
