// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A native device and what is known of its open tensors. Refers to no {@link Device} and no {@link
 * Tensor}, so that it can be what their cleaner runs.
 */
final class DeviceHandle implements Runnable {
  static final Logger LOG = System.getLogger("dev.tttv2.core");
  static final Cleaner CLEANER = Cleaner.create();

  /** A report names at most so many tensors. */
  private static final int REPORTED = 20;

  private final MemorySegment segment;
  private final String label;
  private final Throwable origin;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean closedByOwner = new AtomicBoolean();
  private final Set<TensorHandle> open = ConcurrentHashMap.newKeySet();

  DeviceHandle(MemorySegment segment, String label, Throwable origin) {
    this.segment = segment;
    this.label = label;
    this.origin = origin;
  }

  /** Whether every tensor remembers where it was made. */
  boolean traceLeaks() {
    return origin != null;
  }

  String label() {
    return label;
  }

  boolean isOpen() {
    return !closed.get();
  }

  MemorySegment segment() {
    if (closed.get()) {
      throw new IllegalStateException("device " + label + " is closed");
    }
    return segment;
  }

  void opened(TensorHandle tensor) {
    if (origin != null) {
      open.add(tensor);
    }
  }

  void closed(TensorHandle tensor) {
    if (origin != null) {
      open.remove(tensor);
    }
  }

  /** Marks the device as closed by its owner, before {@link #run} closes it. */
  void closeByOwner() {
    closedByOwner.set(true);
  }

  /** Reports what is still open and closes the device, once. */
  @Override
  public void run() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (!closedByOwner.get()) {
      LOG.log(
          Level.WARNING,
          "device " + label + " became unreachable without close(); closed now",
          origin);
    }
    reportOpenTensors();
    TtnnC.deviceClose(segment);
  }

  private void reportOpenTensors() {
    MemoryStats stats;
    try {
      stats = Device.memory(segment, BufferType.DRAM);
    } catch (TtnnException e) {
      LOG.log(Level.DEBUG, "no memory statistics of device " + label, e);
      return;
    }
    if (stats.liveTensors() == 0) {
      return;
    }
    String summary =
        "device %s is closed with %d tensors still open, %d bytes of DRAM"
            .formatted(label, stats.liveTensors(), stats.allocatedBytes());
    if (!traceLeaks()) {
      LOG.log(Level.WARNING, summary + "; " + TensorHandle.HOW_TO_TRACE);
      return;
    }
    LOG.log(Level.WARNING, summary);
    List<TensorHandle> oldest =
        open.stream()
            .sorted(Comparator.comparingLong(TensorHandle::number))
            .limit(REPORTED)
            .toList();
    for (TensorHandle tensor : oldest) {
      LOG.log(Level.WARNING, "still open: " + tensor.describe(), tensor.origin());
    }
  }
}
