// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.Objects;
import java.util.function.Supplier;

/** An operation that is composed of others, while a thread is in the middle of it. */
final class ComposedOperation {
  private static final ThreadLocal<Current> CURRENT = ThreadLocal.withInitial(Current::new);

  private static final class Current {
    ComposedOperation operation;
  }

  private final String name;
  private final ComposedOperation outer;
  // Of the outermost one; the others are called by it, if not directly.
  private final StackWalker.StackFrame call;

  private ComposedOperation(String name, ComposedOperation outer) {
    this.name = name;
    this.outer = outer;
    call = outer == null ? TensorHandle.caller() : outer.call;
  }

  /** Returns the innermost one, or null. */
  static ComposedOperation current() {
    return CURRENT.get().operation;
  }

  static Tensor run(String name, Supplier<Tensor> operation) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(operation, "operation");
    Current current = CURRENT.get();
    ComposedOperation outer = current.operation;
    current.operation = new ComposedOperation(name, outer);
    try {
      return Objects.requireNonNull(operation.get(), () -> name + " gave no tensor");
    } finally {
      current.operation = outer;
    }
  }

  /** Returns the call from outside of core within which all this happens, or null. */
  StackWalker.StackFrame call() {
    return call;
  }

  /** Returns the names, the innermost first: "attention of transformer block 3". */
  @Override
  public String toString() {
    return outer == null ? name : name + " of " + outer;
  }
}
