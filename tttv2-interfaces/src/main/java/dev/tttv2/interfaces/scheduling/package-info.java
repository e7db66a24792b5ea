// SPDX-License-Identifier: Apache-2.0
/**
 * Which sequence runs when, and in which blocks of the cache: bookkeeping of an engine that batches
 * continuously. Knows neither device nor model, and imports nothing of the library.
 *
 * <p>For one thread.
 */
package dev.tttv2.interfaces.scheduling;
