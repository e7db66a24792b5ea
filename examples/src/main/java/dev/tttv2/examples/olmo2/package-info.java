// SPDX-License-Identifier: Apache-2.0
/**
 * OLMo 2: a decoder whose norms stand behind attention and MLP.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.olmo2;
