// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A safetensors file of reference data, read whole. */
public final class Golden {
  private final Path file;
  private final ByteBuffer bytes;
  private final JsonNode header;
  private final int dataStart;

  private Golden(Path file) throws IOException {
    this.file = file;
    bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong(0));
    header =
        new ObjectMapper()
            .readTree(new String(bytes.array(), Long.BYTES, length, StandardCharsets.UTF_8));
    dataStart = Long.BYTES + length;
  }

  /** Returns the directory of all reference data. */
  public static Path root() {
    return Path.of(System.getProperty("tttv2.goldens"));
  }

  /** Reads a file. */
  public static Golden read(Path file) throws IOException {
    return new Golden(file);
  }

  /** Tells whether there is a tensor of this name. */
  public boolean has(String name) {
    return header.has(name);
  }

  /** Returns the names of all tensors. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /** Writes some of the tensors, those of them that there are, to a file of their own. */
  public void copy(List<String> names, Path target) throws IOException {
    ObjectNode entries = new ObjectMapper().createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (String name : names) {
      if (has(name)) {
        ObjectNode entry = entry(name).deepCopy();
        ByteBuffer values = data(name, entry.get("dtype").asText());
        int from = data.size();
        byte[] copied = new byte[values.remaining()];
        values.get(copied);
        data.writeBytes(copied);
        entry.putArray("data_offsets").add(from).add(data.size());
        entries.set(name, entry);
      }
    }
    write(target, entries.toString(), data.toByteArray());
  }

  /** Writes a file of a header and data, whatever they are. */
  public static void write(Path target, String json, byte[] data) throws IOException {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(Long.BYTES + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(target, all.putLong(text.length).put(text).put(data).array());
  }

  /** Returns a tensor's shape. */
  public int[] shape(String name) {
    JsonNode shape = entry(name).get("shape");
    int[] result = new int[shape.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = shape.get(i).asInt();
    }
    return result;
  }

  /** Returns an F32 tensor's values. */
  public float[] floats(String name) {
    ByteBuffer data = data(name, "F32");
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** Returns an I64 tensor's values. */
  public int[] ints(String name) {
    ByteBuffer data = data(name, "I64");
    int[] values = new int[data.remaining() / Long.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact(data.getLong());
    }
    return values;
  }

  private ByteBuffer data(String name, String dtype) {
    JsonNode entry = entry(name);
    if (!entry.get("dtype").asText().equals(dtype)) {
      throw new IllegalArgumentException(
          "%s: %s is %s, expected %s".formatted(file, name, entry.get("dtype").asText(), dtype));
    }
    JsonNode offsets = entry.get("data_offsets");
    int from = dataStart + offsets.get(0).asInt();
    int to = dataStart + offsets.get(1).asInt();
    return bytes.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(file + ": no tensor " + name);
    }
    return entry;
  }
}
