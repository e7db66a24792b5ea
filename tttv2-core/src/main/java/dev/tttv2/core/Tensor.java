// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner.Cleanable;
import java.lang.ref.Reference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A tensor on a device. Whoever gets one from a method closes it, unless the method says otherwise.
 *
 * <p>Any thread may use or close it. Closing is idempotent; any other use of a closed tensor is an
 * {@link IllegalStateException} that names it. A tensor that becomes unreachable unclosed is freed
 * and reported as a leak through {@link System.Logger}, with the call that made it; see {@link
 * DeviceOptions#traceLeaks}.
 */
public final class Tensor implements AutoCloseable {
  private final Device device;
  private final TensorHandle handle;
  private final Cleanable cleanable;
  private Consumer<Tensor> inputs;

  private Tensor(
      Device device, MemorySegment segment, String name, TensorSpec spec, Object borrowed) {
    this.device = device;
    // Shards may be chosen by the library: such a tensor is asked what it is.
    TensorSpec known = spec == null || spec.memory().isSharded() ? null : spec;
    handle = new TensorHandle(device.handle(), segment, name, known, borrowed);
    cleanable = DeviceHandle.CLEANER.register(this, handle);
  }

  /** Takes over a native tensor that an operation has made. */
  static Tensor of(Device device, MemorySegment segment, String name) {
    return new Tensor(device, segment, name, null, null);
  }

  /**
   * Runs an operation that is composed of others and closes what they make for it, such as a block.
   * A leak's report gives the call from outside of core that made the tensor, which takes a walk up
   * the stack; for what is made within a composed operation it is the call of the outermost one, so
   * that there is one walk for all, and the report adds the operations' names.
   *
   * @param name for reports, such as "transformer block 3"
   * @param operation runs at once, on this thread
   * @return the operation's result
   * @throws NullPointerException if it has none
   */
  public static Tensor composed(String name, Supplier<Tensor> operation) {
    return ComposedOperation.run(name, operation);
  }

  /**
   * Makes a tensor of zeros.
   *
   * @throws TtnnException.OutOfMemory if it does not fit
   */
  public static Tensor zeros(Device device, TensorSpec spec) {
    device.lock().lock();
    try {
      MemorySegment segment = TtnnC.tensorCreate(device.segment(), Scratch.get().spec(spec));
      return new Tensor(device, segment, "zeros", spec, null);
    } finally {
      device.lock().unlock();
    }
  }

  /**
   * Makes a tensor from host memory and converts it to the spec's dtype and layout.
   *
   * @param device where
   * @param spec what the tensor shall be
   * @param sourceType FLOAT32, BFLOAT16 or FLOAT16 for float tensors; the spec's own dtype, UINT32
   *     or INT32 for integer tensors
   * @param rowMajor the values, row-major without padding, in native memory; read during the call
   * @param transposed whether the values have the last two dimensions swapped: [.., out, in] for an
   *     [.., in, out] tensor
   * @throws TtnnException if the sizes do not fit, or memory is short
   */
  public static Tensor fromHost(
      Device device,
      TensorSpec spec,
      DataType sourceType,
      MemorySegment rowMajor,
      boolean transposed) {
    return fromHost(device, spec, sourceType, rowMajor, transposed, MeshMapping.REPLICATED);
  }

  /**
   * Makes a tensor on a mesh from host memory, as {@link #fromHost(Device, TensorSpec, DataType,
   * MemorySegment, boolean)} does.
   *
   * @param spec what each device shall hold
   * @param rowMajor the values of the whole: of a shared dimension, those of all devices
   * @param mapping how the whole lies on the mesh
   */
  public static Tensor fromHost(
      Device device,
      TensorSpec spec,
      DataType sourceType,
      MemorySegment rowMajor,
      boolean transposed,
      MeshMapping mapping) {
    Scratch scratch = Scratch.get();
    device.lock().lock();
    try {
      MemorySegment segment =
          TtnnC.tensorFromHost(
              device.segment(),
              scratch.spec(spec),
              scratch.hostData(sourceType, rowMajor, transposed, mapping));
      return new Tensor(device, segment, "from host", spec, null);
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(rowMajor);
      Reference.reachabilityFence(mapping);
    }
  }

  /**
   * Makes a tensor from bytes that {@link #readStorage} has written, on a backend of the same
   * {@link Device#storageFormat}.
   *
   * @param device where
   * @param spec what the tensor is
   * @param bytes the bytes, in native memory; aligned to 64 bytes where they are borrowed
   * @param borrow true: the backend may use the bytes in place. They then stay readable and
   *     unchanged until the tensor is closed (the tensor keeps the segment reachable, the caller
   *     keeps its arena open), and the tensor is read-only. false: they are copied
   */
  public static Tensor fromStorage(
      Device device, TensorSpec spec, MemorySegment bytes, boolean borrow) {
    device.lock().lock();
    try {
      MemorySegment segment =
          TtnnC.tensorFromStorage(
              device.segment(), Scratch.get().spec(spec), bytes, bytes.byteSize(), borrow ? 1 : 0);
      return new Tensor(device, segment, "from storage", spec, borrow ? bytes : null);
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(bytes);
    }
  }

  /**
   * Makes a float tensor in interleaved DRAM.
   *
   * @param values row-major, as many as the shape has elements
   * @throws IllegalArgumentException if there are more or fewer values than the shape has, or
   *     {@link TensorSpec} refuses dtype, layout or shape
   */
  public static Tensor of(
      Device device, DataType dtype, Layout layout, float[] values, long... shape) {
    TensorSpec spec = new TensorSpec(dtype, layout, MemoryConfig.DRAM_INTERLEAVED, shape);
    checkCount(spec, values.length);
    try (Arena arena = Arena.ofConfined()) {
      return fromHost(
          device,
          spec,
          DataType.FLOAT32,
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, values),
          false);
    }
  }

  /**
   * Makes an integer tensor, ROW_MAJOR in interleaved DRAM.
   *
   * @param dtype an integer type
   * @param values row-major, as many as the shape has elements
   * @throws IllegalArgumentException if there are more or fewer values than the shape has, or
   *     {@link TensorSpec} refuses dtype or shape
   */
  public static Tensor ofInts(Device device, DataType dtype, int[] values, long... shape) {
    TensorSpec spec = TensorSpec.rowMajor(dtype, shape);
    checkCount(spec, values.length);
    try (Arena arena = Arena.ofConfined()) {
      return fromHost(
          device, spec, intSource(dtype), arena.allocateFrom(ValueLayout.JAVA_INT, values), false);
    }
  }

  private static void checkCount(TensorSpec spec, long count) {
    if (spec.volume() != count) {
      throw new IllegalArgumentException(
          "%d values given for a tensor %s, which has %d".formatted(count, spec, spec.volume()));
    }
  }

  private static DataType intSource(DataType dtype) {
    return dtype == DataType.UINT32 ? DataType.UINT32 : DataType.INT32;
  }

  /**
   * Overwrites the values in place, which also feeds captured traces. Up to 1024 values nothing is
   * allocated.
   *
   * @param values row-major, as many as the tensor has
   * @throws IllegalArgumentException if there are more or fewer values than the tensor has
   */
  public void write(int[] values) {
    checkCount(spec(), values.length);
    long bytes = (long) values.length * Integer.BYTES;
    if (bytes <= Scratch.DATA_BYTES) {
      MemorySegment data = Scratch.get().data().asSlice(0, bytes);
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_INT, 0, values.length);
      write(intSource(dtype()), data);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      write(intSource(dtype()), arena.allocateFrom(ValueLayout.JAVA_INT, values));
    }
  }

  /**
   * Overwrites the values in place, which also feeds captured traces. Up to 1024 values nothing is
   * allocated.
   *
   * @param values row-major, as many as the tensor has
   * @throws IllegalArgumentException if there are more or fewer values than the tensor has
   */
  public void write(float[] values) {
    checkCount(spec(), values.length);
    long bytes = (long) values.length * Float.BYTES;
    if (bytes <= Scratch.DATA_BYTES) {
      MemorySegment data = Scratch.get().data().asSlice(0, bytes);
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
      write(DataType.FLOAT32, data);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      write(DataType.FLOAT32, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }
  }

  /**
   * Overwrites the values in place.
   *
   * @param sourceType as in {@link #fromHost}
   * @param rowMajor as in {@link #fromHost}
   */
  public void write(DataType sourceType, MemorySegment rowMajor) {
    device.lock().lock();
    try {
      TtnnC.tensorWrite(
          segment(), Scratch.get().hostData(sourceType, rowMajor, false, MeshMapping.REPLICATED));
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(rowMajor);
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits for the tensor and copies its values, row-major without padding; of a mesh, the first
   * device's. Refused during a trace capture.
   *
   * @param type FLOAT32, BFLOAT16 or FLOAT16 from float tensors; the tensor's own dtype, UINT32 or
   *     INT32 from integer ones
   * @param dst native memory of exactly the size that the values need
   */
  public void read(DataType type, MemorySegment dst) {
    read(MeshMapping.REPLICATED, type, dst);
  }

  private void read(MeshMapping mapping, DataType type, MemorySegment dst) {
    device.lock().lock();
    try {
      TtnnC.aggregateTensor(segment(), mapping.segment(), type.code(), dst, dst.byteSize());
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(mapping);
      Reference.reachabilityFence(dst);
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Begins to read the values, and waits for nothing where the backend can do so: {@link
   * PendingRead#finish} waits. Refused during a trace capture.
   *
   * @param mapping how the whole lies on a mesh
   * @param type as in {@link #read(DataType, MemorySegment)}
   */
  public PendingRead beginRead(MeshMapping mapping, DataType type) {
    device.lock().lock();
    try {
      MemorySegment read = TtnnC.tensorReadBegin(segment(), mapping.segment(), type.code());
      return new PendingRead(device, read, handle.name());
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(mapping);
      Reference.reachabilityFence(this);
    }
  }

  /** The same; of a mesh, the first device's values. */
  public PendingRead beginRead(DataType type) {
    return beginRead(MeshMapping.REPLICATED, type);
  }

  /**
   * Waits for a float tensor of a mesh and returns the values of the whole, row-major without
   * padding.
   *
   * @param mapping how the whole lies on the mesh
   * @throws IllegalArgumentException if the tensor cannot lie so, or has more values than an array
   *     holds
   */
  public float[] toFloats(MeshMapping mapping) {
    float[] values = new float[checkedLength(spec().whole(mapping, device.target()).volume())];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(ValueLayout.JAVA_FLOAT, values.length);
      read(mapping, DataType.FLOAT32, data);
      MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
    }
    return values;
  }

  /**
   * Waits for a float tensor and returns its values, row-major without padding; of a mesh, the
   * first device's.
   *
   * @throws IllegalArgumentException if the tensor has more values than an array holds
   */
  public float[] toFloats() {
    return toFloats(MeshMapping.REPLICATED);
  }

  /**
   * Waits for an integer tensor and returns its values, row-major without padding.
   *
   * @throws IllegalArgumentException if the tensor has more values than an array holds
   */
  public int[] toInts() {
    int[] values = new int[elements()];
    read(values);
    return values;
  }

  /**
   * Waits for an integer tensor and copies its values. Up to 1024 values nothing is allocated.
   *
   * @param dst as many as the tensor has elements
   * @throws IllegalArgumentException if it is longer or shorter than the tensor
   */
  public void read(int[] dst) {
    checkCount(spec(), dst.length);
    long bytes = (long) dst.length * Integer.BYTES;
    if (bytes <= Scratch.DATA_BYTES) {
      readInts(Scratch.get().data().asSlice(0, bytes), dst);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      readInts(arena.allocate(bytes, Integer.BYTES), dst);
    }
  }

  private void readInts(MemorySegment data, int[] dst) {
    read(intSource(dtype()), data);
    MemorySegment.copy(data, ValueLayout.JAVA_INT, 0, dst, 0, dst.length);
  }

  private int elements() {
    return checkedLength(spec().volume());
  }

  private int checkedLength(long volume) {
    if (volume > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor %s has %d values, more than an array holds; read it into a segment"
              .formatted(describe(), volume));
    }
    return (int) volume;
  }

  /** Returns the bytes of the tensor in the backend's own form; of a mesh, on all devices. */
  public long storageSize() {
    long size = TtnnC.tensorStorageSize(segment());
    Reference.reachabilityFence(this);
    return size;
  }

  /**
   * Copies the tensor in the backend's own form, to be given to {@link #fromStorage} later.
   *
   * @param dst native memory of {@link #storageSize} bytes
   */
  public void readStorage(MemorySegment dst) {
    device.lock().lock();
    try {
      TtnnC.tensorReadStorage(segment(), dst, dst.byteSize());
    } finally {
      device.lock().unlock();
      Reference.reachabilityFence(dst);
      Reference.reachabilityFence(this);
    }
  }

  /** Gives the tensor a name for messages, such as its weight's; returns this. */
  public Tensor named(String name) {
    handle.name(name);
    return this;
  }

  /**
   * Has a listener shown what every later {@link Ttnn#linear} multiplies by this tensor, before it
   * does; returns this. So what a weight is given can be looked at wherever a block uses it.
   *
   * @param listener is shown the linear's first argument, which stays its owner's; null for none.
   *     To be set before other threads use the tensor
   */
  public Tensor onLinear(Consumer<Tensor> listener) {
    inputs = listener;
    return this;
  }

  /** Shows the listener, if there is one, what is multiplied by this tensor. */
  void showInput(Tensor input) {
    if (inputs != null) {
      inputs.accept(input);
    }
  }

  /** Returns what the tensor is. */
  public TensorSpec spec() {
    TensorSpec spec = openSpec();
    Reference.reachabilityFence(this);
    return spec;
  }

  private TensorSpec openSpec() {
    handle.segment();
    return handle.spec();
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return spec().rank();
  }

  /**
   * Returns one extent.
   *
   * @param i the dimension; negative counts from the end, -1 is the last
   */
  public long dim(int i) {
    return spec().dim(i);
  }

  /** Returns a copy of the shape. */
  public long[] shape() {
    return spec().shape();
  }

  /** Returns the element type. */
  public DataType dtype() {
    return spec().dtype();
  }

  /** Returns the layout. */
  public Layout layout() {
    return spec().layout();
  }

  /** Returns the device. Also of a closed tensor. */
  public Device device() {
    return device;
  }

  /** Tells whether the tensor or its device is closed. */
  public boolean isClosed() {
    return handle.isClosed();
  }

  /** Frees the tensor, unless a view or a trace still uses its memory. Idempotent. */
  @Override
  public void close() {
    if (handle.closeByOwner()) {
      cleanable.clean();
    }
  }

  /** Returns name, shape, dtype and layout. */
  @Override
  public String toString() {
    return describe();
  }

  String describe() {
    String text = handle.describe();
    Reference.reachabilityFence(this);
    return text;
  }

  TensorHandle handle() {
    return handle;
  }

  /** Returns the native handle; the caller keeps this tensor reachable until it has used it. */
  MemorySegment segment() {
    return handle.segment();
  }
}
