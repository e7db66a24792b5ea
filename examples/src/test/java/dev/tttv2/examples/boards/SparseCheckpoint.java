// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.boards;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;

/** A checkpoint of zeros that takes no space: its weights are a hole in a file. */
final class SparseCheckpoint {
  private static final int BYTES = 2; // of a BF16

  private SparseCheckpoint() {}

  /**
   * Writes {@code config.json} and {@code model.safetensors}.
   *
   * @param config the text of config.json
   * @param shapes of the tensors, by name; all are BF16
   */
  static void write(Path directory, String config, Map<String, long[]> shapes) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    StringJoiner entries = new StringJoiner(",", "{", "}");
    long end = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long begin = end;
      end += BYTES * Arrays.stream(tensor.getValue()).reduce(1, Math::multiplyExact);
      entries.add(
          "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), Arrays.toString(tensor.getValue()), begin, end));
    }
    byte[] header = entries.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      file.write(header);
      file.setLength(8 + header.length + end);
    }
  }
}
