// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.interfaces.scheduling.Scheduler;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The thread that runs requests. Others hand over requests and wishes; it takes them between steps.
 */
final class Engine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Engine.class.getName());

  private final CausalLM model;
  private final EngineConfig config;
  private final ModelRunner runner;
  private final RunnerCapabilities capabilities;
  private final EngineSteps steps;
  private final Executor listeners = task -> Thread.ofVirtual().name("tttv2-listener").start(task);
  private final Thread thread;

  // The engine's thread alone uses it.
  private final Set<EngineRequest> live = new LinkedHashSet<>();

  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private final Deque<EngineRequest> arrivals = new ArrayDeque<>();
  private final List<Runnable> wishes = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final Deque<EngineRequest> waiting = new ArrayDeque<>(); // not begun, nor arrivals
  private long accepted;
  private long refused;
  private boolean draining;
  private boolean closing;
  private boolean stopped;
  private Throwable failure;
  private EngineStats stats;

  /** Allocates the cache, warms up and starts the thread. */
  Engine(CausalLM model, EngineConfig config) {
    this.model = model;
    this.config = config;
    runner = new ModelRunner(model, config);
    model.device().lock().lock();
    try {
      int numBlocks = runner.allocateKVCache();
      runner.warmUp();
      capabilities = runner.capabilities();
      steps =
          new EngineSteps(
              runner,
              model,
              config,
              new Scheduler<>(
                  config.maxUsers(),
                  numBlocks,
                  config.blockSize(),
                  config.prefillChunk(),
                  config.maxBatchedTokens()));
    } catch (Throwable e) {
      runner.close();
      throw e;
    } finally {
      model.device().lock().unlock();
    }
    stats = steps.stats();
    thread = Thread.ofPlatform().name("tttv2-engine").daemon().start(this::loop);
  }

  RunnerCapabilities capabilities() {
    return capabilities;
  }

  Executor listeners() {
    return listeners;
  }

  // ---- Any thread ----

  /**
   * Hands over a request.
   *
   * @param mayWait whether it is taken however many wait
   * @throws QueueFullException if as many requests wait as may
   * @throws EngineStoppedException if the engine takes no requests any more
   * @throws IllegalArgumentException if a request of its name is on its way
   */
  void submit(EngineRequest request, boolean mayWait) {
    lock.lock();
    try {
      if (stopped || closing || draining) {
        throw stoppedException();
      }
      if (!mayWait) {
        refuseIfFull();
      }
      if (!ids.add(request.id)) {
        throw new IllegalArgumentException(
            "a request named \"%s\" is on its way already".formatted(request.id));
      }
      accepted++;
      arrivals.add(request);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses a request if as many wait as may: more than the next step has places for. */
  private void refuseIfFull() {
    int free = config.maxUsers() - stats.running();
    int wait = 0;
    for (Deque<EngineRequest> queue : List.of(waiting, arrivals)) {
      for (EngineRequest each : queue) {
        // One with more texts than there are places takes them in turns.
        int texts = Math.min(each.request.sampling().bestOf(), config.maxUsers());
        if (wait == 0 && texts <= free) {
          free -= texts;
        } else {
          wait++;
        }
      }
    }
    if (wait >= config.maxWaiting()) {
      refused++;
      throw new QueueFullException(wait, config.maxWaiting());
    }
  }

  private EngineStoppedException stoppedException() {
    return failure == null
        ? new EngineStoppedException("the engine is closed, or about to be", null)
        : new EngineStoppedException("the engine has failed: " + failure, failure);
  }

  void cancel(EngineRequest request) {
    wish(() -> steps.cancel(request));
  }

  void cancelAll() {
    wish(() -> live.forEach(steps::cancel));
  }

  void fail(EngineRequest request, Throwable cause) {
    wish(() -> steps.fail(request, cause));
  }

  private void wish(Runnable wish) {
    lock.lock();
    try {
      if (!stopped) {
        wishes.add(wish);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  EngineStats stats() {
    lock.lock();
    try {
      return stats.with(arrivals.size(), accepted, refused);
    } finally {
      lock.unlock();
    }
  }

  /** Takes no further requests, and waits for those on their way. */
  boolean drain(long nanos) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      long left = nanos;
      while (!ids.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return ids.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Cancels what is on its way, and waits until the device's memory is free. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread) {
      return; // a step's listener; the thread ends after this step
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- The engine's thread ----

  private void loop() {
    Throwable cause = null;
    try {
      while (takeWishes()) {
        publish();
        if (!steps.isIdle()) {
          tell(steps.run(this::publish));
        }
      }
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "the engine has failed, with %d requests".formatted(live.size()), e);
      cause = e;
    }
    stop(cause);
  }

  /** Waits for something to do; returns whether to go on. */
  private boolean takeWishes() {
    List<EngineRequest> newcomers;
    List<Runnable> wanted;
    lock.lock();
    try {
      while (arrivals.isEmpty() && wishes.isEmpty() && steps.isIdle() && !closing) {
        changed.awaitUninterruptibly();
      }
      if (closing) {
        return false;
      }
      newcomers = List.copyOf(arrivals);
      arrivals.clear();
      waiting.addAll(newcomers);
      wanted = List.copyOf(wishes);
      wishes.clear();
    } finally {
      lock.unlock();
    }
    for (EngineRequest request : newcomers) {
      live.add(request);
      steps.add(request);
    }
    wanted.forEach(Runnable::run);
    return true;
  }

  /** Shows others how things stand, and only then tells of the requests that have ended. */
  private void publish() {
    List<EngineRequest> ended = live.stream().filter(EngineRequest::hasEnded).toList();
    ended.forEach(live::remove);
    lock.lock();
    try {
      ended.forEach(request -> ids.remove(request.id));
      waiting.clear();
      live.stream().filter(request -> !request.hasBegun()).forEach(waiting::add);
      stats = steps.stats();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    ended.forEach(EngineRequest::tellEnd);
  }

  private void tell(EngineStep step) {
    if (config.stepListener() == StepListener.NONE) {
      return;
    }
    try {
      config.stepListener().step(step, stats());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the listener of the engine's steps failed", e);
    }
  }

  private void stop(Throwable cause) {
    EngineStoppedException exception;
    lock.lock();
    try {
      stopped = true;
      failure = cause;
      live.addAll(arrivals);
      arrivals.clear();
      wishes.clear();
      exception = stoppedException();
    } finally {
      lock.unlock();
    }
    for (EngineRequest request : live) {
      if (cause == null) {
        steps.cancel(request);
      } else if (!request.hasEnded()) {
        steps.abandon(request, exception);
      }
    }
    Lock device = model.device().lock();
    device.lock();
    try {
      runner.close();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the engine's memory on the device could not be freed", e);
    } finally {
      device.unlock();
      publish();
    }
  }
}
