// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  private static final Path FILE = Path.of("model.safetensors");

  private static Map<String, StoredTensor> read(byte[] bytes) {
    return SafetensorsFile.read(new MappedFile(FILE, MemorySegment.ofArray(bytes)));
  }

  private static String refusal(byte[] bytes) {
    String message = assertThrows(CheckpointException.class, () -> read(bytes)).getMessage();
    assertTrue(message.startsWith("model.safetensors: "), message);
    return message;
  }

  @Test
  void readsTensorsInOrder() {
    Map<String, StoredTensor> tensors =
        read(
            new SafetensorsBuilder()
                .floats("b", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .raw("a", "BOOL", new byte[] {1, 0, 1}, 3)
                .raw("empty", "F16", new byte[0], 0, 7)
                .floats("scalar", new float[] {9})
                .build());
    assertEquals(List.of("b", "a", "empty", "scalar"), List.copyOf(tensors.keySet()));
    assertArrayEquals(new long[] {2, 3}, tensors.get("b").shape());
    assertEquals(24, tensors.get("b").length());
    assertEquals("BOOL", tensors.get("a").dtype());
    assertTrue(tensors.get("a").format().isEmpty());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, HostWeight.of(tensors.get("b")).toFloats());
  }

  @Test
  void weightsMustBeFloatsOfSensibleShape() {
    Map<String, StoredTensor> tensors =
        read(
            new SafetensorsBuilder()
                .raw("ints", "I64", new byte[16], 2)
                .raw("empty", "F16", new byte[0], 0, 7)
                .floats("scalar", new float[] {9})
                .build());
    for (String name : tensors.keySet()) {
      String message =
          assertThrows(CheckpointException.class, () -> HostWeight.of(tensors.get(name)))
              .getMessage();
      assertTrue(message.contains("tensor \"" + name + "\": "), message);
    }
  }

  @Test
  void refusesTruncatedFiles() {
    byte[] whole = new SafetensorsBuilder().floats("w", new float[64], 8, 8).build();
    for (int length = 0; length < whole.length; length++) {
      String message = refusal(Arrays.copyOf(whole, length));
      assertTrue(message.matches("(?s).*\\d.*"), message);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "100000001", "0", "1", "1000"})
  void refusesLyingHeaderLengths(long length) {
    byte[] bytes = new SafetensorsBuilder().floats("w", new float[4], 4).build();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertTrue(refusal(bytes).contains(Long.toUnsignedString(length) + " bytes long"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|is not a JSON object",
        "{\"w\":1}|tensor \"w\": is not described by",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}|tensor \"w\": is not described by",
        "{\"w\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}|dtype is \"F31\"",
        "{\"w\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}}|dtype is \"7\"",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|shape[0] is \"-2\"",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}|shape[0] is \"2.5\"",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}|shape is not a list",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|needs 12 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}"
            + "|overflows",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}}|within the file's 8"
            + " bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|data_offsets are [8, 0]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|a gap",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|end at byte 4",
        "{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|they overlap",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|the"
            + " name 'w' stands twice",
        "{\"__metadata__\":3,\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + "|__metadata__ is not an object",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x|not valid JSON",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}|after the JSON object",
        "{\"w|not valid JSON",
      })
  void refusesWrongHeaders(String header, String expected) {
    String message = refusal(SafetensorsBuilder.header(header, new byte[8]));
    assertTrue(message.contains(expected), message);
  }

  @Test
  void refusesDeepNesting() {
    String deep = "{\"w\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    assertTrue(refusal(SafetensorsBuilder.header(deep, new byte[0])).contains("nested"));
  }

  @Test
  void quotesHostileNames() {
    String name = "x\\u0000\\n" + "y".repeat(500);
    String message = refusal(SafetensorsBuilder.header("{\"" + name + "\":{}}", new byte[0]));
    assertTrue(message.length() < 300 && !message.contains("\n"), message);
  }
}
