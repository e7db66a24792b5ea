// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_device_info;
import java.lang.foreign.SegmentAllocator;

/**
 * What a device is.
 *
 * <p>A view of C's {@code ttnn_device_info}, which {@link TtnnC} fills in.
 */
public final class DeviceInfoStruct extends NativeStruct {
  private DeviceInfoStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_device_info.layout());
  }

  /**
   * Allocates a DeviceInfoStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static DeviceInfoStruct allocate(SegmentAllocator allocator) {
    return new DeviceInfoStruct(allocator);
  }

  /**
   * Returns which device.
   *
   * @return which device
   */
  public int deviceId() {
    return ttnn_device_info.device_id(segment());
  }

  /**
   * Returns the architecture: {@code "host"}, {@code "wormhole_b0"} or {@code "blackhole"}.
   *
   * @return the architecture: {@code "host"}, {@code "wormhole_b0"} or {@code "blackhole"}
   */
  public String arch() {
    return ttnn_device_info.arch(segment()).getString(0);
  }

  /**
   * Returns the processor's or the board's name, for people.
   *
   * @return the processor's or the board's name, for people
   */
  public String name() {
    return ttnn_device_info.name(segment()).getString(0);
  }

  /**
   * Returns host: the kernels in use, such as {@code "avx512"}.
   *
   * @return host: the kernels in use, such as {@code "avx512"}
   */
  public String isa() {
    return ttnn_device_info.isa(segment()).getString(0);
  }

  /**
   * Returns host: the worker threads.
   *
   * @return host: the worker threads
   */
  public int numThreads() {
    return ttnn_device_info.num_threads(segment());
  }

  /**
   * Returns usable cores in a row.
   *
   * @return usable cores in a row
   */
  public int gridX() {
    return ttnn_device_info.grid_x(segment());
  }

  /**
   * Returns usable cores in a column.
   *
   * @return usable cores in a column
   */
  public int gridY() {
    return ttnn_device_info.grid_y(segment());
  }

  /**
   * Returns the number of DRAM banks.
   *
   * @return the number of DRAM banks
   */
  public int dramBanks() {
    return ttnn_device_info.dram_banks(segment());
  }

  /**
   * Returns rows of the mesh of devices.
   *
   * @return rows of the mesh of devices
   */
  public int meshRows() {
    return ttnn_device_info.mesh_rows(segment());
  }

  /**
   * Returns columns of the mesh of devices.
   *
   * @return columns of the mesh of devices
   */
  public int meshCols() {
    return ttnn_device_info.mesh_cols(segment());
  }

  /**
   * Returns the number of command queues.
   *
   * @return the number of command queues
   */
  public int numCommandQueues() {
    return ttnn_device_info.num_command_queues(segment());
  }

  /**
   * Returns the size of the DRAM in bytes.
   *
   * @return the size of the DRAM in bytes
   */
  public long dramBytes() {
    return ttnn_device_info.dram_bytes(segment());
  }

  /**
   * Returns the size of one core's L1 in bytes.
   *
   * @return the size of one core's L1 in bytes
   */
  public long l1BytesPerCore() {
    return ttnn_device_info.l1_bytes_per_core(segment());
  }
}
