// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Optional;

/**
 * One generated token, as it is streamed.
 *
 * @param prompt which of the prompts it continues, from 0
 * @param sample which of that prompt's texts it continues, from 0
 * @param index which of that text's new tokens it is, from 0
 * @param id the token
 * @param text the text that became final with it; empty while a character or a possible stop string
 *     is incomplete, and without tokenizer. All of a sample's together are its {@link
 *     Generation#text}
 * @param logprobs how likely it was, if {@link SamplingParams#logprobs} asks for it
 * @param finishReason why this token is the text's last; absent: more will come
 */
public record Token(
    int prompt,
    int sample,
    int index,
    int id,
    String text,
    Optional<TokenLogprobs> logprobs,
    Optional<FinishReason> finishReason) {
  /** Returns the same token with another number of its prompt. */
  Token ofPrompt(int number) {
    return new Token(number, sample, index, id, text, logprobs, finishReason);
  }
}
