// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * Hands out tokens by descending value, among equals by ascending id, without sorting those that
 * nobody asks for. Allocates nothing after it was made.
 */
final class TokenHeap {
  /** Value and id in one number: the larger number comes first. */
  private final long[] keys;

  private int size;

  TokenHeap(int capacity) {
    keys = new long[capacity];
  }

  void clear() {
    size = 0;
  }

  /** Adds a token; {@link #order} them before the first is looked at. */
  void add(int id, float value) {
    int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes 0
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    keys[size++] = (long) ordered << 32 | (Integer.MAX_VALUE - id);
  }

  void order() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(keys[i], i);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int topId() {
    return Integer.MAX_VALUE - (int) keys[0];
  }

  float topValue() {
    int ordered = (int) (keys[0] >> 32);
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & Integer.MAX_VALUE));
  }

  void pop() {
    size--;
    if (size > 0) {
      sink(keys[size], 0);
    }
  }

  private void sink(long key, int from) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  }
}
