// SPDX-License-Identifier: Apache-2.0
/**
 * Llama: its configuration, the names of its weights, and the model composed from blocks.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.llama;
