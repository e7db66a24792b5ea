// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.batch.BatchCounts;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells how far a batch is: on a terminal on one line, twice a second; else on a line of its own,
 * every ten seconds.
 */
final class BatchProgress implements AutoCloseable {
  private static final long TERMINAL_NANOS = 500_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private final long inputBytes;
  private final long begin = System.nanoTime();
  private long last = begin;
  private int shown; // characters on the line

  BatchProgress(PrintStream err, boolean terminal, long inputBytes) {
    this.err = err;
    this.terminal = terminal;
    this.inputBytes = inputBytes;
  }

  /** Takes note of how far it is. */
  void show(BatchCounts counts) {
    long now = System.nanoTime();
    if (now - last < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      return;
    }
    last = now;
    double seconds = (now - begin) / 1e9;
    String line =
        String.format(
            Locale.ROOT,
            "%d answered, %d of them failed; %.0f %% of the input read; %.0f tokens/s",
            counts.answered() + counts.answeredBefore(),
            counts.failed() + counts.failedBefore(),
            inputBytes == 0 ? 100 : Math.min(100.0, 100.0 * counts.bytesRead() / inputBytes),
            counts.completionTokens() / seconds);
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
      err.flush();
      shown = line.length();
    } else {
      err.println("tttv2: " + line);
    }
  }

  /** Says what came of it. */
  void summary(BatchCounts counts) {
    close();
    double seconds = (System.nanoTime() - begin) / 1e9;
    err.printf(
        Locale.ROOT,
        "tttv2: %d lines answered, %d of them failed; %d tokens of prompts, %d new ones, in %.1f s:"
            + " %.1f tokens/s%n",
        counts.answered(),
        counts.failed(),
        counts.promptTokens(),
        counts.completionTokens(),
        seconds,
        counts.completionTokens() / seconds);
    if (counts.answeredBefore() > 0) {
      err.printf(
          "tttv2: %d lines had been answered before, %d of them failed%n",
          counts.answeredBefore(), counts.failedBefore());
    }
    if (!counts.complete()) {
      err.printf(
          "tttv2: not done: %d requests were cancelled; the same command goes on%n",
          counts.abandoned());
    }
  }

  /** Wipes the line. Idempotent. */
  @Override
  public void close() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
