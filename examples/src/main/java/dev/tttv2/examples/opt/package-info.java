// SPDX-License-Identifier: Apache-2.0
/**
 * OPT: a pre-norm decoder with learned positions.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.opt;
