// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.MemoryStatsStruct;

/**
 * How much of a device's memory is in use, in bytes.
 *
 * @param liveTensors open tensors of the device, whatever their buffer type
 * @param totalBytes the size of the memory
 * @param allocatedBytes in use now, without {@code borrowedBytes}
 * @param peakAllocatedBytes the most that was in use since the device was opened
 * @param largestFreeBytes the largest tensor that fits
 * @param borrowedBytes held by tensors that use the caller's memory in place
 */
public record MemoryStats(
    int liveTensors,
    long totalBytes,
    long allocatedBytes,
    long peakAllocatedBytes,
    long largestFreeBytes,
    long borrowedBytes) {
  static MemoryStats readFrom(MemoryStatsStruct struct) {
    return new MemoryStats(
        struct.liveTensors(),
        struct.totalBytes(),
        struct.allocatedBytes(),
        struct.peakAllocatedBytes(),
        struct.largestFreeBytes(),
        struct.borrowedBytes());
  }
}
