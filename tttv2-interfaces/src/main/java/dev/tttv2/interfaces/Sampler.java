// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the next token of one sequence from logits. Choosing allocates nothing. For one sequence
 * and one thread.
 *
 * @implNote Filters never sort the vocabulary: the values on top come out of a heap, one by one,
 *     until the filter's edge is found; what stays, stays in the order of ids. Probabilities are
 *     summed in double.
 */
public final class Sampler {
  private static final double UNIT = 0x1p-53;

  private final SamplingParams params;
  private final int vocabSize;
  // Logits after penalties and temperature, and which of them are still in the race, by ascending
  // id.
  private final float[] values;
  private final int[] candidates;
  private final float[] heap;
  private final double[] weights;
  private int kept;
  // Tokens seen so far, for penalties: each once, with its count in the output.
  private final int[] counts;
  private final boolean[] known;
  private int[] seen = new int[64];
  private int numSeen;
  private long random;

  /**
   * Makes a sampler.
   *
   * @param params how to choose
   * @param vocabSize how many logits there are
   * @param prompt the tokens before the first that is chosen; the repetition penalty counts them
   * @throws IllegalArgumentException if a token is outside of the vocabulary
   */
  public Sampler(SamplingParams params, int vocabSize, int... prompt) {
    this.params = params;
    this.vocabSize = vocabSize;
    boolean copies = !params.isGreedy() || params.hasPenalties();
    this.values = new float[copies ? vocabSize : 0];
    boolean draws = !params.isGreedy();
    this.candidates = new int[draws ? vocabSize : 0];
    this.heap = new float[draws ? vocabSize : 0];
    this.weights = new double[draws ? vocabSize : 0];
    this.counts = new int[params.hasPenalties() ? vocabSize : 0];
    this.known = new boolean[params.hasPenalties() ? vocabSize : 0];
    this.random = params.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    if (params.hasPenalties()) {
      for (int id : prompt) {
        remember(id);
      }
    }
  }

