// SPDX-License-Identifier: Apache-2.0
/**
 * Gemma 2: a decoder with sandwich norms and soft-caps.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.gemma2;
