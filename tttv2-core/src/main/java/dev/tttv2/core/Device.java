// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.DeviceInfoStruct;
import dev.tttv2.ffm.DeviceOptionsStruct;
import dev.tttv2.ffm.MemoryStatsStruct;
import dev.tttv2.ffm.NativeLibrary;
import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner.Cleanable;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open device, or a mesh of devices that work as one, through the backend that {@link
 * NativeLibrary} has chosen.
 *
 * <p>A tensor of a mesh is on all of its devices, each with values of its own; operations run on
 * all of them at once.
 *
 * <p>Any thread may use it; operations are carried out in the order in which they arrive.
 */
public final class Device implements AutoCloseable {
  private final DeviceHandle handle;
  private final Lock lock =
      new ReentrantLock(true); // fair: whoever works step by step must not starve others
  private final Cleanable cleanable;
  private final DeviceInfo info;
  private final DeviceTarget target;

  private Device(MemorySegment segment, DeviceOptions options) {
    info = info(segment);
    target = target(info);
    handle =
        new DeviceHandle(
            segment,
            info.arch() + ":" + info.deviceId(),
            options.traceLeaks() ? new Throwable("the device was opened here") : null);
    cleanable = DeviceHandle.CLEANER.register(this, handle);
  }

  /**
   * Opens the first device.
   *
   * @throws TtnnException if there is none or it cannot be opened
   */
  public static Device open() {
    return open(DeviceOptions.defaults());
  }

  /**
   * Opens a device.
   *
   * @throws TtnnException if it does not exist or cannot be opened
   */
  public static Device open(DeviceOptions options) {
    MemorySegment segment;
    try (Arena arena = Arena.ofConfined()) {
      segment = TtnnC.deviceOpen(options(arena, options));
    }
    try {
      return new Device(segment, options);
    } catch (RuntimeException e) {
      TtnnC.deviceClose(segment);
      throw e;
    }
  }

