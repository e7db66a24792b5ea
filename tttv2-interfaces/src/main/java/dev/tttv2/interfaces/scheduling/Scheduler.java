// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Decides what runs when, with which blocks of the cache.
 *
 * <ul>
 *   <li>Sequences go by priority, then in the order in which they came. One that waits lets nobody
 *       of its priority or behind it pass, except while the beginning that it shares with a running
 *       one is being computed.
 *   <li>A sequence begins when there are blocks for all of its tokens, and one for every running
 *       sequence to grow into. Blocks that hold its first tokens already are shared. They are
 *       always full, so nobody writes to a block that somebody else reads.
 *   <li>When a running sequence needs a block and there is none, the last one by priority and age
 *       gives back its own and begins anew later, with what it has generated. The first one always
 *       goes on.
 *   <li>A step has one token of every sequence that is complete but for its last token, and parts
 *       of others up to a number of tokens, smaller as long as others wait for their next token.
 * </ul>
 *
 * @param <S> what is scheduled
 */
public final class Scheduler<S extends ScheduledSequence> {
  private final int maxRunning;
  private final int blockSize;
  private final int chunk;
  private final int busyChunk;
  private final BlockPool pool;
  private final TreeSet<S> waiting = new TreeSet<>(goesFirst());
  private final TreeSet<S> running = new TreeSet<>(goesFirst());
  // Full blocks that a running sequence will have computed soon.
  private final Map<BlockHash, S> promised = new HashMap<>();
  private long arrivals;
  private long preemptions;
  private long queries;
  private long hits;

  /**
   * Makes a scheduler.
   *
   * @param maxRunning sequences that run at a time
   * @param numBlocks blocks of the cache
   * @param blockSize tokens a block
   * @param chunk the most tokens of a step's chunks; a multiple of blockSize
   * @param busyChunk the same while there are sequences to decode
   * @throws IllegalArgumentException if a number is not positive, or a chunk no multiple
   */
  public Scheduler(int maxRunning, int numBlocks, int blockSize, int chunk, int busyChunk) {
    if (maxRunning < 1 || numBlocks < 1 || blockSize < 1) {
      throw new IllegalArgumentException(
          "scheduler: maxRunning %d, numBlocks %d, blockSize %d: all must be positive"
              .formatted(maxRunning, numBlocks, blockSize));
    }
    if (chunk < 1 || chunk % blockSize != 0 || busyChunk < 1 || busyChunk % blockSize != 0) {
      throw new IllegalArgumentException(
          "scheduler: chunks of %d and %d tokens, expected multiples of %d"
              .formatted(chunk, busyChunk, blockSize));
    }
    this.maxRunning = maxRunning;
    this.blockSize = blockSize;
    this.chunk = chunk;
    this.busyChunk = busyChunk;
    pool = new BlockPool(numBlocks);
  }

  private static <S extends ScheduledSequence> Comparator<S> goesFirst() {
    return Comparator.<S>comparingInt(ScheduledSequence::priority)
        .thenComparingLong(ScheduledSequence::order);
  }

