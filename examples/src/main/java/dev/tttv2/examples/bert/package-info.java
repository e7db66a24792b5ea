// SPDX-License-Identifier: Apache-2.0
/**
 * BERT: its configuration, the names of its weights, and the encoder composed from blocks.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.Encoder} says.
 */
package dev.tttv2.examples.bert;
