// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_c_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The door to {@code ttnn_c.h}: one static method per C function, under its name without {@code
 * ttnn_}, with the same parameters in the same order.
 *
 * <p>Handles, structs, shapes and data are memory segments; {@link MemorySegment#NULL} is C's NULL.
 * A single out-parameter is the return value; several handles are written to a segment of pointers
 * that the caller owns. A failing status becomes a {@link TtnnException}, here and nowhere else.
 *
 * <p>The first use loads the native library, as {@link NativeLibrary#load} does. If that fails,
 * every method throws {@link NativeLibraryException}, every time.
 *
 * <p>Any thread may call any method, virtual threads included. Calls that touch one device are
 * serialised by the library in the order of arrival.
 */
public final class TtnnC {
  /** False stays false: {@link #requireLibrary} then reports why, every time. */
  private static final boolean LOADED = load();

  /** Receives a single out-parameter. A pointer is the largest. */
  private static final ThreadLocal<MemorySegment> OUT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.ADDRESS));

  private TtnnC() {}

  private static boolean load() {
    try {
      NativeLibrary.load();
    } catch (NativeLibraryException e) {
      return false;
    }
    // Links the handle and loads the classes now: between a failing call and the reading of its
    // text
    // nothing may block, or a virtual thread could go on on another carrier, which has another
    // text.
    lastErrorMessage();
    return true;
  }

  private static void requireLibrary() {
    if (!LOADED) {
      NativeLibrary.load();
    }
  }

  private static void check(String operation, int status) {
    if (status != ttnn_c_h.TTNN_STATUS_OK()) {
      throw TtnnException.of(operation, status, lastErrorMessage());
    }
  }

  private static String lastErrorMessage() {
    return ttnn_c_h.ttnn_last_error_message().getString(0);
  }

  /**
   * Returns the interface version of the loaded library.
   *
   * @return major * 1000 + minor
   */
  public static int abiVersion() {
    requireLibrary();
    return ttnn_c_h.ttnn_abi_version();
  }

  /**
   * Returns the name of the loaded backend.
   *
   * @return {@code "host"} or {@code "ttnn"}
   */
  public static String backendName() {
    requireLibrary();
    return ttnn_c_h.ttnn_backend_name().getString(0);
  }

  /**
   * Returns the backend's own version.
   *
   * @return such as {@code "0.1.0"}
   */
  public static String backendVersion() {
    requireLibrary();
    return ttnn_c_h.ttnn_backend_version().getString(0);
  }

  /**
   * Names the form of the bytes of {@link #tensorReadStorage}.
   *
   * @return the name; bytes of another form are refused
   */
  public static String storageFormat() {
    requireLibrary();
    return ttnn_c_h.ttnn_storage_format().getString(0);
  }

  /**
   * Tells whether the backend has an operation for a first input of this dtype and layout.
   *
   * @param operation a function's C name without {@code ttnn_}, such as {@code "linear"}
   * @param dtype a dtype of {@link TtnnConstants}
   * @param layout a layout of {@link TtnnConstants}
   * @return whether it does
   * @throws TtnnException if the call fails
   */
  public static boolean supports(String operation, int dtype, int layout) {
    requireLibrary();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = OUT.get();
      check("supports", ttnn_c_h.ttnn_supports(arena.allocateFrom(operation), dtype, layout, out));
      return out.get(ValueLayout.JAVA_INT, 0) != 0;
    }
  }

  /**
   * Returns the number of TTNN's rules that this backend deliberately does not enforce.
   *
   * @return the count; 0 for the ttnn backend
   */
  public static int extensionCount() {
    requireLibrary();
    return ttnn_c_h.ttnn_extension_count();
  }

  /**
   * Describes one of TTNN's rules that this backend deliberately does not enforce.
   *
   * @param index 0 to {@link #extensionCount} - 1
   * @param out an {@link ExtensionInfoStruct} to fill
   * @throws TtnnException if the call fails
   */
  public static void extension(int index, MemorySegment out) {
    requireLibrary();
    check("extension", ttnn_c_h.ttnn_extension(index, out));
  }

  /**
   * Returns the size of values in TTNN's tiled form, both sides rounded up to 32.
   *
   * @param dtype a dtype of {@link TtnnConstants}
   * @param rows rows
   * @param cols columns
   * @return bytes
   * @throws TtnnException if the call fails
   */
  public static long tiledSize(int dtype, long rows, long cols) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tiled_size", ttnn_c_h.ttnn_tiled_size(dtype, rows, cols, out));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /**
   * Converts row-major float32 to TTNN's tiled bytes, bit for bit as TTNN's host conversion does.
   * Padding is zero.
   *
   * @param dtype FLOAT32, BFLOAT16, BFLOAT8_B or BFLOAT4_B
   * @param rows rows
   * @param cols columns
   * @param src {@code rows * cols} float32 values
   * @param dst where to write, the caller's
   * @param dstSize bytes at {@code dst}, at least {@link #tiledSize}
   * @throws TtnnException if the call fails
   */
  public static void packTiles(
      int dtype, long rows, long cols, MemorySegment src, MemorySegment dst, long dstSize) {
    requireLibrary();
    check("pack_tiles", ttnn_c_h.ttnn_pack_tiles(dtype, rows, cols, src, dst, dstSize));
  }

  /**
   * Reverses {@link #packTiles}, without the padding.
   *
   * @param dtype a dtype of {@link TtnnConstants}
   * @param rows rows
   * @param cols columns
   * @param src tiled bytes
   * @param srcSize their number
   * @param dst room for {@code rows * cols} float32 values
   * @throws TtnnException if the call fails
   */
  public static void unpackTiles(
      int dtype, long rows, long cols, MemorySegment src, long srcSize, MemorySegment dst) {
    requireLibrary();
    check("unpack_tiles", ttnn_c_h.ttnn_unpack_tiles(dtype, rows, cols, src, srcSize, dst));
  }

  /**
   * Opens a device.
   *
   * @param options a {@link DeviceOptionsStruct}, or {@link MemorySegment#NULL} for the defaults
   * @return the device, to be closed with {@link #deviceClose}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment deviceOpen(MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("device_open", ttnn_c_h.ttnn_device_open(options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Opens a mesh in groups of devices.
   *
   * @param options a {@link DeviceOptionsStruct} with the mesh's shape
   * @param rows of a group
   * @param cols of a group
   * @param out room for as many handles as there are groups, each to be closed with {@link
   *     #deviceClose}
   * @throws TtnnException if the call fails
   */
  public static void deviceOpenGroups(
      MemorySegment options, int rows, int cols, MemorySegment out) {
    requireLibrary();
    int count = Math.toIntExact(out.byteSize() / ValueLayout.ADDRESS.byteSize());
    check("device_open_groups", ttnn_c_h.ttnn_device_open_groups(options, rows, cols, out, count));
  }

  /**
   * Waits for all work, frees every tensor and trace of the device and closes it. Handles of its
   * tensors should still be destroyed; any other use of them is refused.
   *
   * @param device an open device, or {@link MemorySegment#NULL}
   * @throws TtnnException if the call fails
   */
  public static void deviceClose(MemorySegment device) {
    requireLibrary();
    check("device_close", ttnn_c_h.ttnn_device_close(device));
  }

  /**
   * Fills in what a device is.
   *
   * @param device an open device
   * @param out a {@link DeviceInfoStruct} to fill
   * @throws TtnnException if the call fails
   */
  public static void deviceGetInfo(MemorySegment device, MemorySegment out) {
    requireLibrary();
    check("device_get_info", ttnn_c_h.ttnn_device_get_info(device, out));
  }

  /**
   * Fills in the use of one of a device's memories.
   *
   * @param device an open device
   * @param bufferType a buffer type of {@link TtnnConstants}
   * @param out a {@link MemoryStatsStruct} to fill
   * @throws TtnnException if the call fails
   */
  public static void deviceGetMemoryStats(MemorySegment device, int bufferType, MemorySegment out) {
    requireLibrary();
    check(
        "device_get_memory_stats", ttnn_c_h.ttnn_device_get_memory_stats(device, bufferType, out));
  }

  /**
   * Returns when everything enqueued on the device has been done.
   *
   * @param device an open device
   * @throws TtnnException if the call fails
   */
  public static void synchronizeDevice(MemorySegment device) {
    requireLibrary();
    check("synchronize_device", ttnn_c_h.ttnn_synchronize_device(device));
  }

  /**
   * Allocates a device tensor filled with zeros.
   *
   * @param device an open device
   * @param spec a {@link TensorSpecStruct}
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment tensorCreate(MemorySegment device, MemorySegment spec) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tensor_create", ttnn_c_h.ttnn_tensor_create(device, spec, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Makes a device tensor from host data, converting to the spec's dtype: to nearest even, block
   * floats as TTNN packs them.
   *
   * @param device an open device
   * @param spec a {@link TensorSpecStruct}
   * @param data a {@link HostDataStruct}
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment tensorFromHost(
      MemorySegment device, MemorySegment spec, MemorySegment data) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tensor_from_host", ttnn_c_h.ttnn_tensor_from_host(device, spec, data, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Overwrites a tensor's values in place; its shape, dtype and address stay.
   *
   * @param tensor a tensor
   * @param data a {@link HostDataStruct}
   * @throws TtnnException if the call fails
   */
  public static void tensorWrite(MemorySegment tensor, MemorySegment data) {
    requireLibrary();
    check("tensor_write", ttnn_c_h.ttnn_tensor_write(tensor, data));
  }

  /**
   * Waits for a tensor and copies its values, row-major without padding. Refused during trace
   * capture.
   *
   * @param tensor a tensor
   * @param dtype FLOAT32, BFLOAT16 or FLOAT16 from float tensors; the tensor's own dtype, UINT32 or
   *     INT32 from integer ones
   * @param dst where to write, the caller's
   * @param dstSize bytes at {@code dst}, exactly what the shape needs
   * @throws TtnnException if the call fails
   */
  public static void tensorRead(MemorySegment tensor, int dtype, MemorySegment dst, long dstSize) {
    requireLibrary();
    check("tensor_read", ttnn_c_h.ttnn_tensor_read(tensor, dtype, dst, dstSize));
  }

  /**
   * Waits for a tensor of a mesh and copies its values: the parts of sharded dimensions put
   * together, and of what is replicated the first device's.
   *
   * @param tensor a tensor
   * @param mapping a {@link MeshMappingStruct}, or {@link MemorySegment#NULL} for the first
   *     device's values
   * @param dtype as in {@link #tensorRead}
   * @param dst where to write, the caller's
   * @param dstSize bytes at {@code dst}, exactly what the whole needs
   * @throws TtnnException if the call fails
   */
  public static void aggregateTensor(
      MemorySegment tensor, MemorySegment mapping, int dtype, MemorySegment dst, long dstSize) {
    requireLibrary();
    check("aggregate_tensor", ttnn_c_h.ttnn_aggregate_tensor(tensor, mapping, dtype, dst, dstSize));
  }

  /**
   * Begins to read as {@link #aggregateTensor} does, and waits for nothing where the backend can do
   * so. Refused during trace capture.
   *
   * @param tensor a tensor, which may be changed or destroyed afterwards
   * @param mapping as in {@link #aggregateTensor}
   * @param dtype as in {@link #tensorRead}
   * @return the read under way, to be released with {@link #readDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment tensorReadBegin(
      MemorySegment tensor, MemorySegment mapping, int dtype) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tensor_read_begin", ttnn_c_h.ttnn_tensor_read_begin(tensor, mapping, dtype, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Waits for the values of a read under way and copies them. May be called again.
   *
   * @param read a read under way
   * @param dst where to write, the caller's
   * @param dstSize bytes at {@code dst}, exactly what the values need
   * @throws TtnnException if the call fails
   */
  public static void readFinish(MemorySegment read, MemorySegment dst, long dstSize) {
    requireLibrary();
    check("read_finish", ttnn_c_h.ttnn_read_finish(read, dst, dstSize));
  }

  /**
   * Releases a read, finished or not, and its values.
   *
   * @param read a read under way, or {@link MemorySegment#NULL}
   * @throws TtnnException if the call fails
   */
  public static void readDestroy(MemorySegment read) {
    requireLibrary();
    check("read_destroy", ttnn_c_h.ttnn_read_destroy(read));
  }

  /**
   * Fills in what a tensor is.
   *
   * @param tensor a tensor
   * @param out a {@link TensorSpecStruct} to fill
   * @throws TtnnException if the call fails
   */
  public static void tensorGetSpec(MemorySegment tensor, MemorySegment out) {
    requireLibrary();
    check("tensor_get_spec", ttnn_c_h.ttnn_tensor_get_spec(tensor, out));
  }

  /**
   * Tells whether a handle is valid, its device open and its buffer not deallocated. Never fails.
   *
   * @param tensor any handle
   * @return whether the tensor can be used
   */
  public static boolean tensorIsAllocated(MemorySegment tensor) {
    requireLibrary();
    return ttnn_c_h.ttnn_tensor_is_allocated(tensor) != 0;
  }

  /**
   * Frees a tensor's buffer, unless a view or a trace still uses it; the handle stays. Idempotent.
   *
   * @param tensor a tensor
   * @throws TtnnException if the call fails
   */
  public static void deallocate(MemorySegment tensor) {
    requireLibrary();
    check("deallocate", ttnn_c_h.ttnn_deallocate(tensor));
  }

  /**
   * Deallocates a tensor and releases its handle.
   *
   * @param tensor a tensor, or {@link MemorySegment#NULL}
   * @throws TtnnException if the call fails
   */
  public static void tensorDestroy(MemorySegment tensor) {
    requireLibrary();
    check("tensor_destroy", ttnn_c_h.ttnn_tensor_destroy(tensor));
  }

  /**
   * Returns the size of a tensor in the backend's own form.
   *
   * @param tensor a tensor
   * @return bytes
   * @throws TtnnException if the call fails
   */
  public static long tensorStorageSize(MemorySegment tensor) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tensor_storage_size", ttnn_c_h.ttnn_tensor_storage_size(tensor, out));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /**
   * Copies a tensor in the backend's own form, for {@link #tensorFromStorage}.
   *
   * @param tensor a tensor
   * @param dst where to write, the caller's
   * @param dstSize bytes at {@code dst}, {@link #tensorStorageSize}
   * @throws TtnnException if the call fails
   */
  public static void tensorReadStorage(MemorySegment tensor, MemorySegment dst, long dstSize) {
    requireLibrary();
    check("tensor_read_storage", ttnn_c_h.ttnn_tensor_read_storage(tensor, dst, dstSize));
  }

  /**
   * Makes a tensor from bytes in the backend's own form.
   *
   * @param device an open device
   * @param spec a {@link TensorSpecStruct}
   * @param data the bytes; 64-byte aligned where they are borrowed
   * @param size their number
   * @param borrow 1: the backend may use the bytes in place, so they stay unchanged and readable
   *     until the tensor is destroyed, and the tensor is read-only; 0: copied
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment tensorFromStorage(
      MemorySegment device, MemorySegment spec, MemorySegment data, long size, int borrow) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "tensor_from_storage",
        ttnn_c_h.ttnn_tensor_from_storage(device, spec, data, size, borrow, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Looks rows up in a table.
   *
   * @param ids [1.., S] or [B, S], UINT32 ROW_MAJOR
   * @param weight [V, H] ROW_MAJOR
   * @param options an {@link EmbeddingOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [1, S, H], [S, H] for ids
   *     of rank 1, [B, S, H]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment embedding(
      MemorySegment ids, MemorySegment weight, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("embedding", ttnn_c_h.ttnn_embedding(ids, weight, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Multiplies matrices.
   *
   * @param a [.., M, K] TILE
   * @param b [K, N] or [.., K, N] TILE
   * @param options a {@link MatmulOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [.., M, N]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment matmul(MemorySegment a, MemorySegment b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("matmul", ttnn_c_h.ttnn_matmul(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes activation(a x b + bias).
   *
   * @param a [.., M, K] TILE
   * @param b [K, N] or [.., K, N] TILE
   * @param options a {@link MatmulOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [.., M, N]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment linear(MemorySegment a, MemorySegment b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("linear", ttnn_c_h.ttnn_linear(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Multiplies matrices with those of experts, where sparsity is not zero; the rest are zeros.
   *
   * @param a TILE; [A, B, M, K] for every expert, or [A, E, M, K]
   * @param b TILE; [1, E, K, N]
   * @param sparsity BFLOAT16 ROW_MAJOR; a value for each product
   * @param options a {@link SparseMatmulOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor [A, B, 1, E, M, N] or [A, E, M, N], to be released with {@link
   *     #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment sparseMatmul(
      MemorySegment a, MemorySegment b, MemorySegment sparsity, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("sparse_matmul", ttnn_c_h.ttnn_sparse_matmul(a, b, sparsity, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes x / sqrt(mean(x^2) + epsilon) * weight + bias over the last dimension.
   *
   * @param x TILE, any rank
   * @param options a {@link NormOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment rmsNorm(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("rms_norm", ttnn_c_h.ttnn_rms_norm(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes (x - mean(x)) / sqrt(variance(x) + epsilon) * weight + bias over the last dimension.
   *
   * @param x any rank; TILE, or ROW_MAJOR with a width that is a multiple of 32
   * @param options a {@link NormOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment layerNorm(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("layer_norm", ttnn_c_h.ttnn_layer_norm(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Normalizes each sample's groups of neighbouring channels.
   *
   * @param x [N, 1, HW, C], interleaved
   * @param options a {@link GroupNormOptions} with the number of groups
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment groupNorm(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("group_norm", ttnn_c_h.ttnn_group_norm(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a + b; each dimension equal or 1, ranks aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   * @param options a {@link BinaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment add(MemorySegment a, MemorySegment b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("add", ttnn_c_h.ttnn_add(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a - b; each dimension equal or 1, ranks aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   * @param options a {@link BinaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment subtract(MemorySegment a, MemorySegment b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("subtract", ttnn_c_h.ttnn_subtract(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a * b; each dimension equal or 1, ranks aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   * @param options a {@link BinaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment multiply(MemorySegment a, MemorySegment b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("multiply", ttnn_c_h.ttnn_multiply(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a + b with a scalar b.
   *
   * @param a the tensor
   * @param b the scalar
   * @param options a {@link BinaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment addScalar(MemorySegment a, float b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("add_scalar", ttnn_c_h.ttnn_add_scalar(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a * b with a scalar b.
   *
   * @param a the tensor
   * @param b the scalar
   * @param options a {@link BinaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment multiplyScalar(MemorySegment a, float b, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("multiply_scalar", ttnn_c_h.ttnn_multiply_scalar(a, b, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes x * sigmoid(x); dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment silu(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("silu", ttnn_c_h.ttnn_silu(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes the exact (erf) GELU; dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment gelu(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("gelu", ttnn_c_h.ttnn_gelu(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes GELU's tanh formula; dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment geluTanh(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("gelu_tanh", ttnn_c_h.ttnn_gelu_tanh(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes max(x, 0); dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment relu(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("relu", ttnn_c_h.ttnn_relu(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes tanh(x); dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment tanh(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("tanh", ttnn_c_h.ttnn_tanh(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes 1 / (1 + exp(-x)); dtype and layout stay.
   *
   * @param x the input
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment sigmoid(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("sigmoid", ttnn_c_h.ttnn_sigmoid(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes a numerically stable softmax. ROW_MAJOR input gives TILE output.
   *
   * @param x the input
   * @param dim the dimension; negative counts from the end
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment softmax(MemorySegment x, int dim, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("softmax", ttnn_c_h.ttnn_softmax(x, dim, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Sums over a dimension.
   *
   * @param x FLOAT32, BFLOAT16 or BFLOAT8_B
   * @param dim over which dimension; negative counts from the end
   * @param keepdim 1: it stays, with extent 1; 0: it goes
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment sum(MemorySegment x, int dim, int keepdim, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("sum", ttnn_c_h.ttnn_sum(x, dim, keepdim, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Adds one in place.
   *
   * @param x INT32 or UINT32 ROW_MAJOR
   * @throws TtnnException if the call fails
   */
  public static void plusOne(MemorySegment x) {
    requireLibrary();
    check("plus_one", ttnn_c_h.ttnn_plus_one(x));
  }

  /**
   * Splits a fused projection into heads, for prefill.
   *
   * @param x [B, 1, S, (NH + 2 KV) D]: all q heads, all k heads, all v heads
   * @param options a {@link HeadsOptions}, or {@link MemorySegment#NULL} for the defaults
   * @param outs receives q [B, NH, S, D], k and v [B, KV, S, D] (k [B, KV, D, S] when transposed);
   *     three pointers, each released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static void nlpCreateQkvHeads(MemorySegment x, MemorySegment options, MemorySegment outs) {
    requireLibrary();
    check(
        "nlp_create_qkv_heads",
        ttnn_c_h.ttnn_nlp_create_qkv_heads(
            x,
            options,
            outs,
            outs.asSlice(ValueLayout.ADDRESS.byteSize()),
            outs.asSlice(ValueLayout.ADDRESS.byteSize() * 2)));
  }

  /**
   * Splits a fused projection into heads, for decode.
   *
   * @param x [1, 1, B, (NH + 2 KV) D], B at most 32
   * @param options a {@link HeadsOptions}, or {@link MemorySegment#NULL} for the defaults
   * @param outs receives q [1, B, NH, D], k and v [1, B, KV, D], height sharded in L1, a user per
   *     core; three pointers, each released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static void nlpCreateQkvHeadsDecode(
      MemorySegment x, MemorySegment options, MemorySegment outs) {
    requireLibrary();
    check(
        "nlp_create_qkv_heads_decode",
        ttnn_c_h.ttnn_nlp_create_qkv_heads_decode(
            x,
            options,
            outs,
            outs.asSlice(ValueLayout.ADDRESS.byteSize()),
            outs.asSlice(ValueLayout.ADDRESS.byteSize() * 2)));
  }

  /**
   * Joins heads, for prefill.
   *
   * @param x [B, NH, S, D]
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [B, 1, S, NH D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment nlpConcatHeads(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("nlp_concat_heads", ttnn_c_h.ttnn_nlp_concat_heads(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Joins heads, for decode.
   *
   * @param x [1, B, NH, D] height sharded
   * @param numHeads NH
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [1, 1, 32, NH D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment nlpConcatHeadsDecode(
      MemorySegment x, int numHeads, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "nlp_concat_heads_decode",
        ttnn_c_h.ttnn_nlp_concat_heads_decode(x, numHeads, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Rotates half-split pairs (i, i + D/2), as Hugging Face.
   *
   * @param x prefill [1, h, S, D]; decode [1, B, h, D] height sharded
   * @param cos prefill [1, 1, at least S, D]; decode [1, B, 1, D] height sharded
   * @param sin as {@code cos}
   * @param options a {@link RotaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment rotaryEmbeddingHf(
      MemorySegment x, MemorySegment cos, MemorySegment sin, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("rotary_embedding_hf", ttnn_c_h.ttnn_rotary_embedding_hf(x, cos, sin, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Rotates adjacent pairs (2i, 2i + 1), as Meta's Llama.
   *
   * @param x prefill [1, h, S, D]; decode [1, B, h, D] height sharded
   * @param cos each value twice; shapes as in {@link #rotaryEmbeddingHf}
   * @param sin as {@code cos}
   * @param transMat prefill [1, 1, 32, 32], decode [1, 1, 32 B, 32], with T[2i][2i+1] = 1 and
   *     T[2i+1][2i] = -1
   * @param options a {@link RotaryOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment rotaryEmbeddingLlama(
      MemorySegment x,
      MemorySegment cos,
      MemorySegment sin,
      MemorySegment transMat,
      MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "rotary_embedding_llama",
        ttnn_c_h.ttnn_rotary_embedding_llama(x, cos, sin, transMat, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes softmax(scale q k^T + mask) v.
   *
   * @param q [B, NH, Sq, D]
   * @param k [B, KV, Sk, D], NH a multiple of KV
   * @param v as {@code k}
   * @param options a {@link SdpaOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [B, NH, Sq, D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment scaledDotProductAttention(
      MemorySegment q, MemorySegment k, MemorySegment v, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "scaled_dot_product_attention",
        ttnn_c_h.ttnn_scaled_dot_product_attention(q, k, v, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes attention of a prompt chunk over a paged cache that holds the chunk already.
   *
   * @param q [1, NH, C, D] at positions {@code chunkStart} to {@code chunkStart + C - 1}
   * @param kCache [blocks, KV, block, D]
   * @param vCache as {@code kCache}
   * @param pageTable [1, P] INT32
   * @param chunkStart the position of the chunk's first token
   * @param options a {@link SdpaOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [1, NH, C, D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment chunkedScaledDotProductAttention(
      MemorySegment q,
      MemorySegment kCache,
      MemorySegment vCache,
      MemorySegment pageTable,
      long chunkStart,
      MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "chunked_scaled_dot_product_attention",
        ttnn_c_h.ttnn_chunked_scaled_dot_product_attention(
            q, kCache, vCache, pageTable, chunkStart, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes attention of one query per user over a contiguous cache.
   *
   * @param q [1, B, NH, D]
   * @param kCache [B, KV, Smax, D]
   * @param vCache as {@code kCache}
   * @param options a {@link SdpaOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [1, B, NH, D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment scaledDotProductAttentionDecode(
      MemorySegment q, MemorySegment kCache, MemorySegment vCache, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "scaled_dot_product_attention_decode",
        ttnn_c_h.ttnn_scaled_dot_product_attention_decode(q, kCache, vCache, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes attention of one query per user over a paged cache.
   *
   * @param q [1, B, NH, D]
   * @param kCache [blocks, KV, block, D]
   * @param vCache as {@code kCache}
   * @param pageTable [B, P] INT32 ROW_MAJOR
   * @param options a {@link SdpaOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}; [1, B, NH, D]
   * @throws TtnnException if the call fails
   */
  public static MemorySegment pagedScaledDotProductAttentionDecode(
      MemorySegment q,
      MemorySegment kCache,
      MemorySegment vCache,
      MemorySegment pageTable,
      MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "paged_scaled_dot_product_attention_decode",
        ttnn_c_h.ttnn_paged_scaled_dot_product_attention_decode(
            q, kCache, vCache, pageTable, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Writes a prompt's keys or values to positions 0 to S - 1 of a user, in place. Table entries of
   * -1 are skipped.
   *
   * @param cache [blocks, KV, block, D]
   * @param x [1, KV, S, D], of the cache's dtype
   * @param pageTable [B, P] INT32
   * @param batchIdx the user's row of the table
   * @throws TtnnException if the call fails
   */
  public static void pagedFillCache(
      MemorySegment cache, MemorySegment x, MemorySegment pageTable, int batchIdx) {
    requireLibrary();
    check("paged_fill_cache", ttnn_c_h.ttnn_paged_fill_cache(cache, x, pageTable, batchIdx));
  }

  /**
   * Writes one token's keys or values for each user, in place.
   *
   * @param cache [blocks, KV, block, D]; [B, KV, Smax, D] without a table
   * @param x [1, B, KV, D] BFLOAT16 or FLOAT32, height sharded
   * @param updateIdxs [B] INT32 ROW_MAJOR: the positions; negative skips the user
   * @param pageTable [B, P] INT32, or {@link MemorySegment#NULL}
   * @throws TtnnException if the call fails
   */
  public static void pagedUpdateCache(
      MemorySegment cache, MemorySegment x, MemorySegment updateIdxs, MemorySegment pageTable) {
    requireLibrary();
    check("paged_update_cache", ttnn_c_h.ttnn_paged_update_cache(cache, x, updateIdxs, pageTable));
  }

  /**
   * Writes keys or values into a row of a contiguous cache, in place.
   *
   * @param cache [B, KV, Smax, D]
   * @param x [1, KV, S, D], of the cache's dtype
   * @param batchIdx the row
   * @param updateIdx the first position
   * @throws TtnnException if the call fails
   */
  public static void fillCache(MemorySegment cache, MemorySegment x, int batchIdx, long updateIdx) {
    requireLibrary();
    check("fill_cache", ttnn_c_h.ttnn_fill_cache(cache, x, batchIdx, updateIdx));
  }

  /**
   * Joins tensors of one dtype and layout.
   *
   * @param tensors {@code count} handles
   * @param count how many
   * @param dim the dimension; negative counts from the end
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL} for TTNN's
   *     choice
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment concat(
      MemorySegment tensors, int count, int dim, MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("concat", ttnn_c_h.ttnn_concat(tensors, count, dim, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Takes elements starts[d], starts[d] + steps[d], .. below ends[d] of each dimension.
   *
   * @param x the input
   * @param rank x's rank
   * @param starts {@code rank} longs
   * @param ends {@code rank} longs
   * @param steps {@code rank} longs, or {@link MemorySegment#NULL} for all 1
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL} for TTNN's
   *     choice
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment slice(
      MemorySegment x,
      int rank,
      MemorySegment starts,
      MemorySegment ends,
      MemorySegment steps,
      MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("slice", ttnn_c_h.ttnn_slice(x, rank, starts, ends, steps, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Gives the same elements another shape, sharing the buffer where it can.
   *
   * @param x the input
   * @param rank the number of extents
   * @param shape {@code rank} longs; one may be -1
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment reshape(MemorySegment x, int rank, MemorySegment shape) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("reshape", ttnn_c_h.ttnn_reshape(x, rank, shape, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Reorders dimensions: dimension d of the output is dims[d] of x.
   *
   * @param x the input
   * @param rank the number of extents
   * @param dims {@code rank} ints
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL} for TTNN's
   *     choice
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment permute(
      MemorySegment x, int rank, MemorySegment dims, MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("permute", ttnn_c_h.ttnn_permute(x, rank, dims, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Swaps two dimensions.
   *
   * @param x the input
   * @param dim1 a dimension; negative counts from the end
   * @param dim2 another
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL} for TTNN's
   *     choice
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment transpose(
      MemorySegment x, int dim1, int dim2, MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("transpose", ttnn_c_h.ttnn_transpose(x, dim1, dim2, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Adds low[d] and high[d] elements before and after dimension d. TILE takes no low padding.
   *
   * @param x the input
   * @param rank the number of extents
   * @param low {@code rank} longs
   * @param high {@code rank} longs
   * @param value the value of the new elements
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL} for TTNN's
   *     choice
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment pad(
      MemorySegment x,
      int rank,
      MemorySegment low,
      MemorySegment high,
      float value,
      MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("pad", ttnn_c_h.ttnn_pad(x, rank, low, high, value, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Copies a tensor and replaces elements: the coordinate in one dimension is read from an index.
   *
   * @param x what is copied
   * @param dim along which dimension; negative counts from the end
   * @param index integers, at most as large as src
   * @param src the replacements, of x's dtype
   * @param memoryConfig a {@link MemoryConfigStruct}, or {@link MemorySegment#NULL}
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment scatter(
      MemorySegment x,
      int dim,
      MemorySegment index,
      MemorySegment src,
      MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("scatter", ttnn_c_h.ttnn_scatter(x, dim, index, src, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Converts to another dtype.
   *
   * @param x the input
   * @param dtype a dtype of {@link TtnnConstants}
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment typecast(MemorySegment x, int dtype) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("typecast", ttnn_c_h.ttnn_typecast(x, dtype, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Converts to another layout.
   *
   * @param x the input
   * @param layout a layout of {@link TtnnConstants}
   * @param dtype a dtype of {@link TtnnConstants} to convert to as well; DEFAULT keeps x's
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment toLayout(MemorySegment x, int layout, int dtype) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("to_layout", ttnn_c_h.ttnn_to_layout(x, layout, dtype, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Moves to another memory config.
   *
   * @param x the input
   * @param memoryConfig a {@link MemoryConfigStruct}
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment toMemoryConfig(MemorySegment x, MemorySegment memoryConfig) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("to_memory_config", ttnn_c_h.ttnn_to_memory_config(x, memoryConfig, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Copies one tensor's values into another of the same shape, dtype and layout.
   *
   * @param src the source
   * @param dst the destination
   * @throws TtnnException if the call fails
   */
  public static void copy(MemorySegment src, MemorySegment dst) {
    requireLibrary();
    check("copy", ttnn_c_h.ttnn_copy(src, dst));
  }

  /**
   * Joins the tensors of all devices along an axis of the mesh, for each of them.
   *
   * @param x a tensor
   * @param dim which dimension; negative counts from the end
   * @param options a {@link CollectiveOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment allGather(MemorySegment x, int dim, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("all_gather", ttnn_c_h.ttnn_all_gather(x, dim, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Sums over the devices along an axis of the mesh; each gets its part of a dimension.
   *
   * @param x rank 2 or more; not BFLOAT4_B
   * @param dim which dimension; negative counts from the end
   * @param options a {@link CollectiveOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment reduceScatter(MemorySegment x, int dim, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("reduce_scatter", ttnn_c_h.ttnn_reduce_scatter(x, dim, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Sums over the devices along an axis of the mesh, for each of them.
   *
   * @param x FLOAT32, BFLOAT16, BFLOAT8_B or INT32
   * @param options a {@link CollectiveOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment allReduce(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("all_reduce", ttnn_c_h.ttnn_all_reduce(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Keeps each device's part of a dimension: undoes {@link #allGather}.
   *
   * @param x a tensor
   * @param dim which dimension; negative counts from the end
   * @param options a {@link CollectiveOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment meshPartition(MemorySegment x, int dim, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("mesh_partition", ttnn_c_h.ttnn_mesh_partition(x, dim, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Sums up each device's columns for a norm over all of them: the first part of two.
   *
   * @param x [B, C, S, W], TILE; gives [B, C, S, 32]
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment rmsNormPreAllGather(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("rms_norm_pre_all_gather", ttnn_c_h.ttnn_rms_norm_pre_all_gather(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes each device's columns of a norm over all of them: the second part of two.
   *
   * @param x as in {@link #rmsNormPreAllGather}
   * @param stats what that gave on all devices, gathered along the last dimension
   * @param options a {@link NormOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment rmsNormPostAllGather(
      MemorySegment x, MemorySegment stats, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "rms_norm_post_all_gather", ttnn_c_h.ttnn_rms_norm_post_all_gather(x, stats, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Sums up each device's columns for a norm over all of them: the first part of two.
   *
   * @param x [B, C, S, W], TILE; gives [B, C, S, 64]
   * @param options an {@link OpOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment layerNormPreAllGather(MemorySegment x, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("layer_norm_pre_all_gather", ttnn_c_h.ttnn_layer_norm_pre_all_gather(x, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Computes each device's columns of a norm over all of them: the second part of two.
   *
   * @param x as in {@link #layerNormPreAllGather}
   * @param stats what that gave on all devices, gathered along the last dimension
   * @param options a {@link NormOptions}, or {@link MemorySegment#NULL} for the defaults
   * @return the new tensor, to be released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static MemorySegment layerNormPostAllGather(
      MemorySegment x, MemorySegment stats, MemorySegment options) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check(
        "layer_norm_post_all_gather",
        ttnn_c_h.ttnn_layer_norm_post_all_gather(x, stats, options, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Finds the index of the first largest element.
   *
   * @param x BFLOAT16 or FLOAT32
   * @param dim the dimension; negative counts from the end
   * @param keepdim 1 keeps the dimension with extent 1, 0 drops it
   * @return the new tensor, to be released with {@link #tensorDestroy}; UINT32 ROW_MAJOR
   * @throws TtnnException if the call fails
   */
  public static MemorySegment argmax(MemorySegment x, int dim, int keepdim) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("argmax", ttnn_c_h.ttnn_argmax(x, dim, keepdim, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /**
   * Finds the k largest along the last dimension, in descending order, ties by lower index.
   *
   * @param x TILE
   * @param k how many
   * @param outs receives values and indices: UINT16, or UINT32 for widths above 65536 and FLOAT32
   *     input; two pointers, each released with {@link #tensorDestroy}
   * @throws TtnnException if the call fails
   */
  public static void topk(MemorySegment x, int k, MemorySegment outs) {
    requireLibrary();
    check("topk", ttnn_c_h.ttnn_topk(x, k, outs, outs.asSlice(ValueLayout.ADDRESS.byteSize())));
  }

  /**
   * Starts recording. Until {@link #endTraceCapture}, operations on the device are recorded and not
   * executed; reads, writes and another capture are refused.
   *
   * @param device an open device
   * @return the trace, to be released with {@link #releaseTrace}
   * @throws TtnnException if the call fails
   */
  public static int beginTraceCapture(MemorySegment device) {
    requireLibrary();
    MemorySegment out = OUT.get();
    check("begin_trace_capture", ttnn_c_h.ttnn_begin_trace_capture(device, out));
    return out.get(ValueLayout.JAVA_INT, 0);
  }

  /**
   * Ends a capture. The trace keeps the buffers that it uses, also when their tensors are
   * destroyed.
   *
   * @param device an open device
   * @param traceId the trace
   * @throws TtnnException if the call fails
   */
  public static void endTraceCapture(MemorySegment device, int traceId) {
    requireLibrary();
    check("end_trace_capture", ttnn_c_h.ttnn_end_trace_capture(device, traceId));
  }

  /**
   * Replays the recorded operations on the same buffers.
   *
   * @param device an open device
   * @param traceId the trace
   * @param blocking 0: may return before they are done
   * @throws TtnnException if the call fails
   */
  public static void executeTrace(MemorySegment device, int traceId, int blocking) {
    requireLibrary();
    check("execute_trace", ttnn_c_h.ttnn_execute_trace(device, traceId, blocking));
  }

  /**
   * Forgets a trace, ending its capture if that is under way.
   *
   * @param device an open device
   * @param traceId the trace
   * @throws TtnnException if the call fails
   */
  public static void releaseTrace(MemorySegment device, int traceId) {
    requireLibrary();
    check("release_trace", ttnn_c_h.ttnn_release_trace(device, traceId));
  }
}
