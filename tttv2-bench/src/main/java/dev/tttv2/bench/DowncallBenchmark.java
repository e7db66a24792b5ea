// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Trace;
import dev.tttv2.core.Ttnn;
import dev.tttv2.ffm.DeviceOptionsStruct;
import dev.tttv2.ffm.TensorSpecStruct;
import dev.tttv2.ffm.TtnnC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call into C costs: through the door alone, with the smallest operation behind it, and as
 * the replay of a trace of that operation.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DowncallBenchmark {
  private static final int TILE = 32;

  /** A device and a tensor as the door sees them. */
  @State(Scope.Benchmark)
  public static class Door {
    /** The backend's name. */
    @Param("host")
    public String backend;

    private Arena arena;
    private MemorySegment device;
    private MemorySegment tensor;
    private MemorySegment spec;

    /** Opens the device and makes the tensor. */
    @Setup(Level.Trial)
    public void open() {
      BenchmarkDevice.load(backend);
      arena = Arena.ofShared();
      device = TtnnC.deviceOpen(DeviceOptionsStruct.allocate(arena).segment());
      spec =
          TensorSpecStruct.allocate(arena)
              .dtype(DataType.BFLOAT16.code())
              .layout(Layout.TILE.code())
              .shape(1, 1, TILE, TILE)
              .segment();
      tensor = TtnnC.tensorCreate(device, spec);
    }

    /** Frees both. */
    @TearDown(Level.Trial)
    public void close() {
      TtnnC.tensorDestroy(tensor);
      TtnnC.deviceClose(device);
      arena.close();
    }
  }

  /** One tile, and a trace of its addition to itself. */
  @State(Scope.Benchmark)
  public static class Tile {
    private Device device;
    private Tensor x;
    private Tensor sum;
    private Trace trace;
    private Arena arena;
    private MemorySegment values;

    /** Makes the tile and the trace. */
    @Setup(Level.Trial)
    public void capture(BenchmarkDevice on) {
      device = on.get();
      x = new RandomValues().activation(device, DataType.BFLOAT16, TILE, TILE);
      Ttnn.add(x, x).close();
      trace = device.capture(() -> sum = Ttnn.add(x, x));
      arena = Arena.ofShared();
      values = arena.allocate(ValueLayout.JAVA_FLOAT, TILE * TILE);
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      trace.close();
      sum.close();
      x.close();
      arena.close();
    }
  }

  /** A call that touches nothing but a handle. */
  @Benchmark
  public boolean tensorIsAllocated(Door door) {
    return TtnnC.tensorIsAllocated(door.tensor);
  }

  /** A call without arguments that returns a constant. */
  @Benchmark
  public int extensionCount(Door door) {
    return TtnnC.extensionCount();
  }

  /** A call that can fail and fills a struct. */
  @Benchmark
  public void tensorGetSpec(Door door) {
    TtnnC.tensorGetSpec(door.tensor, door.spec);
  }

  /** The smallest operation, with the making and closing of its output. */
  @Benchmark
  public void add(Tile tile) {
    try (Tensor _ = Ttnn.add(tile.x, tile.x)) {
      tile.device.synchronize();
    }
  }

  /** The replay of the smallest operation. */
  @Benchmark
  public void executeTrace(Tile tile) {
    tile.trace.execute();
  }

  /** The replay of the smallest operation, and the reading of its output. */
  @Benchmark
  public void executeTraceAndRead(Tile tile) {
    tile.trace.execute();
    tile.sum.read(DataType.FLOAT32, tile.values);
  }
}
