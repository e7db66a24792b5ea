// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Trace;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.Lock;

/**
 * Up to 32 prompts that share a cache: each is prefilled alone, then all are decoded in lock step,
 * those that have ended as idle users. Everything on the device is made on the first {@link
 * #advance} and freed by {@link #close}.
 */
final class Batch implements AutoCloseable {
  /** Entries of the page table's rows on boards are a multiple of this: whole units of memory. */
  private static final int ROW = 8;

  private final CausalLM model;
  private final GenerationConfig config;
  private final List<Sequence> sequences;
  private final int vocabSize;
  private final boolean choosesOnDevice;
  private final boolean pads;
  // One step's inputs, by user.
  private final int[] ids;
  private final int[] positions;
  private final int[] ropePositions;
  private final float[] row;
  private final int[] chosen;

  private final TensorScope tensors = new TensorScope(); // inputs, and what the trace makes
  private Arena arena;
  private MemorySegment logitsBytes;
  private KVCache cache;
  private DecodeInputs inputs;
  private Trace trace;
  private Tensor traced; // logits, or tokens chosen, of the trace
  private int[] table; // the page table
  private int prefilled;
  private int steps;
  private boolean closed;

  Batch(CausalLM model, GenerationConfig config, List<Sequence> sequences) {
    this.model = model;
    this.config = config;
    this.sequences = sequences;
    this.vocabSize = model.config().vocabSize();
    this.choosesOnDevice =
        config.deviceArgmax()
            && config.sampling().isGreedy()
            && !config.sampling().changesLogits()
            && config.sampling().logprobs().isEmpty()
            && config.logits().isEmpty();
    this.pads =
        model.takesPadding()
            && config.padPrompts().orElse(!model.device().target().arch().equals("host"));
    int users = sequences.size();
    this.ids = new int[users];
    this.positions = new int[users];
    this.ropePositions = new int[users];
    this.row = new float[vocabSize];
    this.chosen = new int[users];
  }

  List<Sequence> sequences() {
    return sequences;
  }

  boolean isFinished() {
    return sequences.stream().allMatch(Sequence::isFinished);
  }

  /**
   * Does the next piece of work: one prompt's prefill, or one decode step of all. Not after {@link
   * #isFinished}. Generations of several threads on one device take turns.
   */
  void advance(TokenListener listener) {
    Lock lock = model.device().lock();
    lock.lock();
    try {
      advanceAlone(listener);
    } finally {
      lock.unlock();
    }
  }

  private void advanceAlone(TokenListener listener) {
    if (isCancelled()) {
      cancel();
      return;
    }
    if (cache == null) {
      allocate();
    }
    if (prefilled < sequences.size()) {
      Sequence sequence = sequences.get(prefilled);
      prefill(prefilled, sequence, listener);
      prefilled++;
    } else {
      decode(listener);
    }
  }

  void cancel() {
    sequences.forEach(Sequence::cancel);
  }

  private boolean isCancelled() {
    return config.cancellation().isCancelled() || Thread.currentThread().isInterrupted();
  }

  private static int blocks(Sequence sequence) {
    return Math.ceilDiv(sequence.prompt.length + sequence.limit, Generator.BLOCK_SIZE);
  }

  /** The blocks that a user's row of the page table names: its own, and what padding fills. */
  private int width(Sequence sequence) {
    int length = sequence.prompt.length;
    int last = (length - 1) / config.prefillChunk() * config.prefillChunk();
    int end = last + padded(length - last, last);
    return Math.max(blocks(sequence), Math.ceilDiv(end, Generator.BLOCK_SIZE));
  }

  private int padded(int length, int start) {
    int room = model.config().maxPositions() - start;
    return pads ? PrefillBuckets.padded(length, config.prefillChunk(), room) : length;
  }

  /** The first user with the same prompt; another sample of it, unless it is the user itself. */
  private int first(int user) {
    int first = user;
    while (first > 0 && sequences.get(first - 1).index == sequences.get(user).index) {
      first--;
    }
    return first;
  }

