// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.function.Supplier;

/** Which operation that is composed of others a thread is in the middle of, if any. */
final class ComposedOperation {
  private static final ThreadLocal<ComposedOperation> CURRENT =
      ThreadLocal.withInitial(ComposedOperation::new);

  private String name;

  private ComposedOperation() {}

  /** Returns the innermost one's name, or null. */
  static String current() {
    return CURRENT.get().name;
  }

  static Tensor run(String name, Supplier<Tensor> operation) {
    ComposedOperation own = CURRENT.get();
    String outer = own.name;
    own.name = name;
    Tensor result;
    try {
      result = operation.get();
    } finally {
      own.name = outer;
    }
    if (outer == null) {
      result.handle().handOut();
    }
    return result;
  }
}
