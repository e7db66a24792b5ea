// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.interfaces.scheduling.BlockHash;
import dev.tttv2.interfaces.scheduling.ScheduledSequence;

/** One text of a request in an engine: where it stands in the cache, and what has come of it. */
final class EngineSequence extends ScheduledSequence {
  static final int NO_SLOT = -1;

  final EngineRequest request;
  final int sample;

  /** Its row of the last decode step. */
  int slot = NO_SLOT;

  /** What the prompt's own logits are told to until the prompt has run; else null. */
  PromptLogprobs promptLogprobs;

  private Sequence text; // made when it is needed: what chooses tokens may be large

  /**
   * Makes a sequence.
   *
   * @param sample which of the request's texts it is
   * @param usesCache as in {@link ScheduledSequence}
   * @param reserved as in {@link ScheduledSequence}
   */
  EngineSequence(
      EngineRequest request, int sample, BlockHash salt, boolean usesCache, int reserved) {
    super(request.request.priority(), request.prompt, salt, usesCache, reserved);
    this.request = request;
    this.sample = sample;
  }

  Sequence text() {
    if (text == null) {
      text = request.newText(sample);
    }
    return text;
  }

  boolean isFinished() {
    return text != null && text.isFinished();
  }

  int[] blocks() {
    int[] blocks = new int[numBlocks()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = block(i);
    }
    return blocks;
  }

  int[] tokens(int from, int to) {
    int[] tokens = new int[to - from];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = token(from + i);
    }
    return tokens;
  }
}
