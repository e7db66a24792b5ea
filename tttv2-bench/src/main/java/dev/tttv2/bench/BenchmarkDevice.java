// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.ffm.NativeLibrary;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The device of a run, opened before and closed after it. */
@State(Scope.Benchmark)
public class BenchmarkDevice {
  /** The backend's name; with forks, each run loads its own. */
  @Param("host")
  public String backend;

  /** Worker threads of the host backend; 0: the processors this process may use. */
  @Param("0")
  public int threads;

  private Device device;

  /** Loads the backend, unless another run in this process has, and opens the device. */
  @Setup(Level.Trial)
  public void open() {
    load(backend);
    device = Device.open(DeviceOptions.builder().numThreads(threads).build());
  }

  /** Closes the device, on which nothing must be left, and opens it anew. */
  void reopen() {
    close();
    open();
  }

  static void load(String backend) {
    System.setProperty("tttv2.backend", backend);
    if (!NativeLibrary.backend().equals(backend)) {
      throw new IllegalStateException(
          "backend %s was asked for, but this process has loaded %s; use forks"
              .formatted(backend, NativeLibrary.backend()));
    }
  }

  /** Closes the device. */
  @TearDown(Level.Trial)
  public void close() {
    device.close();
  }

  /** Returns the open device. */
  public Device get() {
    return device;
  }
}
