// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A linear of 64 inputs that go along with each other, and 96 outputs. */
class CalibrationTest {
  private static final int IN = 64;
  private static final int OUT = 96;
  private static final int ROWS = 512;

  private static Device device;

  @TempDir Path directory;
  private Path model;
  private WeightCache cache;
  private int readings;
  private long room = 2L * Float.BYTES * IN * IN;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @BeforeEach
  void writeModel() throws IOException {
    model = write("model", 1);
    cache = WeightCache.open(directory.resolve("cache"));
  }

  private Path write(String name, int normSeed) throws IOException {
    Path file = directory.resolve(name + ".gguf");
    new GgufBuilder()
        .string("general.architecture", "test")
        .floats("w", random(3, OUT * IN), OUT, IN)
        .floats("v", random(4, OUT * IN), OUT, IN)
        .floats("u", random(6, OUT * IN), OUT, IN)
        .floats("experts", random(5, 2 * OUT * IN), 2, OUT, IN)
        .floats("norm", random(normSeed, IN), IN)
        .write(file);
    return file;
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Inputs that are mixtures of 24 others, and a little noise. */
  private static Tensor inputs(int seed) {
    float[] mixture = random(99, 24 * IN);
    float[] sources = random(seed, ROWS * 24);
    float[] noise = random(seed + 1, ROWS * IN);
    float[] values = new float[ROWS * IN];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < IN; i++) {
        double sum = 0.1 * noise[r * IN + i];
        for (int s = 0; s < 24; s++) {
          sum += sources[r * 24 + s] * mixture[s * IN + i];
        }
        values[r * IN + i] = (float) sum;
      }
    }
    return load(LazyWeight.of("x", values, ROWS, IN), TensorSpec.tile(DataType.FLOAT32, ROWS, IN));
  }

  private static Tensor load(LazyWeight weight, TensorSpec spec) {
    return weight.load(device, spec, false);
  }

  private static Tensor load(WeightLoader loader, String name, DataType dtype) {
    return loader.weight(name).load(device, TensorSpec.tile(dtype, IN, OUT), true);
  }

  /** A calibration whose text has the model multiply w and v by inputs of a seed. */
  private CalibratedRounding calibration(Checkpoint checkpoint, DataType dtype, int seed) {
    return calibration(
        dtype,
        "seed " + seed,
        recorder -> {
          WeightLoader loader =
              new WeightLoader(checkpoint, cache, LoadProgress.NONE, Optional.of(recorder));
          try (Tensor w = load(loader, "w", dtype);
              Tensor v = load(loader, "v", dtype);
              Tensor u = load(loader, "u", dtype)) {
            assertEquals(DataType.BFLOAT16, w.dtype());
            for (int part = 0; part < 2; part++) {
              try (Tensor x = inputs(seed + 10 * part);
                  Tensor y = inputs(seed + 10 * part + 5)) {
                Ttnn.linear(x, w).close();
                Ttnn.linear(x, v).close();
                Ttnn.linear(y, u).close();
              }
            }
          }
        });
  }

  private CalibratedRounding calibration(
      DataType dtype, String text, Consumer<InputRecorder> reading) {
    return new CalibratedRounding(
        Set.of(dtype),
        text,
        recorder -> {
          readings++;
          reading.accept(recorder);
        },
        room);
  }

  private static WeightLoader loader(
      Checkpoint checkpoint, WeightCache cache, Calibration calibration) {
    return new WeightLoader(checkpoint, cache, LoadProgress.NONE, Optional.ofNullable(calibration));
  }

  /** The squared error of a linear's outputs for inputs of a seed. */
  private static double outputError(Tensor exact, Tensor rounded, int seed) {
    try (Tensor x = inputs(seed);
        Tensor expected = Ttnn.linear(x, exact);
        Tensor actual = Ttnn.linear(x, rounded)) {
      float[] a = expected.toFloats();
      float[] b = actual.toFloats();
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += Math.pow(a[i] - b[i], 2);
      }
      return sum;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT8_B", "BFLOAT4_B"})
  void outputsForOtherInputsAreNearer(DataType dtype) {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, dtype, 7)) {
      WeightLoader calibrating = loader(checkpoint, cache, calibration);
      for (String name : new String[] {"w", "v"}) {
        try (Tensor exact = load(loader(checkpoint, cache, null), name, DataType.FLOAT32);
            Tensor plain = load(loader(checkpoint, cache, null), name, dtype);
            Tensor calibrated = load(calibrating, name, dtype)) {
          assertEquals(plain.spec(), calibrated.spec());
          double before = outputError(exact, plain, 1000);
          double after = outputError(exact, calibrated, 1000);
          assertTrue(after < 0.35 * before, "%s: %s of %s".formatted(name, after, before));
        }
      }
      assertEquals(2, calibration.weights());
      assertEquals(1, readings);
    }
  }

  /** What is written is what was decided on: the packing changes nothing any more. */
  @Test
  void packingLeavesCalibratedValuesAsTheyAre() {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, 7);
        Tensor calibrated = load(loader(checkpoint, cache, calibration), "w", DataType.BFLOAT4_B)) {
      float[] values = calibrated.toFloats();
      LazyWeight again = LazyWeight.of("again", values, IN, OUT);
      try (Tensor packed = load(again, calibrated.spec())) {
        assertArrayEquals(values, packed.toFloats());
      }
    }
  }

  @Test
  void aSecondStartTakesThemFromTheCacheAndReadsNothing() {
    float[] first;
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, 7);
        Tensor w = load(loader(checkpoint, cache, calibration), "w", DataType.BFLOAT4_B)) {
      first = w.toFloats();
    }
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, 7)) {
      WeightLoader loader = loader(checkpoint, cache, calibration);
      try (Tensor w = load(loader, "w", DataType.BFLOAT4_B)) {
        assertArrayEquals(first, w.toFloats());
        assertEquals(1, loader.hits());
        assertEquals(1, calibration.weights());
      }
    }
    assertEquals(1, readings);
  }

  @Test
  void anotherTextAnotherModelAndNoneAreOtherWeights() throws IOException {
    Path otherModel = write("other", 2);
    float[] first = calibrated(model, 7);
    assertTrue(!Arrays.equals(first, calibrated(model, 8)));
    assertEquals(2, readings);
    // The same weight, the same inputs here; but another tensor could change the inputs.
    assertArrayEquals(first, calibrated(otherModel, 7));
    assertEquals(3, readings);
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tensor plain = load(loader(checkpoint, cache, null), "w", DataType.BFLOAT4_B)) {
      assertTrue(!Arrays.equals(first, plain.toFloats()));
    }
  }

  private float[] calibrated(Path file, int seed) {
    try (Checkpoint checkpoint = Checkpoint.open(file);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, seed);
        Tensor w = load(loader(checkpoint, cache, calibration), "w", DataType.BFLOAT4_B)) {
      return w.toFloats();
    }
  }

  @Test
  void withoutACacheItIsTheSame() {
    float[] cached = calibrated(model, 7);
    cache = WeightCache.none();
    assertArrayEquals(cached, calibrated(model, 7));
    assertEquals(2, readings);
  }

  /** Weights are asked for in the order w, u, v, w, and used in the order w, v, u. */
  @Test
  void withoutRoomTheTextIsReadAgain() {
    cache = WeightCache.none();
    List<float[]> expected = allCalibrated();
    assertEquals(1, readings);
    room /= 2; // for one input: w's and v's, then v's beside u's, which is wanted, then w's
    List<float[]> actual = allCalibrated();
    assertEquals(1 + 3, readings);
    room = 0; // for none but the one wanted
    List<float[]> again = allCalibrated();
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
      assertArrayEquals(expected.get(i), again.get(i));
    }
    assertEquals(1 + 3 + 4, readings);
  }

  private List<float[]> allCalibrated() {
    List<float[]> all = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, 7)) {
      WeightLoader loader = loader(checkpoint, cache, calibration);
      for (String name : List.of("w", "u", "v", "w")) {
        try (Tensor weight = load(loader, name, DataType.BFLOAT4_B)) {
          all.add(weight.toFloats());
        }
      }
    }
    return all;
  }

  @Test
  void weightsOfOtherTypesAreLoadedAsEver() {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding calibration = calibration(checkpoint, DataType.BFLOAT4_B, 7);
        Tensor calibrating = load(loader(checkpoint, cache, calibration), "w", DataType.BFLOAT8_B);
        Tensor plain = load(loader(checkpoint, cache, null), "w", DataType.BFLOAT8_B)) {
      assertArrayEquals(plain.toFloats(), calibrating.toFloats());
      assertEquals(0, calibration.weights());
    }
    assertEquals(0, readings);
  }

  @Test
  void whatCannotBeCalibratedIsRefused() {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        CalibratedRounding unread = calibration(DataType.BFLOAT4_B, "", recorder -> {});
        CalibratedRounding zeros =
            calibration(DataType.BFLOAT4_B, "", recorder -> multiplyZeros(checkpoint, recorder))) {
      assertRefused(
          "weight w [96, 64] was not used while the text was read",
          () -> load(loader(checkpoint, cache, unread), "w", DataType.BFLOAT4_B));
      assertRefused(
          "weight w [96, 64]: the moments of its inputs add up to 0.0, expected a positive number",
          () -> load(loader(checkpoint, cache, zeros), "w", DataType.BFLOAT4_B));
      TensorSpec stacked = TensorSpec.tile(DataType.BFLOAT4_B, 1, 2, IN, OUT);
      assertRefused(
          "weight experts [2, 96, 64] cannot be calibrated as [1, 2, 64, 96] BFLOAT4_B TILE,"
              + " only the [in, out] matrix of a linear can",
          () -> loader(checkpoint, cache, unread).weight("experts").load(device, stacked, true));
    }
    assertRefused(
        "dtypes to calibrate are [BFLOAT16], expected BFLOAT4_B, BFLOAT8_B or both",
        () -> calibration(DataType.BFLOAT16, "", recorder -> {}));
    assertRefused(
        "dtypes to calibrate are [], expected BFLOAT4_B, BFLOAT8_B or both",
        () -> new CalibratedRounding(Set.of(), "", recorder -> {}));
  }

  private void multiplyZeros(Checkpoint checkpoint, InputRecorder recorder) {
    try (Tensor w = load(loader(checkpoint, cache, recorder), "w", DataType.BFLOAT4_B);
        Tensor x = Tensor.zeros(device, TensorSpec.tile(DataType.FLOAT32, 32, IN))) {
      Ttnn.linear(x, w).close();
    }
  }

  private static void assertRefused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
