// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;

/**
 * How to look for the likeliest text by beam search, as Hugging Face transformers does: in every
 * step the most likely continuations of all beams go on; those that end are kept by their {@link
 * #score}.
 *
 * @param beams how many texts go on at once, and how many ended ones are kept; 1 to 32
 * @param lengthPenalty the power of the length in the score; above 0 long texts gain, below 0 short
 *     ones
 * @param earlyStopping when to stop looking
 * @param returned how many texts to return for each prompt, best first; at most beams
 */
public record BeamSearch(
    int beams, double lengthPenalty, EarlyStopping earlyStopping, int returned) {
  /** When the search stops, once as many texts have ended as there are beams. */
  public enum EarlyStopping {
    /** At once. */
    ALWAYS,
    /**
     * When the best beam, scored as if it ended now, is no better than the worst text that ended: a
     * guess, as with a positive length penalty its score may yet rise.
     */
    HEURISTIC,
    /** When no beam can become better than the worst text that ended. */
    NEVER
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of range; names it, its value and the range
   * @throws NullPointerException if earlyStopping is null
   */
  public BeamSearch {
    if (beams < 1 || beams > Generator.MAX_USERS) {
      throw new IllegalArgumentException(
          "beam search: beams is %d, expected 1 to %d".formatted(beams, Generator.MAX_USERS));
    }
    if (!Double.isFinite(lengthPenalty)) {
      throw new IllegalArgumentException(
          "beam search: lengthPenalty is %s, expected a number".formatted(lengthPenalty));
    }
    if (returned < 1 || returned > beams) {
      throw new IllegalArgumentException(
          "beam search: returned is %d, expected 1 to beams, which is %d"
              .formatted(returned, beams));
    }
    Objects.requireNonNull(earlyStopping, "earlyStopping");
  }

  /** Returns Hugging Face's defaults: length penalty 1, early stopping by heuristic, one text. */
  public static BeamSearch of(int beams) {
    return new BeamSearch(beams, 1, EarlyStopping.HEURISTIC, 1);
  }

  /**
   * Returns by what ended texts are compared: {@code sum / length^lengthPenalty}.
   *
   * @param cumulativeLogprob the sum of the log-probabilities of a text's tokens, as {@link
   *     SamplingParams} changes them
   * @param length how many tokens those are, the one that ended it included
   */
  public double score(double cumulativeLogprob, int length) {
    return cumulativeLogprob / Math.pow(length, lengthPenalty);
  }

  /**
   * Checks that a configuration asks for nothing that beam search does not do.
   *
   * @throws IllegalArgumentException if it does; names it
   */
  public void check(GenerationConfig config) {
    SamplingParams params = config.sampling();
    refuse("a temperature", !params.isGreedy());
    refuse("stop strings", !params.stop().isEmpty());
    refuse("a constraint", params.constraint().isPresent());
    refuse("logprobs", params.logprobs().isPresent());
    refuse("promptLogprobs", params.promptLogprobs().isPresent());
    refuse("prompt lookup", config.promptLookup().isPresent());
    refuse("a listener for logits", config.logits().isPresent());
  }

  private static void refuse(String what, boolean isThere) {
    if (isThere) {
      throw new IllegalArgumentException("beam search does not go together with " + what);
    }
  }
}
