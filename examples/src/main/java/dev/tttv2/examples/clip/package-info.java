// SPDX-License-Identifier: Apache-2.0
/**
 * CLIP's towers, of texts and of images: their configurations, the names of their weights, and the
 * encoders composed from blocks.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.Encoder} says.
 */
package dev.tttv2.examples.clip;
