// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Request;
import dev.tttv2.interfaces.RequestHandle;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.VLLMGenerator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What an engine gains, side by side in one run: tokens per second of requests that run together
 * and one at a time, and the time to the first token with and without prefix caching. A program of
 * its own rather than a JMH benchmark, for it compares two ways by turns, on a machine that is not
 * always equally fast.
 *
 * <p>Arguments: a model's file or directory, then presets (all three if there are none). {@code
 * -Drounds=N}: how often each way is measured (5). {@code -Dthreads=N}: threads of the host backend
 * (0: all processors).
 */
public final class EngineBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final DeviceOptions OPTIONS =
      DeviceOptions.builder().numThreads(Integer.getInteger("threads", 0)).build();
  private static final int REQUESTS = 16;
  private static final int PROMPT = 64;
  private static final int NEW_TOKENS = 64;
  private static final int PREFIX = 512;
  private static final int SUFFIX = 16;

  private static final Map<String, OptimizationConfig> PRESETS =
      Map.of(
          "float32", OptimizationConfig.float32(),
          "accuracy", OptimizationConfig.accuracy(),
          "performance", OptimizationConfig.performance());

  private final CausalLM model;
  private final Random random = new Random(1);

  private EngineBenchmark(CausalLM model) {
    this.model = model;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length == 0) {
      throw new IllegalArgumentException("arguments: MODEL [float32|accuracy|performance]...");
    }
    List<String> presets = List.of(args).subList(1, args.length);
    for (String preset :
        presets.isEmpty() ? List.of("float32", "accuracy", "performance") : presets) {
      OptimizationConfig precision = PRESETS.get(preset);
      if (precision == null) {
        throw new IllegalArgumentException(
            "preset is %s, expected one of %s".formatted(preset, PRESETS.keySet()));
      }
      try (Device device = Device.open(OPTIONS);
          CausalLM model = load(Path.of(args[0]), device, precision)) {
        EngineBenchmark benchmark = new EngineBenchmark(model);
        benchmark.compareThroughput(preset);
        benchmark.compareFirstTokens(preset);
      }
    }
  }

  private static CausalLM load(Path path, Device device, OptimizationConfig precision) {
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      LoadOptions options = LoadOptions.of(precision, WeightCache.open());
      return ModelFamily.of(checkpoint).load(checkpoint, device, options);
    }
  }

  private int[] randomTokens(int count) {
    return random.ints(count, 0, model.config().vocabSize()).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  // ---- Together or one at a time ----

  private void compareThroughput(String preset) throws InterruptedException {
    double[] together = new double[ROUNDS];
    double[] alone = new double[ROUNDS];
    double[] gains = new double[ROUNDS];
    try (VLLMGenerator engine = new VLLMGenerator(model, null, EngineConfig.DEFAULT)) {
      throughput(engine, true);
      for (int round = 0; round < ROUNDS; round++) {
        alone[round] = throughput(engine, false);
        together[round] = throughput(engine, true);
        gains[round] = together[round] / alone[round];
      }
    }
    System.out.printf(
        "%s: %d requests of %d + %d tokens: one at a time %.1f tokens/s, together %.1f,"
            + " median of the rounds' ratios %.2f%n",
        preset, REQUESTS, PROMPT, NEW_TOKENS, median(alone), median(together), median(gains));
  }

  /** Returns generated tokens per second, prefill included. */
  private double throughput(VLLMGenerator engine, boolean together) throws InterruptedException {
    SamplingParams params = SamplingParams.builder().maxTokens(NEW_TOKENS).ignoreEos(true).build();
    long begin = System.nanoTime();
    List<RequestHandle> handles = new ArrayList<>();
    int tokens = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Prompt prompt = Prompt.tokens(randomTokens(PROMPT));
      RequestHandle handle = engine.submit(Request.of(prompt, params));
      if (together) {
        handles.add(handle);
      } else {
        tokens += handle.await().generatedTokens();
      }
    }
    for (RequestHandle handle : handles) {
      tokens += handle.await().generatedTokens();
    }
    return tokens * 1e9 / (System.nanoTime() - begin);
  }

  // ---- With and without prefix caching ----

  private void compareFirstTokens(String preset) throws InterruptedException {
    double[] cached = new double[ROUNDS];
    double[] computed = new double[ROUNDS];
    double[] gains = new double[ROUNDS];
    int[] prefix = randomTokens(PREFIX);
    try (VLLMGenerator with = new VLLMGenerator(model, null, config(true));
        VLLMGenerator without = new VLLMGenerator(model, null, config(false))) {
      millisToFirstToken(with, prefix, 0); // fills the cache
      millisToFirstToken(without, prefix, 0);
      for (int round = 0; round < ROUNDS; round++) {
        computed[round] = millisToFirstToken(without, prefix, 0);
        cached[round] = millisToFirstToken(with, prefix, PREFIX);
        gains[round] = computed[round] / cached[round];
      }
    }
    System.out.printf(
        "%s: first token behind %d shared tokens and %d others: computed %.1f ms, cached %.1f ms,"
            + " median of the rounds' ratios %.2f%n",
        preset, PREFIX, SUFFIX, median(computed), median(cached), median(gains));
  }

  private static EngineConfig config(boolean prefixCaching) {
    return EngineConfig.builder().numBlocks(128).prefixCaching(prefixCaching).build();
  }

  private double millisToFirstToken(VLLMGenerator engine, int[] prefix, int expected)
      throws InterruptedException {
    int[] prompt = Arrays.copyOf(prefix, PREFIX + SUFFIX);
    System.arraycopy(randomTokens(SUFFIX), 0, prompt, PREFIX, SUFFIX);
    SamplingParams params = SamplingParams.builder().maxTokens(1).build();
    RequestOutput output = engine.submit(Request.of(Prompt.tokens(prompt), params)).await();
    if (output.cachedTokens() != expected) {
      throw new IllegalStateException(
          "%d tokens were cached, expected %d".formatted(output.cachedTokens(), expected));
    }
    return output.times().toFirstToken().toNanos() / 1e6;
  }
}
