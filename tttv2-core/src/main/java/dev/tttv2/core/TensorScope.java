// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Closes the tensors given to it, the last one first.
 *
 * <pre>{@code
 * try (TensorScope scope = new TensorScope()) {
 *   Tensor a = scope.add(Ttnn.linear(x, w));
 *   Tensor b = scope.add(Ttnn.silu(a));
 *   return scope.release(b);
 * }
 * }</pre>
 *
 * <p>Not thread-safe: a scope belongs to the code that opened it.
 */
public final class TensorScope implements AutoCloseable {
  private final List<Tensor> tensors = new ArrayList<>();
  private boolean closed;

  /** Opens an empty scope. */
  public TensorScope() {}

  /**
   * Takes over a tensor; returns it.
   *
   * @throws IllegalStateException if the scope is closed; the tensor is then closed too
   */
  public <T extends Tensor> T add(T tensor) {
    Objects.requireNonNull(tensor, "tensor");
    if (closed) {
      tensor.close();
      throw new IllegalStateException("tensor scope is closed; closed " + tensor + " as well");
    }
    tensors.add(tensor);
    return tensor;
  }

  /**
   * Hands a tensor out of the scope: the caller closes it; returns it.
   *
   * @throws IllegalArgumentException if the tensor is not in the scope
   */
  public Tensor release(Tensor tensor) {
    for (int i = tensors.size() - 1; i >= 0; i--) {
      if (tensors.get(i) == tensor) {
        return tensors.remove(i);
      }
    }
    throw new IllegalArgumentException("tensor " + tensor + " is not in this scope");
  }

  /** Returns the number of tensors in the scope. */
  public int size() {
    return tensors.size();
  }

  /** Closes the tensors, the last one first, all of them whatever happens. Idempotent. */
  @Override
  public void close() {
    closed = true;
    RuntimeException failure = null;
    for (int i = tensors.size() - 1; i >= 0; i--) {
      try {
        tensors.remove(i).close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
