// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.EngineStats;
import dev.tttv2.interfaces.EngineStep;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.RequestTimes;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.StepListener;
import dev.tttv2.interfaces.VLLMGenerator;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * What Prometheus is told, under vLLM's names and in its units and buckets. It listens to the
 * engine's steps, so it is made before the engine and given to its config.
 *
 * <p>Where vLLM counts, we count; {@code request_success} counts texts by the reason why they
 * ended, "abort" for those that were cancelled.
 */
public final class ServerMetrics implements StepListener {
  /** What a scrape is. */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Beside each histogram the registry has a gauge of its largest value, which vLLM has not. */
  private static final Pattern LARGEST =
      Pattern.compile("^(?:# (?:HELP|TYPE) )?[\\w:]+_max(?:[ {].*)?\\n", Pattern.MULTILINE);

  // vllm/v1/metrics/loggers.py.
  private static final double[] FIRST_TOKEN_SECONDS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };
  private static final double[] TOKEN_SECONDS = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  private static final double[] REQUEST_SECONDS = {
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };
  private static final double[] STEP_TOKENS = {
    1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384
  };
  private static final double[] COUNTS = {1, 2, 5, 10, 20};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Tags tags;
  private final DistributionSummary stepTokens;
  private final Timer firstToken;
  private final Timer interToken;
  private final Timer perToken;
  private final Timer total;
  private final Timer queue;
  private final Timer prefill;
  private final Timer decode;
  private final Timer inference;
  private final DistributionSummary promptTokens;
  private final DistributionSummary generationTokens;
  private final DistributionSummary mostGenerationTokens;
  private final DistributionSummary texts;
  private final DistributionSummary maxTokens;

  /**
   * Makes metrics without an engine.
   *
   * @param modelName the label {@code model_name}
   * @param maxContext the model's longest context, up to which numbers of tokens have buckets
   */
  public ServerMetrics(String modelName, int maxContext) {
    tags = Tags.of("model_name", Objects.requireNonNull(modelName, "modelName"), "engine", "0");
    double[] tokens = oneTwoFive(maxContext);
    stepTokens = histogram("iteration_tokens", "tokens run in an engine's step", STEP_TOKENS);
    firstToken =
        timer("time_to_first_token", "time to a request's first token", FIRST_TOKEN_SECONDS);
    interToken = timer("inter_token_latency", "time between two tokens", TOKEN_SECONDS);
    perToken =
        timer(
            "request_time_per_output_token",
            "a request's time for each token but the first",
            TOKEN_SECONDS);
    total = timer("e2e_request_latency", "a request's whole time", REQUEST_SECONDS);
    queue = timer("request_queue_time", "time in the queue", REQUEST_SECONDS);
    prefill = timer("request_prefill_time", "time of the prompt", REQUEST_SECONDS);
    decode = timer("request_decode_time", "time of new tokens", REQUEST_SECONDS);
    inference = timer("request_inference_time", "time outside of the queue", REQUEST_SECONDS);
    promptTokens = histogram("request_prompt_tokens", "tokens of the prompt", tokens);
    generationTokens = histogram("request_generation_tokens", "new tokens", tokens);
    mostGenerationTokens =
        histogram(
            "request_max_num_generation_tokens", "new tokens of a request's longest text", tokens);
    texts = histogram("request_params_n", "the parameter n", COUNTS);
    maxTokens = histogram("request_params_max_tokens", "the parameter max_tokens", tokens);
  }

  private DistributionSummary histogram(String name, String help, double[] buckets) {
    return DistributionSummary.builder("vllm:" + name)
        .description(help)
        .tags(tags)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  /** Makes a histogram of durations; its name ends in {@code _seconds}. */
  private Timer timer(String name, String help, double[] buckets) {
    return Timer.builder("vllm:" + name)
        .description(help)
        .tags(tags)
        .serviceLevelObjectives(durations(buckets))
        .register(registry);
  }

  private static Duration[] durations(double... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(each -> Duration.ofMillis(Math.round(each * 1000)))
        .toArray(Duration[]::new);
  }

  /** Returns 1, 2, 5, 10, ... up to a number. */
  private static double[] oneTwoFive(int most) {
    List<Double> buckets = new ArrayList<>();
    for (long power = 1; power <= most; power *= 10) {
      for (int digit : new int[] {1, 2, 5}) {
        if (digit * power <= most) {
          buckets.add((double) (digit * power));
        }
      }
    }
    return buckets.stream().mapToDouble(i -> i).toArray();
  }

  /** Shows how things stand in an engine, from now on. */
  void watch(VLLMGenerator engine) {
    gauge("num_requests_running", "sequences that run", engine, EngineStats::running);
    gauge("num_requests_waiting", "sequences that wait", engine, EngineStats::waiting);
    gauge(
        "kv_cache_usage_perc",
        "share of the cache in use, 0 to 1",
        engine,
        EngineStats::cacheUsage);
    counter("prefix_cache_queries", "prompt tokens looked for", engine, EngineStats::prefixQueries);
    counter("prefix_cache_hits", "prompt tokens found", engine, EngineStats::prefixHits);
    counter("num_preemptions", "sequences that gave way", engine, EngineStats::preemptions);
    counter("prompt_tokens", "prompt tokens", engine, EngineStats::promptTokens);
    counter("generation_tokens", "new tokens", engine, EngineStats::generationTokens);
    for (FinishReason reason : FinishReason.values()) {
      FunctionCounter.builder(
              "vllm:request_success", engine, e -> e.stats().finished().getOrDefault(reason, 0L))
          .description("texts that have ended")
          .tags(tags.and("finished_reason", Choice.reason(reason)))
          .register(registry);
    }
  }

  private void gauge(
      String name, String help, VLLMGenerator engine, ToDoubleFunction<EngineStats> value) {
    Gauge.builder("vllm:" + name, engine, e -> value.applyAsDouble(e.stats()))
        .description(help)
        .tags(tags)
        .register(registry);
  }

  private void counter(
      String name, String help, VLLMGenerator engine, ToDoubleFunction<EngineStats> value) {
    FunctionCounter.builder("vllm:" + name, engine, e -> value.applyAsDouble(e.stats()))
        .description(help)
        .tags(tags)
        .register(registry);
  }

  @Override
  public void step(EngineStep step, EngineStats stats) {
    stepTokens.record(step.tokens());
  }

  /** Takes note of a token that came so long after the one before. */
  void token(long nanos) {
    interToken.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes note of a request that has ended. */
  void finished(SamplingParams sampling, RequestOutput output) {
    texts.record(sampling.n());
    maxTokens.record(sampling.maxTokens());
    promptTokens.record(output.promptTokens().size());
    generationTokens.record(output.generatedTokens());
    int longest =
        output.outputs().stream().map(Generation::tokens).mapToInt(List::size).max().orElse(0);
    mostGenerationTokens.record(longest);
    RequestTimes times = output.times();
    total.record(times.total());
    queue.record(times.queue());
    if (longest > 0) {
      firstToken.record(times.toFirstToken());
      prefill.record(times.prefill());
      decode.record(times.decode());
      inference.record(times.prefill().plus(times.decode()));
    }
    if (longest > 1) {
      perToken.record(times.decode().dividedBy(longest - 1));
    }
  }

  /** Takes note of an answer. */
  void answered(String handler, String method, int status, long nanos) {
    Tags labels = Tags.of("handler", handler, "method", method, "status", status / 100 + "xx");
    registry.counter("http_requests", labels).increment();
    Timer.builder("http_request_duration")
        .description("time from a request's head to the end of its answer")
        .tags(Tags.of("handler", handler, "method", method))
        .serviceLevelObjectives(durations(0.1, 0.5, 1, 5, 30))
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Returns all metrics in Prometheus's text format. */
  String scrape() {
    // The registry takes "_total" from names that are not counters'; vLLM's histogram has it.
    return LARGEST
        .matcher(registry.scrape(CONTENT_TYPE))
        .replaceAll("")
        .replace("vllm:iteration_tokens", "vllm:iteration_tokens_total");
  }
}
