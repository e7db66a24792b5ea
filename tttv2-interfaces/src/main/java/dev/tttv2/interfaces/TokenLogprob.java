// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * How likely a token was.
 *
 * @param token the token
 * @param logprob the natural logarithm of its probability
 * @param rank its place among all tokens, 1 for the most likely one; among equals the lowest token
 *     comes first
 */
public record TokenLogprob(int token, double logprob, int rank) {}
