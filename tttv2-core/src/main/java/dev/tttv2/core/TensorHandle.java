// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A native tensor: what remains when its {@link Tensor} is gone, and what the cleaner then frees.
 * It refers to no {@link Tensor}.
 */
final class TensorHandle implements Runnable {
  static final String HOW_TO_TRACE =
      "-D"
          + DeviceOptions.LEAK_TRACE_PROPERTY
          + "=true or DeviceOptions.traceLeaks shows the whole stack";

  private static final StackWalker STACK = StackWalker.getInstance();
  private static final String PACKAGE = TensorHandle.class.getPackageName();
  private static final String BLOCKS = ".block.";

  private static final VarHandle CLOSED;
  private static final AtomicLong NUMBER = new AtomicLong();

  static {
    try {
      CLOSED = MethodHandles.lookup().findVarHandle(TensorHandle.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DeviceHandle device;
  private final MemorySegment segment;
  private final Throwable origin;

  /** The composed operation within which the tensor was made, or null. */
  private final ComposedOperation within;

  /** The call from outside of core that made the tensor, or null. */
  private final StackWalker.StackFrame place;

  private final long number = NUMBER.incrementAndGet();

  /** The memory of a tensor that borrows it: it outlives the native tensor through this field. */
  private final Object borrowed;

  private volatile String name;
  private volatile TensorSpec spec;
  private volatile Throwable closedAt;

  @SuppressWarnings("unused") // through CLOSED
  private volatile boolean closed;

  /**
   * Takes over a native tensor.
   *
   * @param spec what it is, or null: it is asked when somebody wants to know
   * @param borrowed what has to stay reachable with it, or null
   */
  TensorHandle(
      DeviceHandle device, MemorySegment segment, String name, TensorSpec spec, Object borrowed) {
    this.device = device;
    this.segment = segment;
    this.name = name;
    this.spec = spec;
    this.borrowed = borrowed;
    origin = device.traceLeaks() ? new Throwable("the tensor was made here") : null;
    within = ComposedOperation.current();
    place = within == null ? caller() : within.call();
    device.opened(this);
  }

  /** Returns the innermost call from outside of core. */
  static StackWalker.StackFrame caller() {
    return STACK.walk(
        frames -> frames.filter(frame -> !isInside(frame.getClassName())).findFirst().orElse(null));
  }

  private static boolean isInside(String className) {
    int end = className.lastIndexOf('.');
    return className.startsWith(PACKAGE)
        && (end == PACKAGE.length() || className.startsWith(BLOCKS, PACKAGE.length()));
  }

  /** Returns how many tensors had been made before, of all devices. */
  long number() {
    return number;
  }

  /** For the set of open tensors: cheaper than an object's own, which is made on demand. */
  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }

  Throwable origin() {
    return origin;
  }

  /** Returns a clause for reports: which call made the tensor. */
  String made() {
    if (place == null && within == null) {
      return "";
    }
    String at = place == null ? "" : " at " + place.toStackTraceElement();
    return "; it was made" + at + (within == null ? "" : ", within " + within);
  }

  String name() {
    return name;
  }

  void name(String value) {
    name = value;
  }

  boolean isClosed() {
    return closed || !device.isOpen();
  }

  /** Returns the native handle of an open tensor. */
  MemorySegment segment() {
    if (closed || !device.isOpen()) {
      throw refusal();
    }
    return segment;
  }

  /** Returns what the tensor is, also after it was closed. */
  TensorSpec spec() {
    TensorSpec known = spec;
    return known != null ? known : fetchSpec();
  }

  private TensorSpec fetchSpec() {
    TensorSpec read = Scratch.get().readSpec(segment());
    spec = read;
    return read;
  }

  private IllegalStateException refusal() {
    if (!closed) {
      return new IllegalStateException(
          "tensor %s went with its device %s, which is closed"
              .formatted(describe(), device.label()));
    }
    Throwable where = closedAt;
    return new IllegalStateException("tensor " + describe() + " is closed", where);
  }

  /** Returns name, shape, dtype and layout. */
  String describe() {
    TensorSpec known = spec;
    if (known == null) {
      try {
        known = Scratch.get().readSpec(segment);
        spec = known;
      } catch (TtnnException e) {
        // It is gone, and its shape was never asked for.
        return "\"" + name + "\"";
      }
    }
    return "\"" + name + "\" " + known;
  }

  /** Frees the tensor on behalf of its owner; returns false if that was done before. */
  boolean closeByOwner() {
    if (!CLOSED.compareAndSet(this, false, true)) {
      return false;
    }
    if (origin != null) {
      closedAt = new Throwable("the tensor was closed here");
    }
    return true;
  }

  /** Frees the tensor; called once, by its close or by the cleaner. */
  @Override
  public void run() {
    if (CLOSED.compareAndSet(this, false, true) && device.isOpen()) {
      report();
    }
    if (origin != null && device.isOpen()) {
      // For the message of a later use: the native tensor will not be there to be asked. A call
      // that nobody who closes in time should have to pay for.
      describe();
    }
    device.closed(this);
    TtnnC.tensorDestroy(segment);
    Reference.reachabilityFence(borrowed);
  }

  private void report() {
    String text =
        "leak: tensor %s on device %s became unreachable without close(); freed now%s"
            .formatted(describe(), device.label(), made());
    DeviceHandle.LOG.log(Level.ERROR, origin == null ? text + "; " + HOW_TO_TRACE : text, origin);
  }
}
