// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.MemoryFit;
import dev.tttv2.interfaces.ModelFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights take the bytes that arithmetic says beforehand, however they are shared out. */
class PlannedMemoryTest {
  /** Rows and columns. */
  private static final int[][] MESHES = {{1, 1}, {1, 2}, {2, 2}, {2, 4}};

  private static final Path MOCK = Path.of("../tttv2-ffm-bindings/src/test/ttnn-mock/mock");

  private static final double TOLERANCE = 0.01;

  /**
   * Families with another number of norms than the two a layer that are counted, which weigh much
   * in models as small as these, where norms take whole tiles.
   */
  private static final Set<String> OTHER_NORMS =
      Set.of("bloom", "gemma2", "gemma3_text", "gptj", "phi");

  @TempDir Path temporary;

  @TestFactory
  Stream<DynamicTest> weightsTakeWhatIsPlanned() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : DecoderGoldensTest.decoders()) {
      for (int[] mesh : MESHES) {
        for (String preset : OptimizationConfig.presets()) {
          tests.add(
              dynamicTest(
                  "%s on %d x %d, %s".formatted(directory.getFileName(), mesh[0], mesh[1], preset),
                  () -> {
                    DeviceOptions.Builder options = DeviceOptions.builder().mesh(mesh[0], mesh[1]);
                    try (Device device = Device.open(options.dramBytes(1 << 28).build())) {
                      compare(directory, device, OptimizationConfig.of(preset));
                    }
                  }));
        }
      }
    }
    return tests.stream();
  }

  private static void compare(Path directory, Device device, OptimizationConfig preset) {
    LoadOptions load = LoadOptions.of(preset, WeightCache.none());
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      ModelFamily family = ModelFamily.of(checkpoint);
      DecoderConfig config = load.limit(family.config(checkpoint), checkpoint);
      long planned = MemoryFit.of(config, preset, device).weightBytes();
      long before = used(device);
      try (CausalLM _ = family.load(checkpoint, device, load)) {
        long allocated = used(device) - before;
        assertEquals(allocated, planned, TOLERANCE * allocated, directory.toString());
      }
    }
  }

  private static long used(Device device) {
    MemoryStats memory = device.memory(BufferType.DRAM);
    return memory.allocatedBytes() + memory.borrowedBytes();
  }

  /** In tiles and over banks, as the host has neither. */
  @Tag("ttnn-mock")
  @ParameterizedTest
  @CsvSource({"n150, 1, 1", "t3k, 1, 8", "t3k, 2, 2", "p150x4, 1, 4"})
  void weightsTakeWhatIsPlannedOnBoards(String board, int rows, int cols)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(MOCK.toString(), board));
    command.addAll(
        ChildJvm.command(
            PlannedMemoryTest.class, "-Dtttv2.backend=ttnn", "-Dtttv2.goldens=" + Golden.root()));
    command.addAll(List.of(Integer.toString(rows), Integer.toString(cols)));
    Path log = temporary.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    int exit = builder.start().waitFor();
    assertEquals(0, exit, Files.readString(log));
  }

  /** In a process whose TTNN is mocked. Arguments: the mesh's rows and columns. */
  public static void main(String[] args) throws IOException {
    DeviceOptions.Builder options =
        DeviceOptions.builder().mesh(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    try (Device device = Device.open(options.build())) {
      for (Path directory : DecoderGoldensTest.decoders()) {
        if (!OTHER_NORMS.contains(directory.getFileName().toString())) {
          compare(directory, device, OptimizationConfig.accuracy());
        }
      }
    }
  }
}
