// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;

/** Log-probabilities of logits, summed in double. For one thread. */
final class LogSoftmax {
  private final int vocabSize;
  private final TokenHeap heap;

  LogSoftmax(int vocabSize) {
    this.vocabSize = vocabSize;
    heap = new TokenHeap(vocabSize);
  }

  /**
   * Returns what is subtracted from logits to make log-probabilities of them.
   *
   * @throws ArithmeticException as {@link Sampler#sample}
   */
  static double normalizer(float[] logits, int offset, int vocabSize) {
    float max = Float.NEGATIVE_INFINITY;
    boolean nan = false;
    for (int i = offset; i < offset + vocabSize; i++) {
      nan |= logits[i] != logits[i];
      max = Math.max(max, logits[i]);
    }
    Sampler.checkMax(vocabSize, max, nan);
    double sum = 0;
    for (int i = offset; i < offset + vocabSize; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }

  /**
   * Returns how likely a token is, and which ones are likeliest.
   *
   * @param logits of at least {@code offset + vocabSize} elements
   * @param offset where they begin
   * @param chosen the token
   * @param top how many of the likeliest ones to tell; at most the vocabulary
   */
  TokenLogprobs of(float[] logits, int offset, int chosen, int top) {
    double normalizer = normalizer(logits, offset, vocabSize);
    float value = logits[offset + chosen];
    int rank = 1;
    for (int i = 0; i < vocabSize; i++) {
      float other = logits[offset + i];
      rank += other > value || (other == value && i < chosen) ? 1 : 0;
    }
    return new TokenLogprobs(
        new TokenLogprob(chosen, value - normalizer, rank), top(logits, offset, normalizer, top));
  }

  private List<TokenLogprob> top(float[] logits, int offset, double normalizer, int count) {
    if (count == 0) {
      return List.of();
    }
    heap.clear();
    for (int i = 0; i < vocabSize; i++) {
      heap.add(i, logits[offset + i]);
    }
    heap.order();
    List<TokenLogprob> top = new ArrayList<>(count);
    for (int rank = 1; rank <= count; rank++) {
      int id = heap.topId();
      top.add(new TokenLogprob(id, logits[offset + id] - normalizer, rank));
      heap.pop();
    }
    return top;
  }
}
