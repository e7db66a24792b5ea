// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** Lets any thread end a generation; what was generated until then is its result. */
public final class CancellationToken {
  private volatile boolean cancelled;

  /** Makes a token that is not cancelled. */
  public CancellationToken() {}

  /** Asks the generation to end before its next step. Idempotent. */
  public void cancel() {
    cancelled = true;
  }

  /** Tells whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }
}
