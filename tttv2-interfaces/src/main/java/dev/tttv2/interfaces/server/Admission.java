// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests that are being answered, and lets no more in than may be. */
final class Admission {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private int requests;
  private boolean draining;

  /**
   * Lets requests in.
   *
   * @param most how many at a time
   */
  Admission(int most) {
    this.most = most;
  }

  /**
   * Lets a request in, which must leave in the end.
   *
   * @throws ApiException if there are too many, or the server ends
   */
  void enter() {
    lock.lock();
    try {
      if (draining) {
        throw ApiException.unavailable("the server ends");
      }
      if (requests >= most) {
        throw ApiException.overloaded(
            "%d requests are being answered, at most %d may".formatted(requests, most));
      }
      requests++;
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that a request has been answered, or has none to answer any more. */
  void leave() {
    lock.lock();
    try {
      requests--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many are in. */
  int active() {
    lock.lock();
    try {
      return requests;
    } finally {
      lock.unlock();
    }
  }

  /** Tells whether no more are let in. */
  boolean isDraining() {
    lock.lock();
    try {
      return draining;
    } finally {
      lock.unlock();
    }
  }

  /** Lets no more in. */
  void close() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets no more in, and waits until all have left; tells whether they have. */
  boolean drain(Duration longest) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      long left = longest.toNanos();
      while (requests > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      return requests == 0;
    } finally {
      lock.unlock();
    }
  }
}
