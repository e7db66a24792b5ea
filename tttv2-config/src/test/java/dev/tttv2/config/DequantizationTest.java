// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantizationTest {
  private static HostWeight weight(WeightFormat format, byte[] bytes, long... shape) {
    MappedFile file = new MappedFile(Path.of("bytes"), MemorySegment.ofArray(bytes));
    return HostWeight.of(
        new StoredTensor(file, "w", format.name(), Optional.of(format), shape, 0, bytes.length));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16", "F64"})
  void quantisedFormatsAreGgmlsBitForBit(WeightFormat format) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, StoredTensor> golden = Goldens.tensors("blocks/gguf_dequant.safetensors", arena);
      StoredTensor raw = golden.get(format + "/raw");
      byte[] bytes = raw.file().data(raw.offset(), raw.length()).toArray(ValueLayout.JAVA_BYTE);
      float[] expected = HostWeight.of(golden.get(format + "/out")).toFloats();
      assertEquals(bytes.length / format.blockBytes() * format.blockValues(), expected.length);
      // Once as one long row, once as a row for each block.
      float[] row = weight(format, bytes, 1, expected.length).toFloats();
      float[] rows =
          weight(format, bytes, expected.length / format.blockValues(), format.blockValues())
              .toFloats();
      for (int i = 0; i < expected.length; i++) {
        assertSame(expected[i], row[i], format, i);
        assertSame(expected[i], rows[i], format, i);
      }
    }
  }

  /** Every format of the reference is one of ours, and the other way round. */
  @Test
  void noFormatIsLeftOut() {
    try (Arena arena = Arena.ofConfined()) {
      Set<String> cases = new TreeSet<>();
      for (String tensor : Goldens.tensors("blocks/gguf_dequant.safetensors", arena).keySet()) {
        cases.add(tensor.substring(0, tensor.indexOf('/')));
      }
      assertEquals(
          cases,
          Arrays.stream(WeightFormat.values())
              .filter(WeightFormat::isQuantised)
              .map(Enum::name)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static void assertSame(float expected, float actual, WeightFormat format, int i) {
    // Equal as numbers: a zero's sign depends on the order of operations that do not matter.
    assertTrue(
        expected == actual || Float.isNaN(expected) && Float.isNaN(actual),
        () -> "%s[%d]: %s, expected %s".formatted(format, i, actual, expected));
  }

  @Test
  void float16AndBfloat16AreExact() {
    byte[] bytes = new byte[2 << 16];
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      all.putShort((short) i);
    }
    float[] halves = weight(WeightFormat.F16, bytes, 256, 256).toFloats();
    float[] brains = weight(WeightFormat.BF16, bytes, 256, 256).toFloats();
    for (int i = 0; i < 1 << 16; i++) {
      float half = Float.float16ToFloat((short) i);
      assertEquals(Float.isNaN(half) ? Float.NaN : half, halves[i]);
      if (!Float.isNaN(half)) {
        assertEquals((short) i, Float.floatToFloat16(half));
      }
      assertEquals(Float.intBitsToFloat(i << 16), brains[i]);
    }
    // Subnormal, least normal, one, greatest, infinity.
    assertEquals(5.9604645e-8f, halves[1]);
    assertEquals(6.1035156e-5f, halves[0x400]);
    assertEquals(1f, halves[0x3C00]);
    assertEquals(65_504f, halves[0x7BFF]);
    assertEquals(Float.NEGATIVE_INFINITY, halves[0xFC00]);
  }

  @Test
  void float64IsRounded() {
    byte[] bytes = new byte[16];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.1).putDouble(1e300);
    float[] floats = weight(WeightFormat.F64, bytes, 2).toFloats();
    assertEquals(0.1f, floats[0]);
    assertEquals(Float.POSITIVE_INFINITY, floats[1]);
  }
}
