// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

/**
 * How a device is opened. Zero means the backend's default.
 *
 * @param deviceId which device, from 0
 * @param numThreads host backend: worker threads; 0: the processors this process may use
 * @param numCommandQueues 1 or 2; 0: 1
 * @param dramBytes host backend: the size of each device's DRAM; 0: its share of three quarters of
 *     the machine's memory. What tensors borrow, such as weights mapped from a file, is not in it
 * @param l1SmallSize bytes of each core's L1 set apart for convolutions and pooling
 * @param traceRegionSize bytes of DRAM set apart for traces; 0: on boards each trace gets as many
 *     as were captured, which TTNN refuses where it would overlap with what a live trace uses
 * @param meshRows rows of devices, of a mesh; 0: 1
 * @param meshCols columns of devices, of a mesh; 0: 1
 * @param pinThreads host backend: whether each worker thread keeps to a processor of its own, of
 *     those this process may use, of which the first is left to the thread that calls; {@code
 *     numThreads} may then not exceed them
 * @param traceLeaks whether every tensor remembers the whole stack where it was made, for the
 *     reports about tensors that were not closed, and where it was closed; otherwise it remembers
 *     the call that made it alone
 */
public record DeviceOptions(
    int deviceId,
    int numThreads,
    int numCommandQueues,
    long dramBytes,
    long l1SmallSize,
    long traceRegionSize,
    int meshRows,
    int meshCols,
    boolean pinThreads,
    boolean traceLeaks) {
  /** The system property that turns {@link #traceLeaks} on: {@value}. */
  public static final String LEAK_TRACE_PROPERTY = "tttv2.leak.trace";

  /** The most worker threads of the host backend: {@value}. */
  public static final int MAX_THREADS = 1024;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public DeviceOptions {
    if (deviceId < 0
        || numThreads < 0
        || numCommandQueues < 0
        || dramBytes < 0
        || l1SmallSize < 0
        || traceRegionSize < 0
        || meshRows < 0
        || meshCols < 0) {
      throw new IllegalArgumentException(
          ("device options: deviceId %d, numThreads %d, numCommandQueues %d, dramBytes %d, "
                  + "l1SmallSize %d, traceRegionSize %d, mesh %d x %d: none may be negative")
              .formatted(
                  deviceId,
                  numThreads,
                  numCommandQueues,
                  dramBytes,
                  l1SmallSize,
                  traceRegionSize,
                  meshRows,
                  meshCols));
    }
  }

  /** Returns the defaults. */
  public static DeviceOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that holds the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. */
  public static final class Builder {
    private int deviceId;
    private int numThreads;
    private int numCommandQueues;
    private long dramBytes;
    private long l1SmallSize;
    private long traceRegionSize;
    private int meshRows;
    private int meshCols;
    private boolean pinThreads;
    private boolean traceLeaks = Boolean.getBoolean(LEAK_TRACE_PROPERTY);

    private Builder() {}

    /** Sets which device, from 0. */
    public Builder deviceId(int value) {
      deviceId = value;
      return this;
    }

    /** Sets the host backend's worker threads. */
    public Builder numThreads(int value) {
      numThreads = value;
      return this;
    }

    /** Sets the number of command queues, 1 or 2. */
    public Builder numCommandQueues(int value) {
      numCommandQueues = value;
      return this;
    }

    /** Sets the size of the DRAM of each of the host backend's devices in bytes. */
    public Builder dramBytes(long value) {
      dramBytes = value;
      return this;
    }

    /** Sets the bytes of L1 set apart for convolutions and pooling. */
    public Builder l1SmallSize(long value) {
      l1SmallSize = value;
      return this;
    }

    /** Sets the bytes of DRAM set apart for traces. */
    public Builder traceRegionSize(long value) {
      traceRegionSize = value;
      return this;
    }

    /**
     * Sets the shape of a mesh of devices.
     *
     * @param rows rows of devices
     * @param columns columns of devices
     */
    public Builder mesh(int rows, int columns) {
      meshRows = rows;
      meshCols = columns;
      return this;
    }

    /** Sets whether each of the host backend's worker threads keeps to a processor of its own. */
    public Builder pinThreads(boolean value) {
      pinThreads = value;
      return this;
    }

    /** Sets whether every tensor remembers the whole stack where it was made. */
    public Builder traceLeaks(boolean value) {
      traceLeaks = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public DeviceOptions build() {
      return new DeviceOptions(
          deviceId,
          numThreads,
          numCommandQueues,
          dramBytes,
          l1SmallSize,
          traceRegionSize,
          meshRows,
          meshCols,
          pinThreads,
          traceLeaks);
    }
  }
}
