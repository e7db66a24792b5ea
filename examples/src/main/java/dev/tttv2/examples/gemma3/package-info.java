// SPDX-License-Identifier: Apache-2.0
/**
 * Gemma 3: a decoder with sandwich norms, norms of queries and keys, and local attention.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.gemma3;