  private void remember(int id) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "token %d is outside of the vocabulary of %d".formatted(id, vocabSize));
    }
    if (!known[id]) {
      known[id] = true;
      if (numSeen == seen.length) {
        seen = Arrays.copyOf(seen, 2 * numSeen);
      }
      seen[numSeen++] = id;
    }
  }

  /** Adds a token to the output that penalties look at. */
  public void accept(int id) {
    if (params.hasPenalties()) {
      remember(id);
      counts[id]++;
    }
  }

  /**
   * Chooses a token; {@link #accept} it before the next.
   *
   * @param logits of at least {@code offset + vocabSize} elements; unchanged
   * @param offset where this sequence's logits begin
   * @return the token; among equals the lowest, when greedy
   * @throws ArithmeticException if the logits have NaN or no finite maximum: the checkpoint's
   *     weights hold NaN or infinity, or the precision is too narrow for them
   */
  public int sample(float[] logits, int offset) {
    if (params.isGreedy() && !params.hasPenalties()) {
      return argmax(logits, offset);
    }
    penalize(logits, offset);
    if (params.isGreedy()) {
      return argmax(values, 0);
    }
    filter();
    return draw();
  }

  /**
   * Returns the probabilities that {@link #sample} draws with; 0 for tokens that were filtered out.
   * When greedy, 1 for the token taken.
   *
   * @param logits of at least {@code offset + vocabSize} elements; unchanged
   * @param offset where this sequence's logits begin
   */
  public double[] probabilities(float[] logits, int offset) {
    double[] result = new double[vocabSize];
    if (params.isGreedy()) {
      result[sample(logits, offset)] = 1;
      return result;
    }
    penalize(logits, offset);
    filter();
    double total = weigh();
    for (int i = 0; i < kept; i++) {
      result[candidates[i]] = weights[i] / total;
    }
    return result;
  }

  private int argmax(float[] from, int offset) {
    int best = 0;
    float max = from[offset];
    boolean nan = max != max;
    for (int i = 1; i < vocabSize; i++) {
      float value = from[offset + i];
      nan |= value != value;
      if (value > max) {
        max = value;
        best = i;
      }
    }
    checkMax(vocabSize, max, nan);
    return best;
  }

  /** Refuses logits from which nothing can be told. */
  static void checkMax(int vocabSize, float max, boolean nan) {
    if (nan || Float.isInfinite(max)) {
      throw new ArithmeticException(
          nan
              ? "the logits of %d tokens hold NaN".formatted(vocabSize)
              : "the largest of %d logits is %s".formatted(vocabSize, max));
    }
  }

  private void penalize(float[] logits, int offset) {
    System.arraycopy(logits, offset, values, 0, vocabSize);
    float repetition = (float) params.repetitionPenalty();
    float frequency = (float) params.frequencyPenalty();
    float presence = (float) params.presencePenalty();
    for (int i = 0; i < numSeen; i++) {
      int id = seen[i];
      float value = values[id];
      value = value < 0 ? value * repetition : value / repetition;
      if (counts[id] > 0) {
        value -= frequency * counts[id] + presence;
      }
      values[id] = value;
    }
  }

  // ---- Filters ----

  private void filter() {
    float max = values[argmax(values, 0)];
    float temperature = Math.max((float) params.temperature(), Float.MIN_NORMAL);
    for (int i = 0; i < vocabSize; i++) {
      // The maximum becomes 0 first, so that small temperatures cannot overflow.
      values[i] = (values[i] - max) / temperature;
      candidates[i] = i;
    }
    kept = vocabSize;
    switch (params.order()) {
      case HUGGING_FACE -> {
        keepTopK();
        keepTopP();
        keepMinP();
      }
      case VLLM -> {
        keepMinP();
        keepTopK();
        keepTopP();
      }
    }
  }

  private void keepTopK() {
    if (params.topK() == 0 || params.topK() >= kept) {
      return;
    }
    int size = heapOfCandidates();
    for (int i = 1; i < params.topK(); i++) {
      size = pop(size);
    }
    keepFrom(heap[0], Integer.MAX_VALUE);
  }

  private void keepTopP() {
    if (params.topP() >= 1) {
      return;
    }
    double total = weigh();
    int size = heapOfCandidates();
    double before = 0; // weight of the tokens above the one on top of the heap
    float edge = heap[0];
    int equalToEdge = 0;
    while (size > 0 && (before == 0 || before < params.topP() * total)) {
      equalToEdge = heap[0] == edge ? equalToEdge + 1 : 1;
      edge = heap[0];
      before += Math.exp(edge);
      size = pop(size);
    }
    keepFrom(edge, equalToEdge);
  }

  private void keepMinP() {
    if (params.minP() == 0) {
      return;
    }
    keepFrom((float) Math.log(params.minP()), Integer.MAX_VALUE);
  }

  /** Keeps the candidates above the edge, and the first few of those equal to it. */
  private void keepFrom(float edge, int equalToEdge) {
    int equal = equalToEdge;
    int n = 0;
    for (int i = 0; i < kept; i++) {
      float value = values[candidates[i]];
      if (value > edge || (value == edge && equal-- > 0)) {
        candidates[n++] = candidates[i];
      }
    }
    kept = n;
  }

  private int heapOfCandidates() {
    for (int i = 0; i < kept; i++) {
      heap[i] = values[candidates[i]];
    }
    for (int i = kept / 2 - 1; i >= 0; i--) {
      sink(i, kept);
    }
    return kept;
  }

  private int pop(int size) {
    heap[0] = heap[size - 1];
    sink(0, size - 1);
    return size - 1;
  }

  private void sink(int from, int size) {
    float value = heap[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= value) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    if (size > 0) {
      heap[at] = value;
    }
  }

  // ---- Drawing ----

  private double weigh() {
    double total = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = Math.exp(values[candidates[i]]);
      total += weights[i];
    }
    return total;
  }

  private int draw() {
    double left = nextDouble() * weigh();
    int last = 0;
    for (int i = 0; i < kept; i++) {
      if (weights[i] > 0) {
        last = candidates[i];
        left -= weights[i];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** SplitMix64 (Steele, Lea, Flood 2014): the stream is a function of the seed alone. */
  private double nextDouble() {
    random += 0x9e3779b97f4a7c15L;
    long z = random;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * UNIT;
  }
}
