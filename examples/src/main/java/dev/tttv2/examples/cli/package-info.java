// SPDX-License-Identifier: Apache-2.0
/**
 * The command line behind {@code examples/tttv2}: generate, score, encode, tokenize, serve, info.
 *
 * <p>May import everything to the left, and finds model families through {@link
 * java.util.ServiceLoader}. Threads: a command runs on one; only {@code Console.cancel} may be
 * called from another.
 */
package dev.tttv2.examples.cli;
