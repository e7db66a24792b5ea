// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.CancellationToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * What a command talks to: the three streams, and the user's wish to stop. {@link #cancel} and
 * {@link #awaitCancellation} may be called on any thread, everything else on the command's.
 */
final class Console {
  private final PrintStream out;
  private final Supplier<Optional<IOException>> failure;
  private final PrintStream err;
  private final InputStream in;
  private final boolean terminal;
  private final CancellationToken cancellation = new CancellationToken();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile int secondsToEnd;
  private boolean verbose = System.getenv("TTTV2_DEBUG") != null;

  Console(PrintStream out, PrintStream err, InputStream in, boolean terminal) {
    this(out, Optional::empty, err, in, terminal);
  }

  /**
   * Makes a console that knows why results could not be written.
   *
   * @param failure what writing to {@code out} has failed with, if it has
   */
  Console(
      PrintStream out,
      Supplier<Optional<IOException>> failure,
      PrintStream err,
      InputStream in,
      boolean terminal) {
    this.out = out;
    this.failure = failure;
    this.err = err;
    this.in = in;
    this.terminal = terminal;
  }

  /** Returns the stream of results. */
  PrintStream out() {
    return out;
  }

  /** Returns the stream of messages and statistics. */
  PrintStream err() {
    return err;
  }

  /** Returns texts as they were given, standard input instead of "-". */
  List<String> texts(List<String> arguments) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String argument : arguments) {
      texts.add(argument.equals("-") ? TextInput.read(in, "standard input") : argument);
    }
    return texts;
  }

  /** Writes text to the stream of results and sends it off at once. */
  void stream(String text) {
    out.print(text);
    out.flush();
  }

  /** Tells whether results can no longer be written. */
  boolean outputFailed() {
    return out.checkError();
  }

  /** Returns why results can no longer be written, unless it is that nobody reads them. */
  Optional<String> outputFailure() {
    return failure
        .get()
        .map(IOException::getMessage)
        .filter(message -> !message.contains("Broken pipe"));
  }

  /** Asks the running command to stop. */
  void cancel() {
    cancellation.cancel();
    cancelled.countDown();
  }

  /**
   * Waits until the command is asked to stop.
   *
   * @param seconds how long it may take to end then
   */
  void awaitCancellation(int seconds) throws InterruptedException {
    secondsToEnd = seconds;
    cancelled.await();
  }

  /** Returns how long the command may take to end, beyond what every command may, in seconds. */
  int secondsToEnd() {
    return secondsToEnd;
  }

  /**
   * Ends the command if it was asked to stop.
   *
   * @throws CommandFailure if so
   */
  void stopIfCancelled() {
    if (cancellation.isCancelled()) {
      throw CommandFailure.silent(CommandFailure.INTERRUPTED);
    }
  }

  /** Returns what ends generations when the command is to stop. */
  CancellationToken cancellation() {
    return cancellation;
  }

  /** Tells whether messages are read on a terminal, where a line can be overwritten. */
  boolean isTerminal() {
    return terminal;
  }

  /** Tells whether the user wants stack traces. */
  boolean verbose() {
    return verbose;
  }

  /** Asks for stack traces. */
  void beVerbose() {
    verbose = true;
  }
}
