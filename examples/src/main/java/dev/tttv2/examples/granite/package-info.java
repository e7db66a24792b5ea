// SPDX-License-Identifier: Apache-2.0
/**
 * Granite: a pre-norm decoder with factors of embeddings, scores, sublayers and logits.
 *
 * <p>May import core, config and interfaces. Threads: as {@link dev.tttv2.interfaces.CausalLM}
 * says.
 */
package dev.tttv2.examples.granite;
