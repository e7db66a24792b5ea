// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the next token of one sequence from logits, as {@link SamplingParams} says. Choosing
 * allocates nothing. For one sequence and one thread.
 *
 * @implNote Filters never sort the vocabulary: the values on top come out of a heap, one by one,
 *     until the filter's edge is found; what stays, stays in the order of ids. Probabilities are
 *     summed in double.
 */
public final class Sampler {
  private static final double UNIT = 0x1p-53;

  private final SamplingParams params;
  private final int vocabSize;
  private final Set<Integer> endTokens;
  private final LogitsProcessor processor; // null: logits stay as they are
  private final TokenConstraint.Matcher matcher; // or null
  private final LogSoftmax logSoftmax; // null: no log-probabilities are wanted
  // Logits after processor and temperature, and which of them are still in the race, by ascending
  // id.
  private final float[] values;
  private final int[] candidates;
  private final TokenHeap heap;
  private final double[] weights;
  private final float[] deviations; // from the entropy, for typical-p
  private int kept;
  // Prompt and output, for the processor.
  private final int promptLength;
  private int[] tokens;
  private int length;
  private long random;

  /**
   * Makes a sampler for a model without end-of-text tokens.
   *
   * @param params how to choose
   * @param vocabSize how many logits there are
   * @param prompt the tokens before the first that is chosen
   * @throws IllegalArgumentException as the other constructor
   */
  public Sampler(SamplingParams params, int vocabSize, int... prompt) {
    this(params, vocabSize, Set.of(), 0, prompt);
  }

