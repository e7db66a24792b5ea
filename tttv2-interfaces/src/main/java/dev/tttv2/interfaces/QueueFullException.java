// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.concurrent.RejectedExecutionException;

/** So many requests wait that a further one is refused. It may be tried again later. */
public final class QueueFullException extends RejectedExecutionException {
  private static final long serialVersionUID = 1;

  QueueFullException(int waiting, int limit) {
    super("%d requests wait, at most %d may".formatted(waiting, limit));
  }
}
