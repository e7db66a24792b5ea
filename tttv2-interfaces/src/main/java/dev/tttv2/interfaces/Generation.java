// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;
import java.util.Optional;

/**
 * What came of one prompt.
 *
 * @param prompt which prompt it was, from 0
 * @param promptTokens the prompt's tokens
 * @param tokens the generated tokens, with the one that stopped it
 * @param text the generated text, without stop string and stop token; absent without tokenizer
 * @param finishReason why it ended
 * @param stats how fast it was
 */
public record Generation(
    int prompt,
    List<Integer> promptTokens,
    List<Integer> tokens,
    Optional<String> text,
    FinishReason finishReason,
    GenerationStats stats) {}
