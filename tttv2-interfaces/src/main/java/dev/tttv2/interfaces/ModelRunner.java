// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.PositionEncoding.Rotary;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an engine sees of a model on a device, with the contract of vLLM's plugin for Tenstorrent: a
 * paged cache, prompts in parts, and decode steps of a few fixed numbers of rows, captured as
 * traces before the first one is asked for.
 *
 * <p>The order of calls: {@link #allocateKVCache}, {@link #warmUp}, then {@link #prefillForward}
 * and {@link #decodeForward} in any order, {@link #close}. For one thread at a time, which holds
 * {@link Device#lock} where others use the device as well.
 *
 * <p>The cache has one block more than sequences may use. It is what unused entries of page tables
 * name: padding is written there, and rows without a user read from it.
 */
public final class ModelRunner implements AutoCloseable {
  /** The numbers of rows of decode steps, those of vLLM's plugin. */
  private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32);

  /** Entries of page tables' rows on boards are a multiple of this: whole units of memory. */
  private static final int ROW = 8;

  /** What all users together may need, as vLLM's plugin has it. */
  private static final int TOKENS_OF_ALL_USERS = 131_072;

  private final CausalLM model;
  private final EngineConfig config;
  private final boolean pads;
  private final Arena arena = Arena.ofShared();
  private final TreeMap<Integer, DecodeBatch> batches = new TreeMap<>();
  private KVCache cache;
  private int numBlocks;
  private int width;
  private Tensor prefillTable; // [1, width]
  private PromptTraces prompts; // null: prompts are not replayed
  private DecodeOutput last;
  private DecodeOutput beforeLast;
  // Logits of these two, on the host.
  private MemorySegment lastLogits;
  private MemorySegment logitsBeforeLast; // null: has not been needed

  /**
   * Makes a runner; the model stays the caller's.
   *
   * @throws IllegalArgumentException if the config's context is longer than the model's
   */
  public ModelRunner(CausalLM model, EngineConfig config) {
    this.model = model;
    this.config = config;
    this.pads =
        model.takesPadding()
            && config.padPrompts().orElse(model.device().target().compilesPrograms());
    int own = model.config().maxPositions();
    if (config.maxContext() > own) {
      throw new IllegalArgumentException(
          "maxContext is %d, the model has %d positions".formatted(config.maxContext(), own));
    }
  }

  /** Returns what this runner can do; the context is known when the cache is allocated. */
  public RunnerCapabilities capabilities() {
    return new RunnerCapabilities(
        config.maxUsers(),
        batches(config.maxUsers()),
        maxContext(),
        config.blockSize(),
        true,
        !rotationsDependOnLength(model.config()),
        pads,
        config.deviceArgmax(),
        config.trace());
  }

  /** Returns the numbers of rows up to one that has room for all users. */
  static List<Integer> batches(int users) {
    int last = BATCHES.stream().filter(rows -> rows >= users).findFirst().orElseThrow();
    return BATCHES.stream().filter(rows -> rows <= last).toList();
  }

  private static boolean rotationsDependOnLength(DecoderConfig config) {
    return config.positions() instanceof Rotary rotary
        && Stream.concat(Stream.of(rotary.frequencies()), rotary.localFrequencies().stream())
            .anyMatch(frequencies -> frequencies.scaling().dependsOnLength());
  }

  /** Returns the longest context that the config wants and the model has. */
  private int wantedContext() {
    return config.maxContext() == 0 ? model.config().maxPositions() : config.maxContext();
  }

  /** Returns the longest context: what is wanted, or as much of it as the cache has room for. */
  private int maxContext() {
    return cache == null
        ? wantedContext()
        : (int) Math.min(wantedContext(), (long) numBlocks * config.blockSize());
  }

  /**
   * Allocates the cache, as large as the config says.
   *
   * @return how many blocks sequences may use
   * @throws IllegalArgumentException if the context that the config asks for does not fit
   */
  public int allocateKVCache() {
    int block = config.blockSize();
    numBlocks = config.numBlocks() == 0 ? affordableBlocks() : config.numBlocks();
    if (config.maxContext() > (long) numBlocks * block) {
      throw new IllegalArgumentException(
          "maxContext is %d, a cache of %d blocks of %d tokens has room for %d"
              .formatted(config.maxContext(), numBlocks, block, (long) numBlocks * block));
    }
    width = Math.min(Math.ceilDiv(wantedContext(), block), numBlocks);
    if (pads) {
      width = Math.ceilDiv(width, ROW) * ROW;
    }
    // TTNN wants a cache to have as many blocks as a row of the table names.
    cache = model.newCache(Math.max(width, numBlocks + 1), block);
    prefillTable =
        Tensor.ofInts(model.device(), DataType.INT32, new int[width], 1, width)
            .named("page table of prompts");
    int rows = capabilities().decodeBatches().getLast();
    lastLogits = arena.allocate(ValueLayout.JAVA_FLOAT, (long) rows * model.config().vocabSize());
    return numBlocks;
  }

  /** Returns the blocks that the config's bytes have room for. */
  private int affordableBlocks() {
    int block = config.blockSize();
    long perBlock;
    try (KVCache one = model.newCache(1, block)) {
      perBlock = one.bytes();
    }
    long blocks;
    if (config.cacheBytes() > 0) {
      blocks = config.cacheBytes() / perBlock - 1; // and the spare one
    } else {
      MemoryStats memory = model.device().memory(BufferType.DRAM);
      long free = memory.totalBytes() - memory.allocatedBytes();
      long tokens = Math.min((long) config.maxUsers() * wantedContext(), TOKENS_OF_ALL_USERS);
      tokens = Math.max(tokens, wantedContext());
      blocks = Math.min(Math.ceilDiv(tokens, block) + config.maxUsers(), free / 2 / perBlock - 1);
    }
    if (blocks < 1) {
      throw new IllegalArgumentException(
          "a block of the cache takes %d bytes: there is no room for two".formatted(perBlock));
    }
    return (int) Math.min(blocks, Integer.MAX_VALUE - 1);
  }

  /**
   * Runs and captures a decode step of every number of rows, and, on boards, which compile programs
   * for each shape, a prompt's layers at every padded length. Does nothing the second time.
   */
  public void warmUp() {
    if (!batches.isEmpty()) {
      return;
    }
    List<Integer> lengths = promptLengths();
    lengths.forEach(this::compilePrompt);
    List<DecodeBatch> made = new ArrayList<>();
    try {
      for (int rows : capabilities().decodeBatches()) {
        made.add(new DecodeBatch(model, cache, config, rows, width, numBlocks));
      }
      // All programs are compiled before the first trace is captured: what is allocated after a
      // capture may lie where its replay writes.
      made.forEach(DecodeBatch::compile);
      if (config.trace()) {
        if (model.promptLayers().isPresent()) {
          prompts = new PromptTraces(model, model.promptLayers().get(), lengths);
          prompts.capture(model, cache, prefillTable);
        }
        made.forEach(DecodeBatch::capture);
      }
    } catch (Throwable e) {
      made.forEach(DecodeBatch::close);
      throw e;
    }
    made.forEach(batch -> batches.put(batch.rows(), batch));
  }

  /** Returns the lengths to which prompts are padded; none where they are not. */
  private List<Integer> promptLengths() {
    int chunk = config.prefillChunk();
    return pads ? PrefillBuckets.all(Math.min(chunk, maxContext()), chunk, room(0)) : List.of();
  }

  private void compilePrompt(int length) {
    int[] tokens = new int[Math.min(length, maxContext())];
    prefill(new PrefillInput(tokens, 0, tokens.length, new int[0], Logits.LAST), false).close();
  }

  private int padded(int length, int start) {
    return pads ? PrefillBuckets.padded(length, config.prefillChunk(), room(start)) : length;
  }

  private int room(int start) {
    return Math.min(model.config().maxPositions(), width * config.blockSize()) - start;
  }

  /**
   * Returns whether {@link #warmUp} has captured what a part of a prompt runs. Captured are the
   * layers of first parts of which the last logits alone are wanted, where prompts are padded.
   */
  public boolean isCaptured(PrefillInput input) {
    return prompts != null
        && input.start() == 0
        && input.which() == Logits.LAST
        && prompts.has(padded(input.tokens().length, 0));
  }

  /**
   * Runs parts of prompts, one by one, and fills the cache.
   *
   * @param inputs the parts
   * @param traced whether the layers are to be replayed; else they run call by call. Whoever may
   *     take the slower way asks {@link #isCaptured}
   * @param listener is told the logits, by the index of the part and the position in its prompt:
   *     those behind the last token, or all
   * @throws TraceCoverageException if one is to be replayed that is not captured; none has run then
   * @throws IllegalArgumentException if a part has no tokens, does not begin at a block, ends
   *     behind its prompt or the longest context, or lacks blocks
   */
  public void prefillForward(List<PrefillInput> inputs, boolean traced, LogitsListener listener) {
    inputs.forEach(this::check);
    if (traced) {
      inputs.forEach(this::checkCaptured);
    }
    for (int i = 0; i < inputs.size(); i++) {
      PrefillInput input = inputs.get(i);
      boolean all = input.which() == Logits.ALL;
      int count = all ? input.tokens().length : 1;
      try (Tensor result = prefill(input, traced)) {
        report(i, input.end() - count, result, count, listener);
      }
    }
  }

  private void check(PrefillInput input) {
    int block = config.blockSize();
    if (input.tokens().length == 0
        || input.start() < 0
        || input.start() % block != 0
        || input.end() > input.total()
        || input.total() > maxContext()
        || (long) input.blocks().length * block < input.end()) {
      throw new IllegalArgumentException(
          ("prefill of %d tokens from position %d of a prompt of %d, with %d blocks of %d: expected"
                  + " at least one token, a start at a block, an end within the prompt, a prompt of"
                  + " at most %d, and blocks up to the end")
              .formatted(
                  input.tokens().length,
                  input.start(),
                  input.total(),
                  input.blocks().length,
                  block,
                  maxContext()));
    }
  }

  private void checkCaptured(PrefillInput input) {
    if (!isCaptured(input)) {
      String captured =
          prompts == null || prompts.lengths().isEmpty()
              ? "and no other"
              : "only from position 0 for LAST logits, padded to " + prompts.lengths();
      throw new TraceCoverageException(
          "no prefill of %d tokens from position %d for %s logits was captured, %s"
              .formatted(input.tokens().length, input.start(), input.which(), captured));
    }
  }

  private Tensor prefill(PrefillInput input, boolean traced) {
    int[] table = Arrays.copyOf(input.blocks(), width);
    if (input.blocks().length < width) {
      Arrays.fill(table, input.blocks().length, width, numBlocks);
    }
    prefillTable.write(table);
    int length = input.tokens().length;
    int[] ids =
        input.which() == Logits.ALL
            ? input.tokens()
            : Arrays.copyOf(input.tokens(), padded(length, input.start()));
    if (traced) {
      return prompts.run(ids, length - 1);
    }
    try (Tensor tokens = Tensor.ofInts(model.device(), DataType.UINT32, ids, 1, ids.length)) {
      return model.prefill(
          tokens, input.start(), input.total(), cache, prefillTable, 0, input.which());
    }
  }

  private void report(int part, int first, Tensor result, int count, LogitsListener listener) {
    int vocabSize = model.config().vocabSize();
    float[] row = new float[vocabSize];
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment values = temporary.allocate(ValueLayout.JAVA_FLOAT, (long) count * vocabSize);
      result.read(DataType.FLOAT32, values);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, 4L * i * vocabSize, row, 0, vocabSize);
        listener.logits(part, first + i, row);
      }
    }
  }

  /**
   * Runs one token of each row.
   *
   * @param input what the rows feed
   * @param readFromDevice whether to wait for the results; else they are on their way, {@link
   *     #readDecodeOutput} waits, and the next step may begin before. The host backend has computed
   *     them when this returns
   * @throws TraceCoverageException if steps of so many rows, or such that choose on the device,
   *     were not captured
   * @throws IllegalArgumentException if the device is to go on from a step of which it does not
   *     know the tokens
   */
  public DecodeOutput decodeForward(DecodeInput input, boolean readFromDevice) {
    DecodeBatch batch = batches.get(input.rows());
    if (batch == null || (input.chooseOnDevice() && !batch.choosesToo())) {
      throw new TraceCoverageException(
          "no decode step of %d rows%s was captured, only of %s rows%s"
              .formatted(
                  input.rows(),
                  input.chooseOnDevice() ? " that chooses on the device" : "",
                  batches.keySet(),
                  config.deviceArgmax() ? "" : " that give logits"));
    }
    switch (input.reload()) {
      case ALL -> reload(batch, input);
      case PAGE_TABLES -> {
        goOn(batch, input);
        reloadTables(batch, input);
        batch.writeTable();
      }
      case NONE -> goOn(batch, input);
    }
    batch.run(input.chooseOnDevice());
    if (beforeLast != null) {
      beforeLast.letGo();
    }
    beforeLast = last;
    last = new DecodeOutput(batch, input.chooseOnDevice(), model.config().vocabSize());
    if (readFromDevice) {
      last.read(lastLogits);
    } else {
      takeTurns();
      last.beginRead();
    }
    return last;
  }

  private void takeTurns() {
    MemorySegment free =
        logitsBeforeLast == null
            ? arena.allocate(ValueLayout.JAVA_FLOAT, lastLogits.byteSize() / Float.BYTES)
            : logitsBeforeLast;
    logitsBeforeLast = lastLogits;
    lastLogits = free;
  }

  private static void reload(DecodeBatch batch, DecodeInput input) {
    for (int row = 0; row < batch.rows(); row++) {
      batch.set(row, input.tokens()[row], input.positions()[row]);
    }
    reloadTables(batch, input);
    batch.writeInputs();
  }

  private static void reloadTables(DecodeBatch batch, DecodeInput input) {
    for (int row = 0; row < batch.rows(); row++) {
      batch.setBlocks(row, input.blocks()[row]);
    }
  }

  /** Moves the rows of the last step to where they belong now, if they do not stay. */
  private void goOn(DecodeBatch batch, DecodeInput input) {
    if (last == null || !last.hasTokens()) {
      throw new IllegalArgumentException(
          "reload is %s, but the device did not choose the last step's tokens"
              .formatted(input.reload()));
    }
    DecodeBatch before = last.batch();
    if (input.slotRemap().isEmpty()) {
      if (before != batch) {
        throw new IllegalArgumentException(
            "reload is %s, but the last step had %d rows, this one has %d, and no slotRemap"
                .formatted(input.reload(), before.rows(), batch.rows()));
      }
      return;
    }
    readDecodeOutput(last);
    batch.take(before, last.tokens(), input.slotRemap().get());
    batch.writeInputs();
  }

  /**
   * Waits for what a step has computed. Does nothing the second time.
   *
   * @throws IllegalStateException if two steps have begun since
   */
  public void readDecodeOutput(DecodeOutput output) {
    if (!output.isRead()) {
      output.finishRead(output == last ? lastLogits : logitsBeforeLast);
    }
  }

  /** Frees traces, inputs and cache. Idempotent. */
  @Override
  public void close() {
    Stream.of(last, beforeLast).filter(Objects::nonNull).forEach(DecodeOutput::letGo);
    batches.values().forEach(DecodeBatch::close);
    batches.clear();
    if (prompts != null) {
      prompts.close();
    }
    if (prefillTable != null) {
      prefillTable.close();
    }
    if (cache != null) {
      cache.close();
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
