// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.time.Duration;

/**
 * One step of a {@link VLLMGenerator}.
 *
 * @param decodes sequences that one token was computed of, together
 * @param batch rows of that decode step, idle ones included; 0: there was none
 * @param chunks parts of prompts
 * @param chunkTokens tokens of those parts
 * @param preemptions sequences that had to give back their blocks
 * @param decodeTime how long the decode step took, with reading its result
 * @param prefillTime how long the parts of prompts took
 */
public record EngineStep(
    int decodes,
    int batch,
    int chunks,
    int chunkTokens,
    int preemptions,
    Duration decodeTime,
    Duration prefillTime) {
  /** Returns how many tokens ran. */
  public int tokens() {
    return decodes + chunkTokens;
  }
}
