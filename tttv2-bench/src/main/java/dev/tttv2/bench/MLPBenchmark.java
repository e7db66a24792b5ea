// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.MLP;
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

/** The gated {@link MLP} 576 -> 1536 -> 576 of T [1, 1, rows, 576]. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class MLPBenchmark {
  /** Rows: users in decode, positions in prefill. */
  @Param({"1", "32", "128", "512"})
  public int rows;

  private Device device;
  private Tensor x;
  private MLP mlp;

  /** Makes the input and the block. */
  @Setup(Level.Trial)
  public void make(BenchmarkDevice on, Precision precision) {
    device = on.get();
    SmolLM2 model = new SmolLM2(device, precision);
    x = model.activation(rows);
    mlp = model.mlp();
  }

  /** The block. */
  @Benchmark
  public void forward() {
    try (Tensor _ = mlp.forward(x)) {
      device.synchronize();
    }
  }

  /** Frees both. */
  @TearDown(Level.Trial)
  public void close() {
    mlp.close();
    x.close();
  }
}
