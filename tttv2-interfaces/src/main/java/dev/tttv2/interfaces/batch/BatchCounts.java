// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

/**
 * How far a {@link BatchJob} is.
 *
 * @param answered lines of the output that this run has written, failed ones included
 * @param failed those of them that have an error, or a status other than 200
 * @param answeredBefore lines of the output that earlier runs have written, failed ones included
 * @param failedBefore those of them that have an error, or a status other than 200
 * @param abandoned requests that were cancelled, and are left for the next run
 * @param promptTokens tokens of prompts, in this run
 * @param completionTokens new tokens, in this run
 * @param bytesRead how much of the input has been read
 * @param complete whether every line of the input has an answer
 */
public record BatchCounts(
    long answered,
    long failed,
    long answeredBefore,
    long failedBefore,
    long abandoned,
    long promptTokens,
    long completionTokens,
    long bytesRead,
    boolean complete) {}