  /**
   * Opens a mesh in groups of devices, each a device or a mesh by itself: for copies of a model
   * that work side by side, data parallel.
   *
   * @param options with the shape of the whole mesh
   * @param rows of a group, which divide the mesh's
   * @param cols of a group, which divide the mesh's
   * @return the groups, row by row, each to be closed by the caller; they are numbered by their
   *     first devices
   * @throws TtnnException if the mesh does not divide so, or cannot be opened
   */
  public static List<Device> openGroups(DeviceOptions options, int rows, int cols) {
    int whole = options.meshRows() * options.meshCols();
    int count = Math.max(1, Math.max(1, whole) / Math.max(1, rows * cols));
    List<MemorySegment> segments = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS, count);
      TtnnC.deviceOpenGroups(options(arena, options), rows, cols, out);
      for (int i = 0; i < count; i++) {
        segments.add(out.getAtIndex(ValueLayout.ADDRESS, i));
      }
    }
    List<Device> devices = new ArrayList<>();
    try {
      for (MemorySegment segment : segments) {
        devices.add(new Device(segment, options));
      }
      return List.copyOf(devices);
    } catch (RuntimeException e) {
      segments.subList(devices.size(), count).forEach(TtnnC::deviceClose);
      devices.forEach(Device::close);
      throw e;
    }
  }

  private static MemorySegment options(Arena arena, DeviceOptions options) {
    return DeviceOptionsStruct.allocate(arena)
        .deviceId(options.deviceId())
        .numThreads(options.numThreads())
        .numCommandQueues(options.numCommandQueues())
        .dramBytes(options.dramBytes())
        .l1SmallSize(options.l1SmallSize())
        .traceRegionSize(options.traceRegionSize())
        .meshRows(options.meshRows())
        .meshCols(options.meshCols())
        .pinThreads(options.pinThreads() ? 1 : 0)
        .segment();
  }

  private static DeviceInfo info(MemorySegment segment) {
    try (Arena arena = Arena.ofConfined()) {
      DeviceInfoStruct struct = DeviceInfoStruct.allocate(arena);
      TtnnC.deviceGetInfo(segment, struct.segment());
      return DeviceInfo.readFrom(struct);
    }
  }

  private static DeviceTarget target(DeviceInfo info) {
    boolean host = NativeLibrary.backend().equals("host");
    return new DeviceTarget(
        info.arch(),
        info.gridX(),
        info.gridY(),
        info.dramBanks(),
        info.meshRows(),
        info.meshCols(),
        host ? 1 : 32,
        host);
  }

  /** Returns what the device is. Also of a closed device. */
  public DeviceInfo info() {
    return info;
  }

  /** Returns what block configs are resolved for. Also of a closed device. */
  public DeviceTarget target() {
    return target;
  }

  /** Returns how much of one kind of memory is in use. */
  public MemoryStats memory(BufferType type) {
    MemoryStats stats = memory(segment(), type);
    Reference.reachabilityFence(this);
    return stats;
  }

  static MemoryStats memory(MemorySegment segment, BufferType type) {
    try (Arena arena = Arena.ofConfined()) {
      MemoryStatsStruct struct = MemoryStatsStruct.allocate(arena);
      TtnnC.deviceGetMemoryStats(segment, type.code(), struct.segment());
      return MemoryStats.readFrom(struct);
    }
  }

  /** Returns the backend's name: "host" or "ttnn". */
  public String backend() {
    return NativeLibrary.backend();
  }

  /**
   * Names the form of the bytes of {@link Tensor#readStorage}: bytes of another form are refused.
   */
  public String storageFormat() {
    return NativeLibrary.storageFormat();
  }

  /** Returns when everything enqueued on the device has been done. */
  public void synchronize() {
    TtnnC.synchronizeDevice(segment());
    Reference.reachabilityFence(this);
  }

  /**
   * Records the operations that `body` calls on this device, without carrying them out. Tensors
   * that it reads are read again at every {@link Trace#execute}, tensors that it makes keep their
   * place: write new inputs with {@link Tensor#write(int[])} and read the outputs after each
   * replay.
   *
   * <p>On a board, run the body once before: programs that were never compiled cannot be recorded.
   * Reads, writes and other captures are refused while the body runs, from any thread. Holds {@link
   * #lock} meanwhile.
   *
   * @param body calls operations; what it throws ends the capture and comes through
   * @return the trace, to be closed by the caller
   * @throws IllegalStateException if the device is closed
   * @throws NullPointerException if there is no body
   */
  public Trace capture(Runnable body) {
    Objects.requireNonNull(body, "body");
    MemorySegment segment = segment();
    lock.lock();
    try {
      return capture(segment, body);
    } finally {
      lock.unlock();
    }
  }

  private Trace capture(MemorySegment segment, Runnable body) {
    int id = TtnnC.beginTraceCapture(segment);
    try {
      body.run();
      TtnnC.endTraceCapture(segment, id);
    } catch (Throwable e) {
      try {
        TtnnC.releaseTrace(segment, id);
      } catch (TtnnException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
    return new Trace(this, id);
  }

  /**
   * Returns the lock of work that other threads must not interrupt, such as a step of a generation.
   * While a trace is captured, reads and writes are refused, and an operation of any thread is
   * recorded: so work of several operations holds the lock; every transfer between host and device
   * waits for it by itself, as {@link #capture} does. Reentrant, and fair: threads get it in the
   * order in which they ask for it.
   */
  public Lock lock() {
    return lock;
  }

  /** Tells whether the device is open. */
  public boolean isOpen() {
    return handle.isOpen();
  }

  /**
   * Waits for all work, reports tensors that are still open, frees them and every trace, and closes
   * the device. Idempotent.
   */
  @Override
  public void close() {
    handle.closeByOwner();
    cleanable.clean();
  }

  /** Returns the device's architecture and number, such as "host:0". */
  @Override
  public String toString() {
    return handle.label();
  }

  DeviceHandle handle() {
    return handle;
  }

  MemorySegment segment() {
    return handle.segment();
  }
}
