// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner.Cleanable;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Recorded operations that can be replayed with a single call. It keeps the memory that they use,
 * also when the tensors are closed. Made by {@link Device#capture}.
 */
public final class Trace implements AutoCloseable {
  private final Device device;
  private final int id;
  private final State state;
  private final Cleanable cleanable;

  Trace(Device device, int id) {
    this.device = device;
    this.id = id;
    state = new State(device.handle(), id);
    cleanable = DeviceHandle.CLEANER.register(this, state);
  }

  /** Replays the operations and waits for them. Allocates nothing. */
  public void execute() {
    execute(true);
  }

  /**
   * Replays the operations. Allocates nothing.
   *
   * @param blocking false: may return before they are done; reads wait for them
   * @throws IllegalStateException if the trace or its device is closed
   */
  public void execute(boolean blocking) {
    if (state.closed.get()) {
      throw new IllegalStateException("trace " + id + " of device " + device + " is closed");
    }
    TtnnC.executeTrace(device.segment(), id, blocking ? 1 : 0);
    Reference.reachabilityFence(this);
  }

  /** Forgets the operations and frees what only they use. Idempotent. */
  @Override
  public void close() {
    state.closed.set(true);
    cleanable.clean();
  }

  /** What the cleaner runs; refers to no {@link Trace}. */
  private static final class State implements Runnable {
    private final DeviceHandle device;
    private final int id;
    private final AtomicBoolean closed = new AtomicBoolean();

    private State(DeviceHandle device, int id) {
      this.device = device;
      this.id = id;
    }

    @Override
    public void run() {
      boolean leaked = !closed.getAndSet(true);
      if (!device.isOpen()) {
        return;
      }
      if (leaked) {
        DeviceHandle.LOG.log(
            Level.ERROR,
            "leak: trace %d of device %s became unreachable without close(); released now"
                .formatted(id, device.label()));
      }
      TtnnC.releaseTrace(device.segment(), id);
    }
  }
}
