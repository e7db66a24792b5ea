// SPDX-License-Identifier: Apache-2.0

/**
 * Transformer blocks: config (wishes), plan (decided and checked), and the block itself, which
 * loads its weights when it is made and frees them when it is closed.
 *
 * <p>Imports {@code dev.tttv2.core} alone. A block may be used from any thread, and from several at
 * once: it holds weights and prepared arguments, nothing of a request. Forward methods return a new
 * tensor, which the caller closes, and never close their input. Parameters and results are never
 * null unless their description says so.
 *
 * <p>Letters in shapes: B users, S positions of a prompt, H hidden size, F inner size of an MLP, NH
 * query heads, KV key and value heads, D head dimension, V vocabulary, P pages of a user. T is
 * TILE, R is ROW_MAJOR, HS is height sharded in L1.
 */
package dev.tttv2.core.block;
