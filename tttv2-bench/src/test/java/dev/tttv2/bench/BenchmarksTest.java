// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Keeps the benchmarks working, and the replay of a trace free of garbage. Times are not judged.
 */
class BenchmarksTest {
  private static final List<Class<?>> BENCHMARKS =
      List.of(
          DowncallBenchmark.class,
          LinearBenchmark.class,
          RMSNormBenchmark.class,
          LayerNormBenchmark.class,
          GroupNormBenchmark.class,
          EmbeddingBenchmark.class,
          PatchEmbeddingBenchmark.class,
          RoPEBenchmark.class,
          MLPBenchmark.class,
          MixtureOfExpertsBenchmark.class,
          LMHeadBenchmark.class,
          CrossAttentionBenchmark.class,
          AttentionPrefillBenchmark.class,
          AttentionDecodeBenchmark.class,
          TransformerBlockBenchmark.class,
          DispatchBenchmark.class);

  private static final int SMALLEST_OBJECT = 16;

  @BeforeAll
  static void shareTheMachine() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                quick()
                    .measurementTime(TimeValue.milliseconds(10))
                    .param("m", "1")
                    .param("weightShape", "576x1536")
                    .param("weight", "BFLOAT8_B")
                    .param("rows", "1")
                    .param("positions", "256")
                    .param("side", "224")
                    .param("length", "32")
                    .param("users", "1")
                    .param("context", "128")
                    .param("model", "SmolLM2-135M")
                    .param("layers", "2")
                    .param("preset", "accuracy", "performance", "float32", "BFLOAT4_B")
                    .build())
            .run();

    assertEquals(declared(), names(results));
    assertAll(
        results.stream()
            .map(
                result ->
                    () ->
                        assertTrue(
                            result.getPrimaryResult().getScore() > 0,
                            () -> result.getParams() + ": " + result.getPrimaryResult())));
  }

  /**
   * Less than the smallest object a call, in the best of three iterations: JMH itself allocates 7
   * to 15 kB in each, and half a megabyte in the last.
   */
  @ParameterizedTest
  @CsvSource({
    "DowncallBenchmark.executeTraceAndRead, 20000",
    "TransformerBlockBenchmark.decodeTracedAndRead, 2000"
  })
  void replayingAndReadingAllocatesNothing(String benchmark, int calls) throws RunnerException {
    RunResult result =
        new Runner(
                quick()
                    .include(benchmark + "$")
                    .param("users", "1")
                    .param("context", "128")
                    .mode(Mode.SingleShotTime)
                    .warmupIterations(1)
                    .warmupBatchSize(calls)
                    .measurementIterations(3)
                    .measurementBatchSize(calls)
                    .addProfiler(GCProfiler.class)
                    .build())
            .runSingle();

    double bytes =
        result.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .mapToDouble(
                iteration -> iteration.getSecondaryResults().get("gc.alloc.rate.norm").getScore())
            .min()
            .orElseThrow();
    assertTrue(
        bytes / calls < SMALLEST_OBJECT,
        () -> "%s: %.0f bytes in %d calls".formatted(benchmark, bytes, calls));
  }

  /** One iteration in this process, which stops at the first failure. */
  private static ChainedOptionsBuilder quick() {
    return new OptionsBuilder()
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  private static Set<String> declared() {
    Set<String> names = new TreeSet<>();
    for (Class<?> benchmark : BENCHMARKS) {
      for (Method method : benchmark.getMethods()) {
        if (method.isAnnotationPresent(Benchmark.class)) {
          names.add(benchmark.getName() + "." + method.getName());
        }
      }
    }
    return names;
  }

  private static Set<String> names(Collection<RunResult> results) {
    return results.stream()
        .map(result -> result.getParams().getBenchmark())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
