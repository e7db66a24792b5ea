// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.examples.cli.Tttv2;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.EncoderInputs;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.EncoderOutput;
import dev.tttv2.interfaces.ImageBatch;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.TextBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every small random encoder, of the reference data and of this module's resources, in float32
 * against Hugging Face transformers: whatever directory there is, some family has to load it, and
 * gives every output that there is under the reference's names.
 */
class EncoderGoldensTest {
  private static final double TOLERANCE = 5e-4;
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "token_type_ids", "pixel_values");

  private static Device device;

  @TempDir Path temporary;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  private interface Body {
    void run(Path directory, Golden golden) throws IOException;
  }

  private static List<Path> directories() throws IOException {
    List<Path> directories = new ArrayList<>(DecoderGoldensTest.directories(false));
    try (Stream<Path> more = Files.list(Path.of("src/test/resources/encoders"))) {
      directories.addAll(more.sorted().toList());
    }
    return directories;
  }

  private static Stream<DynamicTest> each(Body body) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : directories()) {
      List<Path> files = DecoderGoldensTest.goldenFiles(directory);
      assertTrue(!files.isEmpty(), directory + " has no reference data");
      for (Path file : files) {
        Golden golden = Golden.read(file);
        tests.add(
            dynamicTest(
                directory.getFileName() + ", " + file.getFileName(),
                () -> body.run(directory, golden)));
      }
    }
    return tests.stream();
  }

  static Encoder load(Path directory, Device device) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      LoadOptions options = LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
      return EncoderFamily.of(checkpoint).load(checkpoint, device, options);
    }
  }

  static EncoderInputs inputs(Golden golden) {
    if (golden.has("pixel_values")) {
      int[] shape = golden.shape("pixel_values");
      return new ImageBatch(golden.floats("pixel_values"), shape[0], shape[1], shape[2], shape[3]);
    }
    return new TextBatch(
        rows(golden, "input_ids"), rows(golden, "attention_mask"), rows(golden, "token_type_ids"));
  }

  private static int[][] rows(Golden golden, String name) {
    if (!golden.has(name)) {
      return null;
    }
    int length = golden.shape(name)[1];
    int[] flat = golden.ints(name);
    int[][] rows = new int[golden.shape(name)[0]][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * length, (i + 1) * length));
    return rows;
  }

  private static void equalsTheReference(Map<String, EncoderOutput> outputs, Golden golden) {
    Set<String> expected = new LinkedHashSet<>();
    DecoderGoldensTest.assertNumberedWithoutGaps(golden.names());
    for (String name : golden.names()) {
      boolean inside = name.matches("(hidden_states|layer_out)\\.\\d+");
      if (!inside && !INPUTS.contains(name)) {
        expected.add(name);
      }
    }
    for (String name : expected) {
      assertTrue(outputs.containsKey(name), name + " is missing among " + outputs.keySet());
      assertArrayEquals(golden.shape(name), outputs.get(name).shape(), name);
      DecoderGoldensTest.assertClose(golden.floats(name), 0, outputs.get(name).values(), name);
    }
    // A classifier's pooler is not among the outputs that Hugging Face returns.
    Set<String> more = new LinkedHashSet<>(outputs.keySet());
    more.removeAll(expected);
    more.remove(Encoder.POOLER_OUTPUT);
    assertEquals(Set.of(), more);
  }

  @TestFactory
  Stream<DynamicTest> outputs() throws IOException {
    return each(
        (directory, golden) -> {
          try (Encoder encoder = load(directory, device)) {
            equalsTheReference(encoder.encode(inputs(golden)), golden);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> hiddenStates() throws IOException {
    return each(
        (directory, golden) -> {
          if (!golden.has("hidden_states.0")) {
            return;
          }
          try (Encoder encoder = load(directory, device)) {
            int layers = encoder.config().numLayers();
            int[] mask = golden.has("attention_mask") ? golden.ints("attention_mask") : null;
            int width = encoder.config().hiddenSize();
            encoder.encode(
                inputs(golden),
                (index, x) -> {
                  if (index > layers) {
                    return; // behind the final norm: an output
                  }
                  String name =
                      index < layers ? "hidden_states." + index : "layer_out." + (layers - 1);
                  float[] values = x.toFloats();
                  for (int row = 0; mask != null && row < mask.length; row++) {
                    if (mask[row] == 0) {
                      Arrays.fill(values, row * width, (row + 1) * width, 0);
                    }
                  }
                  DecoderGoldensTest.assertClose(golden.floats(name), 0, values, name);
                });
          }
        });
  }

  /** Each input alone, without the padding that the batch gave it, and in a batch to be split. */
  @TestFactory
  Stream<DynamicTest> batchesGiveTheSameAsSingleInputs() throws IOException {
    return each(
        (directory, golden) -> {
          EncoderInputs all = inputs(golden);
          try (Encoder encoder = load(directory, device)) {
            Map<String, EncoderOutput> together = encoder.encode(all);
            for (int i = 0; i < all.size(); i++) {
              equalRows(together, i, encoder.encode(single(all, i)), 0);
            }
            int copies = EncoderModel.MAX_BATCH / all.size() + 2;
            Map<String, EncoderOutput> many = encoder.encode(repeated(all, copies));
            for (int i = 0; i < copies * all.size(); i++) {
              equalRows(together, i % all.size(), many, i);
            }
          }
        });
  }

  private static void equalRows(
      Map<String, EncoderOutput> expected,
      int index,
      Map<String, EncoderOutput> actual,
      int actualIndex) {
    assertEquals(expected.keySet(), actual.keySet());
    actual.forEach(
        (name, output) -> {
          float[] row = output.row(actualIndex);
          float[] reference = expected.get(name).row(index);
          DecoderGoldensTest.assertClose(reference, 0, row, name);
          for (int i = row.length; i < reference.length; i++) {
            assertEquals(0, reference[i], name + ": padding");
          }
        });
  }

  private static EncoderInputs single(EncoderInputs all, int index) {
    return switch (all) {
      case TextBatch texts -> {
        int end = texts.end(index);
        int[][] types = texts.tokenTypeIds();
        yield new TextBatch(
            new int[][] {Arrays.copyOf(texts.inputIds()[index], end)},
            new int[][] {Arrays.copyOf(texts.attentionMask()[index], end)},
            types == null ? null : new int[][] {Arrays.copyOf(types[index], end)});
      }
      case ImageBatch images -> {
        int size = images.pixelValues().length / images.size();
        float[] pixels = Arrays.copyOfRange(images.pixelValues(), index * size, (index + 1) * size);
        yield new ImageBatch(pixels, 1, images.channels(), images.height(), images.width());
      }
    };
  }

  private static EncoderInputs repeated(EncoderInputs all, int copies) {
    return switch (all) {
      case TextBatch texts ->
          new TextBatch(
              repeated(texts.inputIds(), copies),
              repeated(texts.attentionMask(), copies),
              texts.tokenTypeIds() == null ? null : repeated(texts.tokenTypeIds(), copies));
      case ImageBatch images -> {
        int size = images.pixelValues().length;
        float[] pixels = new float[copies * size];
        for (int i = 0; i < copies; i++) {
          System.arraycopy(images.pixelValues(), 0, pixels, i * size, size);
        }
        yield new ImageBatch(
            pixels, copies * images.size(), images.channels(), images.height(), images.width());
      }
    };
  }

  private static int[][] repeated(int[][] rows, int copies) {
    int[][] result = new int[copies * rows.length][];
    Arrays.setAll(result, i -> rows[i % rows.length]);
    return result;
  }

  /** The same checkpoint with the config.json that transformers 5 would write. */
  @TestFactory
  Stream<DynamicTest> spellingOfTransformers5() throws IOException {
    return each(
        (directory, golden) -> {
          if (!Files.exists(directory.resolve("config_v5.json"))) {
            return;
          }
          Path copy =
              DecoderGoldensTest.inTheSpellingOfTransformers5(
                  directory, temporary.resolve(directory.getFileName()));
          try (Encoder encoder = load(copy, device)) {
            equalsTheReference(encoder.encode(inputs(golden)), golden);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> whatEndsEarlyLeavesNoTensors() throws IOException {
    return each(
        (directory, golden) -> {
          try (Encoder encoder = load(directory, device)) {
            long before = device.memory(BufferType.DRAM).liveTensors();
            for (int end = 0; end <= encoder.config().numLayers(); end++) {
              int last = end;
              assertThrows(
                  CancellationException.class,
                  () ->
                      encoder.encode(
                          inputs(golden),
                          (index, x) -> {
                            if (index == last) {
                              throw new CancellationException();
                            }
                          }));
              assertEquals(before, device.memory(BufferType.DRAM).liveTensors());
            }
          }
        });
  }

  /** {@code tttv2 encode} with the reference's inputs in a file. */
  @TestFactory
  Stream<DynamicTest> commandLine() throws IOException {
    return each(
        (directory, golden) -> {
          Path inputs = temporary.resolve(directory.getFileName() + "-inputs.safetensors");
          Path outputs = temporary.resolve(directory.getFileName() + "-outputs.safetensors");
          golden.copy(INPUTS, inputs);
          ByteArrayOutputStream err = new ByteArrayOutputStream();
          int status =
              Tttv2.run(
                  new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                  new PrintStream(err, true, StandardCharsets.UTF_8),
                  InputStream.nullInputStream(),
                  "encode",
                  "--model",
                  directory.toString(),
                  "--preset",
                  "float32",
                  "--inputs",
                  inputs.toString(),
                  "--out",
                  outputs.toString());
          assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
          Golden written = Golden.read(outputs);
          Map<String, EncoderOutput> read = new LinkedHashMap<>();
          for (String name : written.names()) {
            read.put(name, new EncoderOutput(written.shape(name), written.floats(name)));
          }
          assertNull(read.get("embedding"));
          equalsTheReference(read, golden);
        });
  }
}
