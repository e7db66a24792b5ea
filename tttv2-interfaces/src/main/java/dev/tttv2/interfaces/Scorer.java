// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.locks.Lock;

/**
 * Scores texts by teacher forcing: the model reads the text itself, never its own choices, and its
 * prediction at every position is compared with what comes next. Works on the calling thread.
 */
public final class Scorer {
  /** Positions whose logits are held at once. */
  static final int CHUNK = 4 * Generator.BLOCK_SIZE;

  private final CausalLM model;

  /**
   * Makes a scorer; the model stays the caller's.
   *
   * @throws NullPointerException if there is no model
   */
  public Scorer(CausalLM model) {
    this.model = Objects.requireNonNull(model, "model");
  }

  /**
   * Scores a text.
   *
   * @param ids the text's tokens
   * @throws IllegalArgumentException if there is none, they do not fit the context, or one is
   *     outside of the vocabulary
   * @throws ArithmeticException as {@link Sampler#sample}
   */
  public Score score(int... ids) {
    return score(ids, new int[0][]);
  }

  /**
   * Scores a text, and compares the model's first choice at each position with a reference's.
   *
   * @param ids the text's tokens
   * @param reference the reference's choices at each position, best first
   * @throws IllegalArgumentException as {@link #score(int...)}, or if the reference has other
   *     positions
   * @throws ArithmeticException as {@link Sampler#sample}
   */
  public Score score(int[] ids, int[][] reference) {
    check(ids, reference);
    Tally tally = new Tally(ids, reference);
    read(ids, tally);
    int predicted = ids.length - 1;
    boolean compared = reference.length > 0;
    return new Score(
        ids.length,
        predicted == 0 ? 1 : Math.exp(tally.negativeLogLikelihood / predicted),
        compared ? OptionalDouble.of((double) tally.first / ids.length) : OptionalDouble.empty(),
        compared ? OptionalDouble.of((double) tally.among / ids.length) : OptionalDouble.empty());
  }

  /**
   * Reads a text and hands out the logits at each of its positions.
   *
   * @param ids the text's tokens
   * @param listener is told prompt 0's logits
   * @throws IllegalArgumentException as {@link #score(int...)}
   */
  public void read(int[] ids, LogitsListener listener) {
    check(ids, new int[0][]);
    Device device = model.device();
    int vocabSize = model.config().vocabSize();
    int blocks = Math.ceilDiv(ids.length, Generator.BLOCK_SIZE);
    int[] table = new int[blocks];
    Arrays.setAll(table, i -> i);
    float[] row = new float[vocabSize];
    int longest = Math.min(CHUNK, ids.length);
    Lock lock = device.lock();
    lock.lock();
    try (Arena arena = Arena.ofConfined();
        KVCache cache = model.newCache(blocks, Generator.BLOCK_SIZE);
        Tensor pageTable = Tensor.ofInts(device, DataType.INT32, table, 1, blocks)) {
      MemorySegment bytes = arena.allocate(ValueLayout.JAVA_FLOAT, (long) longest * vocabSize);
      for (int start = 0; start < ids.length; start += CHUNK) {
        int[] part = Arrays.copyOfRange(ids, start, Math.min(ids.length, start + CHUNK));
        try (Tensor tokens = Tensor.ofInts(device, DataType.UINT32, part, 1, part.length);
            Tensor logits =
                model.prefill(tokens, start, ids.length, cache, pageTable, 0, Logits.ALL)) {
          logits.read(DataType.FLOAT32, bytes.asSlice(0, 4L * part.length * vocabSize));
        }
        for (int i = 0; i < part.length; i++) {
          MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT, 4L * i * vocabSize, row, 0, vocabSize);
          listener.logits(0, start + i, row);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void check(int[] ids, int[][] reference) {
    int context = model.config().maxPositions();
    if (ids.length == 0 || ids.length > context) {
      throw new IllegalArgumentException(
          "text has %d tokens, expected 1 to %d, the context".formatted(ids.length, context));
    }
    int vocabSize = model.config().vocabSize();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabSize) {
        throw new IllegalArgumentException(
            "text: token %d is %d, the vocabulary has %d".formatted(i, ids[i], vocabSize));
      }
    }
    if (reference.length > 0 && reference.length != ids.length) {
      throw new IllegalArgumentException(
          "reference has choices for %d positions, the text has %d tokens"
              .formatted(reference.length, ids.length));
    }
  }

  private static final class Tally implements LogitsListener {
    private final int[] ids;
    private final int[][] reference;
    private double negativeLogLikelihood;
    private int first;
    private int among;

    private Tally(int[] ids, int[][] reference) {
      this.ids = ids;
      this.reference = reference;
    }

    @Override
    public void logits(int prompt, int position, float[] logits) {
      int best = 0;
      boolean nan = Float.isNaN(logits[0]);
      for (int i = 1; i < logits.length; i++) {
        nan |= Float.isNaN(logits[i]);
        if (logits[i] > logits[best]) {
          best = i;
        }
      }
      Sampler.checkMax(logits.length, logits[best], nan);
      if (position + 1 < ids.length) {
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit - logits[best]);
        }
        negativeLogLikelihood += Math.log(sum) + logits[best] - logits[ids[position + 1]];
      }
      if (reference.length > 0) {
        int[] choices = reference[position];
        for (int i = 0; i < Math.min(5, choices.length); i++) {
          if (choices[i] == best) {
            among++;
            first += i == 0 ? 1 : 0;
          }
        }
      }
    }
  }
}
