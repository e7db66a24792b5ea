// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.ffm.TtnnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightLoaderTest {
  private static final TensorSpec FLOATS = TensorSpec.tile(DataType.FLOAT32, 1, 1, 64, 96);
  private static final TensorSpec BLOCKS = TensorSpec.tile(DataType.BFLOAT8_B, 1, 1, 64, 96);

  private static Device device;
  private static RecordedLog log;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    device = Device.open();
    log = new RecordedLog(WeightCache.class);
  }

  @AfterAll
  static void close() {
    device.close();
    log.close();
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] transposed(float[] values, int rows, int cols) {
    float[] result = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        result[c * rows + r] = values[r * cols + c];
      }
    }
    return result;
  }

  /** Weights w and v, [96, 64], and a norm, [64]. */
  private Path model(int seed) throws IOException {
    Path model = directory.resolve("model.gguf");
    Path part = directory.resolve("model.part");
    new GgufBuilder()
        .string("general.architecture", "test")
        .floats("w", random(seed, 96 * 64), 96, 64)
        .floats("v", random(seed + 1, 96 * 64), 96, 64)
        .floats("norm", random(seed + 2, 64), 64)
        .write(part);
    return Files.move(part, model, StandardCopyOption.REPLACE_EXISTING);
  }

  private WeightCache cache() {
    return WeightCache.open(directory.resolve("cache"), Duration.ZERO);
  }

  private static float[] load(LazyWeight weight, TensorSpec spec, boolean transposed) {
    try (Tensor tensor = weight.load(device, spec, transposed)) {
      return tensor.toFloats();
    }
  }

  /** What is kept of one mesh is not taken for another of as many devices. */
  @Test
  void eachMeshHasItsOwn() throws IOException {
    float[] expected = transposed(random(1, 96 * 64), 96, 64);
    TensorSpec part = TensorSpec.tile(DataType.FLOAT32, 1, 1, 64, 12);
    MeshMapping columns = MeshMapping.shard(-1);
    try (Checkpoint checkpoint = Checkpoint.open(model(1))) {
      for (int start = 0; start < 2; start++) {
        for (int rows : new int[] {1, 2, 4}) {
          WeightLoader loader = new WeightLoader(checkpoint, cache());
          DeviceOptions mesh =
              DeviceOptions.builder().mesh(rows, 8 / rows).dramBytes(1 << 24).build();
          try (Device devices = Device.open(mesh);
              Tensor tensor = loader.weight("w").load(devices, part, true, columns)) {
            assertArrayEquals(expected, tensor.toFloats(columns));
          }
          assertEquals(start == 0 ? 0 : 1, loader.hits());
        }
      }
    }
  }

  @Test
  void loadsWithAndWithoutCacheAlike() throws IOException {
    float[] expected = transposed(random(1, 96 * 64), 96, 64);
    try (Checkpoint checkpoint = Checkpoint.open(model(1))) {
      WeightLoader plain = new WeightLoader(checkpoint, WeightCache.none());
      assertArrayEquals(expected, load(plain.weight("w"), FLOATS, true));
      float[] blocks = load(plain.weight("w"), BLOCKS, true);
      assertEquals(2, plain.conversions());
      for (int start = 0; start < 2; start++) {
        WeightLoader loader = new WeightLoader(checkpoint, cache());
        assertArrayEquals(expected, load(loader.weight("w"), FLOATS, true));
        assertArrayEquals(blocks, load(loader.weight("w"), BLOCKS, true));
        assertEquals(start == 0 ? 2 : 0, loader.conversions());
        assertEquals(start == 0 ? 0 : 2, loader.hits());
      }
    }
    assertEquals(2, cache().size().weights());
  }

  @Test
  void secondStartReadsNothingOfTheSource() throws IOException {
    Path model = model(2);
    for (int start = 0; start < 3; start++) {
      try (Checkpoint checkpoint = Checkpoint.open(model)) {
        WeightLoader loader = new WeightLoader(checkpoint, cache());
        LazyWeight joined = LazyWeight.concat(List.of(loader.weight("w"), loader.weight("v")));
        LazyWeight turned = loader.cached(loader.host("w").unpermuteRope(3).rows(0, 32));
        load(joined, TensorSpec.tile(DataType.BFLOAT8_B, 64, 192), true);
        load(turned, TensorSpec.tile(DataType.BFLOAT16, 64, 32), true);
        load(loader.weight("norm"), TensorSpec.rowMajor(DataType.BFLOAT16, 1, 1, 2, 32), false);
        assertEquals(start == 0 ? 3 : 0, loader.conversions());
        assertEquals(start == 0, checkpoint.bytesRead() > 0);
      }
    }
  }

  @Test
  void tensorUsedTwiceIsConvertedOnceForEachForm() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model(3))) {
      WeightLoader loader = new WeightLoader(checkpoint, cache());
      try (Tensor first = loader.weight("w").load(device, BLOCKS, true);
          Tensor second = loader.weight("w").load(device, BLOCKS, true)) {
        assertArrayEquals(first.toFloats(), second.toFloats());
      }
      assertEquals(1, loader.conversions());
      load(loader.weight("w"), TensorSpec.rowMajor(DataType.BFLOAT16, 96, 64), false);
      assertEquals(2, loader.conversions());
    }
  }

  @Test
  void loadedWeightsLieInTheCacheFilesAndOutliveTheCheckpoint() throws IOException {
    float[] expected = transposed(random(4, 96 * 64), 96, 64);
    long borrowed = device.memory(BufferType.DRAM).borrowedBytes();
    long allocated = device.memory(BufferType.DRAM).allocatedBytes();
    Tensor tensor;
    try (Checkpoint checkpoint = Checkpoint.open(model(4))) {
      tensor = new WeightLoader(checkpoint, cache()).weight("w").load(device, FLOATS, true);
    }
    try (tensor) {
      assertEquals(96 * 64 * 4, device.memory(BufferType.DRAM).borrowedBytes() - borrowed);
      assertEquals(allocated, device.memory(BufferType.DRAM).allocatedBytes());
      cache().clear();
      System.gc();
      assertArrayEquals(expected, tensor.toFloats());
    }
  }

  @Test
  void anotherContentIsAnotherWeight() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model(5))) {
      load(new WeightLoader(checkpoint, cache()).weight("w"), FLOATS, true);
    }
    try (Checkpoint checkpoint = Checkpoint.open(model(50))) {
      assertArrayEquals(
          transposed(random(50, 96 * 64), 96, 64),
          load(new WeightLoader(checkpoint, cache()).weight("w"), FLOATS, true));
    }
    assertEquals(2, cache().size().weights());
  }

  @Test
  void damagedCacheFilesAreRebuilt() throws IOException {
    float[] expected = transposed(random(6, 96 * 64), 96, 64);
    try (Checkpoint checkpoint = Checkpoint.open(model(6))) {
      load(new WeightLoader(checkpoint, cache()).weight("w"), FLOATS, true);
      Path file;
      try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
        file = files.filter(f -> f.toString().endsWith(".tensor")).findFirst().orElseThrow();
      }
      byte[] damaged = Files.readAllBytes(file);
      damaged[5000] ^= 1;
      Files.delete(file);
      Files.write(file, damaged);
      WeightLoader loader = new WeightLoader(checkpoint, cache());
      assertArrayEquals(expected, load(loader.weight("w"), FLOATS, true));
      assertEquals(1, loader.conversions());
      assertEquals(1, log.take().size());
      WeightLoader again = new WeightLoader(checkpoint, cache());
      assertArrayEquals(expected, load(again.weight("w"), FLOATS, true));
      assertEquals(0, again.conversions());
    }
  }

  @Test
  void cacheThatCannotBeWrittenLosesNothing() throws IOException {
    Path inTheWay = Files.writeString(directory.resolve("file"), "");
    try (Checkpoint checkpoint = Checkpoint.open(model(7))) {
      WeightLoader loader = new WeightLoader(checkpoint, WeightCache.open(inTheWay));
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(
            transposed(random(7, 96 * 64), 96, 64), load(loader.weight("w"), FLOATS, true));
      }
      assertEquals(2, loader.conversions());
      assertEquals(2, log.take().size(), "one warning of reading, one of writing");
    }
  }

  @Test
  void reportsProgressInBytes() throws IOException {
    List<String> events = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model(8))) {
      WeightLoader loader =
          new WeightLoader(
              checkpoint,
              WeightCache.none(),
              (name, done, total) -> events.add(name + " " + done + "/" + total));
      assertEquals(Set.of("w", "v", "norm"), loader.unused());
      load(loader.weight("w"), FLOATS, true);
      load(loader.weight("w"), FLOATS, true);
      load(loader.weight("norm"), TensorSpec.rowMajor(DataType.FLOAT32, 64), false);
      assertEquals(Set.of("v"), loader.unused());
      load(
          LazyWeight.concat(List.of(loader.weight("w"), loader.weight("v"))),
          TensorSpec.tile(DataType.FLOAT32, 64, 192),
          true);
      assertTrue(loader.contains("v") && !loader.contains("x"));
    }
    int matrix = 96 * 64 * 4;
    int all = 2 * matrix + 256;
    assertEquals(
        List.of(
            "w " + matrix + "/" + all,
            "w " + matrix + "/" + all,
            "norm " + (matrix + 256) + "/" + all,
            "w+v " + all + "/" + all),
        events);
  }

  @Test
  void shapesAndLeftoversAreChecked() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model(11))) {
      WeightLoader loader = new WeightLoader(checkpoint, WeightCache.none());
      assertArrayEquals(random(11, 96 * 64), loader.host("w", 96, 64).toFloats());
      assertArrayEquals(new long[] {64}, loader.weight("norm", 64).shape());
      String shape =
          assertThrows(CheckpointException.class, () -> loader.weight("v", 64, 96)).getMessage();
      assertEquals(
          checkpoint.path() + ": tensor \"v\": has shape [96, 64], expected [64, 96]", shape);
      String missing =
          assertThrows(CheckpointException.class, () -> loader.weight("z", 64, 96)).getMessage();
      assertTrue(
          missing.startsWith(
              checkpoint.path() + ": tensor \"z\": is missing, expected shape [64, 96]; there are"),
          missing);
      loader.refuseUnused("a test", name -> false);
      WeightLoader lazy = new WeightLoader(checkpoint, WeightCache.none());
      lazy.host("w");
      lazy.refuseUnused("a test", name -> !name.equals("w"));
      assertEquals(
          checkpoint.path() + ": 1 tensor that a test does not have: v [96, 64]",
          assertThrows(CheckpointException.class, () -> lazy.refuseUnused("a test", "norm"::equals))
              .getMessage());
    }
  }

  @Test
  void transposedAndRearrangedWeightsAreLoadedAndCached() throws IOException {
    float[] values = random(12, 96 * 64);
    try (Checkpoint checkpoint = Checkpoint.open(model(12))) {
      for (int start = 0; start < 2; start++) {
        WeightLoader loader = new WeightLoader(checkpoint, cache());
        LazyWeight turned = loader.cached(loader.host("w").transposed());
        assertArrayEquals(new long[] {64, 96}, turned.shape());
        assertArrayEquals(values, load(turned, TensorSpec.tile(DataType.FLOAT32, 96, 64), true));
        assertArrayEquals(transposed(values, 96, 64), load(turned, FLOATS, false));
        LazyWeight swapped = turned.rearranged(0, 2, new int[] {1, 0}).rows(0, 2);
        float[] columns = load(swapped, TensorSpec.tile(DataType.FLOAT32, 2, 96), false);
        for (int i = 0; i < 96; i++) {
          assertEquals(values[i * 64 + 1], columns[i]);
          assertEquals(values[i * 64], columns[96 + i]);
        }
        assertEquals(start == 0 ? 3 : 0, loader.conversions());
      }
    }
  }

  @Test
  void errorsNameTheWeight() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(model(9));
    WeightLoader loader = new WeightLoader(checkpoint, cache());
    String missing = assertThrows(CheckpointException.class, () -> loader.weight("x")).getMessage();
    assertTrue(missing.contains("model.gguf: tensor \"x\": is missing"), missing);
    LazyWeight w = loader.weight("w");
    String shape =
        assertThrows(IllegalArgumentException.class, () -> w.load(device, FLOATS, false))
            .getMessage();
    assertEquals("weight w has shape [96, 64], expected [1, 1, 64, 96]", shape);
    for (int start = 0; start < 2; start++) { // converted, then from the cache
      Tensor loaded = w.load(device, FLOATS, true);
      assertTrue(loaded.toString().contains("\"w\""), loaded.toString());
      loaded.close();
    }
    checkpoint.close();
    checkpoint.close();
    LazyWeight v = loader.host("v");
    for (LazyWeight weight : List.of(v, w)) { // w is in the cache
      String closed =
          assertThrows(IllegalStateException.class, () -> weight.load(device, FLOATS, true))
              .getMessage();
      assertTrue(closed.contains("the checkpoint is closed"), closed);
    }
  }

  @Test
  void whatDoesNotFitOnTheDeviceIsNamed() throws IOException {
    Path model = model(1);
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Device small = Device.open(DeviceOptions.builder().dramBytes(16 << 10).build())) {
      WeightLoader loader = new WeightLoader(checkpoint, WeightCache.none());
      TtnnException.OutOfMemory error =
          assertThrows(
              TtnnException.OutOfMemory.class, () -> loader.weight("w").load(small, FLOATS, true));
      assertTrue(error.getMessage().startsWith(model + ": loading w: "), error.getMessage());
      assertEquals(0, small.memory(BufferType.DRAM).liveTensors());
    }
  }

  @Test
  void halfPrecisionSourcesAreHandedOver() throws IOException {
    float[] values = random(10, 32 * 64);
    byte[] halves = new byte[values.length * 2];
    byte[] brains = new byte[values.length * 2];
    for (int i = 0; i < values.length; i++) {
      short half = Float.floatToFloat16(values[i]);
      int brain = Float.floatToRawIntBits(values[i]) >>> 16;
      halves[2 * i] = (byte) half;
      halves[2 * i + 1] = (byte) (half >> 8);
      brains[2 * i] = (byte) brain;
      brains[2 * i + 1] = (byte) (brain >> 8);
    }
    // An odd number of bytes before them: the values are not aligned in the file.
    for (int odd = 0; odd < 2; odd++) {
      Path folder = Files.createDirectory(directory.resolve("hf" + odd));
      new SafetensorsBuilder()
          .raw("pad", "U8", new byte[1 + odd], 1 + odd)
          .raw("half", "F16", halves, 32, 64)
          .raw("brain", "BF16", brains, 32, 64)
          .write(folder.resolve("model.safetensors"));
      Files.writeString(folder.resolve("config.json"), "{\"architectures\": [\"Test\"]}");
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, 32, 64);
        for (String name : List.of("half", "brain")) {
          HostWeight weight = checkpoint.weight(name);
          assertArrayEquals(weight.toFloats(), load(weight, spec, false));
        }
      }
    }
  }
}
