// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions of several kinds against PyTorch and transformers; positions.py makes the numbers. */
class PositionsTest {
  private static final int HEAD_DIM = 24;
  private static final List<Integer> SECTIONS = List.of(5, 4, 3);

  /** What a board's tiles ask for, with the host's dtypes: heads are padded. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  private static Device device;
  private static Safetensors fixture;

  @BeforeAll
  static void open() throws URISyntaxException {
    fixture =
        Safetensors.read(Path.of(PositionsTest.class.getResource("positions.safetensors").toURI()));
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static RoPEConfig.Builder mrope() {
    return RoPEConfig.builder(HEAD_DIM, 512).mropeSections(SECTIONS).dtype(DataType.FLOAT32);
  }

  @ParameterizedTest
  @CsvSource({"image, false", "any, false", "image, true", "any, true"})
  void mropeRotatesAsQwen2VlDoes(String name, boolean tiled) {
    String prefix = "mrope." + name + ".";
    int[] flat = fixture.ints(prefix + "positions");
    int length = flat.length / SECTIONS.size();
    int[][] positions = new int[SECTIONS.size()][];
    Arrays.setAll(positions, s -> Arrays.copyOfRange(flat, s * length, (s + 1) * length));
    RoPEPlan plan = mrope().build().resolve(tiled ? TILED : device.target());
    HeadPlaces places = HeadPlaces.of(device, plan);
    try (RoPE rope = new RoPE(device, plan);
        Rotation rotation = rope.prefill(positions)) {
      for (String heads : List.of("q", "k")) {
        float[] values = places.layOut(fixture.floats(prefix + heads), HEAD_DIM);
        long count = fixture.shape(prefix + heads)[1];
        try (Tensor x = tile(values, 1, count, length, plan.paddedHeadDim());
            Tensor rotated =
                Ttnn.rotaryEmbeddingHf(x, rotation.cos(), rotation.sin(), RotaryArgs.DEFAULTS)) {
          // Angles in float32 are good to 3e-5 at position 511.
          Goldens.assertClose(
              fixture.floats(prefix + heads + "_out"),
              places.takeBack(rotated.toFloats(), HEAD_DIM),
              1e-4);
        }
      }
    }
  }

  private static Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape);
  }

  /** Text has one position in every section, whichever part of a head is rotated, however. */
  @ParameterizedTest
  @CsvSource({
    "HALF, 24, false",
    "HALF, 24, true",
    "HALF, 40, false",
    "HALF, 40, true",
    "INTERLEAVED, 24, false",
    "INTERLEAVED, 40, true"
  })
  void mropeOfTextIsRope(RoPEStyle style, int headDim, boolean tiled) {
    RoPEPlan plan =
        RoPEConfig.builder(headDim, 64)
            .rotaryDim(HEAD_DIM)
            .style(style)
            .mropeSections(SECTIONS)
            .dtype(DataType.FLOAT32)
            .build()
            .resolve(tiled ? TILED : device.target());
    int[] positions = IntStream.range(3, 40).toArray();
    try (RoPE rope = new RoPE(device, plan);
        Rotation expected = rope.prefill(3, positions.length);
        Rotation actual = rope.prefill(new int[][] {positions, positions, positions})) {
      assertArrayEquals(expected.cos().shape(), actual.cos().shape());
      assertArrayEquals(expected.cos().toFloats(), actual.cos().toFloats());
      assertArrayEquals(expected.sin().toFloats(), actual.sin().toFloats());
    }
  }

