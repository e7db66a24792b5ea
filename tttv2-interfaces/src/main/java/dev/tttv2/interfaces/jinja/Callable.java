// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

/** Something that a template can call: a macro, a global function, a bound method. */
@FunctionalInterface
interface Callable {
  Object call(Arguments arguments);
}
