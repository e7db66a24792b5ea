// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.Rotation;
import java.util.Arrays;
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
 * The cosines and sines that {@link RoPE} takes from its tables, once for all layers of a prompt or
 * a decode step. Their application is a part of attention.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class RoPEBenchmark {
  /** The tables. */
  public abstract static class Tables {
    private Device device;
    private RoPE rope;

    void make(BenchmarkDevice on, Precision precision, int positions) {
      device = on.get();
      rope = new SmolLM2(device, precision).rope(positions);
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      rope.close();
    }
  }

  /** A prompt. */
  @State(Scope.Benchmark)
  public static class Prefill extends Tables {
    /** Positions of the prompt. */
    @Param({"1", "128", "512", "2048"})
    public int length;

    /** Makes the tables. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Precision precision) {
      make(on, precision, length);
    }
  }

  /** A position of each user. */
  @State(Scope.Benchmark)
  public static class Decode extends Tables {
    /** Users, the batch. */
    @Param({"1", "8", "32"})
    public int users;

    /** The positions that each user's query sees, its own included. */
    @Param({"128", "2048", "8192"})
    public int context;

    private Tensor positions;

    /** Makes the tables and the positions. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Precision precision) {
      make(on, precision, context);
      int[] last = new int[users];
      Arrays.fill(last, context - 1);
      positions = Tensor.ofInts(on.get(), DataType.UINT32, last, 1, users);
    }

    /** Frees them. */
    @Override
    @TearDown(Level.Trial)
    public void close() {
      positions.close();
      super.close();
    }
  }

  /** Of a prompt. */
  @Benchmark
  public void prefill(Prefill run) {
    use(run, ((Tables) run).rope.prefill(0, run.length));
  }

  /** Of a decode step. */
  @Benchmark
  public void decode(Decode run) {
    use(run, ((Tables) run).rope.decode(run.positions));
  }

  private static void use(Tables tables, Rotation rotation) {
    try (rotation) {
      tables.device.synchronize();
    }
  }
}
