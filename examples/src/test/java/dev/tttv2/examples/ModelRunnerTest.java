// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecodeInput;
import dev.tttv2.interfaces.DecodeOutput;
import dev.tttv2.interfaces.DecodeReload;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.Logits;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.ModelRunner;
import dev.tttv2.interfaces.PrefillInput;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.RunnerCapabilities;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.TraceCoverageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of the device-facing layer, on a small Llama. */
class ModelRunnerTest {
  private static final int[] NONE = {};
  private static final int[] FIRST = {0, 1, 2, 3};
  private static final int[] SECOND = {4, 5, 6};

  private static Device device;
  private static CausalLM model;
  private static int loaded;

  @BeforeAll
  static void load() {
    device = Device.open();
    model = load("llama_gqa");
    loaded = device.memory(BufferType.DRAM).liveTensors();
  }

  private static CausalLM load(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Golden.root().resolve("tiny/" + name))) {
      LoadOptions options = LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
      return ModelFamily.of(checkpoint).load(checkpoint, device, options);
    }
  }

  @AfterAll
  static void close() {
    assertEquals(loaded, device.memory(BufferType.DRAM).liveTensors());
    model.close();
    device.close();
  }

  private static EngineConfig.Builder config() {
    return EngineConfig.builder().maxUsers(4).numBlocks(8).maxContext(128).deviceArgmax(true);
  }

  private static ModelRunner runner(EngineConfig.Builder config) {
    return runner(model, config);
  }

  private static ModelRunner runner(CausalLM model, EngineConfig.Builder config) {
    ModelRunner runner = new ModelRunner(model, config.build());
    assertEquals(8, runner.allocateKVCache());
    runner.warmUp();
    runner.warmUp();
    return runner;
  }

  private static int[] prompt(int length, int seed) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> (i * 7 + seed * 13) % 90 + 5);
    return ids;
  }

  /** What the generator makes of a prompt, token by token. */
  private static List<Integer> expected(int[] prompt, int count) {
    return expected(model, prompt, count);
  }

  private static List<Integer> expected(CausalLM model, int[] prompt, int count) {
    SamplingParams params = SamplingParams.builder().maxTokens(count).ignoreEos(true).build();
    return new Generator(model, null)
        .generate(List.of(Prompt.tokens(prompt)), GenerationConfig.of(params))
        .getFirst()
        .tokens();
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static PrefillInput part(int[] prompt, int start, int end, int[] blocks) {
    return new PrefillInput(
        Arrays.copyOfRange(prompt, start, end), start, prompt.length, blocks, Logits.LAST);
  }

  /** Prefills a part of a prompt and returns the most likely token behind it. */
  private static int prefill(ModelRunner runner, int[] prompt, int start, int end, int[] blocks) {
    int[] next = new int[1];
    PrefillInput input = part(prompt, start, end, blocks);
    runner.prefillForward(
        List.of(input),
        runner.isCaptured(input),
        (part, position, logits) -> {
          assertEquals(end - 1, position);
          next[0] = argmax(logits);
        });
    return next[0];
  }

  private static DecodeInput input(
      DecodeReload reload, int[] tokens, int[] positions, int[]... blocks) {
    return new DecodeInput(tokens, positions, blocks, Optional.empty(), reload, true);
  }

  @Test
  void capabilitiesSayWhatThereIs() {
    try (ModelRunner runner = runner(config().maxUsers(5))) {
      RunnerCapabilities capabilities = runner.capabilities();
      assertEquals(List.of(1, 2, 4, 8), capabilities.decodeBatches());
      assertEquals(128, capabilities.maxContext());
      assertTrue(capabilities.prefixCaching() && capabilities.sampleOnDevice());
      assertFalse(capabilities.paddedPrefill());
    }
  }

  /** Lengths, blocks and the last row differ; the layers of a padded length are captured once. */
  @Test
  void paddedPromptsAreReplayed() {
    try (CausalLM gemma = load("gemma3_text");
        ModelRunner runner = runner(gemma, config().padPrompts(true))) {
      assertTrue(gemma.promptLayers().isPresent());
      assertTrue(runner.capabilities().paddedPrefill());
      for (int length : new int[] {50, 1, 97, 32}) {
        int[] prompt = prompt(length, length);
        int[] blocks = length % 2 == 0 ? FIRST : new int[] {7, 4, 6, 5};
        assertEquals(
            expected(gemma, prompt, 1), List.of(prefill(runner, prompt, 0, length, blocks)));
        assertTrue(runner.isCaptured(part(prompt, 0, length, blocks)));
        // Behind a block that the replay has filled.
        if (length > 32) {
          PrefillInput later = part(prompt, 32, length, blocks);
          TraceCoverageException missing =
              assertThrows(
                  TraceCoverageException.class,
                  () -> runner.prefillForward(List.of(later), true, (part, at, logits) -> {}));
          assertEquals(
              "no prefill of %d tokens from position 32 for LAST logits was captured, only from"
                      .formatted(length - 32)
                  + " position 0 for LAST logits, padded to [128]",
              missing.getMessage());
          assertEquals(
              expected(gemma, prompt, 1), List.of(prefill(runner, prompt, 32, length, blocks)));
        }
      }
    }
  }

  @Test
  void theDeviceGoesOnByItselfAndRowsMayMove() {
    int[] a = prompt(50, 1);
    int[] b = prompt(33, 2);
    List<Integer> expectedA = expected(a, 40);
    List<Integer> expectedB = expected(b, 12);
    for (boolean trace : new boolean[] {true, false}) {
      try (ModelRunner runner = runner(config().trace(trace))) {
        List<Integer> gotA = new ArrayList<>(List.of(prefill(runner, a, 0, 50, FIRST)));
        List<Integer> gotB = new ArrayList<>();
        prefill(runner, b, 0, 32, SECOND); // in parts
        gotB.add(prefill(runner, b, 32, 33, SECOND));
        int[] firstA = Arrays.copyOf(FIRST, 2);
        DecodeOutput output =
            runner.decodeForward(
                input(
                    DecodeReload.ALL,
                    new int[] {0, gotB.getFirst(), 0, gotA.getFirst()},
                    new int[] {-1, 33, -1, 50},
                    NONE,
                    SECOND,
                    NONE,
                    firstA),
                false);
        assertFalse(output.isRead());
        assertThrows(IllegalStateException.class, () -> output.token(1));
        runner.readDecodeOutput(output);
        gotA.add(output.token(3));
        gotB.add(output.token(1));
        // Each step begins before the one before is read.
        DecodeOutput earlier = null;
        for (int i = 0; i <= 10; i++) {
          DecodeOutput next =
              i == 10
                  ? null
                  : runner.decodeForward(input(DecodeReload.NONE, new int[4], new int[4]), false);
          if (earlier != null) {
            runner.readDecodeOutput(earlier);
            gotA.add(earlier.token(3));
            gotB.add(earlier.token(1));
          }
          earlier = next;
        }
        assertEquals(expectedB, gotB);
        // B has ended; A moves to another row of a smaller batch.
        DecodeOutput moved =
            runner.decodeForward(
                new DecodeInput(
                    new int[2],
                    new int[2],
                    new int[0][],
                    Optional.of(new int[] {-1, 3}),
                    DecodeReload.NONE,
                    true),
                true);
        gotA.add(moved.token(1));
        // Position 62 and 63 have room, from 64 on another block is needed.
        for (int position = 63; position < 89; position++) {
          DecodeReload reload = position == 64 ? DecodeReload.PAGE_TABLES : DecodeReload.NONE;
          gotA.add(
              runner
                  .decodeForward(input(reload, new int[2], new int[2], NONE, FIRST), true)
                  .token(1));
        }
        assertEquals(expectedA.subList(0, gotA.size()), gotA);
        assertEquals(39, gotA.size());
      }
    }
  }

  @Test
  void logitsAreThoseOfAPromptThatEndsThere() {
    int[] prompt = prompt(70, 3);
    try (ModelRunner runner = runner(config())) {
      List<float[]> all = new ArrayList<>();
      runner.prefillForward(
          List.of(new PrefillInput(prompt, 0, 70, new int[] {0, 1, 2}, Logits.ALL)),
          false,
          (part, position, logits) -> all.add(logits.clone()));
      assertEquals(70, all.size());
      int vocabSize = model.config().vocabSize();
      float[] row = new float[vocabSize];
      DecodeOutput output =
          runner.decodeForward(
              new DecodeInput(
                  new int[] {0, prompt[64]},
                  new int[] {-1, 64},
                  new int[][] {NONE, {0, 1, 2}},
                  Optional.empty(),
                  DecodeReload.ALL,
                  false),
              true);
      output.logits(1, row);
      assertArrayEquals(all.get(64), row);
      List<DecodeOutput> both = new ArrayList<>();
      for (int position = 65; position < 67; position++) {
        both.add(
            runner.decodeForward(
                new DecodeInput(
                    new int[] {0, prompt[position]},
                    new int[] {-1, position},
                    new int[][] {NONE, {0, 1, 2}},
                    Optional.empty(),
                    DecodeReload.ALL,
                    false),
                false));
      }
      for (int i = 0; i < 2; i++) {
        runner.readDecodeOutput(both.get(i));
      }
      for (int i = 0; i < 2; i++) {
        both.get(i).logits(1, row);
        assertArrayEquals(all.get(65 + i), row);
      }
      assertThrows(IllegalStateException.class, () -> output.token(1));
    }
  }

  @Test
  void whatWasNotCapturedIsAnError() {
    try (ModelRunner runner = new ModelRunner(model, config().build())) {
      runner.allocateKVCache();
      DecodeInput one = input(DecodeReload.ALL, new int[1], new int[] {-1}, NONE);
      assertThrows(TraceCoverageException.class, () -> runner.decodeForward(one, true));
    }
    try (ModelRunner runner = runner(config().deviceArgmax(false))) {
      DecodeInput three =
          new DecodeInput(
              new int[3],
              new int[] {-1, -1, -1},
              new int[][] {NONE, NONE, NONE},
              Optional.empty(),
              DecodeReload.ALL,
              false);
      assertEquals(
          "no decode step of 3 rows was captured, only of [1, 2, 4] rows that give logits",
          assertThrows(TraceCoverageException.class, () -> runner.decodeForward(three, true))
              .getMessage());
      DecodeInput chosen = input(DecodeReload.ALL, new int[1], new int[] {-1}, NONE);
      assertThrows(TraceCoverageException.class, () -> runner.decodeForward(chosen, true));
    }
  }

  @Test
  void whatCannotGoOnIsRefused() {
    try (ModelRunner runner = runner(config())) {
      DecodeInput next = input(DecodeReload.NONE, new int[1], new int[1]);
      assertThrows(IllegalArgumentException.class, () -> runner.decodeForward(next, true));
      DecodeInput all = input(DecodeReload.ALL, new int[1], new int[] {-1}, NONE);
      DecodeOutput stale = runner.decodeForward(all, false);
      runner.decodeForward(next, false);
      runner.decodeForward(next, false);
      assertThrows(IllegalStateException.class, () -> runner.readDecodeOutput(stale));
      DecodeInput wider = input(DecodeReload.NONE, new int[2], new int[2]);
      assertThrows(IllegalArgumentException.class, () -> runner.decodeForward(wider, true));
    }
  }

  @Test
  void aClosedModelSaysSo() {
    CausalLM gemma = load("gemma3_text");
    gemma.close();
    Generator generator = new Generator(gemma, null);
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                generator.generate(
                    List.of(Prompt.tokens(1, 2)), GenerationConfig.builder().build()));
    assertEquals("the model is closed", error.getMessage());
  }

  @Test
  void partsOfPromptsThatCannotBeAreRefused() {
    try (ModelRunner runner = runner(config())) {
      int[] ten = new int[10];
      for (PrefillInput wrong :
          List.of(
              new PrefillInput(NONE, 0, 10, FIRST, Logits.LAST),
              new PrefillInput(ten, 5, 20, FIRST, Logits.LAST),
              new PrefillInput(ten, 32, 40, FIRST, Logits.LAST),
              new PrefillInput(ten, 32, 42, new int[] {0}, Logits.LAST),
              new PrefillInput(ten, 0, 129, FIRST, Logits.LAST))) {
        assertThrows(
            IllegalArgumentException.class,
            () -> runner.prefillForward(List.of(wrong), false, (part, position, logits) -> {}));
      }
    }
  }
}
