// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.examples.Golden;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many generations in one process leave device and process as they were. */
class LeakTest {
  private static final int WARM_UP = 300;
  private static final int GENERATIONS = 200;

  /** The JVM's own compiling and collecting shows in some rounds, a leak in all. */
  private static final int ROUNDS = 5;

  /** What a generation may leave behind in the round in the middle, in kB. */
  private static final long MOST_PER_GENERATION = 32;

  @Test
  void generationsLeaveNothingBehind() throws IOException {
    Path directory = Golden.root().resolve("tiny/llama_gqa");
    try (Device device = Device.open()) {
      try (Checkpoint checkpoint = Checkpoint.open(directory);
          Tokenizer tokenizer = Tokenizer.of(Path.of("src/it/import/tokenizer.json"));
          CausalLM model =
              ModelFamily.of(checkpoint)
                  .load(
                      checkpoint,
                      device,
                      LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.none()))) {
        Generator generator = new Generator(model, tokenizer);
        GenerationConfig config = GenerationConfig.builder().maxTokens(8).ignoreEos(true).build();
        List<Prompt> prompts = List.of(Prompt.text("The capital of"), Prompt.tokens(10, 11));
        Runnable generate = () -> generate(generator, prompts, config);
        repeat(WARM_UP, generate);
        long[] growth = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          long before = residentKilobytes();
          repeat(GENERATIONS, generate);
          growth[round] = residentKilobytes() - before;
        }
        Arrays.sort(growth);
        assertTrue(
            growth[ROUNDS / 2] < MOST_PER_GENERATION * GENERATIONS,
            "%d generations make the process larger by, in kB: %s"
                .formatted(GENERATIONS, Arrays.toString(growth)));
      }
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    }
  }

  private static void repeat(int count, Runnable what) {
    for (int i = 0; i < count; i++) {
      what.run();
    }
  }

  private static void generate(Generator generator, List<Prompt> prompts, GenerationConfig config) {
    Device device = generator.model().device();
    MemoryStats before = device.memory(BufferType.DRAM);
    generator.generate(prompts, config);
    MemoryStats after = device.memory(BufferType.DRAM);
    assertEquals(before.liveTensors(), after.liveTensors(), "live tensors");
    assertEquals(before.allocatedBytes(), after.allocatedBytes(), "device bytes");
  }

  private static long residentKilobytes() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no VmRSS");
  }
}
