// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Looks for the family of a checkpoint. */
final class Families {
  private Families() {}

  /**
   * Returns the family that accepts a checkpoint.
   *
   * @param kind the kind of families wanted
   * @throws IllegalArgumentException if there is none, or one of another kind
   */
  static <F extends Family> F of(Class<F> kind, Checkpoint checkpoint) {
    List<Family> families =
        Stream.<Family>concat(providers(ModelFamily.class), providers(EncoderFamily.class))
            .toList();
    for (Family family : families) {
      if (family.accepts(checkpoint)) {
        if (kind.isInstance(family)) {
          return kind.cast(family);
        }
        throw new IllegalArgumentException(
            "%s: architecture \"%s\" is %s (family %s)"
                .formatted(
                    checkpoint.path(),
                    checkpoint.architecture(),
                    family instanceof EncoderFamily
                        ? "an encoder, which continues no text"
                        : "a decoder, which encodes nothing",
                    family.name()));
      }
    }
    throw new IllegalArgumentException(
        "%s: no model family for architecture \"%s\"; there are %s"
            .formatted(
                checkpoint.path(),
                checkpoint.architecture(),
                families.stream().map(Family::name).sorted().toList()));
  }

  private static <F> Stream<F> providers(Class<F> kind) {
    return ServiceLoader.load(kind).stream().map(ServiceLoader.Provider::get);
  }
}
