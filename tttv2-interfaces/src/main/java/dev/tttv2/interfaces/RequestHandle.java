// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A request on its way through a {@link VLLMGenerator}. May be used by any thread. */
public final class RequestHandle {
  private final String id;
  private final Runnable cancellation;
  private final CompletableFuture<RequestOutput> future;

  RequestHandle(String id, Runnable cancellation, CompletableFuture<RequestOutput> future) {
    this.id = id;
    this.cancellation = cancellation;
    this.future = future;
  }

  /** Returns the request's name. */
  public String id() {
    return id;
  }

  /**
   * Asks the engine to end the request before its next step. What was generated until then is its
   * result, with {@link FinishReason#CANCELLED}. Idempotent; does nothing to a request that has
   * ended.
   */
  public void cancel() {
    cancellation.run();
  }

  /**
   * Returns the result to come. It completes exceptionally with an {@link EngineStoppedException}
   * if the engine fails, with what the listener threw, or with what was wrong with the request's
   * logits. Completing or cancelling this copy has no effect on the request.
   */
  public CompletableFuture<RequestOutput> future() {
    return future.copy();
  }

  /**
   * Waits for the result.
   *
   * @throws InterruptedException if the thread is interrupted, which does not end the request
   * @throws RuntimeException the exception with which the request failed
   */
  public RequestOutput await() throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
