// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A model whose next token depends on the last one alone: a table of logits, looked up on the
 * device. It writes down what it was called with. For tests of control flow.
 */
final class MarkovModel implements CausalLM {
  static final int VOCAB = 64;
  static final int EOS = 63;
  static final int CONTEXT = 256;

  /** One prefill. */
  record Prefill(int user, int start, int length, Logits which) {}

  final List<Prefill> prefills = new ArrayList<>();
  final List<int[]> positions = new ArrayList<>();
  final List<int[]> tables = new ArrayList<>();
  final List<Integer> cacheBlocks = new ArrayList<>();

  /** Whether decode writes down its inputs, which cannot be read while a trace is captured. */
  boolean records;

  /** How often decode was called: replays do not call it. */
  int steps;

  /** The decode step that fails, or -1. */
  int failingStep = -1;

  /** Runs within each decode step. */
  Runnable during = () -> {};

  private final Device device;
  private final float[][] logits = new float[VOCAB][VOCAB];
  private final Tensor table;

  MarkovModel(Device device) {
    this.device = device;
    Random random = new Random(1);
    float[] flat = new float[VOCAB * VOCAB];
    for (int i = 0; i < VOCAB; i++) {
      for (int j = 0; j < VOCAB; j++) {
        logits[i][j] = (float) random.nextGaussian();
      }
      logits[i][next(i)] = 5;
      System.arraycopy(logits[i], 0, flat, i * VOCAB, VOCAB);
    }
    table = Tensor.of(device, DataType.FLOAT32, Layout.ROW_MAJOR, flat, VOCAB, VOCAB);
  }

  /** The most likely token after another; all but EOS are in one cycle. */
  static int next(int id) {
    return id == EOS ? 0 : (id + 5) % EOS;
  }

  float[] logits(int id) {
    return logits[id];
  }

  @Override
  public DecoderConfig config() {
    return DecoderConfig.builder()
        .vocabSize(VOCAB)
        .hiddenSize(32)
        .intermediateSize(32)
        .numLayers(1)
        .numHeads(1)
        .numKvHeads(1)
        .headDim(32)
        .maxPositions(CONTEXT)
        .eosTokenIds(List.of(EOS))
        .build();
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public OptimizationConfig optimizations() {
    return OptimizationConfig.float32();
  }

  @Override
  public KVCache newCache(int numBlocks, int blockSize) {
    cacheBlocks.add(numBlocks);
    return new KVCache(device, new KVCacheConfig(1, 1, 32, numBlocks, blockSize, DataType.FLOAT32));
  }

  @Override
  public Tensor prefill(
      Tensor ids,
      int start,
      int total,
      KVCache cache,
      Tensor pageTable,
      int user,
      Logits which,
      HiddenStateListener listener) {
    int[] tokens = ids.toInts();
    prefills.add(new Prefill(user, start, tokens.length, which));
    tables.add(pageTable.toInts());
    if (which == Logits.ALL) {
      return lookUp(ids, tokens.length);
    }
    int end = Math.min(tokens.length, total - start);
    try (Tensor last = Tensor.ofInts(device, DataType.UINT32, new int[] {tokens[end - 1]}, 1, 1)) {
      return lookUp(last, 1);
    }
  }

  @Override
  public boolean takesPadding() {
    return true;
  }

  @Override
  public Tensor decode(DecodeInputs inputs, KVCache cache) {
    if (steps++ == failingStep) {
      throw new IllegalStateException("step " + failingStep + " fails");
    }
    during.run();
    if (records) {
      positions.add(inputs.positions().toInts());
    }
    return lookUp(inputs.ids(), (int) inputs.ids().dim(1));
  }

  private Tensor lookUp(Tensor ids, int count) {
    try (Tensor rows = Ttnn.embedding(ids, table)) {
      return Ttnn.reshape(rows, 1, 1, count, VOCAB);
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
