// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_device_options;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#deviceOpen}.
 *
 * <p>A view of C's {@code ttnn_device_options}. Zero means the default for every field. A pointer
 * is stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class DeviceOptionsStruct extends NativeStruct {
  private DeviceOptionsStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_device_options.layout());
  }

  /**
   * Allocates a DeviceOptionsStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static DeviceOptionsStruct allocate(SegmentAllocator allocator) {
    return new DeviceOptionsStruct(allocator);
  }

  /**
   * Sets which device.
   *
   * @param value which device
   * @return this
   */
  public DeviceOptionsStruct deviceId(int value) {
    ttnn_device_options.device_id(segment(), value);
    return this;
  }

  /**
   * Returns which device.
   *
   * @return which device
   */
  public int deviceId() {
    return ttnn_device_options.device_id(segment());
  }

  /**
   * Sets host: worker threads.
   *
   * @param value host: worker threads; 0: the processors this process may use; at most 1024
   * @return this
   */
  public DeviceOptionsStruct numThreads(int value) {
    ttnn_device_options.num_threads(segment(), value);
    return this;
  }

  /**
   * Returns host: worker threads.
   *
   * @return host: worker threads; 0: the processors this process may use; at most 1024
   */
  public int numThreads() {
    return ttnn_device_options.num_threads(segment());
  }

  /**
   * Sets command queues.
   *
   * @param value command queues; 0: 1; at most 2
   * @return this
   */
  public DeviceOptionsStruct numCommandQueues(int value) {
    ttnn_device_options.num_command_queues(segment(), value);
    return this;
  }

  /**
   * Returns command queues.
   *
   * @return command queues; 0: 1; at most 2
   */
  public int numCommandQueues() {
    return ttnn_device_options.num_command_queues(segment());
  }

  /**
   * Sets host: the size of its DRAM in bytes.
   *
   * @param value host: the size of each device's DRAM in bytes; 0: its share of three quarters of
   *     the machine's memory
   * @return this
   */
  public DeviceOptionsStruct dramBytes(long value) {
    ttnn_device_options.dram_bytes(segment(), value);
    return this;
  }

  /**
   * Returns host: the size of its DRAM in bytes.
   *
   * @return host: the size of its DRAM in bytes; 0: three quarters of the machine's memory
   */
  public long dramBytes() {
    return ttnn_device_options.dram_bytes(segment());
  }

  /**
   * Sets bytes of L1 set aside for TTNN's small buffers.
   *
   * @param value bytes of L1 set aside for TTNN's small buffers
   * @return this
   */
  public DeviceOptionsStruct l1SmallSize(long value) {
    ttnn_device_options.l1_small_size(segment(), value);
    return this;
  }

  /**
   * Returns bytes of L1 set aside for TTNN's small buffers.
   *
   * @return bytes of L1 set aside for TTNN's small buffers
   */
  public long l1SmallSize() {
    return ttnn_device_options.l1_small_size(segment());
  }

  /**
   * Sets bytes of DRAM set aside for traces.
   *
   * @param value bytes of DRAM set aside for traces
   * @return this
   */
  public DeviceOptionsStruct traceRegionSize(long value) {
    ttnn_device_options.trace_region_size(segment(), value);
    return this;
  }

  /**
   * Returns bytes of DRAM set aside for traces.
   *
   * @return bytes of DRAM set aside for traces
   */
  public long traceRegionSize() {
    return ttnn_device_options.trace_region_size(segment());
  }

  /**
   * Sets rows of devices, of a mesh.
   *
   * @param value rows of devices, of a mesh; 0: 1
   * @return this
   */
  public DeviceOptionsStruct meshRows(int value) {
    ttnn_device_options.mesh_rows(segment(), value);
    return this;
  }

  /**
   * Returns rows of devices, of a mesh.
   *
   * @return rows of devices, of a mesh; 0: 1
   */
  public int meshRows() {
    return ttnn_device_options.mesh_rows(segment());
  }

  /**
   * Sets columns of devices, of a mesh.
   *
   * @param value columns of devices, of a mesh; 0: 1
   * @return this
   */
  public DeviceOptionsStruct meshCols(int value) {
    ttnn_device_options.mesh_cols(segment(), value);
    return this;
  }

  /**
   * Returns columns of devices, of a mesh.
   *
   * @return columns of devices, of a mesh; 0: 1
   */
  public int meshCols() {
    return ttnn_device_options.mesh_cols(segment());
  }

  /**
   * Sets host: whether worker threads keep to processors.
   *
   * @param value host: 1: each worker thread keeps to a processor of its own
   * @return this
   */
  public DeviceOptionsStruct pinThreads(int value) {
    ttnn_device_options.pin_threads(segment(), value);
    return this;
  }

  /**
   * Returns host: whether worker threads keep to processors.
   *
   * @return host: 1: each worker thread keeps to a processor of its own
   */
  public int pinThreads() {
    return ttnn_device_options.pin_threads(segment());
  }
}
