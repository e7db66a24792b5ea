// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

/** A value with attributes of its own, such as {@code loop}. */
interface Members {
  Object member(String name);
}
