// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;

/**
 * The blocks of the cache that hold each user's positions, a row for each user. Entries that are
 * not set name the spare block, the last one: padding may be written to it, nobody reads it.
 */
final class PageTable {
  private final int users;
  private final int width;
  private final int spare;
  private final int[] blocks;

  /**
   * Makes a table without any user's blocks.
   *
   * @param users how many rows it has
   * @param width how many blocks a row names
   * @param own how many blocks the users need; the spare one is that of this number
   */
  PageTable(int users, int width, int own) {
    this.users = users;
    this.width = width;
    spare = own;
    blocks = new int[users * width];
    Arrays.fill(blocks, spare);
  }

  int users() {
    return users;
  }

  int width() {
    return width;
  }

  int get(int user, int index) {
    return blocks[user * width + index];
  }

  void set(int user, int index, int block) {
    blocks[user * width + index] = block;
  }

  /** Returns a table in which every row comes several times, one after the other. */
  PageTable repeated(int times) {
    PageTable repeated = new PageTable(users * times, width, spare);
    for (int row = 0; row < users * times; row++) {
      System.arraycopy(blocks, row / times * width, repeated.blocks, row * width, width);
    }
    return repeated;
  }

  /** Returns the entries, row by row; not to be changed. */
  int[] entries() {
    return blocks;
  }

  /** Returns how many blocks the cache needs. TTNN wants at least as many as a row names. */
  int cacheBlocks() {
    boolean usesSpare = Arrays.stream(blocks).anyMatch(block -> block == spare);
    return Math.max(width, usesSpare ? spare + 1 : spare);
  }
}