  /**
   * Makes a sampler.
   *
   * @param params how to choose
   * @param vocabSize how many logits there are
   * @param eosTokens the model's end-of-text tokens
   * @param sample which of a prompt's samples this is, from 0; it is added to the seed
   * @param prompt the tokens before the first that is chosen
   * @throws IllegalArgumentException if a token, of the prompt or of what the parameters name, is
   *     outside of the vocabulary, or more log-probabilities are wanted than it has tokens
   */
  public Sampler(
      SamplingParams params,
      int vocabSize,
      Collection<Integer> eosTokens,
      int sample,
      int... prompt) {
    this.params = params;
    this.vocabSize = vocabSize;
    boolean draws = !params.isGreedy();
    boolean changes = params.changesLogits();
    endTokens = params.endTokens(eosTokens);
    processor = changes ? new LogitsProcessor(params, vocabSize, endTokens) : null;
    matcher = params.constraint().map(TokenConstraint::start).orElse(null);
    checkCount("logprobs", params.logprobs().orElse(0), vocabSize);
    logSoftmax = params.logprobs().isPresent() ? new LogSoftmax(vocabSize) : null;
    values = new float[draws || changes ? vocabSize : 0];
    candidates = new int[draws ? vocabSize : 0];
    heap = new TokenHeap(draws ? vocabSize : 0);
    weights = new double[draws ? vocabSize : 0];
    deviations = new float[params.typicalP() < 1 ? vocabSize : 0];
    random = params.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()) + sample;
    promptLength = changes ? prompt.length : 0;
    tokens = new int[changes ? prompt.length + 64 : 0];
    if (changes) {
      for (int id : prompt) {
        remember(id);
      }
    }
  }

  static void checkCount(String name, int count, int vocabSize) {
    if (count > vocabSize) {
      throw new IllegalArgumentException(
          "%s is %d, the vocabulary has %d".formatted(name, count, vocabSize));
    }
  }

  private void remember(int id) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "token %d is outside of the vocabulary of %d".formatted(id, vocabSize));
    }
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = id;
  }

  /** Adds a token to the output, on which the next choice may depend. */
  public void accept(int id) {
    if (processor != null) {
      remember(id);
    }
    if (matcher != null && !endTokens.contains(id)) {
      matcher.accept(id);
    }
  }

  /** Tells whether the {@linkplain SamplingParams#constraint constraint} lets nothing follow. */
  public boolean isComplete() {
    return matcher != null && matcher.isComplete();
  }

  /**
   * Chooses a token; {@link #accept} it before the next.
   *
   * @param logits of at least {@code offset + vocabSize} elements; unchanged
   * @param offset where this sequence's logits begin
   * @return the token; among equals the lowest, when greedy
   * @throws ArithmeticException if the logits have NaN or no finite maximum: the checkpoint's
   *     weights hold NaN or infinity, or the precision is too narrow for them
   * @throws IllegalStateException if the parameters rule out every token
   */
  public int sample(float[] logits, int offset) {
    if (params.isGreedy() && processor == null) {
      return argmax(logits, offset);
    }
    process(logits, offset);
    int best = argmax(values, 0);
    if (params.isGreedy()) {
      return best;
    }
    filter(values[best]);
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
    process(logits, offset);
    filter(values[argmax(values, 0)]);
    double total = weigh();
    for (int i = 0; i < kept; i++) {
      result[candidates[i]] = weights[i] / total;
    }
    return result;
  }

  /**
   * Returns how likely a token is by the model's own logits, if {@link SamplingParams#logprobs}
   * asks for it.
   *
   * @param logits of at least {@code offset + vocabSize} elements
   * @param offset where this sequence's logits begin
   * @param token the token
   */
  public Optional<TokenLogprobs> logprobs(float[] logits, int offset, int token) {
    return logSoftmax == null
        ? Optional.empty()
        : Optional.of(logSoftmax.of(logits, offset, token, params.logprobs().getAsInt()));
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

  private void process(float[] logits, int offset) {
    System.arraycopy(logits, offset, values, 0, vocabSize);
    if (processor == null) {
      return;
    }
    processor.apply(values, tokens, promptLength, length, matcher);
    if (isRuledOut(values)) {
      argmax(logits, offset); // the model's own fault, if that fails
      throw new NoTokenException(length - promptLength, vocabSize);
    }
  }

  private static boolean isRuledOut(float[] values) {
    for (float value : values) {
      if (value != Float.NEGATIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  // ---- Filters ----

  private void filter(float max) {
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
    keepTypical();
  }

  private void keepTopK() {
    if (params.topK() == 0 || params.topK() >= kept) {
      return;
    }
    order(values);
    for (int i = 1; i < params.topK(); i++) {
      heap.pop();
    }
    keepFrom(heap.topValue(), Integer.MAX_VALUE);
  }

  private void keepTopP() {
    if (params.topP() >= 1) {
      return;
    }
    double total = weigh();
    order(values);
    double before = 0; // weight of the tokens above the one on top of the heap
    float edge = heap.topValue();
    int equalToEdge = 0;
    while (!heap.isEmpty() && (before == 0 || before < params.topP() * total)) {
      equalToEdge = heap.topValue() == edge ? equalToEdge + 1 : 1;
      edge = heap.topValue();
      before += Math.exp(edge);
      heap.pop();
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

  private void keepTypical() {
    if (params.typicalP() >= 1) {
      return;
    }
    double total = weigh();
    double entropy = 0;
    for (int i = 0; i < kept; i++) {
      if (weights[i] > 0) {
        entropy -= weights[i] / total * (values[candidates[i]] - Math.log(total));
      }
    }
    for (int i = 0; i < kept; i++) {
      double information = Math.log(total) - values[candidates[i]];
      deviations[candidates[i]] = (float) -Math.abs(information - entropy);
    }
    order(deviations);
    double sum = 0;
    float edge = heap.topValue();
    while (!heap.isEmpty() && sum < params.typicalP() * total) {
      edge = heap.topValue();
      sum += Math.exp(values[heap.topId()]);
      heap.pop();
    }
    int n = 0;
    for (int i = 0; i < kept; i++) {
      if (deviations[candidates[i]] >= edge) {
        candidates[n++] = candidates[i];
      }
    }
    kept = n;
  }

  private void order(float[] by) {
    heap.clear();
    for (int i = 0; i < kept; i++) {
      heap.add(candidates[i], by[candidates[i]]);
    }
    heap.order();
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
