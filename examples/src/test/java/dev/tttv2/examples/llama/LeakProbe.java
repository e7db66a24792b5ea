// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.examples.cli.ProcessMemory;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates 400 times and prints by how many bytes Java's heap, malloc's memory, the device's and
 * the resident memory have grown, and the device's tensors in number, from the 200th generation to
 * the last. A process of its own: what other tests leave to the collector and the compilers does
 * not count.
 */
final class LeakProbe {
  static final int GENERATIONS = 200;

  private static final List<Object> KEPT = new ArrayList<>();

  /** C's struct mallinfo2: ten sizes. */
  private static final StructLayout MALLINFO =
      MemoryLayout.structLayout(
          MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG).withName("sizes"));

  private static final int MAPPED = 4; // hblkhd
  private static final int IN_USE = 7; // uordblks

  private LeakProbe() {}

  /**
   * @param arguments the model's directory, the tokenizer's file, and how many bytes each
   *     generation is to lose, of Java's heap and of malloc's memory
   */
  public static void main(String[] arguments) throws Throwable {
    MethodHandle mallinfo =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"),
                FunctionDescriptor.of(MALLINFO));
    try (Device device = Device.open();
        Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]));
        Tokenizer tokenizer = Tokenizer.of(Path.of(arguments[1]));
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.none()))) {
      Generator generator = new Generator(model, tokenizer);
      GenerationConfig config =
          GenerationConfig.of(SamplingParams.builder().maxTokens(4).ignoreEos(true).build());
      List<Prompt> prompts = List.of(Prompt.text("The capital of"), Prompt.tokens(10, 11));
      Usage[] usages = new Usage[2];
      for (int i = 0; i < 2; i++) {
        for (int generation = 0; generation < GENERATIONS; generation++) {
          generator.generate(prompts, config);
          lose(Integer.parseInt(arguments[2]));
        }
        usages[i] = Usage.of(device, mallinfo);
      }
      System.out.printf(
          "%d %d %d %d %d%n",
          usages[1].heap - usages[0].heap,
          usages[1].malloc - usages[0].malloc,
          usages[1].device.allocatedBytes() - usages[0].device.allocatedBytes(),
          usages[1].resident - usages[0].resident,
          usages[1].device.liveTensors() - usages[0].device.liveTensors());
    }
  }

  private static void lose(int bytes) {
    if (bytes > 0) {
      KEPT.add(new byte[bytes]);
      Arena.global().allocate(bytes);
    }
  }

  private record Usage(long heap, long malloc, long resident, MemoryStats device) {
    static Usage of(Device device, MethodHandle mallinfo) throws Throwable {
      // Twice, as what a first collection finds may have cleaners.
      for (int i = 0; i < 2; i++) {
        System.gc();
        Thread.sleep(100);
      }
      long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
        long malloc =
            info.getAtIndex(ValueLayout.JAVA_LONG, IN_USE)
                + info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED);
        return new Usage(
            heap, malloc, ProcessMemory.residentBytes(), device.memory(BufferType.DRAM));
      }
    }
  }
}
