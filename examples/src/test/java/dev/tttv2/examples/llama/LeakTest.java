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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many generations in one process leave device and process as they were. */
class LeakTest {
  private static final int WARM_UP = 100;
  private static final int GENERATIONS = 200;

  /** What the JVM's own compiling and collecting may move, in kB. */
  private static final long RESIDENT_SLACK = 24 << 10;

  @Test
  void generationsLeaveNothingBehind() throws IOException {
    Path directory = Golden.root().resolve("tiny/llama_gqa");
    try (Device device = Device.open()) {
      try (Checkpoint checkpoint = Checkpoint.open(directory);
          CausalLM model =
              ModelFamily.of(checkpoint)
                  .load(
                      checkpoint,
                      device,
                      LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.none()))) {
        Generator generator = new Generator(model, null);
        GenerationConfig config = GenerationConfig.builder().maxTokens(8).ignoreEos(true).build();
        List<Prompt> prompts = List.of(Prompt.tokens(5, 6, 7, 8, 9), Prompt.tokens(10, 11));
        MemoryStats loaded = device.memory(BufferType.DRAM);
        long before = 0;
        for (int i = 0; i < WARM_UP + GENERATIONS; i++) {
          if (i == WARM_UP) {
            before = residentKilobytes();
          }
          generator.generate(prompts, config);
          MemoryStats now = device.memory(BufferType.DRAM);
          assertEquals(loaded.liveTensors(), now.liveTensors(), "live tensors after " + i);
          assertEquals(loaded.allocatedBytes(), now.allocatedBytes(), "device bytes after " + i);
        }
        long grown = residentKilobytes() - before;
        assertTrue(
            grown < RESIDENT_SLACK,
            "%d generations made the process %d kB larger".formatted(GENERATIONS, grown));
      }
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    }
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
