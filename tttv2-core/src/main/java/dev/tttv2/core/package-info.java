// SPDX-License-Identifier: Apache-2.0

/**
 * Devices, tensors, their lifetimes, and TTNN's operations on them.
 *
 * <p>Imports the bindings and nothing else. Every class may be used from any thread; operations on
 * one device are carried out one after the other, in the order in which they arrive. Parameters and
 * results are never null unless their description says so.
 *
 * <p>A failure that the native library reports is a {@link dev.tttv2.ffm.TtnnException}; a closed
 * device or tensor is an {@link IllegalStateException}; arguments that are wrong in themselves are
 * an {@link IllegalArgumentException}.
 */
package dev.tttv2.core;
