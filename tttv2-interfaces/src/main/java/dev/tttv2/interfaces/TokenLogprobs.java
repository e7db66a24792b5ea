// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;

/**
 * How likely a token was, and which ones were likeliest in its place. As in vLLM, this is the
 * log-softmax of the model's own logits: before bias, penalties, masks, temperature and filters.
 *
 * @param chosen the token that was chosen, or that stands in the prompt
 * @param top the most likely tokens, best first, among equals the lowest first; as many as asked
 *     for
 */
public record TokenLogprobs(TokenLogprob chosen, List<TokenLogprob> top) {}
