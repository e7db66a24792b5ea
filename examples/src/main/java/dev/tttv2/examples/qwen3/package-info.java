// SPDX-License-Identifier: Apache-2.0
/**
 * Qwen3: a pre-norm decoder that normalises queries and keys.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.qwen3;
