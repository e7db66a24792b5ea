// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * How fast one prompt of a batch was served.
 *
 * @param ttftMillis from the call to this prompt's first token, waiting for others' prefills
 *     included; 0 without tokens
 * @param prefillTokensPerSecond prompt tokens by the time of this prompt's prefill; 0 if there was
 *     none, as for the second sample of a prompt and those after it
 * @param decodeTokensPerSecond tokens after the first by the time of the decode steps they took; 0
 *     if there were none
 * @param draftedTokens tokens that {@link PromptLookup} guessed
 * @param acceptedTokens those of them that came
 */
public record GenerationStats(
    double ttftMillis,
    double prefillTokensPerSecond,
    double decodeTokensPerSecond,
    int draftedTokens,
    int acceptedTokens) {
  static double rate(int count, long nanos) {
    return count > 0 && nanos > 0 ? count * 1e9 / nanos : 0;
  }
}
