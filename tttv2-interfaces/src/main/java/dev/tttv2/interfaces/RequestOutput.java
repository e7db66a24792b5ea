// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;

/**
 * What came of a request.
 *
 * @param requestId the request
 * @param promptTokens the prompt's tokens
 * @param outputs the texts: {@link SamplingParams#n} of them, the best first if the best were
 *     chosen
 * @param cachedTokens how many of the prompt's tokens were in the cache already when its first text
 *     began
 * @param times how long it took
 */
public record RequestOutput(
    String requestId,
    List<Integer> promptTokens,
    List<Generation> outputs,
    int cachedTokens,
    RequestTimes times) {
  /** Returns how many tokens the texts have. */
  public int generatedTokens() {
    return outputs.stream().mapToInt(output -> output.tokens().size()).sum();
  }
}
