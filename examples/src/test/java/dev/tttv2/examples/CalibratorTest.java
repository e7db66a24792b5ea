// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.Calibrator;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Family;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Scorer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tiny models of several families, whose weights are calibrated by a text of random tokens. */
class CalibratorTest {
  private static Device device;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    device.close();
  }

  private static Checkpoint open(String name) {
    return Checkpoint.open(directory(name));
  }

  private static Path directory(String name) {
    return Golden.root().resolve("tiny").resolve(name);
  }

  private static int[] text(int seed, int tokens, int vocabSize) {
    return new Random(seed).ints(tokens, 3, vocabSize).toArray();
  }

  private static LoadOptions options(OptimizationConfig precision) {
    return LoadOptions.of(precision, WeightCache.none());
  }

  private static float[] logits(CausalLM model, int[] ids) {
    int width = model.config().vocabSize();
    float[] all = new float[ids.length * width];
    new Scorer(model)
        .read(
            ids, (prompt, position, row) -> System.arraycopy(row, 0, all, position * width, width));
    return all;
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return sum;
  }

  /** Each group of linears, in families that store and use them differently. */
  @ParameterizedTest
  @CsvSource({
    "llama_gqa, FF1_FF3", // modules of their own
    "llama_gqa, FF2",
    "llama_gqa, WQKV", // joined from three
    "llama_gqa, WO",
    "llama_gqa, LM_HEAD",
    "gpt2, FF1_FF3", // stored inputs first, no gate
    "phi3, FF1_FF3", // gate and up stored as one
    "gptj, WQKV", // attention and MLP have the same input
    "gemma3_text, FF2"
  })
  void logitsOfAnotherTextAreNearer(String name, TensorGroup group) {
    OptimizationConfig exact = OptimizationConfig.float32();
    OptimizationConfig rounded = exact.withOverride(group, DataType.BFLOAT4_B);
    try (Checkpoint checkpoint = open(name)) {
      ModelFamily family = ModelFamily.of(checkpoint);
      int vocabSize = family.config(checkpoint).vocabSize();
      int[] other = text(2, 128, vocabSize);
      float[] expected;
      double before;
      try (CausalLM model = family.load(checkpoint, device, options(exact))) {
        expected = logits(model, other);
      }
      try (CausalLM model = family.load(checkpoint, device, options(rounded))) {
        before = squaredDistance(expected, logits(model, other));
      }
      Calibrator calibrator = new Calibrator(text(1, 4096, vocabSize));
      try (CausalLM model = calibrator.load(family, checkpoint, device, options(rounded))) {
        double after = squaredDistance(expected, logits(model, other));
        assertTrue(after < 0.95 * before, () -> "%s of %s".formatted(after, before));
      }
    }
  }

  /** The second start has another context, and finds what the first one calibrated. */
  @Test
  void aSecondStartReadsNothing(@TempDir Path directory) throws IOException {
    try (Checkpoint checkpoint = open("llama_gqa")) {
      ModelFamily family = ModelFamily.of(checkpoint);
      Calibrator calibrator = new Calibrator(text(1, 1100, 320));
      List<String> loaded = new ArrayList<>();
      LoadOptions options =
          LoadOptions.of(OptimizationConfig.performance(), WeightCache.open(directory))
              .withProgress((name, done, total) -> loaded.add("%s %d".formatted(name, done)));
      float[] first;
      int[] other = text(2, 32, 320);
      try (CausalLM model = calibrator.load(family, checkpoint, device, options)) {
        first = logits(model, other);
      }
      assertEquals(
          List.of("calibration text 512", "calibration text 1024"),
          loaded.stream().filter(name -> name.startsWith("calibration")).toList());
      loaded.clear();
      try (CausalLM model =
          calibrator.load(family, checkpoint, device, options.withMaxContext(64))) {
        assertArrayEquals(first, logits(model, other));
      }
      assertTrue(loaded.stream().noneMatch(name -> name.startsWith("calibration")));
    }
  }

  /** What is part of a hash is the same text each time, with no object's identity in it. */
  @Test
  void descriptionsOfAModelAreTheSameText() throws IOException {
    int decoders = 0;
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(Golden.root().resolve("tiny"))) {
      for (Path directory : directories) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
          if (Family.of(checkpoint) instanceof ModelFamily family) {
            String description = family.config(checkpoint).toString();
            assertEquals(description, family.config(checkpoint).toString());
            assertFalse(description.contains("@"), description);
            decoders++;
          }
        }
      }
    }
    assertTrue(decoders > 0, "no decoders");
  }

  private static void assertRefused(
      String message, String name, int tokens, OptimizationConfig precision, Device on) {
    try (Checkpoint checkpoint = open(name)) {
      ModelFamily family = ModelFamily.of(checkpoint);
      int vocabSize = family.config(checkpoint).vocabSize();
      Calibrator calibrator = new Calibrator(text(1, tokens, vocabSize));
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> calibrator.load(family, checkpoint, on, options(precision)));
      assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "511"})
  void aTextShorterThanAChunkIsRefused(int tokens) {
    assertRefused(
        "calibration text has %d tokens, expected at least 512, a chunk".formatted(tokens),
        "llama_gqa",
        tokens,
        OptimizationConfig.performance(),
        device);
  }

  @Test
  void tokensOutsideOfTheVocabularyAreRefused() {
    try (Checkpoint checkpoint = open("llama_gqa")) {
      int[] ids = text(1, 512, 320);
      ids[7] = 320;
      assertEquals(
          "calibration text: token 7 is 320, the vocabulary has 320",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Calibrator(ids)
                          .load(
                              ModelFamily.of(checkpoint),
                              checkpoint,
                              device,
                              options(OptimizationConfig.performance())))
              .getMessage());
    }
  }

  @Test
  void aModelWithoutSuchWeightsIsRefused() {
    assertRefused(
        "no weight is in [BFLOAT4_B] with accuracy: nothing to calibrate",
        "llama_gqa",
        512,
        OptimizationConfig.accuracy(),
        device);
  }

  @Test
  void expertsAreRefused() {
    assertRefused(
        "cannot be calibrated as [1, ", "mixtral", 512, OptimizationConfig.performance(), device);
  }

  @Test
  void aMeshIsRefused() {
    try (Device mesh = Device.open(DeviceOptions.builder().mesh(1, 2).build())) {
      assertRefused(
          "calibration: cannot be shared out over a mesh of 1 x 2; use one device",
          "llama_gqa",
          512,
          OptimizationConfig.performance(),
          mesh);
    }
  }

  @Test
  void onlyBlockFloatsCanBeCalibrated() {
    try (Checkpoint checkpoint = open("llama_gqa")) {
      assertEquals(
          "dtypes to calibrate are [BFLOAT16], expected BFLOAT4_B, BFLOAT8_B or both",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Calibrator(text(1, 512, 320), Set.of(DataType.BFLOAT16))
                          .load(
                              ModelFamily.of(checkpoint),
                              checkpoint,
                              device,
                              options(OptimizationConfig.performance())))
              .getMessage());
    }
  }
}
