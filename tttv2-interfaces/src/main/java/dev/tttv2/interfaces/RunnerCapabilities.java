// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;

/**
 * What a {@link ModelRunner} can do. Nothing is discovered by failure.
 *
 * @param maxUsers rows of a decode step, at most
 * @param decodeBatches the numbers of rows for which steps are captured, ascending
 * @param maxContext positions a sequence may have
 * @param blockSize tokens in a block of the cache
 * @param chunkedPrefill whether prompts may be prefilled in parts
 * @param prefixCaching whether a prompt may begin behind tokens that another one has left in the
 *     cache, and be computed anew in other parts. Not where rotations depend on the length of the
 *     whole prompt
 * @param paddedPrefill whether parts of prompts are padded
 * @param sampleOnDevice whether the device chooses the most likely tokens, if asked to
 * @param asyncDecode whether a decode step may still run when {@link ModelRunner#decodeForward}
 *     returns without reading
 */
public record RunnerCapabilities(
    int maxUsers,
    List<Integer> decodeBatches,
    int maxContext,
    int blockSize,
    boolean chunkedPrefill,
    boolean prefixCaching,
    boolean paddedPrefill,
    boolean sampleOnDevice,
    boolean asyncDecode) {}
