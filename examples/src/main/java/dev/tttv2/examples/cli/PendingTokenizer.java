// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.Tokenizer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A tokenizer that is made on a thread of its own while the weights are loaded. */
final class PendingTokenizer implements AutoCloseable {
  private final FutureTask<Tokenizer> task;

  private PendingTokenizer(FutureTask<Tokenizer> task) {
    this.task = task;
  }

  /** Begins to make a tokenizer. */
  static PendingTokenizer start(Supplier<Tokenizer> maker) {
    FutureTask<Tokenizer> task = new FutureTask<>(maker::get);
    Thread.ofPlatform().daemon().name("tokenizer").start(task);
    return new PendingTokenizer(task);
  }

  /** Wraps a tokenizer that is there, or null for none. */
  static PendingTokenizer of(Tokenizer tokenizer) {
    FutureTask<Tokenizer> task = new FutureTask<>(() -> tokenizer);
    task.run();
    return new PendingTokenizer(task);
  }

  /**
   * Waits for the tokenizer.
   *
   * @return the tokenizer, or null if there is none
   * @throws RuntimeException what the making threw
   */
  Tokenizer get() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CommandFailure("the tokenizer cannot be made: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.silent(CommandFailure.INTERRUPTED);
    }
  }

  /** Waits for the tokenizer, which reads the checkpoint, and frees it. */
  @Override
  public void close() {
    try {
      Tokenizer tokenizer = task.get();
      if (tokenizer != null) {
        tokenizer.close();
      }
    } catch (ExecutionException e) {
      // There is none; whoever asked for it has been told why.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
