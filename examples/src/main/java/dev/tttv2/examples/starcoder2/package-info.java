// SPDX-License-Identifier: Apache-2.0
/**
 * Starcoder2: a pre-norm decoder with layer norms whose attention sees a sliding window.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.starcoder2;
