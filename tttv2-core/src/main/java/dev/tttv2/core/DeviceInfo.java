// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.DeviceInfoStruct;

/**
 * What a device is.
 *
 * @param deviceId its number
 * @param arch "host", "wormhole_b0" or "blackhole"
 * @param name the processor's or the board's name, for people
 * @param isa host backend: the kernels in use, such as "avx512"; else empty
 * @param numThreads host backend: worker threads
 * @param gridX columns of usable cores
 * @param gridY rows of usable cores
 * @param dramBanks banks of DRAM
 * @param meshRows rows of devices in the mesh
 * @param meshCols columns of devices in the mesh
 * @param numCommandQueues command queues
 * @param dramBytes size of the DRAM
 * @param l1BytesPerCore size of one core's L1
 */
public record DeviceInfo(
    int deviceId,
    String arch,
    String name,
    String isa,
    int numThreads,
    int gridX,
    int gridY,
    int dramBanks,
    int meshRows,
    int meshCols,
    int numCommandQueues,
    long dramBytes,
    long l1BytesPerCore) {
  static DeviceInfo readFrom(DeviceInfoStruct struct) {
    return new DeviceInfo(
        struct.deviceId(),
        struct.arch(),
        struct.name(),
        struct.isa(),
        struct.numThreads(),
        struct.gridX(),
        struct.gridY(),
        struct.dramBanks(),
        struct.meshRows(),
        struct.meshCols(),
        struct.numCommandQueues(),
        struct.dramBytes(),
        struct.l1BytesPerCore());
  }
}
