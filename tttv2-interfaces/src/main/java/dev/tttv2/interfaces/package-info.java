// SPDX-License-Identifier: Apache-2.0
/**
 * Text in, text out: models as {@link dev.tttv2.interfaces.CausalLM}, tokenizers, chat templates,
 * sampling, generation of batches, scoring, and what demos share.
 *
 * <p>Imports {@code dev.tttv2.config} and {@code dev.tttv2.core}; model families are found by
 * {@link java.util.ServiceLoader}, none is known by name.
 *
 * <p>Models, generators, tokenizers and templates may be shared by threads; what generates takes
 * turns on a device.
 */
package dev.tttv2.interfaces;
