// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Map;

/**
 * How things stand in a {@link VLLMGenerator}: counts of this moment, then sums since it was made.
 *
 * @param running sequences that have their place in the cache
 * @param waiting sequences, and requests just submitted, that wait for one
 * @param usedBlocks blocks of the cache that sequences use; what prefix caching keeps is free
 * @param numBlocks blocks of the cache
 * @param requests requests accepted
 * @param promptTokens tokens of the prompts of sequences whose first token has come, those found in
 *     the cache included
 * @param generationTokens tokens generated
 * @param prefixQueries prompt tokens that were looked for in the cache
 * @param prefixHits prompt tokens that were found there
 * @param preemptions how often a sequence had to give back its blocks
 * @param steps steps run
 * @param finished texts that have ended, by the reason
 * @param failed requests that ended with an exception
 * @param refused requests that were refused because too many waited
 */
public record EngineStats(
    int running,
    int waiting,
    int usedBlocks,
    int numBlocks,
    long requests,
    long promptTokens,
    long generationTokens,
    long prefixQueries,
    long prefixHits,
    long preemptions,
    long steps,
    Map<FinishReason, Long> finished,
    long failed,
    long refused) {
  /** Returns the share of the cache's blocks in use, 0 to 1. */
  public double cacheUsage() {
    return (double) usedBlocks / numBlocks;
  }

  /** Adds what the engine's thread has not seen yet. */
  EngineStats with(int unseen, long accepted, long refusals) {
    return new EngineStats(
        running,
        waiting + unseen,
        usedBlocks,
        numBlocks,
        accepted,
        promptTokens,
        generationTokens,
        prefixQueries,
        prefixHits,
        preemptions,
        steps,
        finished,
        failed,
        refusals);
  }
}