  @Test
  void wrongSectionsAndPositionsAreNamed() {
    refuses(
        "RoPE: mropeSections [5, 4, 4] are 13 pairs, expected 12, half of rotaryDim 24",
        () -> mrope().mropeSections(List.of(5, 4, 4)).build().resolve(device.target()));
    refuses(
        "RoPE: mropeSections [13, -1], expected numbers of at least 1",
        () -> mrope().mropeSections(List.of(13, -1)).build().resolve(device.target()));
    refuses(
        "RoPE: mropeSections [5, 4, 3] with Dynamic",
        () -> mrope().scaling(new RoPEScaling.Dynamic(2, 64)).build().resolve(device.target()));
    RoPEPlan one = RoPEConfig.builder(HEAD_DIM, 8).build().resolve(device.target());
    try (RoPE rope = new RoPE(device, mrope().build().resolve(device.target()));
        RoPE plain = new RoPE(device, one)) {
      refuses(
          "RoPE: 2 positions a token, but the plan has 3 sections",
          () -> rope.prefill(new int[][] {{1}, {2}}));
      refuses(
          "RoPE: 1 positions a token, but the plan has 0 sections",
          () -> plain.prefill(new int[][] {{1}}));
      refuses(
          "RoPE: 1 positions beside 2, expected as many",
          () -> rope.prefill(new int[][] {{1, 2}, {1}, {1, 2}}));
      refuses(
          "RoPE: position 512, but the tables hold 0 to 511",
          () -> rope.prefill(new int[][] {{1}, {512}, {1}}));
      refuses("at least 1", () -> rope.prefill(new int[][] {{}, {}, {}}));
      refuses("RoPE: positions 4 to 7 of a prompt of 4", () -> rope.prefill(4, 4, 4));
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "7, 5", "3, 2", "1, 1", "2, 9", "4, 4"})
  void gridsAreInterpolatedAsPyTorchDoes(int rows, int columns) {
    float[] trained = fixture.floats("bicubic.4x4");
    float[] expected = fixture.floats("bicubic.%dx%d".formatted(rows, columns));
    Goldens.assertClose(
        expected, PositionTables.interpolated(trained, 1, 4, 4, rows, columns, 6), 2e-6);
    // Once more through the block: of an image of zeros only the positions are left.
    PatchEmbeddingPlan plan =
        PatchEmbeddingConfig.builder(2 * rows, 2 * columns, 2, 1, 6)
            .bias(false)
            .classToken(true)
            .positions(true)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    try (PatchEmbedding embedding =
            new PatchEmbedding(
                device,
                plan,
                LazyWeight.of("weight", new float[24], 6, 4),
                null,
                LazyWeight.of("class token", new float[6], 6),
                LazyWeight.of("positions", trained, 17, 6));
        TensorScope scope = new TensorScope()) {
      TensorSpec image = TensorSpec.rowMajor(DataType.FLOAT32, 1, 1, 2L * rows, 2L * columns);
      Tensor y = scope.add(embedding.forward(scope.add(Tensor.zeros(device, image))));
      Goldens.assertClose(expected, y.toFloats(), 2e-6);
    }
  }

  @Test
  void patchesThatDoNotFitAreNamed() {
    refuses(
        "patch embedding: images are 7 x 32, expected at least one patch of 8 x 8",
        () -> PatchEmbeddingConfig.builder(7, 32, 8, 3, 6).build().resolve(device.target()));
    PatchEmbeddingPlan plan =
        PatchEmbeddingConfig.builder(4, 6, 2, 1, 6)
            .bias(false)
            .positions(true)
            .build()
            .resolve(device.target());
    LazyWeight weight = LazyWeight.of("weight", new float[24], 6, 4);
    refuses(
        "patch embedding: positions p has shape [7, 6], expected [6, 6]",
        () -> patches(plan, weight, LazyWeight.of("p", new float[42], 7, 6)));
    refuses(
        "patch embedding: positions p has shape [6, 5], expected [6, 6]",
        () -> patches(plan, weight, LazyWeight.of("p", new float[30], 6, 5)));
    refuses(
        "patch embedding: positions p has shape [36], expected [6, 6]",
        () -> patches(plan, weight, LazyWeight.of("p", new float[36], 36)));
    refuses(
        "patch embedding: positions are missing, expected shape [6, 6]",
        () -> patches(plan, weight, null));
    refuses(
        "patch embedding: weight weight has shape [4, 6], expected [6, 4]",
        () -> patches(plan, LazyWeight.of("weight", new float[24], 4, 6), null));
    try (PatchEmbedding embedding = patches(plan, weight, LazyWeight.of("p", new float[36], 6, 6));
        Tensor pixels = Tensor.zeros(device, TensorSpec.rowMajor(DataType.BFLOAT16, 1, 1, 6, 4))) {
      refuses("expected [B, 1, 4, 6]", () -> embedding.forward(pixels));
    }
  }

  private static PatchEmbedding patches(
      PatchEmbeddingPlan plan, LazyWeight weight, LazyWeight positions) {
    return new PatchEmbedding(device, plan, weight, null, null, positions);
  }

  @ParameterizedTest
  @CsvSource({"m2m100", "whisper"})
  void sinusoidsAreThoseOfTransformers(String model) {
    LazyWeight table = PositionTables.sinusoidal(40, 20);
    EmbeddingPlan plan =
        EmbeddingConfig.builder(40, 20)
            .weightDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    float[] expected = fixture.floats("sinusoidal." + model);
    try (Embedding positions = new Embedding(device, plan, table);
        Tensor all = positions.range(0, 40);
        Tensor some = positions.range(7, 12)) {
      // Angles up to 39 in float32, there.
      Goldens.assertClose(expected, all.toFloats(), 5e-6);
      Goldens.assertClose(Arrays.copyOfRange(expected, 140, 380), some.toFloats(), 5e-6);
      refuses("embedding: rows 39 to 40, but the table has 0 to 39", () -> positions.range(39, 2));
    }
    refuses("hiddenSize is 2", () -> PositionTables.sinusoidal(4, 2));
    refuses("hiddenSize is 7", () -> PositionTables.sinusoidal(4, 7));
    refuses("maxPositions is 0", () -> PositionTables.sinusoidal(0, 8));
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
