// SPDX-License-Identifier: Apache-2.0
/**
 * Phi-3: a pre-norm decoder with stacked projections.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.phi3;
