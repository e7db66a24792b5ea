// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * A model with a cache for a few users: prefills their prompts and runs their decode steps. Callers
 * of all but {@link #close} hold the device's lock.
 */
final class ModelRun implements AutoCloseable {
  /** Entries of the page table's rows on boards are a multiple of this: whole units of memory. */
  private static final int ROW = 8;

  private final CausalLM model;
  private final GenerationConfig config;
  private final boolean pads;
  private final float[] row;
  private KVCache cache;
  private PageTable table;
  private StepRunner steps;
  private StepRunner wideSteps;
  private boolean closed;

  ModelRun(CausalLM model, GenerationConfig config) {
    this.model = model;
    this.config = config;
    row = new float[model.config().vocabSize()];
    pads =
        model.takesPadding()
            && config.padPrompts().orElse(model.device().target().compilesPrograms());
  }

  Lock lock() {
    return model.device().lock();
  }

  boolean isCancelled() {
    return config.cancellation().isCancelled() || Thread.currentThread().isInterrupted();
  }

  boolean isAllocated() {
    return cache != null;
  }

  /** The blocks that some positions take. */
  static int blocks(int length) {
    return Math.ceilDiv(length, Generator.BLOCK_SIZE);
  }

  /**
   * Returns the blocks that a user's row of the page table names: its own, and what padding fills.
   *
   * @param promptLength the prompt's
   * @param length with the tokens that may follow
   */
  int width(int promptLength, int length) {
    int last = (promptLength - 1) / config.prefillChunk() * config.prefillChunk();
    int end = last + padded(promptLength - last, last);
    int width = Math.max(blocks(length), blocks(end));
    return pads ? Math.ceilDiv(width, ROW) * ROW : width;
  }

  private int padded(int length, int start) {
    int room = model.config().maxPositions() - start;
    return pads ? PrefillBuckets.padded(length, config.prefillChunk(), room) : length;
  }

  /** Allocates the cache and the inputs of steps of one row a user. */
  void allocate(PageTable pageTable, boolean choosesOnDevice) {
    table = pageTable;
    cache = model.newCache(table.cacheBlocks(), Generator.BLOCK_SIZE);
    steps = new StepRunner(model, cache, table, config.trace(), choosesOnDevice);
  }

  /**
   * Runs a prompt.
   *
   * @param user its row of the page table
   * @param index its number, for the listeners
   * @param prompt the prompt
   * @param listeners are told the logits at each position, if there are any
   * @return the logits at the last position, valid until the next call; null if it was cancelled
   */
  float[] prefill(int user, int index, int[] prompt, List<LogitsListener> listeners) {
    boolean all = !listeners.isEmpty();
    int chunk = all ? Math.min(config.prefillChunk(), Scorer.CHUNK) : config.prefillChunk();
    for (int start = 0; start < prompt.length; start += chunk) {
      if (isCancelled()) {
        return null;
      }
      int count = Math.min(prompt.length, start + chunk) - start;
      int[] part = new int[all ? count : padded(count, start)];
      System.arraycopy(prompt, start, part, 0, count);
      Logits which = all ? Logits.ALL : Logits.LAST;
      try (Tensor tokens = Tensor.ofInts(model.device(), DataType.UINT32, part, 1, part.length);
          Tensor logits =
              model.prefill(tokens, start, prompt.length, cache, steps.pageTable(), user, which)) {
        if (all || start + count == prompt.length) {
          read(logits, all ? count : 1, index, start, listeners);
        }
      }
    }
    return row;
  }

  /** Reads rows of logits and hands them out; the last one stays in {@link #row}. */
  private void read(Tensor logits, int rows, int index, int start, List<LogitsListener> listeners) {
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment bytes = temporary.allocate(ValueLayout.JAVA_FLOAT, (long) rows * row.length);
      logits.read(DataType.FLOAT32, bytes);
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT, 4L * i * row.length, row, 0, row.length);
        for (LogitsListener listener : listeners) {
          listener.logits(index, start + i, row);
        }
      }
    }
  }

  void copyBlock(int from, int to) {
    cache.copyBlock(from, to);
  }

  /** Returns the steps of one row a user. */
  StepRunner steps() {
    return steps;
  }

  /** Returns steps of several rows a user, one after the other; the number is always the same. */
  StepRunner wideSteps(int rows) {
    if (wideSteps == null) {
      wideSteps = new StepRunner(model, cache, table.repeated(rows), config.trace(), false);
    }
    return wideSteps;
  }

  /** Frees everything on the device. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Lock lock = lock();
    lock.lock();
    try {
      if (wideSteps != null) {
        wideSteps.close();
      }
      if (steps != null) {
        steps.close();
      }
      if (cache != null) {
        cache.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
