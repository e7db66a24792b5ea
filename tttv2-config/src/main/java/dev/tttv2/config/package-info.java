// SPDX-License-Identifier: Apache-2.0

/**
 * From files to what core's blocks need: descriptions of models, checkpoint formats, weights on
 * their way to a device, precisions. Imports core and a JSON parser; knows no family of models and
 * nothing of tokens or text. Checkpoints, metadata and caches may be used by several threads; a
 * loader belongs to one thread.
 */
package dev.tttv2.config;
