// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The requests that a batch has answers for, and those that it has met. Of each it keeps 127 bits
 * of SHA-256 in an open hash table: 24 to 48 bytes, however long the name. Two names that are taken
 * for one would need 2^63 tries.
 */
final class NameSet {
  /** How often a name was met. */
  enum Meeting {
    /** The first time, and there is no answer. */
    NEW,
    /** The first time, and there is an answer. */
    ANSWERED,
    /** There was a line of the same name before. */
    REPEATED
  }

  private static final int FIRST_CAPACITY = 1 << 10;

  /** Set in the second word of names that a line was met of. */
  private static final long MET = 1;

  private final MessageDigest digest;
  private long[] table = new long[2 * FIRST_CAPACITY];
  private int size;

  NameSet() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** Takes note of an answer to a request. */
  void addAnswered(String name) {
    at('n', name);
  }

  /** Takes note that the output tells what is wrong with a line. */
  void addReported(long line) {
    at('l', Long.toString(line));
  }

  /** Takes note of a line of a name, and tells what was known of it. */
  Meeting meet(String name) {
    int before = size;
    int slot = at('n', name);
    boolean met = (table[slot + 1] & MET) != 0;
    table[slot + 1] |= MET;
    return met ? Meeting.REPEATED : size > before ? Meeting.NEW : Meeting.ANSWERED;
  }

  /** Tells whether the output says what is wrong with a line; from now on it does. */
  boolean report(long line) {
    int before = size;
    at('l', Long.toString(line));
    return size == before;
  }

  /** Returns the place of a key in the table, where it is from now on. */
  private int at(char kind, String key) {
    if (size >= table.length / 2 * 2 / 3) {
      grow();
    }
    digest.update((byte) kind);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    long first = hash.getLong();
    long second = hash.getLong() & ~MET;
    if (first == 0) {
      first = 1; // 0 is a free place
    }
    int slot = slot(table, first, second);
    if (table[slot] == 0) {
      table[slot] = first;
      table[slot + 1] = second;
      size++;
    }
    return slot;
  }

  private static int slot(long[] table, long first, long second) {
    int mask = table.length - 1;
    int slot = (int) (second >>> 1) * 2 & mask;
    while (table[slot] != 0 && !(table[slot] == first && (table[slot + 1] & ~MET) == second)) {
      slot = slot + 2 & mask;
    }
    return slot;
  }

  private void grow() {
    if (table.length > 1 << 29) {
      throw new IllegalStateException(
          "a batch of more than %d lines: cut the input in parts".formatted(size));
    }
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0) {
        int slot = slot(larger, table[i], table[i + 1] & ~MET);
        larger[slot] = table[i];
        larger[slot + 1] = table[i + 1];
      }
    }
    table = larger;
  }
}
