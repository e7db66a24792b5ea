// SPDX-License-Identifier: Apache-2.0
/**
 * BLOOM: a pre-norm decoder with attention biases that fall with distance.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.bloom;
