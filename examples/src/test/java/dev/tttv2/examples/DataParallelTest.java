// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DataParallelGenerator;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of a small Llama on groups of two devices, each of which shares its copy out. */
class DataParallelTest {
  private final List<CausalLM> copies = new ArrayList<>();
  private final List<Device> groups = new ArrayList<>();

  @BeforeEach
  void load() {
    DeviceOptions options =
        DeviceOptions.builder().mesh(1, 6).numThreads(1).dramBytes(1 << 28).build();
    load(Device.openGroups(options, 1, 2));
  }

  private void load(List<Device> devices) {
    groups.addAll(devices);
    try (Checkpoint checkpoint = Checkpoint.open(Golden.root().resolve("tiny/llama_gqa"))) {
      for (Device group : devices) {
        LoadOptions load = LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
        copies.add(ModelFamily.of(checkpoint).load(checkpoint, group, load));
      }
    }
  }

  @AfterEach
  void close() {
    copies.forEach(CausalLM::close);
    for (Device group : groups) {
      assertEquals(0, group.memory(BufferType.DRAM).liveTensors());
      group.close();
    }
  }

  private static List<Prompt> prompts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Prompt.tokens(IntStream.range(0, 3 + 5 * i).map(j -> j + i + 5).toArray()))
        .toList();
  }

  private static GenerationConfig config(int tokens) {
    return GenerationConfig.of(
        SamplingParams.builder()
            .maxTokens(tokens)
            .ignoreEos(true)
            .temperature(1)
            .seed(7)
            .n(2)
            .build());
  }

  private static List<List<Integer>> tokens(List<Generation> generations) {
    return generations.stream().map(Generation::tokens).toList();
  }

  /** Copies on groups of 2 x 2 devices. */
  @Test
  void groupsHaveSeveralRows() {
    List<List<Integer>> expected =
        tokens(new Generator(copies.getFirst(), null).generate(prompts(5), config(8)));
    DeviceOptions options =
        DeviceOptions.builder().mesh(2, 4).numThreads(1).dramBytes(1 << 28).build();
    load(Device.openGroups(options, 2, 2));
    DataParallelGenerator generator =
        new DataParallelGenerator(copies.subList(copies.size() - 2, copies.size()), null);
    assertEquals(expected, tokens(generator.generate(prompts(5), config(8))));
  }

  @Test
  void givesWhatOneCopyGives() {
    DataParallelGenerator generator = new DataParallelGenerator(copies, null);
    for (int count : new int[] {1, 2, 7}) {
      List<Generation> expected =
          new Generator(copies.getFirst(), null).generate(prompts(count), config(8));
      Map<String, List<Integer>> streamed = new TreeMap<>();
      List<Generation> got =
          generator.generate(
              prompts(count),
              config(8),
              token ->
                  streamed
                      .computeIfAbsent(
                          token.prompt() + "/" + token.sample(), k -> new ArrayList<>())
                      .add(token.id()));
      assertEquals(tokens(expected), tokens(got));
      for (int i = 0; i < got.size(); i++) {
        assertEquals(i / 2, got.get(i).prompt());
        assertEquals(i % 2, got.get(i).sample());
        assertEquals(got.get(i).tokens(), streamed.get(i / 2 + "/" + i % 2));
      }
    }
  }

  @Test
  void aFailureOfOneCopyEndsTheOthers() {
    DataParallelGenerator generator = new DataParallelGenerator(copies, null);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                generator.generate(
                    prompts(6),
                    config(100),
                    token -> {
                      if (token.prompt() == 5) {
                        throw new IllegalStateException("on purpose");
                      }
                    }));
    assertEquals("on purpose", e.getMessage());
  }

  @Test
  void interruptingTheCallerEndsAll() {
    DataParallelGenerator generator = new DataParallelGenerator(copies, null);
    Thread caller = Thread.currentThread();
    List<Generation> generations =
        generator.generate(prompts(6), config(100), token -> caller.interrupt());
    assertTrue(Thread.interrupted());
    assertEquals(12, generations.size());
    assertTrue(generations.stream().anyMatch(g -> g.finishReason() == FinishReason.CANCELLED));
  }

  @Test
  void messagesHaveTheCallersNumbers() {
    DataParallelGenerator generator = new DataParallelGenerator(copies, null);
    List<Prompt> prompts = new ArrayList<>(prompts(5));
    prompts.add(Prompt.tokens(1, -1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> generator.generate(prompts, config(8)));
    assertTrue(e.getMessage().contains("prompt 5: token 1 is -1"), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DataParallelGenerator(List.of(copies.get(0), copies.get(0)), null));
    assertTrue(e.getMessage().contains("2 copies of a model on 1 devices"), e.getMessage());
  }
}
