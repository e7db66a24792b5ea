// SPDX-License-Identifier: Apache-2.0
/**
 * Mixtral: a pre-norm decoder with a mixture of experts.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.mixtral;
