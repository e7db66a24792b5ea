// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs what is put into it one after the other, on a thread of an executor. */
final class Mailbox {
  private final Executor executor;
  private final Queue<Runnable> messages = new ArrayDeque<>();
  private boolean busy;

  Mailbox(Executor executor) {
    this.executor = executor;
  }

  /** Puts in a message, which throws nothing; returns at once. */
  synchronized void post(Runnable message) {
    messages.add(message);
    if (!busy) {
      busy = true;
      executor.execute(this::deliver);
    }
  }

  private void deliver() {
    for (Runnable message = next(); message != null; message = next()) {
      message.run();
    }
  }

  private synchronized Runnable next() {
    Runnable message = messages.poll();
    busy = message != null;
    return message;
  }
}
