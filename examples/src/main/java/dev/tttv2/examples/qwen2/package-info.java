// SPDX-License-Identifier: Apache-2.0
/**
 * Qwen2: a pre-norm decoder whose queries, keys and values have biases.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.qwen2;