  /**
   * Adds a sequence to those that wait.
   *
   * @throws IllegalArgumentException if it does not fit the cache even alone
   */
  public void add(S sequence) {
    int needed = blocksFor(Math.max(sequence.length(), sequence.reserved()));
    if (needed > pool.size()) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens takes %d blocks of %d, the cache has %d"
              .formatted(sequence.length(), needed, blockSize, pool.size()));
    }
    sequence.order(arrivals++);
    waiting.add(sequence);
  }

  /** Takes out a sequence, wherever it stands: it has ended, or is wanted no more. */
  public void remove(S sequence) {
    if (!waiting.remove(sequence)) {
      release(sequence);
    }
  }

  /**
   * Decides what runs next. {@link #computed} is told when it has run, before tokens are appended.
   */
  public Step<S> next() {
    List<S> preempted = new ArrayList<>();
    List<S> decodes = decodes(preempted);
    int budget = decodes.isEmpty() ? chunk : busyChunk;
    List<Step.Chunk<S>> chunks = new ArrayList<>();
    for (S sequence : running) {
      if (sequence.pending() > 1) {
        budget = addChunk(chunks, sequence, budget);
      }
    }
    // Those that gave way in this step would take their blocks back at once.
    if (preempted.isEmpty()) {
      admit(decodes, chunks, budget);
    }
    return new Step<>(decodes, chunks, preempted);
  }

  /** Gives a block to each sequence that has one token to compute, from the first to the last. */
  private List<S> decodes(List<S> preempted) {
    List<S> decodes = new ArrayList<>();
    for (S sequence : List.copyOf(running)) {
      if (!sequence.isRunning() || sequence.pending() != 1) {
        continue;
      }
      while (sequence.isRunning() && sequence.numBlocks() < blocksFor(sequence.length())) {
        if (pool.free() > 0) {
          sequence.addBlock(pool.allocate());
        } else {
          S last = running.last();
          preempt(last);
          preempted.add(last);
        }
      }
      if (sequence.isRunning()) {
        decodes.add(sequence);
      }
    }
    decodes.removeIf(sequence -> !sequence.isRunning());
    return decodes;
  }

  private void preempt(S sequence) {
    preemptions++;
    release(sequence);
    waiting.add(sequence);
  }

  private void release(S sequence) {
    if (!running.remove(sequence)) {
      return;
    }
    promised.values().removeIf(owner -> owner == sequence);
    // The last block goes first: what follows a block in a chain is of no use without it.
    for (int i = sequence.numBlocks() - 1; i >= 0; i--) {
      pool.release(sequence.block(i));
    }
    sequence.end();
  }

  /** Adds as much of a sequence as the budget has room for, and returns what is left of it. */
  private int addChunk(List<Step.Chunk<S>> chunks, S sequence, int budget) {
    int start = sequence.computed();
    int end = sequence.length();
    if (end - start > budget) {
      end = start + budget / blockSize * blockSize;
    }
    if (end == start) {
      return budget;
    }
    chunks.add(new Step.Chunk<>(sequence, start, end));
    return budget - (end - start);
  }

  private void admit(List<S> decodes, List<Step.Chunk<S>> chunks, int budget) {
    int left = budget;
    Iterator<S> candidates = waiting.iterator();
    while (candidates.hasNext() && running.size() < maxRunning && left >= blockSize) {
      S sequence = candidates.next();
      int found = found(sequence);
      if (isPromised(sequence, found)) {
        continue;
      }
      if (!begin(sequence, found)) {
        return;
      }
      candidates.remove();
      running.add(sequence);
      if (sequence.pending() == 1) {
        decodes.add(sequence);
        left--;
      } else {
        left = addChunk(chunks, sequence, left);
      }
    }
  }

  /** Returns how many blocks hold a sequence's first tokens already; never its last token. */
  private int found(S sequence) {
    int found = 0;
    if (sequence.usesCache()) {
      int most = (sequence.length() - 1) / blockSize;
      while (found < most && pool.find(sequence.name(found, blockSize)) >= 0) {
        found++;
      }
    }
    return found;
  }

  private boolean isPromised(S sequence, int found) {
    return sequence.usesCache()
        && found < (sequence.length() - 1) / blockSize
        && promised.containsKey(sequence.name(found, blockSize));
  }

  private boolean begin(S sequence, int found) {
    int needed = blocksFor(Math.max(sequence.length(), sequence.reserved()));
    int idle = 0; // blocks found that count as free as yet
    for (int i = 0; i < found; i++) {
      idle += pool.isFree(pool.find(sequence.name(i, blockSize))) ? 1 : 0;
    }
    if (needed - found + idle + running.size() > pool.free()) {
      return false;
    }
    if (sequence.usesCache() && sequence.cached() < 0) {
      queries += sequence.length();
      hits += (long) found * blockSize;
    }
    for (int i = 0; i < found; i++) {
      int block = pool.find(sequence.name(i, blockSize));
      pool.retain(block);
      sequence.addBlock(block);
    }
    for (int i = found; i < needed; i++) {
      sequence.addBlock(pool.allocate());
    }
    sequence.begin(found * blockSize);
    if (sequence.usesCache()) {
      for (int i = found; i < sequence.length() / blockSize; i++) {
        promised.putIfAbsent(sequence.name(i, blockSize), sequence);
      }
    }
    return true;
  }

  private int blocksFor(int tokens) {
    return Math.ceilDiv(tokens, blockSize);
  }

  /**
   * Takes note that keys and values of a running sequence's tokens are in the cache.
   *
   * @param end the position behind the last of them
   */
  public void computed(S sequence, int end) {
    int first = sequence.computed() / blockSize;
    sequence.computed(end);
    if (sequence.usesCache()) {
      for (int i = first; i < end / blockSize; i++) {
        BlockHash name = sequence.name(i, blockSize);
        pool.name(sequence.block(i), name);
        promised.remove(name, sequence);
      }
    }
  }

  /** Forgets which tokens the free blocks hold. */
  public void forgetPrefixes() {
    pool.forgetNames();
  }

  /** Returns how many sequences wait. */
  public int waiting() {
    return waiting.size();
  }

  /** Returns how many sequences run. */
  public int running() {
    return running.size();
  }

  /** Returns how many blocks there are. */
  public int numBlocks() {
    return pool.size();
  }

  /** Returns how many blocks are in use. */
  public int usedBlocks() {
    return pool.size() - pool.free();
  }

  /** Returns how often a sequence had to give back its blocks. */
  public long preemptions() {
    return preemptions;
  }

  /** Returns how many tokens of beginning sequences were looked for in the cache. */
  public long prefixQueries() {
    return queries;
  }

  /** Returns how many of them were found. */
  public long prefixHits() {
    return hits;
  }
}
