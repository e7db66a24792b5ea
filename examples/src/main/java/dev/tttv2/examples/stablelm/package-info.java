// SPDX-License-Identifier: Apache-2.0
/**
 * StableLM: a decoder with layer norms and a gated MLP.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.stablelm;
