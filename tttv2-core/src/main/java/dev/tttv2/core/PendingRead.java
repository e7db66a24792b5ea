// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner.Cleanable;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Values of a tensor on their way to the host: those that it had when the read began, whatever has
 * become of it. Made by {@link Tensor#beginRead(DataType)}; whoever gets one closes it. Any thread
 * may use it.
 */
public final class PendingRead implements AutoCloseable {
  private final Device device;
  private final State state;
  private final Cleanable cleanable;

  PendingRead(Device device, MemorySegment segment, String tensor) {
    this.device = device;
    state = new State(device.handle(), segment, tensor);
    cleanable = DeviceHandle.CLEANER.register(this, state);
  }

  /**
   * Waits for the values and copies them, row-major without padding. May be called again.
   *
   * @param dst native memory of exactly the size that the values need
   * @throws IllegalStateException if this or its device is closed
   */
  public void finish(MemorySegment dst) {
    if (state.closed.get()) {
      throw new IllegalStateException(
          "the read of tensor \"%s\" is closed".formatted(state.tensor));
    }
    device.segment();
    device.lock().lock();
    try {
      TtnnC.readFinish(state.segment, dst, dst.byteSize());
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(dst);
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits for the values of an integer tensor and copies them. Up to 1024 values nothing is
   * allocated.
   *
   * @param dst as many as there are values
   * @throws IllegalStateException if this or its device is closed
   */
  public void finish(int[] dst) {
    long bytes = (long) dst.length * Integer.BYTES;
    if (bytes <= Scratch.DATA_BYTES) {
      finish(Scratch.get().data().asSlice(0, bytes), dst);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      finish(arena.allocate(bytes, Integer.BYTES), dst);
    }
  }

  private void finish(MemorySegment data, int[] dst) {
    finish(data);
    MemorySegment.copy(data, ValueLayout.JAVA_INT, 0, dst, 0, dst.length);
  }

  /** Lets go of the values, finished or not. Idempotent. */
  @Override
  public void close() {
    state.closed.set(true);
    cleanable.clean();
  }

  /** What the cleaner runs; refers to no {@link PendingRead}. */
  private static final class State implements Runnable {
    private final DeviceHandle device;
    private final MemorySegment segment;
    private final String tensor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private State(DeviceHandle device, MemorySegment segment, String tensor) {
      this.device = device;
      this.segment = segment;
      this.tensor = tensor;
    }

    @Override
    public void run() {
      if (!closed.getAndSet(true) && device.isOpen()) {
        DeviceHandle.LOG.log(
            Level.ERROR,
            "leak: the read of tensor \"%s\" on device %s became unreachable without close(); released now"
                .formatted(tensor, device.label()));
      }
      TtnnC.readDestroy(segment);
    }
  }
}
