// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import java.util.Iterator;
import java.util.function.Function;

/**
 * An iterator whose items are made one by one, as they are asked for.
 *
 * @param <A> what they are made of
 * @param <B> what they are
 */
record Mapped<A, B>(Iterator<A> items, Function<A, B> function) implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return items.hasNext();
  }

  @Override
  public B next() {
    return function.apply(items.next());
  }
}
