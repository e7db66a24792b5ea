// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one prompt: one of its texts.
 *
 * @param prompt which prompt it was, from 0
 * @param sample which of the prompt's samples it is, from 0
 * @param promptTokens the prompt's tokens
 * @param tokens the generated tokens, with the one that stopped it
 * @param text the generated text, without stop string and stop token unless {@link
 *     SamplingParams#includeStopInOutput} wants them; absent without tokenizer
 * @param finishReason why it ended
 * @param logprobs how likely each of the tokens was, if {@link SamplingParams#logprobs} asks for
 *     it; else empty
 * @param promptLogprobs how likely each token of the prompt was but the first, which follows
 *     nothing, if {@link SamplingParams#promptLogprobs} asks for it; else empty
 * @param cumulativeLogprob the sum of the tokens' log-probabilities, if they are asked for or the
 *     best texts are chosen by it
 * @param stats how fast it was
 */
public record Generation(
    int prompt,
    int sample,
    List<Integer> promptTokens,
    List<Integer> tokens,
    Optional<String> text,
    FinishReason finishReason,
    List<TokenLogprobs> logprobs,
    List<TokenLogprobs> promptLogprobs,
    OptionalDouble cumulativeLogprob,
    GenerationStats stats) {
  /** Returns the same generation with another number of its prompt. */
  Generation ofPrompt(int number) {
    return new Generation(
        number,
        sample,
        promptTokens,
        tokens,
        text,
        finishReason,
        logprobs,
        promptLogprobs,
        cumulativeLogprob,
        stats);
  }
}
