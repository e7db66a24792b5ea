// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  private static final Path FILE = Path.of("model.gguf");

  private static GgufFile read(byte[] bytes) {
    return GgufFile.read(new MappedFile(FILE, MemorySegment.ofArray(bytes)));
  }

  private static Metadata metadata(GgufBuilder builder) {
    return Metadata.of(FILE, read(builder.build()).metadata());
  }

  private static void assertRefused(byte[] bytes, String... expected) {
    String message = assertThrows(CheckpointException.class, () -> read(bytes)).getMessage();
    assertTrue(message.startsWith("model.gguf: "), message);
    for (String part : expected) {
      assertTrue(message.contains(part), message);
    }
  }

  private static void assertRefused(GgufBuilder builder, String... expected) {
    assertRefused(builder.build(), expected);
  }

  /** One field of every type, some lists, and a tensor. */
  static GgufBuilder everything() {
    return new GgufBuilder()
        .string("general.architecture", "llama")
        .field("u8", GgufCursor.UINT8, GgufBuilder.le(1, 200))
        .field("i8", GgufCursor.INT8, GgufBuilder.le(1, -3))
        .field("u16", GgufCursor.UINT16, GgufBuilder.le(2, 60_000))
        .field("i16", GgufCursor.INT16, GgufBuilder.le(2, -300))
        .u32("u32", 4_000_000_000L)
        .field("i32", GgufCursor.INT32, GgufBuilder.le(4, -70_000))
        .f32("f32", 1e-6f)
        .field("bool", GgufCursor.BOOL, GgufBuilder.le(1, 1))
        .field("u64", GgufCursor.UINT64, GgufBuilder.le(8, 5_000_000_000L))
        .field("u64big", GgufCursor.UINT64, GgufBuilder.le(8, -1))
        .field("i64", GgufCursor.INT64, GgufBuilder.le(8, -5_000_000_000L))
        .field("f64", GgufCursor.FLOAT64, GgufBuilder.le(8, Double.doubleToLongBits(0.1)))
        .strings("words", "a", "", "Ġthe", "日本", "\uFFFD")
        .field(
            "ints",
            GgufCursor.ARRAY,
            GgufBuilder.le(4, GgufCursor.INT32),
            GgufBuilder.le(8, 2),
            GgufBuilder.le(4, 5),
            GgufBuilder.le(4, -6))
        .field(
            "nested",
            GgufCursor.ARRAY,
            GgufBuilder.le(4, GgufCursor.ARRAY),
            GgufBuilder.le(8, 1),
            GgufBuilder.le(4, GgufCursor.UINT8),
            GgufBuilder.le(8, 1),
            GgufBuilder.le(1, 7))
        .floats("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsAllTypes(int version) {
    Metadata m = metadata(everything().version(version));
    assertEquals("llama", m.requireString("general.architecture"));
    assertEquals(200, m.requireInt("u8", 0, 255));
    assertEquals(-3, m.requireInt("i8", -9, 9));
    assertEquals(60_000, m.requireInt("u16", 0, 100_000));
    assertEquals(-300, m.requireInt("i16", -1000, 0));
    assertEquals(4e9, m.requireDouble("u32", 0, 1e10));
    assertEquals(-70_000, m.requireInt("i32", Integer.MIN_VALUE, 0));
    assertEquals(1e-6f, (float) m.requireDouble("f32", 0, 1));
    assertEquals(9.999999974752427e-7, m.requireDouble("f32", 0, 1));
    assertTrue(m.booleanOr("bool", false));
    assertEquals(5e9, m.requireDouble("u64", 0, 1e10));
    assertEquals(-5e9, m.requireDouble("i64", -1e10, 0));
    assertEquals(0.1, m.requireDouble("f64", 0, 1));
    assertEquals(List.of("a", "", "Ġthe", "日本", "\uFFFD"), m.strings("words"));
    assertArrayEquals(new int[] {5, -6}, m.ints("ints", -10, 10));
    assertArrayEquals(new float[] {5, -6}, m.floats("ints", -10, 10));
    assertEquals(List.of("u64big", "nested"), m.unread());
    CheckpointException big =
        assertThrows(CheckpointException.class, () -> m.requireInt("u64big", 0, 9));
    assertTrue(big.getMessage().contains("is 18446744073709551615, expected"), big.getMessage());
    assertThrows(CheckpointException.class, () -> m.ints("nested", 0, 9));
    assertThrows(CheckpointException.class, () -> m.strings("ints"));
    assertThrows(CheckpointException.class, () -> m.ints("words", 0, 9));
  }

  @Test
  void readsTensors() {
    GgufFile file = read(everything().build());
    StoredTensor tensor = file.tensors().get("w");
    assertArrayEquals(new long[] {2, 3}, tensor.shape());
    assertEquals(0, tensor.offset() % 32);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, HostWeight.of(tensor).toFloats());
  }

  @Test
  void readsWhatGgufPyWrites() {
    Path file = Path.of("src/test/resources/fuzz/gguf/gguf-py.gguf");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Metadata metadata = checkpoint.metadata();
      assertEquals("llama", checkpoint.architecture());
      assertEquals(List.of("<s>", "</s>", "Ġa", "日"), metadata.strings("tokenizer.ggml.tokens"));
      assertArrayEquals(
          new float[] {0, -1.5f, 2, 1e-3f}, metadata.floats("tokenizer.ggml.scores", -9, 9));
      assertEquals(
          2,
          DecoderMetadata.read(
                  checkpoint, FamilyFields.everything(ModelKind.DECODER), DecoderConfig.builder())
              .build()
              .numKvHeads());
      float[] f32 = checkpoint.weight("f32").toFloats();
      assertArrayEquals(f32, checkpoint.weight("f16").toFloats());
      float[] q8 = checkpoint.weight("Q8_0").toFloats();
      float[] q4 = checkpoint.weight("Q4_0").toFloats();
      int[] at = {0, 1, 63, 64, 127};
      // As gguf-py dequantises them.
      float[] expected8 = {0, 0.12207031f, 7.8754883f, 8.041504f, 15.875f};
      float[] expected4 = {-0f, -0f, 7.875f, 7.421875f, 15.875f};
      for (int i = 0; i < at.length; i++) {
        assertEquals(at[i] / 8f, f32[at[i]]);
        assertEquals(expected8[i], q8[at[i]]);
        assertTrue(expected4[i] == q4[at[i]]);
      }
    }
  }

  @Test
  void honoursAlignment() {
    GgufFile file =
        read(
            new GgufBuilder()
                .alignment(256)
                .floats("a", new float[] {1}, 1)
                .floats("b", new float[] {2}, 1)
                .build());
    assertEquals(256, file.tensors().get("b").offset() - file.tensors().get("a").offset());
    assertArrayEquals(new float[] {2}, HostWeight.of(file.tensors().get("b")).toFloats());
  }

  @Test
  void refusesTruncatedFiles() {
    byte[] whole = everything().build();
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void refusesOtherVersions() {
    assertRefused(everything().version(1), "GGUF version 1;");
    assertRefused(everything().version(4), "GGUF version 4;");
    assertRefused(everything().version(0x03000000), "big-endian GGUF (version 3)");
    assertRefused("GGML0000000".getBytes(), "does not begin with \"GGUF\"");
  }

  @Test
  void refusesLyingCounts() {
    byte[] tensors = everything().build();
    System.arraycopy(GgufBuilder.le(8, -1), 0, tensors, 8, 8);
    assertRefused(tensors, "tensor count", "18446744073709551615");
    byte[] fields = everything().build();
    System.arraycopy(GgufBuilder.le(8, 1L << 40), 0, fields, 16, 8);
    assertRefused(fields, "field count", "1099511627776");
    assertRefused(
        new GgufBuilder()
            .field("a", GgufCursor.ARRAY, GgufBuilder.le(4, 4), GgufBuilder.le(8, 1L << 50)),
        "field \"a\"",
        "1125899906842624");
    assertRefused(
        new GgufBuilder().field("a", GgufCursor.STRING, GgufBuilder.le(8, 1L << 50)),
        "field \"a\"",
        "1125899906842624");
  }

  @Test
  void refusesWrongFields() {
    assertRefused(new GgufBuilder().u32("a", 1).u32("a", 1), "field \"a\": occurs twice");
    assertRefused(new GgufBuilder().field("a", 13), "field \"a\"", "value type 13");
    assertRefused(
        new GgufBuilder().field("a", GgufCursor.BOOL, GgufBuilder.le(1, 2)), "truth value 2");
    byte[] notUtf8 = {2, 0, 0, 0, 0, 0, 0, 0, (byte) 0xC3, 0x28};
    assertRefused(new GgufBuilder().field("a", GgufCursor.STRING, notUtf8), "not valid UTF-8");
    for (long alignment : new long[] {0, 3, 1L << 30}) {
      assertRefused(
          new GgufBuilder().u32("general.alignment", alignment),
          "general.alignment",
          Long.toString(alignment));
    }
    assertRefused(new GgufBuilder().string("general.alignment", "32"), "general.alignment");
  }

  @Test
  void refusesDeepLists() {
    ByteArrayOutputStream deep = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      deep.writeBytes(GgufBuilder.le(4, GgufCursor.ARRAY));
      deep.writeBytes(GgufBuilder.le(8, 1));
    }
    deep.writeBytes(new byte[64]);
    assertRefused(
        new GgufBuilder().field("a", GgufCursor.ARRAY, deep.toByteArray()), "nested deeper than 8");
  }

  @Test
  void namesTheTextThatIsNotUtf8() {
    Metadata m =
        metadata(
            new GgufBuilder()
                .field(
                    "words",
                    GgufCursor.ARRAY,
                    GgufBuilder.le(4, GgufCursor.STRING),
                    GgufBuilder.le(8, 2),
                    GgufBuilder.text("fine"),
                    new byte[] {1, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF}));
    String message = assertThrows(CheckpointException.class, () -> m.strings("words")).getMessage();
    assertTrue(message.startsWith("model.gguf: field words[1]: the text at byte"), message);
  }

  @Test
  void refusesWrongTensors() {
    float[] one = {1};
    assertRefused(
        new GgufBuilder().floats("w", one, 1).floats("w", one, 1), "tensor \"w\": occurs twice");
    assertRefused(new GgufBuilder().info("w", 4, 0, 32), "unknown ggml type 4");
    assertRefused(new GgufBuilder().info("w", 0, 0), "has 0 dimensions");
    assertRefused(new GgufBuilder().info("w", 0, 0, 1, 1, 1, 1, 1), "has 5 dimensions");
    assertRefused(new GgufBuilder().info("w", 0, 0, 0), "has extent 0");
    assertRefused(new GgufBuilder().info("w", 0, 0, -1), "has extent 18446744073709551615");
    assertRefused(
        new GgufBuilder().info("w", 0, 0, 1L << 40, 1L << 40, 4), "overflows", "1099511627776");
    assertRefused(new GgufBuilder().info("w", 2, 0, 2, 33), "rows of 33 values", "Q4_0");
    assertRefused(new GgufBuilder().info("w", 0, 0, 8), "needs 32 bytes", "within 0 bytes");
    assertRefused(new GgufBuilder().info("w", 0, -32, 8), "offset 18446744073709551584");
    assertRefused(
        new GgufBuilder().floats("v", new float[64], 64).info("w", 0, 4, 1), "multiple of 32");
    assertRefused(
        new GgufBuilder().floats("v", new float[64], 64).info("w", 0, 32, 1),
        "tensor \"w\"",
        "within tensor \"v\"");
  }

  @Test
  void namesFormatsThatAreNotRead() {
    GgufFile file = read(new GgufBuilder().tensor("w", 16, new byte[66], 1, 256).build());
    String message =
        assertThrows(CheckpointException.class, () -> HostWeight.of(file.tensors().get("w")))
            .getMessage();
    assertTrue(message.contains("has format IQ2_XXS") && message.contains("Q6_K"), message);
  }
}
