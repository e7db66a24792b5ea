// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads the reference files of the tests: float and integer tensors by name. */
public final class Safetensors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final JsonNode header;
  private final MemorySegment data;

  private Safetensors(Path file, JsonNode header, MemorySegment data) {
    this.file = file;
    this.header = header;
    this.data = data;
  }

  /** Reads a whole file. */
  public static Safetensors read(Path file) {
    try {
      MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(file));
      long length = bytes.get(LONG, 0);
      byte[] header = bytes.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
      return new Safetensors(file, JSON.readTree(header), bytes.asSlice(8 + length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Returns the names of all tensors. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /** Tells whether there is such a tensor. */
  public boolean has(String name) {
    return header.has(name);
  }

  /** Returns a tensor's shape; a scalar's is [1]. */
  public long[] shape(String name) {
    List<Long> shape = new ArrayList<>();
    entry(name).get("shape").forEach(extent -> shape.add(extent.asLong()));
    return shape.isEmpty() ? new long[] {1} : shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns a float tensor's values. */
  public float[] floats(String name) {
    JsonNode entry = entry(name);
    MemorySegment bytes = bytes(entry);
    String dtype = entry.get("dtype").asText();
    int size = dtype.equals("F32") ? 4 : 2;
    float[] values = new float[(int) (bytes.byteSize() / size)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype) {
            case "F32" -> bytes.get(FLOAT, 4L * i);
            case "BF16" -> Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
            case "F16" -> Float.float16ToFloat(bytes.get(SHORT, 2L * i));
            default -> throw new IllegalArgumentException(file + ": " + name + " is " + dtype);
          };
    }
    return values;
  }

  /** Returns an integer tensor's values. */
  public int[] ints(String name) {
    JsonNode entry = entry(name);
    MemorySegment bytes = bytes(entry);
    String dtype = entry.get("dtype").asText();
    int size = dtype.equals("I64") ? 8 : 1;
    int[] values = new int[(int) (bytes.byteSize() / size)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype) {
            case "I64" -> Math.toIntExact(bytes.get(LONG, 8L * i));
            case "U8" -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            default -> throw new IllegalArgumentException(file + ": " + name + " is " + dtype);
          };
    }
    return values;
  }

  /** Returns a float tensor as a weight under its own name. */
  public LazyWeight weight(String name) {
    return LazyWeight.of(name, floats(name), shape(name));
  }

  private MemorySegment bytes(JsonNode entry) {
    long from = entry.get("data_offsets").get(0).asLong();
    return data.asSlice(from, entry.get("data_offsets").get(1).asLong() - from);
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(file + " has no tensor " + name);
    }
    return entry;
  }
}
