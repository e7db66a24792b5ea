// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Trace;
import dev.tttv2.core.block.TransformerBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
 * A whole {@link TransformerBlock}: prefill of a prompt and decode at the end of a context, called
 * one operation after the other (eager) and replayed from a trace.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class TransformerBlockBenchmark {
  /** A prompt, and a trace of its prefill. */
  @State(Scope.Benchmark)
  public static class Prefill {
    /** Positions of the prompt. */
    @Param({"1", "128", "512", "2048"})
    public int length;

    private Device device;
    private TransformerBlock block;
    private PrefillInputs inputs;
    private Tensor traced;
    private Trace trace;

    /** Makes the inputs, the block and the trace. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Precision precision) {
      device = on.get();
      SmolLM2 model = new SmolLM2(device, precision);
      block = model.block();
      inputs = new PrefillInputs(device, model, length);
      block.prefill(inputs.x, inputs.step).close();
      trace = device.capture(() -> traced = block.prefill(inputs.x, inputs.step));
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      trace.close();
      traced.close();
      inputs.close();
      block.close();
    }
  }

  /** Users at the end of a context, and a trace of their decode. */
  @State(Scope.Benchmark)
  public static class Decode {
    /** Users, the batch. */
    @Param({"1", "8", "32"})
    public int users;

    /** The positions that each query sees, its own included. */
    @Param({"128", "2048", "8192"})
    public int context;

    private Device device;
    private TransformerBlock block;
    private DecodeInputs inputs;
    private Tensor traced;
    private Trace trace;
    private Arena arena;
    private MemorySegment values;
    private DataType readAs;

    /** Makes the inputs, the block and the trace. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Precision precision) {
      device = on.get();
      SmolLM2 model = new SmolLM2(device, precision);
      block = model.block();
      inputs = new DecodeInputs(device, model, users, context);
      block.decode(inputs.x, inputs.step).close();
      trace = device.capture(() -> traced = block.decode(inputs.x, inputs.step));
      arena = Arena.ofShared();
      readAs = precision.config().dtype(TensorGroup.ACTIVATION);
      values = arena.allocate((long) users * SmolLM2.HIDDEN * readAs.hostBytes(), Float.BYTES);
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      trace.close();
      traced.close();
      inputs.close();
      block.close();
      arena.close();
    }
  }

  /** Prefill, eager. */
  @Benchmark
  public void prefillEager(Prefill run) {
    try (Tensor _ = run.block.prefill(run.inputs.x, run.inputs.step)) {
      run.device.synchronize();
    }
  }

  /** Prefill, replayed. */
  @Benchmark
  public void prefillTraced(Prefill run) {
    run.trace.execute();
  }

  /** Decode, eager. */
  @Benchmark
  public void decodeEager(Decode run) {
    try (Tensor _ = run.block.decode(run.inputs.x, run.inputs.step)) {
      run.device.synchronize();
    }
  }

  /** Decode, replayed. */
  @Benchmark
  public void decodeTraced(Decode run) {
    run.trace.execute();
  }

  /** Decode, replayed, and the reading of its output. */
  @Benchmark
  public void decodeTracedAndRead(Decode run) {
    run.trace.execute();
    run.traced.read(run.readAs, run.values);
  }
}
