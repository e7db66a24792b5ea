// SPDX-License-Identifier: Apache-2.0
/**
 * Gemma: a pre-norm decoder with scaled embeddings.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.gemma;
