// SPDX-License-Identifier: Apache-2.0

/**
 * JMH benchmarks of downcalls, operations and blocks, in the sizes of SmolLM2-135M.
 *
 * <p>May import everything on its left; nothing imports it. Every benchmark has one thread that
 * calls, and waits for the device inside what is measured.
 */
package dev.tttv2.bench;
