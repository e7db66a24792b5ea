// SPDX-License-Identifier: Apache-2.0
/**
 * GPT-2: a pre-norm decoder with learned positions.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.gpt2;
