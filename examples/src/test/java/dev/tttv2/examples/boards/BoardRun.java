// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.boards;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.HWConfig;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.Logits;
import dev.tttv2.interfaces.MemoryFit;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.ModelRunner;
import dev.tttv2.interfaces.PrefillInput;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.VLLMGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Loads a model of zeros and generates: prompts of all lengths alone, the longest in chunks, then
 * batches; decode steps run once directly, then as a trace. Any error of TTNN ends it. Runs in a
 * process of its own, whose TTNN is mocked.
 */
final class BoardRun {
  private static final int[] LENGTHS = {1, 100, 128, 1024, 5000};
  private static final int[] BATCHES = {1, 8, 32};
  private static final int CONTEXT = 5120;
  private static final int NEW_TOKENS = 4;

  private BoardRun() {}

  /** Arguments: the checkpoint's directory, the mesh's rows and columns, the preset, overrides. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    int rows = Integer.parseInt(args[1]);
    int cols = Integer.parseInt(args[2]);
    DeviceOptions options = DeviceOptions.builder().mesh(rows, cols).build();
    long begin = System.nanoTime();
    OptimizationConfig preset = OptimizationConfig.of(args[3]).withOverrides(args[4]);
    LoadOptions load = LoadOptions.of(preset, WeightCache.none()).withMaxContext(CONTEXT);
    try (Device device = Device.open(options);
        Checkpoint checkpoint = Checkpoint.open(directory)) {
      ModelFamily family = ModelFamily.of(checkpoint);
      DecoderConfig config = load.limit(family.config(checkpoint), checkpoint);
      long planned = MemoryFit.of(config, preset, device).weightBytes();
      try (CausalLM model = family.load(checkpoint, device, load)) {
        System.out.printf("loaded in %.1f s%n", seconds(begin));
        compare(planned, device.memory(BufferType.DRAM).allocatedBytes());
        run(model);
      }
    }
    System.out.println("done");
  }

  /** What arithmetic says must be there, and little more: norms, biases, what is rounded up. */
  private static void compare(long planned, long allocated) {
    System.out.printf("weights: %d bytes planned, %d allocated%n", planned, allocated);
    if (planned > allocated || planned < 0.99 * allocated) {
      throw new IllegalStateException(
          "planned %d bytes of weights, allocated %d".formatted(planned, allocated));
    }
  }

  private static void run(CausalLM model) {
    Generator generator = new Generator(model, null);
    for (int length : LENGTHS) {
      generate(generator, List.of(length));
    }
    for (int users : BATCHES) {
      List<Integer> lengths = new ArrayList<>();
      for (int user = 0; user < users; user++) {
        lengths.add(1 + 17 * user);
      }
      generate(generator, lengths);
    }
    replay(model);
    serve(model);
  }

  /** Prompts of padded lengths, their layers captured once, and what the traces take. */
  private static void replay(CausalLM model) {
    long begin = System.nanoTime();
    EngineConfig config =
        EngineConfig.builder().maxUsers(32).maxContext(2048).numBlocks(128).build();
    try (ModelRunner runner = new ModelRunner(model, config)) {
      int blocks = runner.allocateKVCache();
      long before = model.device().memory(BufferType.DRAM).allocatedBytes();
      runner.warmUp();
      long traces = model.device().memory(BufferType.DRAM).allocatedBytes() - before;
      long planned = plannedWork(model, config);
      System.out.printf("work: %d bytes planned, traces: %d allocated%n", planned, traces);
      if (traces > planned) {
        throw new IllegalStateException("%d bytes of traces".formatted(traces));
      }
      for (int length : new int[] {1, 100, 300, 1000, 2000}) {
        int[] table = IntStream.range(0, blocks).toArray();
        PrefillInput prompt = new PrefillInput(new int[length], 0, length, table, Logits.LAST);
        runner.prefillForward(List.of(prompt), true, (part, position, logits) -> {});
      }
    }
    System.out.printf("replayed 5 prompts: %.1f s%n", seconds(begin));
  }

  private static long plannedWork(CausalLM model, EngineConfig config) {
    HWConfig board = HWConfig.of(model.device().info());
    int group = model.device().target().tensorParallel();
    int users = board.chips() / group * config.maxUsers();
    return board
        .plan(model.config(), model.optimizations(), group, users, config.maxContext())
        .workBytes();
  }

  /** Requests of several lengths at once, one with another's beginning; everything traced. */
  private static void serve(CausalLM model) {
    long begin = System.nanoTime();
    EngineConfig config =
        EngineConfig.builder().maxUsers(8).maxContext(1024).numBlocks(128).build();
    SamplingParams params = SamplingParams.builder().maxTokens(NEW_TOKENS).ignoreEos(true).build();
    try (VLLMGenerator engine = new VLLMGenerator(model, null, config)) {
      List<Prompt> prompts = new ArrayList<>();
      for (int length : new int[] {1, 100, 300, 301, 700}) {
        prompts.add(Prompt.tokens(new int[length]));
      }
      for (RequestOutput output : engine.generate(prompts, params)) {
        if (output.outputs().getFirst().tokens().size() != NEW_TOKENS) {
          throw new IllegalStateException("tokens " + output);
        }
      }
    }
    System.out.printf("served 5 requests: %.1f s%n", seconds(begin));
  }

  private static void generate(Generator generator, List<Integer> lengths) {
    long begin = System.nanoTime();
    GenerationConfig config =
        GenerationConfig.of(SamplingParams.builder().maxTokens(NEW_TOKENS).ignoreEos(true).build());
    List<Prompt> prompts = new ArrayList<>();
    lengths.forEach(length -> prompts.add(Prompt.tokens(new int[length])));
    for (Generation generation : generator.generate(prompts, config)) {
      if (generation.tokens().size() != NEW_TOKENS) {
        throw new IllegalStateException("tokens " + generation.tokens());
      }
    }
    System.out.printf(
        "%d prompts of %d to %d tokens: %.1f s%n",
        lengths.size(), lengths.getFirst(), lengths.getLast(), seconds(begin));
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
