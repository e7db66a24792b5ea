// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A block that maps one tensor to another: {@link Block#forward} and the closing of its output. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public abstract class BlockBenchmark {
  private Device device;
  private Tensor x;
  private Block block;

  /** Makes the block. */
  abstract Block block(SmolLM2 model);

  /** Makes what the block is applied to. */
  abstract Tensor input(SmolLM2 model);

  /** Makes the input and the block. */
  @Setup(Level.Trial)
  public void make(BenchmarkDevice on, Precision precision) {
    device = on.get();
    SmolLM2 model = new SmolLM2(device, precision);
    x = input(model);
    block = block(model);
  }

  /** The block. */
  @Benchmark
  public void forward() {
    try (Tensor _ = block.forward(x)) {
      device.synchronize();
    }
  }

  /** Frees both. */
  @TearDown(Level.Trial)
  public void close() {
    block.close();
    x.close();
  }

  /** What is applied as a block is, but is not one. */
  record Applied(UnaryOperator<Tensor> application, Runnable freeing) implements Block {
    @Override
    public Tensor forward(Tensor x) {
      return application.apply(x);
    }

    @Override
    public void close() {
      freeing.run();
    }
  }
}