  /** The blocks that the prompt fills: the samples only read them. */
  private int sharedBlocks(int user) {
    return sequences.get(user).prompt.length / Generator.BLOCK_SIZE;
  }

  /**
   * Allots the cache's blocks. What stands behind a user's own, where padding may be written, is
   * one spare block for all: nobody reads it.
   */
  private void allocate() {
    Device device = model.device();
    int users = sequences.size();
    int width = sequences.stream().mapToInt(this::width).max().orElseThrow();
    if (pads) {
      width = Math.ceilDiv(width, ROW) * ROW;
    }
    table = new int[users * width];
    int spare = 0;
    for (int user = 0; user < users; user++) {
      spare += blocks(sequences.get(user)) - (first(user) < user ? sharedBlocks(user) : 0);
    }
    Arrays.fill(table, spare);
    int next = 0;
    for (int user = 0; user < users; user++) {
      int first = first(user);
      for (int i = 0; i < blocks(sequences.get(user)); i++) {
        boolean shared = first < user && i < sharedBlocks(user);
        table[user * width + i] = shared ? table[first * width + i] : next++;
      }
    }
    // Shared: whoever closes a stream may be another thread than the one that reads it.
    arena = Arena.ofShared();
    logitsBytes = arena.allocate(ValueLayout.JAVA_FLOAT, (long) users * vocabSize);
    // TTNN wants a cache to have as many blocks as a row of the table names.
    int blocks = Math.max(width, table.length > spare ? spare + 1 : spare);
    cache = model.newCache(blocks, Generator.BLOCK_SIZE);
    inputs =
        new DecodeInputs(
            tensors.add(Tensor.ofInts(device, DataType.UINT32, ids, 1, users)),
            tensors.add(Tensor.ofInts(device, DataType.INT32, positions, users)),
            tensors.add(Tensor.ofInts(device, DataType.UINT32, ropePositions, 1, users)),
            tensors.add(Tensor.ofInts(device, DataType.INT32, table, users, width)));
  }

  private void prefill(int user, Sequence sequence, TokenListener listener) {
    long begin = System.nanoTime();
    int first = first(user);
    if (first == user) {
      run(user, sequence);
    } else {
      copyPrompt(first, user);
      sequence.setPromptLogprobs(sequences.get(first).promptLogprobs());
    }
    if (!sequence.isFinished()) {
      sequence.prefilled(System.nanoTime() - begin);
      listener.token(sequence.next(row, 0));
    }
  }

  /**
   * Gives a sample the prompt's last keys and values, whose block it will go on writing. The logits
   * are in {@link #row} still.
   */
  private void copyPrompt(int from, int to) {
    if (sequences.get(to).prompt.length % Generator.BLOCK_SIZE != 0) {
      int width = table.length / sequences.size();
      int block = sharedBlocks(to);
      cache.copyBlock(table[from * width + block], table[to * width + block]);
    }
  }

  /** Runs a prompt; its last logits are then in {@link #row}. */
  private void run(int user, Sequence sequence) {
    int length = sequence.prompt.length;
    List<LogitsListener> listeners = new ArrayList<>();
    config.logits().filter(l -> l.wants(sequence.index)).ifPresent(listeners::add);
    OptionalInt top = config.sampling().promptLogprobs();
    PromptLogprobs logprobs = new PromptLogprobs(sequence.prompt, vocabSize, top.orElse(0));
    if (top.isPresent()) {
      listeners.add(logprobs);
    }
    boolean all = !listeners.isEmpty();
    int chunk = all ? Math.min(config.prefillChunk(), Scorer.CHUNK) : config.prefillChunk();
    for (int start = 0; start < length; start += chunk) {
      if (isCancelled()) {
        cancel();
        return;
      }
      int end = Math.min(length, start + chunk);
      int count = end - start;
      int[] part = new int[all ? count : padded(count, start)];
      System.arraycopy(sequence.prompt, start, part, 0, count);
      Logits which = all ? Logits.ALL : Logits.LAST;
      try (Tensor tokens = Tensor.ofInts(model.device(), DataType.UINT32, part, 1, part.length);
          Tensor logits =
              model.prefill(tokens, start, length, cache, inputs.pageTable(), user, which)) {
        if (all) {
          report(listeners, sequence.index, start, logits, count);
        } else if (end == length) {
          readRows(logits, 1);
        }
      }
    }
    if (!all) {
      loadRow(0);
    }
    sequence.setPromptLogprobs(logprobs.logprobs());
  }

