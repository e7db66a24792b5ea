// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import java.util.HashMap;
import java.util.Map;

/**
 * The blocks of a paged cache. A block is used by as many sequences as retain it. One that nobody
 * uses is free; it keeps its content until it is handed out again, and whoever knows its {@link
 * BlockHash} may use it until then. Of the free blocks those without a name are handed out first,
 * then those that have been free for longest.
 */
final class BlockPool {
  private static final int NONE = -1;

  private final int[] users;
  private final BlockHash[] names;
  private final Map<BlockHash, Integer> byName = new HashMap<>();
  // The free blocks, in the order in which they are handed out: a list through two arrays, whose
  // last element stands for its ends.
  private final int[] next;
  private final int[] previous;
  private int free;

  BlockPool(int size) {
    users = new int[size];
    names = new BlockHash[size];
    next = new int[size + 1];
    previous = new int[size + 1];
    next[size] = size;
    previous[size] = size;
    for (int block = 0; block < size; block++) {
      link(block, size);
    }
  }

  int size() {
    return users.length;
  }

  /** How many blocks can be handed out. */
  int free() {
    return free;
  }

  /** Tells whether nobody uses a block. */
  boolean isFree(int block) {
    return users[block] == 0;
  }

  /** Hands out a free block for one user; its content is lost. */
  int allocate() {
    if (free == 0) {
      throw new IllegalStateException("all %d blocks are in use".formatted(size()));
    }
    int block = next[size()];
    unlink(block);
    forget(block);
    users[block] = 1;
    return block;
  }

  /** Returns the block of a name, or -1; it stays free until it is retained. */
  int find(BlockHash name) {
    return byName.getOrDefault(name, NONE);
  }

  /** Adds a user to a block. */
  void retain(int block) {
    if (users[block]++ == 0) {
      unlink(block);
    }
  }

  /** Takes a user from a block. */
  void release(int block) {
    if (users[block] == 0) {
      throw new IllegalStateException("block %d has no user".formatted(block));
    }
    if (--users[block] == 0) {
      link(block, names[block] == null ? next[size()] : size());
    }
  }

  /** Names a block whose content is complete. If another one has the name, nothing changes. */
  void name(int block, BlockHash name) {
    if (names[block] == null && byName.putIfAbsent(name, block) == null) {
      names[block] = name;
    }
  }

  /** Forgets all names. */
  void forgetNames() {
    for (int block = 0; block < size(); block++) {
      forget(block);
    }
  }

  private void forget(int block) {
    if (names[block] != null) {
      byName.remove(names[block]);
      names[block] = null;
    }
  }

  /** Puts a block into the list before another one. */
  private void link(int block, int before) {
    next[block] = before;
    previous[block] = previous[before];
    next[previous[before]] = block;
    previous[before] = block;
    free++;
  }

  private void unlink(int block) {
    next[previous[block]] = next[block];
    previous[next[block]] = previous[block];
    free--;
  }
}
