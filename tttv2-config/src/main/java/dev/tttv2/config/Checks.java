// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/** The checks that descriptions share, with the numbers in the messages. */
final class Checks {
  private Checks() {}

  static void positive(String what, String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s: %s is %d, expected more than 0".formatted(what, field, value));
    }
  }

  static void positive(String what, String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected more than 0".formatted(what, field, value));
    }
  }

  static void notNegative(String what, String field, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected 0 or more".formatted(what, field, value));
    }
  }

  static void token(String what, String field, int id, int vocabSize) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "%s: %s has token %d, expected 0 to %d".formatted(what, field, id, vocabSize - 1));
    }
  }

  static void layers(String what, String field, Iterable<Integer> layers, int numLayers) {
    for (int layer : layers) {
      if (layer < 0 || layer >= numLayers) {
        throw new IllegalArgumentException(
            "%s: %s has layer %d, expected 0 to %d".formatted(what, field, layer, numLayers - 1));
      }
    }
  }
}