  /** Hands out the logits of part of a prompt; the last ones stay in {@link #row}. */
  private void report(
      List<LogitsListener> listeners, int prompt, int start, Tensor logits, int count) {
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment bytes = temporary.allocate(ValueLayout.JAVA_FLOAT, (long) count * vocabSize);
      logits.read(DataType.FLOAT32, bytes);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT, 4L * i * vocabSize, row, 0, vocabSize);
        for (LogitsListener listener : listeners) {
          listener.logits(prompt, start + i, row);
        }
      }
    }
  }

  private void readRows(Tensor logits, int rows) {
    logits.read(DataType.FLOAT32, logitsBytes.asSlice(0, 4L * rows * vocabSize));
  }

  private void loadRow(int user) {
    MemorySegment.copy(
        logitsBytes, ValueLayout.JAVA_FLOAT, 4L * user * vocabSize, row, 0, vocabSize);
  }

  private void decode(TokenListener listener) {
    long begin = System.nanoTime();
    for (int user = 0; user < sequences.size(); user++) {
      Sequence sequence = sequences.get(user);
      boolean idle = sequence.isFinished();
      ids[user] = idle ? 0 : sequence.lastToken();
      positions[user] = idle ? -1 : sequence.position();
      ropePositions[user] = idle ? 0 : sequence.position();
    }
    inputs.ids().write(ids);
    inputs.positions().write(positions);
    inputs.ropePositions().write(ropePositions);
    run();
    long nanos = System.nanoTime() - begin;
    for (int user = 0; user < sequences.size(); user++) {
      Sequence sequence = sequences.get(user);
      if (sequence.isFinished()) {
        continue;
      }
      sequence.decoded(nanos);
      if (choosesOnDevice) {
        listener.token(sequence.take(chosen[user]));
        continue;
      }
      loadRow(user);
      if (config.logits().isPresent() && config.logits().get().wants(sequence.index)) {
        config.logits().get().logits(sequence.index, positions[user], row);
      }
      listener.token(sequence.next(row, 0));
    }
  }

  /**
   * Runs one step: the first one directly, which compiles its programs; from the second on as a
   * trace.
   */
  private void run() {
    if (!config.trace() || steps++ == 0) {
      try (Tensor result = step()) {
        readStep(result);
      }
      return;
    }
    if (trace == null) {
      trace = model.device().capture(() -> traced = tensors.add(step()));
    }
    trace.execute(false);
    readStep(traced);
  }

  private Tensor step() {
    Tensor logits = model.decode(inputs, cache);
    if (!choosesOnDevice) {
      return logits;
    }
    try (logits) {
      return Ttnn.argmax(logits, -1, true);
    }
  }

  private void readStep(Tensor result) {
    if (choosesOnDevice) {
      result.read(chosen);
    } else {
      readRows(result, sequences.size());
    }
  }

  /** Frees everything on the device; sequences that have not ended are cancelled. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    cancel();
    Lock lock = model.device().lock();
    lock.lock();
    try {
      if (trace != null) {
        trace.close();
      }
      tensors.close();
      if (cache != null) {
        cache.close();
      }
    } finally {
      lock.unlock();
    }
    if (arena != null) {
      arena.close();
    }
  }
}
