// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.Set;

/**
 * Speculative decoding by prompt lookup (Saxena 2023, as in Hugging Face transformers): where the
 * last tokens stood before, in prompt or output, what followed them there is taken for a draft, and
 * one step of the model reads all of it. What is generated stays the same, token for token; texts
 * that repeat their prompt, or themselves, come in fewer steps.
 *
 * @param numTokens how many tokens a draft has at most, 1 to 31
 * @param maxNgram how many of the last tokens are looked for, at most; if they are not found, fewer
 */
public record PromptLookup(int numTokens, int maxNgram) {
  /** Nothing to go by. */
  static final int[] NONE = {};

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of range; names it and its value
   */
  public PromptLookup {
    if (numTokens < 1 || numTokens >= Generator.MAX_USERS) {
      throw new IllegalArgumentException(
          "prompt lookup: numTokens is %d, expected 1 to %d"
              .formatted(numTokens, Generator.MAX_USERS - 1));
    }
    if (maxNgram < 1) {
      throw new IllegalArgumentException(
          "prompt lookup: maxNgram is %d, expected at least 1".formatted(maxNgram));
    }
  }

  /** Looks for the last two tokens, then for the last one, as Hugging Face does by default. */
  public static PromptLookup of(int numTokens) {
    return new PromptLookup(numTokens, 2);
  }

  /**
   * Returns what may follow: what followed the first of the earlier places, without the tokens that
   * end a text.
   *
   * @param tokens prompt and output
   * @param length how many they are
   * @param most how many tokens are useful
   */
  int[] draft(int[] tokens, int length, int most, Set<Integer> endTokens) {
    for (int size = Math.min(maxNgram, length - 1); size > 0; size--) {
      for (int i = 0; i + size < length; i++) {
        if (Arrays.equals(tokens, i, i + size, tokens, length - size, length)) {
          int begin = i + size;
          int end = Math.min(length, begin + Math.min(most, numTokens));
          return untilEnd(Arrays.copyOfRange(tokens, begin, end), endTokens);
        }
      }
    }
    return NONE;
  }

  private static int[] untilEnd(int[] draft, Set<Integer> endTokens) {
    for (int i = 0; i < draft.length; i++) {
      if (endTokens.contains(draft[i])) {
        return Arrays.copyOf(draft, i);
      }
    }
    return draft;
  }
}
