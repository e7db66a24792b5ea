// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
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
  private static final int REPORTED = 10;

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
    open.add(tensor);
  }

  void closed(TensorHandle tensor) {
    open.remove(tensor);
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
          Level.ERROR,
          "device " + label + " became unreachable without close(); closed now",
          origin);
    }
    reportOpenTensors();
    TtnnC.deviceClose(segment);
  }

  private void reportOpenTensors() {
    List<TensorHandle> tensors =
        open.stream().sorted(Comparator.comparingLong(TensorHandle::number)).toList();
    if (tensors.isEmpty()) {
      return;
    }
    String summary =
        "device %s is closed with %d tensors still open".formatted(label, tensors.size());
    LOG.log(Level.ERROR, traceLeaks() ? summary : summary + "; " + TensorHandle.HOW_TO_TRACE);
    for (TensorHandle tensor : tensors.subList(0, Math.min(REPORTED, tensors.size()))) {
      LOG.log(Level.ERROR, "still open: " + tensor.describe() + tensor.made(), tensor.origin());
    }
    if (tensors.size() > REPORTED) {
      LOG.log(Level.ERROR, "still open: %d more".formatted(tensors.size() - REPORTED));
    }
  }
}
