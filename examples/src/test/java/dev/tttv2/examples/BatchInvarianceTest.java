// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.EngineStats;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Request;
import dev.tttv2.interfaces.RequestHandle;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.VLLMGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes of a request does not depend on what else runs: its tokens are those that a generator
 * makes of it alone, whatever the schedule. Random schedules with FLOAT32 throughout: up to 33
 * requests at once or little by little, caches so small that sequences give way, shared beginnings,
 * prompts in parts, cancellations.
 */
class BatchInvarianceTest {
  private static final int SCHEDULES = Boolean.getBoolean("tttv2.full") ? 250 : 6;
  private static final int KINDS = 48;
  private static final int LONGEST = 70;

  private static Device device;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  /** A request and the texts that it gives alone. */
  private record Kind(Prompt prompt, SamplingParams params, List<List<Integer>> tokens) {
    static Kind of(CausalLM model, Prompt prompt, SamplingParams params) {
      List<List<Integer>> tokens =
          new Generator(model, null)
              .generate(List.of(prompt), GenerationConfig.of(params)).stream()
                  .map(Generation::tokens)
                  .toList();
      return new Kind(prompt, params, tokens);
    }
  }

  private static List<Kind> kinds(CausalLM model, Random random) {
    int vocabSize = model.config().vocabSize();
    int context = model.config().maxPositions();
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      int length = 1 + random.nextInt(Math.min(120, context - LONGEST - 1));
      Random beginning = new Random(random.nextInt(3));
      int common = random.nextInt(length + 1);
      int[] ids = new int[length];
      for (int at = 0; at < length; at++) {
        ids[at] = (at < common ? beginning : random).nextInt(vocabSize);
      }
      SamplingParams.Builder params =
          SamplingParams.builder().maxTokens(1 + random.nextInt(LONGEST)).ignoreEos(i % 2 == 0);
      if (i % 3 > 0) {
        params.temperature(0.5 + random.nextDouble()).seed(i).n(1 + random.nextInt(3));
      }
      if (i % 3 == 1) {
        params.topK(20).topP(0.9).minP(0.01);
      }
      if (i % 4 == 1) {
        params.repetitionPenalty(1.2).presencePenalty(0.3).frequencyPenalty(-0.2);
      }
      if (i % 8 == 2) {
        params.logitBias(Map.of(5, 3.0)).minTokens(1).noRepeatNgram(3);
      }
      kinds.add(Kind.of(model, Prompt.tokens(ids), params.build()));
    }
    return kinds;
  }

  /** One schedule: when which requests come, and how the engine is set up. */
  private static final class Schedule {
    private final String name;
    private final Random random;
    private final List<Kind> kinds;
    private final List<Kind> chosen = new ArrayList<>();
    private final int[] arrivals; // by step
    private final boolean[] cancelled;
    private final List<RequestHandle> handles = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<VLLMGenerator> engine = new AtomicReference<>();

    Schedule(List<Kind> kinds, int seed) {
      this.kinds = kinds;
      name = "schedule " + seed;
      random = new Random(seed);
      int requests = 1 + random.nextInt(33);
      int spread = random.nextInt(3) * random.nextInt(40);
      arrivals = random.ints(requests, 0, spread + 1).sorted().toArray();
      cancelled = new boolean[requests];
      for (int i = 0; i < requests; i++) {
        chosen.add(kinds.get(random.nextInt(kinds.size())));
        cancelled[i] = random.nextInt(12) == 0;
      }
    }

    private EngineConfig config() {
      int block = 32 << random.nextInt(2);
      int most = kinds.stream().mapToInt(kind -> need(kind, block)).max().orElseThrow();
      int chunk = block * (1 + random.nextInt(6));
      return EngineConfig.builder()
          .maxUsers(1 + random.nextInt(32))
          .blockSize(block)
          .numBlocks(most + random.nextInt(random.nextInt(3) > 0 ? 4 : 80))
          .prefixCaching(random.nextInt(4) > 0)
          .prefillChunk(chunk)
          .maxBatchedTokens(block * (1 + random.nextInt(chunk / block)))
          .trace(random.nextInt(4) > 0)
          .deviceArgmax(random.nextBoolean())
          .stepListener((step, stats) -> submit(stats.steps()))
          .build();
    }

    private static int need(Kind kind, int block) {
      int prompt = ((Prompt.Tokens) kind.prompt).ids().length;
      return Math.ceilDiv(prompt + kind.params.maxTokens(), block);
    }

    /** Hands over what comes before or at a step. */
    private synchronized void submit(long step) {
      for (int i = handles.size(); i < arrivals.length && arrivals[i] <= step; i++) {
        Kind kind = chosen.get(i);
        Request request = Request.of(kind.prompt, kind.params).withPriority(i % 3);
        handles.add(engine.get().submit(request));
        if (cancelled[i]) {
          handles.get(random.nextInt(handles.size())).cancel();
        }
      }
    }

    EngineStats run(CausalLM model) throws InterruptedException {
      try (VLLMGenerator made = new VLLMGenerator(model, null, config())) {
        engine.set(made);
        // What is handed over before anything runs; then the steps go on, if there are any.
        device.lock().lock();
        try {
          submit(arrivals[0]);
        } finally {
          device.lock().unlock();
        }
        for (int i = 0; i < arrivals.length; i++) {
          if (i == handles.size()) {
            submit(Long.MAX_VALUE); // everything ended before the step came
          }
          check(i, handles.get(i).await().outputs());
        }
        EngineStats stats = made.stats();
        assertEquals(0, stats.usedBlocks(), name);
        return stats;
      }
    }

    private void check(int number, List<Generation> texts) {
      Kind kind = chosen.get(number);
      assertEquals(kind.tokens.size(), texts.size());
      for (int i = 0; i < texts.size(); i++) {
        List<Integer> expected = kind.tokens.get(i);
        if (texts.get(i).finishReason() == FinishReason.CANCELLED) {
          expected = expected.subList(0, texts.get(i).tokens().size());
        }
        assertEquals(expected, texts.get(i).tokens(), name + ", request " + number);
      }
    }
  }

  /** longrope: the rotations depend on the whole prompt's length, so beginnings are not shared. */
  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "gpt2", "mixtral", "phi3_longrope"})
  void tokensDoNotDependOnTheSchedule(String name) throws InterruptedException {
    int live = device.memory(BufferType.DRAM).liveTensors();
    try (Checkpoint checkpoint = Checkpoint.open(Golden.root().resolve("tiny").resolve(name));
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none()))) {
      List<Kind> kinds = kinds(model, new Random(name.hashCode()));
      int loaded = device.memory(BufferType.DRAM).liveTensors();
      long[] sums = new long[4];
      for (int seed = 0; seed < SCHEDULES; seed++) {
        EngineStats stats = new Schedule(kinds, seed).run(model);
        long[] counts = {
          stats.requests(), stats.generationTokens(), stats.preemptions(), stats.prefixHits()
        };
        Arrays.setAll(sums, i -> sums[i] + counts[i]);
        assertEquals(loaded, device.memory(BufferType.DRAM).liveTensors());
      }
      System.out.printf(
          "%s: %d schedules, %d requests, %d tokens, %d preemptions, %d prompt tokens found%n",
          name, SCHEDULES, sums[0], sums[1], sums[2], sums[3]);
      boolean shares = !name.equals("phi3_longrope");
      assertEquals(shares, sums[2] > 0);
      assertTrue(sums[3] > 0 || !shares);
    }
    assertEquals(live, device.memory(BufferType.DRAM).liveTensors());
  }
}
