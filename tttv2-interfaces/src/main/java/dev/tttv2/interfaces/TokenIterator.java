// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Generates tokens as they are asked for. Tokens of several prompts and samples come in turn, see
 * {@link Token#prompt} and {@link Token#sample}. For one thread; closing it before its end cancels
 * what is left and frees its device memory.
 */
public final class TokenIterator implements Iterator<Token>, AutoCloseable {
  private final SamplingParams params;
  private final List<Batch> batches;
  private final Deque<Token> ready = new ArrayDeque<>();
  private int current;
  private boolean started;
  // Whose call runs: the batches' state would be lost to a second one without a trace.
  private final AtomicReference<Thread> user = new AtomicReference<>();

  TokenIterator(SamplingParams params, List<Batch> batches) {
    this.params = params;
    this.batches = batches;
  }

  /**
   * Generates up to the next token, unless it is there already.
   *
   * @throws IllegalStateException if another thread is at it
   */
  @Override
  public boolean hasNext() {
    return alone(this::fill);
  }

  private boolean fill() {
    while (ready.isEmpty() && current < batches.size()) {
      advance(ready::add);
    }
    return !ready.isEmpty();
  }

  /**
   * Returns the next token, and generates it unless it is there already.
   *
   * @throws NoSuchElementException if all tokens have been generated
   * @throws IllegalStateException if another thread is at it
   */
  @Override
  public Token next() {
    return alone(
        () -> {
          if (!fill()) {
            throw new NoSuchElementException("all tokens have been generated");
          }
          return ready.remove();
        });
  }

  private <T> T alone(Supplier<T> call) {
    Thread self = Thread.currentThread();
    if (user.get() == self) { // a listener's call, or one from within
      return call.get();
    }
    if (!user.compareAndSet(null, self)) {
      throw new IllegalStateException("two threads use a TokenIterator at a time");
    }
    try {
      return call.get();
    } finally {
      user.set(null);
    }
  }

  /** Generates all that is left, telling a listener at once. */
  void run(TokenListener listener) {
    alone(
        () -> {
          while (current < batches.size()) {
            advance(listener);
          }
          return null;
        });
  }

  private void advance(TokenListener listener) {
    if (!started) {
      started = true;
      long now = System.nanoTime();
      batches.forEach(batch -> batch.sequences().forEach(sequence -> sequence.begin(now)));
    }
    Batch batch = batches.get(current);
    try {
      batch.advance(listener);
    } catch (Throwable e) {
      close();
      throw e;
    }
    if (batch.isFinished()) {
      batch.close();
      current++;
    }
  }

  /**
   * Returns what has been generated, prompt by prompt; those of a prompt in order, or the best
   * first if {@linkplain SamplingParams#bestOf the best are chosen}. What has not ended counts as
   * cancelled.
   */
  public List<Generation> generations() {
    Map<Integer, List<Sequence>> prompts = new LinkedHashMap<>();
    for (Batch batch : batches) {
      for (Sequence sequence : batch.sequences()) {
        prompts.computeIfAbsent(sequence.index, index -> new ArrayList<>()).add(sequence);
      }
    }
    List<Generation> generations = new ArrayList<>();
    for (List<Sequence> samples : prompts.values()) {
      if (params.choosesBest()) {
        samples.sort(Comparator.comparingDouble(Sequence::cumulativeLogprob).reversed());
      }
      samples.stream().limit(params.n()).map(Sequence::result).forEach(generations::add);
    }
    return generations;
  }

  /**
   * Cancels what is left and frees all device memory. Idempotent.
   *
   * @throws IllegalStateException if another thread is generating
   */
  @Override
  public void close() {
    alone(
        () -> {
          current = batches.size();
          batches.forEach(Batch::close);
          return null;
        });
  }
}
