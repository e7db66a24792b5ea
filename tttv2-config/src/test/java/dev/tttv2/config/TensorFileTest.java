// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {
  @TempDir Path temporary;

  private static byte[] longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  private TensorFile file() throws IOException {
    // One odd byte in front: what follows is not aligned.
    return TensorFile.open(
        new SafetensorsBuilder()
            .raw("flag", "BOOL", new byte[] {1}, 1)
            .raw("ids", "I64", longs(1, -2, 3, Integer.MAX_VALUE), 2, 2)
            .raw("short", "I32", new byte[] {7, 0, 0, 0, -1, -1, -1, -1}, 2)
            .raw("large", "I64", longs(0, 1L << 31), 2)
            .raw("bytes", "U8", new byte[] {0, -1}, 2)
            .raw("wide", "U16", new byte[2], 1)
            .floats("pixels", new float[] {0.5f, -1}, 1, 2)
            .write(temporary.resolve("inputs.safetensors")));
  }

  private static void assertRefused(String message, Executable body) {
    String told = assertThrows(CheckpointException.class, body).getMessage();
    assertTrue(told.contains("inputs.safetensors: tensor "), told);
    assertTrue(told.contains(message), told);
  }

  @Test
  void readsIntegersAndFloats() throws IOException {
    try (TensorFile file = file()) {
      assertEquals(
          List.of("flag", "ids", "short", "large", "bytes", "wide", "pixels"),
          List.copyOf(file.names()));
      assertArrayEquals(new int[] {1}, file.ints("flag"));
      assertArrayEquals(new int[] {0, 255}, file.ints("bytes"));
      assertArrayEquals(new long[] {2, 2}, file.shape("ids"));
      assertArrayEquals(new int[] {1, -2, 3, Integer.MAX_VALUE}, file.ints("ids"));
      assertArrayEquals(new int[] {7, -1}, file.ints("short"));
      assertArrayEquals(new float[] {0.5f, -1}, file.floats("pixels"));
    }
  }

  @Test
  void namesWhatItCannotRead() throws IOException {
    try (TensorFile file = file()) {
      assertRefused("\"none\": is missing; there are [flag, ids,", () -> file.ints("none"));
      assertRefused("\"none\": is missing", () -> file.shape("none"));
      assertRefused(
          "\"wide\": has dtype U16, expected I64 or I32 or U8 or BOOL", () -> file.ints("wide"));
      assertRefused("\"ids\": has dtype I64, expected F32", () -> file.floats("ids"));
      assertRefused("value 1 is 2147483648, which does not fit", () -> file.ints("large"));
    }
    Path none = temporary.resolve("none");
    assertThrows(CheckpointException.class, () -> TensorFile.open(none));
  }

  @Test
  void cannotBeReadWhenItIsClosed() throws IOException {
    TensorFile file = file();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> file.floats("pixels"));
  }
}
