// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.Arrays;

/** A list of ints. */
final class Ints {
  private static final int[] NONE = {};

  private int[] values = NONE;
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return values[index];
  }

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(4, 2 * size));
    }
    values[size++] = value;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
