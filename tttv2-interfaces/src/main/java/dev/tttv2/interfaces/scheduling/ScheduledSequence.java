// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens on their way through a {@link Scheduler}: a prompt, and what was generated behind it. Keys
 * and values of the first {@link #computed} tokens are in the cache.
 */
public class ScheduledSequence {
  private final int priority;
  private final BlockHash salt;
  private final boolean usesCache;
  private final int reserved;
  private final int promptLength;
  private final List<BlockHash> names = new ArrayList<>();
  private int[] tokens;
  private int length;
  private int computed;
  private int[] blocks = new int[8];
  private int numBlocks;
  private long order = -1;
  private boolean running;
  private int cached = -1;

  /**
   * Makes a sequence.
   *
   * @param priority lower ones go first
   * @param prompt its first tokens, at least one
   * @param salt sequences of different salts share no blocks
   * @param usesCache whether it may take blocks that hold its first tokens already
   * @param reserved how many tokens blocks are reserved for when the sequence begins, which then
   *     always runs to its end; 0: blocks are taken as it grows
   */
  public ScheduledSequence(
      int priority, int[] prompt, BlockHash salt, boolean usesCache, int reserved) {
    this.priority = priority;
    this.tokens = prompt.clone();
    this.length = prompt.length;
    this.promptLength = prompt.length;
    this.salt = salt;
    this.usesCache = usesCache;
    this.reserved = reserved;
  }

  /** Returns the tokens of which the scheduler knows. */
  public final int length() {
    return length;
  }

  /** Returns how many of the tokens were there from the beginning. */
  public final int promptLength() {
    return promptLength;
  }

  /** Returns a token. */
  public final int token(int index) {
    return tokens[index];
  }

  /** Returns how many tokens' keys and values are in the cache. */
  public final int computed() {
    return computed;
  }

  /** Returns how many tokens were in the cache when the sequence began; -1: it has not begun. */
  public final int cached() {
    return cached;
  }

  /** Adds a generated token. */
  public final void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(16, 2 * length));
    }
    tokens[length++] = token;
  }

  /** Returns how many blocks the sequence has. */
  public final int numBlocks() {
    return numBlocks;
  }

  /** Returns the block of its positions {@code index * blockSize ..}. */
  public final int block(int index) {
    return blocks[index];
  }

  /** Tells whether the sequence has its place among those that run. */
  public final boolean isRunning() {
    return running;
  }

  final int priority() {
    return priority;
  }

  final long order() {
    return order;
  }

  final void order(long value) {
    order = value;
  }

  final boolean usesCache() {
    return usesCache;
  }

  final int reserved() {
    return reserved;
  }

  final int pending() {
    return length - computed;
  }

  final void begin(int found) {
    running = true;
    computed = found;
    if (cached < 0) {
      cached = found;
    }
  }

  final void computed(int value) {
    computed = value;
  }

  final void addBlock(int block) {
    if (numBlocks == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * numBlocks);
    }
    blocks[numBlocks++] = block;
  }

  /** Forgets what is in the cache. */
  final void end() {
    running = false;
    computed = 0;
    numBlocks = 0;
  }

  /** Returns the name of a full block. */
  final BlockHash name(int index, int blockSize) {
    while (names.size() <= index) {
      int from = names.size() * blockSize;
      BlockHash before = names.isEmpty() ? salt : names.getLast();
      names.add(before.next(tokens, from, from + blockSize));
    }
    return names.get(index);
  }
}
