// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes small GGUF files, right ones and wrong ones. */
final class GgufBuilder {
  private final ByteArrayOutputStream fields = new ByteArrayOutputStream();
  private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int alignment = 32;
  private int version = 3;
  private long fieldCount;
  private long tensorCount;

  GgufBuilder version(int value) {
    version = value;
    return this;
  }

  /** Sets the alignment and says so in the metadata. */
  GgufBuilder alignment(int value) {
    alignment = value;
    return field("general.alignment", GgufCursor.UINT32, le(4, value));
  }

  GgufBuilder field(String key, int type, byte[]... value) {
    fieldCount++;
    fields.writeBytes(text(key));
    fields.writeBytes(le(4, type));
    for (byte[] part : value) {
      fields.writeBytes(part);
    }
    return this;
  }

  GgufBuilder string(String key, String value) {
    return field(key, GgufCursor.STRING, text(value));
  }

  GgufBuilder u32(String key, long value) {
    return field(key, GgufCursor.UINT32, le(4, value));
  }

  GgufBuilder f32(String key, float value) {
    return field(key, GgufCursor.FLOAT32, le(4, Float.floatToRawIntBits(value)));
  }

  GgufBuilder strings(String key, String... values) {
    ByteArrayOutputStream elements = new ByteArrayOutputStream();
    for (String value : values) {
      elements.writeBytes(text(value));
    }
    return field(
        key,
        GgufCursor.ARRAY,
        le(4, GgufCursor.STRING),
        le(8, values.length),
        elements.toByteArray());
  }

  /** Adds a tensor; {@code shape} outermost first. */
  GgufBuilder tensor(String name, int type, byte[] bytes, long... shape) {
    while (data.size() % alignment != 0) {
      data.write(0);
    }
    info(name, type, data.size(), shape);
    data.writeBytes(bytes);
    return this;
  }

  GgufBuilder floats(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, 0, bytes.array(), shape);
  }

  /** Adds a tensor's description without data. */
  GgufBuilder info(String name, int type, long offset, long... shape) {
    tensorCount++;
    infos.writeBytes(text(name));
    infos.writeBytes(le(4, shape.length));
    for (int i = shape.length - 1; i >= 0; i--) {
      infos.writeBytes(le(8, shape[i]));
    }
    infos.writeBytes(le(4, type));
    infos.writeBytes(le(8, offset));
    return this;
  }

  byte[] build() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(le(4, GgufFile.MAGIC));
    file.writeBytes(le(4, version));
    file.writeBytes(le(8, tensorCount));
    file.writeBytes(le(8, fieldCount));
    file.writeBytes(fields.toByteArray());
    file.writeBytes(infos.toByteArray());
    while (file.size() % alignment != 0) {
      file.write(0);
    }
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }

  Path write(Path file) throws IOException {
    return Files.write(file, build());
  }

  static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length)
        .put(bytes)
        .array();
  }

  /** The lowest bytes of a number, little-endian. */
  static byte[] le(int length, long value) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (value >> 8 * i);
    }
    return bytes;
  }
}
