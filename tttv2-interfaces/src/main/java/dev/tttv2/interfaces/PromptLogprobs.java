// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;

/** Collects how likely the tokens of a prompt are, from the second on. */
final class PromptLogprobs implements LogitsListener {
  private final int[] prompt;
  private final int top;
  private final LogSoftmax logSoftmax;
  private final List<TokenLogprobs> logprobs = new ArrayList<>();

  PromptLogprobs(int[] prompt, int vocabSize, int top) {
    this.prompt = prompt;
    this.top = top;
    logSoftmax = new LogSoftmax(vocabSize);
  }

  @Override
  public void logits(int index, int position, float[] logits) {
    if (position + 1 < prompt.length) {
      logprobs.add(logSoftmax.of(logits, 0, prompt[position + 1], top));
    }
  }

  List<TokenLogprobs> logprobs() {
    return List.copyOf(logprobs);
  }
}
