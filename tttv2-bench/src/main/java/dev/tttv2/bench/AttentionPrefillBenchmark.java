// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Attention;
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

/** {@link Attention#prefill} of one user's prompt from position 0. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class AttentionPrefillBenchmark {
  /** Positions of the prompt. */
  @Param({"1", "128", "512", "2048"})
  public int length;

  private Device device;
  private PrefillInputs inputs;
  private Attention attention;

  /** Makes the inputs and the block. */
  @Setup(Level.Trial)
  public void make(BenchmarkDevice on, Precision precision) {
    device = on.get();
    SmolLM2 model = new SmolLM2(device, precision);
    inputs = new PrefillInputs(device, model, length);
    attention = model.attention();
  }

  /** The block. */
  @Benchmark
  public void prefill() {
    try (Tensor _ = attention.prefill(inputs.x, inputs.step, 0)) {
      device.synchronize();
    }
  }

  /** Frees both. */
  @TearDown(Level.Trial)
  public void close() {
    attention.close();
    inputs.close();
  }
}
