// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.OptionalDouble;

/**
 * How well a model predicts a text.
 *
 * @param tokens the text's tokens; all but the first are predicted
 * @param perplexity exp of the mean negative log-likelihood of the predicted tokens; 1 if there are
 *     none
 * @param top1 the share of positions at which the model's first choice is the reference's first;
 *     absent without reference
 * @param top5 the share of positions at which the model's first choice is among the reference's
 */
public record Score(int tokens, double perplexity, OptionalDouble top1, OptionalDouble top5) {}
