// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.core.Device;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A family of models that share an architecture and names of weights. Families are found by {@link
 * ServiceLoader}: adding one touches no code outside it.
 */
public interface ModelFamily {
  /** Returns the family's short name, such as "llama". */
  String name();

  /** Tells whether this family can run the checkpoint, by its architecture. */
  boolean accepts(Checkpoint checkpoint);

  /**
   * Reads the model's description from the checkpoint's metadata.
   *
   * @throws IllegalArgumentException if a field is missing or wrong; names file and field
   */
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
   * Finds the family of a checkpoint among those on the class path or module path.
   *
   * @throws IllegalArgumentException if no family accepts it; names the architecture and the
   *     families that exist
   */
  static ModelFamily of(Checkpoint checkpoint) {
    List<ModelFamily> families =
        ServiceLoader.load(ModelFamily.class).stream().map(ServiceLoader.Provider::get).toList();
    for (ModelFamily family : families) {
      if (family.accepts(checkpoint)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "%s: no model family for architecture \"%s\"; there are %s"
            .formatted(
                checkpoint.path(),
                checkpoint.architecture(),
                families.stream().map(ModelFamily::name).sorted().toList()));
  }
}
