// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
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
 * Products T [1, 1, m, k] x T [k, n] with weights of each dtype. Activations are FLOAT32 for
 * FLOAT32 weights, BFLOAT16 otherwise.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class LinearBenchmark {
  /** The weight's dtype. */
  @Param({"FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B"})
  public DataType weight;

  /** Rows: users in decode, positions in prefill. */
  @Param({"1", "8", "32", "128", "512", "2048"})
  public int m;

  /** The weight's extents, "k x n". */
  @Param({"576x1536", "1536x576"})
  public String weightShape;

  private Device device;
  private Tensor x;
  private Tensor w;
  private MatmulArgs args;

  /** Makes an activation and a weight. */
  @Setup(Level.Trial)
  public void make(BenchmarkDevice on) {
    int cut = weightShape.indexOf('x');
    int k = Integer.parseInt(weightShape, 0, cut, 10);
    int n = Integer.parseInt(weightShape, cut + 1, weightShape.length(), 10);
    device = on.get();
    DataType activation = weight == DataType.FLOAT32 ? DataType.FLOAT32 : DataType.BFLOAT16;
    RandomValues random = new RandomValues();
    x = random.activation(device, activation, m, k);
    w = random.weight("weight", n, k).load(device, TensorSpec.tile(weight, k, n), true);
    args = MatmulArgs.builder().dtype(activation).build();
  }

  /** The product. */
  @Benchmark
  public void linear() {
    try (Tensor _ = Ttnn.linear(x, w, args)) {
      device.synchronize();
    }
  }

  /** Frees both. */
  @TearDown(Level.Trial)
  public void close() {
    w.close();
    x.close();
  }
}
