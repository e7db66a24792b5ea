// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Changes logits before the choice, as {@link SamplingParams} asks for: adds the bias, applies
 * penalties, takes out what may not follow. What it does depends on the tokens so far alone, which
 * it is told each time; so one serves the beams of a prompt in turn. Allocates nothing after it was
 * made. For one thread.
 */
final class LogitsProcessor {
  private static final float OUT = Float.NEGATIVE_INFINITY;

  private final SamplingParams params;
  private final int vocabSize;
  private final int[] endTokens;
  private final float[] endLogits;
  private final int[] biasedTokens;
  private final float[] bias;
  private final boolean[] allowed;
  private final int[][] banned;
  private final boolean penalizes;
  // How often a token is in the output, and whether it was penalized; zero between calls.
  private final int[] counts;
  private final boolean[] done;

  /**
   * Makes a processor.
   *
   * @param endTokens the tokens that end a text
   * @throws IllegalArgumentException if the parameters name a token outside of the vocabulary
   */
  LogitsProcessor(SamplingParams params, int vocabSize, Collection<Integer> endTokens) {
    this.params = params;
    this.vocabSize = vocabSize;
    this.endTokens =
        endTokens.stream().mapToInt(id -> id).filter(id -> id >= 0 && id < vocabSize).toArray();
    endLogits = new float[this.endTokens.length];
    biasedTokens = checked("logitBias", params.logitBias().keySet());
    bias = new float[biasedTokens.length];
    Map<Integer, Double> biases = params.logitBias();
    for (int i = 0; i < bias.length; i++) {
      bias[i] = biases.get(biasedTokens[i]).floatValue();
    }
    allowed = params.allowedTokens().map(this::flags).orElse(null);
    banned =
        params.bannedTokens().stream()
            .map(sequence -> checked("bannedTokens", sequence))
            .toArray(int[][]::new);
    penalizes =
        params.repetitionPenalty() != 1
            || params.presencePenalty() != 0
            || params.frequencyPenalty() != 0;
    counts = new int[penalizes ? vocabSize : 0];
    done = new boolean[penalizes ? vocabSize : 0];
  }

  private int[] checked(String name, Collection<Integer> ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabSize) {
        throw new IllegalArgumentException(
            "%s names token %d, the vocabulary has %d".formatted(name, id, vocabSize));
      }
    }
    return ids.stream().mapToInt(id -> id).toArray();
  }

  private boolean[] flags(List<Integer> ids) {
    boolean[] flags = new boolean[vocabSize];
    for (int id : checked("allowedTokens", ids)) {
      flags[id] = true;
    }
    return flags;
  }

  /**
   * Changes logits in place.
   *
   * @param logits the logits, or log-probabilities, of the vocabulary
   * @param tokens prompt and output
   * @param promptLength how many of them are the prompt
   * @param length how many there are
   * @param matcher where the constraint stands, or null
   */
  void apply(
      float[] logits, int[] tokens, int promptLength, int length, TokenConstraint.Matcher matcher) {
    for (int i = 0; i < bias.length; i++) {
      logits[biasedTokens[i]] += bias[i];
    }
    if (penalizes) {
      penalize(logits, tokens, promptLength, length);
    }
    if (allowed != null) {
      for (int i = 0; i < vocabSize; i++) {
        if (!allowed[i]) {
          logits[i] = OUT;
        }
      }
    }
    for (int[] sequence : banned) {
      if (endsWith(tokens, promptLength, length, sequence)) {
        logits[sequence[sequence.length - 1]] = OUT;
      }
    }
    if (params.noRepeatNgram() > 0) {
      takeOutRepeated(logits, tokens, length);
    }
    if (matcher != null) {
      constrain(logits, matcher);
    }
    if (length - promptLength < params.minTokens()) {
      for (int id : endTokens) {
        logits[id] = OUT;
      }
    }
  }

  private void penalize(float[] logits, int[] tokens, int promptLength, int length) {
    float repetition = (float) params.repetitionPenalty();
    float frequency = (float) params.frequencyPenalty();
    float presence = (float) params.presencePenalty();
    for (int i = promptLength; i < length; i++) {
      counts[tokens[i]]++;
    }
    for (int i = 0; i < length; i++) {
      int id = tokens[i];
      if (done[id]) {
        continue;
      }
      done[id] = true;
      float value = logits[id];
      value = value < 0 ? value * repetition : value / repetition;
      if (counts[id] > 0) {
        value -= frequency * counts[id] + presence;
      }
      logits[id] = value;
    }
    for (int i = 0; i < length; i++) {
      counts[tokens[i]] = 0;
      done[tokens[i]] = false;
    }
  }

  /** Tells whether the output ends with a sequence's tokens but its last. */
  private static boolean endsWith(int[] tokens, int promptLength, int length, int[] sequence) {
    int before = sequence.length - 1;
    return before <= length - promptLength
        && Arrays.equals(tokens, length - before, length, sequence, 0, before);
  }

  /** Takes out what would end a sequence of tokens that was there before. */
  private void takeOutRepeated(float[] logits, int[] tokens, int length) {
    int before = params.noRepeatNgram() - 1;
    for (int i = 0; i < length - before; i++) {
      if (Arrays.equals(tokens, i, i + before, tokens, length - before, length)) {
        logits[tokens[i + before]] = OUT;
      }
    }
  }

  private void constrain(float[] logits, TokenConstraint.Matcher matcher) {
    for (int i = 0; i < endTokens.length; i++) {
      endLogits[i] = matcher.mayEnd() ? logits[endTokens[i]] : OUT;
    }
    long[] words = matcher.allowed();
    for (int begin = 0; begin < vocabSize; begin += Long.SIZE) {
      long word = begin / Long.SIZE < words.length ? words[begin / Long.SIZE] : 0;
      if (word != -1L) {
        int end = Math.min(vocabSize, begin + Long.SIZE);
        for (int id = begin; id < end; id++) {
          if ((word >>> id & 1) == 0) {
            logits[id] = OUT;
          }
        }
      }
    }
    for (int i = 0; i < endTokens.length; i++) {
      logits[endTokens[i]] = endLogits[i];
    }
  }
}
