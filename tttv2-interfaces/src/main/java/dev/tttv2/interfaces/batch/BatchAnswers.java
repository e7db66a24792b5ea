// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import dev.tttv2.interfaces.server.ApiAnswer;
import dev.tttv2.interfaces.server.ModelApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Answers lines, many at a time, and hands out the results in the order in which they are ready.
 * Lines are taken one by one as results are, so that memory is bounded whatever their number.
 *
 * <p>For one thread; {@link #stop} may be called by any.
 */
public final class BatchAnswers implements Iterator<BatchResult>, AutoCloseable {
  private final ModelApi api;
  private final int maxInFlight;
  private final Iterator<BatchLine> lines;
  private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private volatile long deadline; // of System.nanoTime, once stopped
  private boolean cancelled;
  private int inFlight;
  private long abandoned;
  private Optional<BatchResult> ready = Optional.empty();

  /** What came of a line, or of the wish to stop. */
  private sealed interface Ending {
    record Answered(BatchResult result) implements Ending {}

    /** The engine has ended, or the request was cancelled. */
    record Unavailable(ApiAnswer answer) implements Ending {}

    record Failed(Throwable cause) implements Ending {}

    record Stopped() implements Ending {}
  }

  /**
   * Takes no line yet.
   *
   * @param api answers; stays the caller's
   * @param maxInFlight requests at a time; more than the engine runs at a time, so that it never
   *     waits for the next
   * @param lines what to answer
   * @throws IllegalArgumentException if {@code maxInFlight} is below 1
   */
  public BatchAnswers(ModelApi api, int maxInFlight, Iterator<BatchLine> lines) {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException(
          "maxInFlight is %d, expected at least 1".formatted(maxInFlight));
    }
    this.api = Objects.requireNonNull(api, "api");
    this.maxInFlight = maxInFlight;
    this.lines = Objects.requireNonNull(lines, "lines");
  }

  /**
   * Waits for the next result.
   *
   * @return false: all lines have been answered, or {@link #stop} was called and nothing is on its
   *     way any more
   * @throws IllegalStateException if the engine has ended or failed, or the thread is interrupted,
   *     and stays so
   */
  @Override
  public boolean hasNext() {
    while (ready.isEmpty()) {
      while (!stopped && inFlight < maxInFlight && lines.hasNext()) {
        start(lines.next());
      }
      if (inFlight == 0) {
        return false;
      }
      take();
    }
    return true;
  }

  /** Returns the next result. */
  @Override
  public BatchResult next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    BatchResult result = ready.get();
    ready = Optional.empty();
    return result;
  }

  private void start(BatchLine line) {
    inFlight++;
    switch (line) {
      case BatchLineError error -> endings.add(new Ending.Answered(BatchResult.of(error)));
      case BatchRequest request -> {
        Thread thread = Thread.ofVirtual().name("tttv2-batch").unstarted(() -> answer(request));
        threads.add(thread);
        thread.start();
      }
    }
  }

  private void answer(BatchRequest request) {
    Ending ending;
    try {
      String id = BatchResult.newId();
      ApiAnswer answer =
          api.answer(request.url(), id, request.body().getBytes(StandardCharsets.UTF_8));
      ending =
          answer.isUnavailable()
              ? new Ending.Unavailable(answer)
              : new Ending.Answered(BatchResult.of(request, id, answer));
    } catch (Throwable e) {
      ending = new Ending.Failed(e);
    }
    threads.remove(Thread.currentThread());
    endings.add(ending);
  }

  private void take() {
    Ending ending;
    try {
      ending =
          stopped && !cancelled
              ? endings.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
              : endings.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while requests are on their way", e);
    }
    switch (ending) {
      case null -> cancel();
      case Ending.Stopped() -> {} // the deadline counts from now on
      case Ending.Answered(BatchResult result) -> {
        inFlight--;
        ready = Optional.of(result);
      }
      case Ending.Unavailable(ApiAnswer answer) -> {
        inFlight--;
        abandoned++;
        if (!cancelled) {
          throw new IllegalStateException("the engine has ended: " + answer.json());
        }
      }
      case Ending.Failed(Throwable cause) -> {
        inFlight--;
        if (cause instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException("a request failed: " + cause, cause);
      }
    }
  }

  private void cancel() {
    cancelled = true;
    threads.forEach(Thread::interrupt);
  }

  /**
   * Takes no further lines. Requests on their way may still end; what has not until then is
   * cancelled, and has no result.
   *
   * @param grace how long they may take
   */
  public void stop(Duration grace) {
    deadline = System.nanoTime() + grace.toNanos();
    stopped = true;
    endings.add(new Ending.Stopped());
  }

  /** Returns how many requests were taken and have no result, because they were cancelled. */
  public long abandoned() {
    return abandoned;
  }

  /** Cancels what is on its way, and waits until it has ended. Idempotent. */
  @Override
  public void close() {
    stopped = true;
    cancel();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (true) {
        try {
          thread.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
