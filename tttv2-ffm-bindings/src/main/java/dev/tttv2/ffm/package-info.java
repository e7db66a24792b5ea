// SPDX-License-Identifier: Apache-2.0

/**
 * TTNN as Java sees it: the door {@link dev.tttv2.ffm.TtnnC}, its structs, constants and
 * exceptions, and the loading of the native library.
 *
 * <p>Imports the JDK and {@code dev.tttv2.ffm.generated} alone. Nothing here knows a tensor's
 * lifetime: handles are plain addresses, and who owns what is said in {@code ttnn_c.h}.
 *
 * <p>Every static method may be called by any thread; a struct belongs to one thread at a time
 * while it is being filled in.
 */
package dev.tttv2.ffm;
