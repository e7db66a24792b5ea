// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.LazyWeight;
import java.util.Arrays;
import java.util.Objects;

/** The checks that plans and blocks share, with the numbers in the messages. */
final class Checks {
  private Checks() {}

  static void positive(String block, String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s: %s is %d, expected at least 1".formatted(block, field, value));
    }
  }

  static void positive(String block, String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected more than 0".formatted(block, field, value));
    }
  }

  static void floating(String block, String field, DataType dtype) {
    Objects.requireNonNull(dtype, field);
    if (!dtype.isFloat() || dtype == DataType.FLOAT16) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected FLOAT32, BFLOAT16, BFLOAT8_B or BFLOAT4_B"
              .formatted(block, field, dtype));
    }
  }

  static void rowMajorFloat(String block, String field, DataType dtype) {
    if (dtype != DataType.FLOAT32 && dtype != DataType.BFLOAT16) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected BFLOAT16 or FLOAT32".formatted(block, field, dtype));
    }
  }

  static void epsilon(String field, float value) {
    if (!(value >= 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException("%s is %s, expected 0 or more".formatted(field, value));
    }
  }

  static void softcap(String field, float value) {
    if (!(value >= 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s, expected 0 (none) or more".formatted(field, value));
    }
  }

  /** Rotated values come in pairs, and from the head. */
  static void rotaryDim(String block, int rotaryDim, int headDim) {
    if (rotaryDim < 0 || rotaryDim > headDim || rotaryDim % 2 != 0) {
      throw new IllegalArgumentException(
          "%s: rotaryDim is %d, expected an even number of at most headDim %d"
              .formatted(block, rotaryDim, headDim));
    }
  }

  static void weight(String block, String role, LazyWeight weight, long... expected) {
    if (weight == null) {
      throw new IllegalArgumentException(
          "%s: %s is missing, expected shape %s".formatted(block, role, Arrays.toString(expected)));
    }
    long[] shape = weight.shape();
    if (!Arrays.equals(shape, expected)) {
      throw new IllegalArgumentException(
          "%s: %s %s has shape %s, expected %s"
              .formatted(
                  block, role, weight.name(), Arrays.toString(shape), Arrays.toString(expected)));
    }
  }

  /** Checks a vector, such as a bias, against the plan: there where it says so, else absent. */
  static void vector(String block, String role, boolean wanted, LazyWeight vector, long extent) {
    if (wanted) {
      weight(block, role, vector, extent);
    } else if (vector != null) {
      throw new IllegalArgumentException(
          "%s: %s %s was given, but the plan has none".formatted(block, role, vector.name()));
    }
  }
}
