// SPDX-License-Identifier: Apache-2.0
/**
 * Phi: a decoder whose attention and MLP stand side by side.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.phi;
