// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
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

  /** Heads fill whole tiles on a board, and so do the halves that Hugging Face's order rotates. */
  static void headDim(String block, int headDim, RoPEStyle style, DeviceTarget target) {
    int multiple = target.headDimMultiple();
    if (headDim % multiple != 0) {
      throw new IllegalArgumentException(
          "%s: headDim is %d, expected a multiple of %d on %s"
              .formatted(block, headDim, multiple, target.arch()));
    }
    if (style == RoPEStyle.HALF && headDim > multiple && headDim / 2 % multiple != 0) {
      throw new IllegalArgumentException(
          "%s: headDim is %d, expected %d or a multiple of %d on %s for rotation by halves"
              .formatted(block, headDim, multiple, 2 * multiple, target.arch()));
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

  /** Checks a bias against the plan: there where the plan says so, else absent. */
  static void bias(String block, String role, boolean wanted, LazyWeight bias, long extent) {
    if (wanted) {
      weight(block, role, bias, extent);
    } else if (bias != null) {
      throw new IllegalArgumentException(
          "%s: %s %s was given, but the plan has no bias".formatted(block, role, bias.name()));
    }
  }
}
