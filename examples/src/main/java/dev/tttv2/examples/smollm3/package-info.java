// SPDX-License-Identifier: Apache-2.0
/**
 * SmolLM3: a pre-norm decoder with layers that rotate nothing.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.smollm3;
