// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Scorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Models shared out over the devices of a mesh give what one device gives. */
class TensorParallelTest {
  private static final double TOLERANCE = 1e-4;
  private static final int NEW_TOKENS = 8;

  /** Rows and columns. */
  private static final int[][] MESHES = {{1, 2}, {1, 4}, {1, 8}, {2, 2}, {2, 4}, {4, 2}};

  /** What a model computes of a prompt. */
  private record Result(List<float[]> logits, int[] tokens) {}

  @TestFactory
  Stream<DynamicTest> equalOneDevice() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : DecoderGoldensTest.decoders()) {
      for (int[] mesh : MESHES) {
        tests.add(
            dynamicTest(
                "%s on %d x %d".formatted(directory.getFileName(), mesh[0], mesh[1]),
                () -> equalOneDevice(directory, mesh)));
      }
    }
    return tests.stream();
  }

  private static void equalOneDevice(Path directory, int[] mesh) throws IOException {
    Golden golden = Golden.read(directory.resolve("golden.safetensors"));
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), golden.shape("input_ids")[1]);
    Result expected = run(directory, prompt, 1, 1);
    Result actual = run(directory, prompt, mesh[0], mesh[1]);
    assertArrayEquals(expected.tokens, actual.tokens);
    assertEquals(expected.logits.size(), actual.logits.size());
    for (int i = 0; i < expected.logits.size(); i++) {
      float[] one = expected.logits.get(i);
      float[] shared = actual.logits.get(i);
      assertEquals(one.length, shared.length);
      for (int j = 0; j < one.length; j++) {
        double difference = Math.abs(one[j] - shared[j]);
        int row = i;
        // Written so that NaN fails.
        assertTrue(
            difference <= TOLERANCE, () -> "logits %d are off by %s".formatted(row, difference));
      }
    }
  }

  private static Result run(Path directory, int[] prompt, int rows, int cols) {
    DeviceOptions options = DeviceOptions.builder().mesh(rows, cols).dramBytes(1 << 28).build();
    try (Device device = Device.open(options);
        Checkpoint checkpoint = Checkpoint.open(directory);
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none()))) {
      List<float[]> logits = new ArrayList<>();
      new Scorer(model).read(prompt, (p, position, values) -> logits.add(values.clone()));
      SamplingParams sampling =
          SamplingParams.builder().maxTokens(NEW_TOKENS).ignoreEos(true).build();
      GenerationConfig config =
          GenerationConfig.builder()
              .sampling(sampling)
              .logits((p, position, values) -> logits.add(values.clone()))
              .build();
      Generator generator = new Generator(model, null);
      List<Integer> tokens =
          generator.generate(List.of(Prompt.tokens(prompt)), config).getFirst().tokens();
      // Without anybody looking at logits, those of the last position alone are computed.
      GenerationConfig unseen = GenerationConfig.of(sampling);
      assertEquals(
          tokens, generator.generate(List.of(Prompt.tokens(prompt)), unseen).getFirst().tokens());
      // A sample that shares its prompt's blocks is what its seed gives alone.
      SamplingParams drawn = sampling.toBuilder().temperature(1).seed(5).n(2).build();
      SamplingParams alone = drawn.toBuilder().n(1).seed(6).build();
      assertEquals(
          generator
              .generate(List.of(Prompt.tokens(prompt)), GenerationConfig.of(alone))
              .getFirst()
              .tokens(),
          generator
              .generate(List.of(Prompt.tokens(prompt)), GenerationConfig.of(drawn))
              .getLast()
              .tokens());
      return new Result(logits, tokens.stream().mapToInt(t -> t).toArray());
    }
  }
}
