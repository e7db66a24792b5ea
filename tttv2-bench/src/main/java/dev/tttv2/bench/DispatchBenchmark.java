// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Trace;
import dev.tttv2.core.block.DecodeStep;
import dev.tttv2.core.block.TransformerBlock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole decoder's steps, to the end of the device's work. On a mocked board, where the device
 * does nothing, this is the host's time; {@code dispatch.sh} measures it beside Python's. All
 * weights are zeros.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DispatchBenchmark {
  /** What all of them are given. */
  @State(Scope.Benchmark)
  public static class Common {
    /** A model's name, for its sizes: Llama-3.1-8B or SmolLM2-135M. */
    @Param("Llama-3.1-8B")
    public String model;

    /** A preset, or the dtype of all linears' weights. */
    @Param("performance")
    public String preset;

    ZeroDecoder decoder(BenchmarkDevice on, int layers, int users, int context) {
      return new ZeroDecoder(
          on.get(), Precisions.of(preset), DecoderShape.of(model), layers, users, context);
    }
  }

  /** One layer and a step's inputs. */
  @State(Scope.Benchmark)
  public static class Layer {
    /** Users, the batch. */
    @Param("32")
    public int users;

    private Device device;
    private ZeroDecoder decoder;
    private TransformerBlock block;
    private DecodeStep step;
    private Tensor x;

    /** Makes the layer. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Common common) {
      decoder = common.decoder(on, 1, users, CONTEXT);
      device = on.get();
      block = decoder.layer();
      step = decoder.step();
      x = decoder.embed();
    }

    /** Frees it. */
    @TearDown(Level.Trial)
    public void close() {
      x.close();
      step.rope().close();
      decoder.close();
    }
  }

  /** All layers. */
  @State(Scope.Benchmark)
  public static class Decode {
    /** Layers of the model. */
    @Param("32")
    public int layers;

    /** Users, the batch. */
    @Param("32")
    public int users;

    private ZeroDecoder decoder;
    private int[] tokens;

    /** Makes the model. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Common common) {
      decoder = common.decoder(on, layers, users, CONTEXT);
      tokens = new int[users];
    }

    /** Frees it. */
    @TearDown(Level.Trial)
    public void close() {
      decoder.close();
    }
  }

  /** All layers, and a trace of a step; on a new device when one has been read from often. */
  @State(Scope.Benchmark)
  public static class Replay {
    /** A mocked device of TTNN 0.81.1 takes some 8,000 reads and then no more. */
    private static final int MOST_READS = 6000;

    /** Layers of the model. */
    @Param("32")
    public int layers;

    /** Users, the batch. */
    @Param("32")
    public int users;

    private ZeroDecoder decoder;
    private int[] tokens;
    private Tensor traced;
    private Trace trace;
    private int reads;

    /** Makes the model and the trace. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Common common) {
      decoder = common.decoder(on, layers, users, CONTEXT);
      tokens = new int[users];
      decoder.decode().close();
      trace = on.get().capture(() -> traced = decoder.decode());
      reads = 0;
    }

    /** Makes them again on a new device where too few reads are left for an iteration. */
    @Setup(Level.Iteration)
    public void renew(BenchmarkDevice on, Common common) {
      if (reads + REPLAYS > MOST_READS) {
        close();
        on.reopen();
        make(on, common);
      }
      reads += REPLAYS;
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      trace.close();
      traced.close();
      decoder.close();
    }
  }

  /** All layers and a prompt. */
  @State(Scope.Benchmark)
  public static class Prefill {
    /** Layers of the model. */
    @Param("32")
    public int layers;

    private Device device;
    private ZeroDecoder decoder;
    private Tensor prompt;

    /** Makes the model. */
    @Setup(Level.Trial)
    public void make(BenchmarkDevice on, Common common) {
      decoder = common.decoder(on, layers, 1, CONTEXT);
      device = on.get();
      prompt = Tensor.ofInts(device, DataType.UINT32, new int[CONTEXT], 1, CONTEXT);
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
      prompt.close();
      decoder.close();
    }
  }

  /** All layers, a prompt, and a trace of what the layers do with it. */
  @State(Scope.Benchmark)
  public static class TracedPrefill {
    private Tensor hidden;
    private Trace trace;

    /** Captures. */
    @Setup(Level.Trial)
    public void capture(BenchmarkDevice on, Prefill of) {
      of.decoder.prefill(of.prompt).close();
      trace = on.get().capture(() -> hidden = of.decoder.promptLayers(of.prompt));
    }

    /** Frees it. */
    @TearDown(Level.Trial)
    public void close() {
      trace.close();
      hidden.close();
    }
  }

  private static final int CONTEXT = 128;

  /** Replays of an iteration. */
  static final int REPLAYS = 200;

  /** One layer of a decode step, eager. */
  @Benchmark
  public void decodeLayer(Layer run) {
    try (Tensor _ = run.block.decode(run.x, run.step)) {
      run.device.synchronize();
    }
  }

  /** A decode step from the tokens on the device to the next ones on the host, eager. */
  @Benchmark
  public void decodeStep(Decode run) {
    try (Tensor next = run.decoder.decode()) {
      next.read(run.tokens);
    }
  }

  /** The same, replayed. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OperationsPerInvocation(REPLAYS)
  @Warmup(iterations = 150)
  @Measurement(iterations = 60)
  public void replayedStep(Replay run) {
    for (int i = 0; i < REPLAYS; i++) {
      run.trace.execute(false);
      run.traced.read(run.tokens);
    }
  }

  /** A prompt of 128 tokens on the device to the logits of its last position there, eager. */
  @Benchmark
  public void prefill(Prefill run) {
    try (Tensor _ = run.decoder.prefill(run.prompt)) {
      run.device.synchronize();
    }
  }

  /** The same with the layers replayed, as servers do that capture each length of prompts once. */
  @Benchmark
  public void tracedPrefill(Prefill run, TracedPrefill traced) {
    traced.trace.execute(false);
    try (Tensor _ = run.decoder.promptLogits(traced.hidden)) {
      run.device.synchronize();
    }
  }
}
