// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.concurrent.RejectedExecutionException;

/** The engine takes no requests any more: it is being closed, or it has failed, see the cause. */
public final class EngineStoppedException extends RejectedExecutionException {
  private static final long serialVersionUID = 1;

  EngineStoppedException(String message, Throwable cause) {
    super(message, cause);
  }
}
