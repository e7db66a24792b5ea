// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a GGUF file, version 2 or 3: metadata and the places of the tensors.
 *
 * @param version 2 or 3
 * @param metadata all fields, in the order of the file, as {@link Metadata} takes them
 * @param tensors all tensors by name, in the order of the file
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
record GgufFile(int version, Map<String, Object> metadata, Map<String, StoredTensor> tensors) {
  /** "GGUF", read as a little-endian number. */
  static final int MAGIC = 0x46554747;

  private static final int MAX_KEY = 65_535;
  private static final int MAX_DIMENSIONS = 4;
  private static final long MAX_EXTENT = 1L << 40;
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final long MAX_ALIGNMENT = 1 << 20;

  /** A type of ggml's that files may hold and that is not read as a weight. */
  private record OtherType(String name, int blockValues, int blockBytes) {}

  private static final Map<Integer, OtherType> OTHER_TYPES =
      Map.ofEntries(
          Map.entry(9, new OtherType("Q8_1", 32, 36)),
          Map.entry(15, new OtherType("Q8_K", 256, 292)),
          Map.entry(16, new OtherType("IQ2_XXS", 256, 66)),
          Map.entry(17, new OtherType("IQ2_XS", 256, 74)),
          Map.entry(18, new OtherType("IQ3_XXS", 256, 98)),
          Map.entry(19, new OtherType("IQ1_S", 256, 50)),
          Map.entry(21, new OtherType("IQ3_S", 256, 110)),
          Map.entry(22, new OtherType("IQ2_S", 256, 82)),
          Map.entry(23, new OtherType("IQ4_XS", 256, 136)),
          Map.entry(24, new OtherType("I8", 1, 1)),
          Map.entry(25, new OtherType("I16", 1, 2)),
          Map.entry(26, new OtherType("I32", 1, 4)),
          Map.entry(27, new OtherType("I64", 1, 8)),
          Map.entry(29, new OtherType("IQ1_M", 256, 56)),
          Map.entry(34, new OtherType("TQ1_0", 256, 54)),
          Map.entry(35, new OtherType("TQ2_0", 256, 66)),
          Map.entry(39, new OtherType("MXFP4", 32, 17)));

  /** A tensor's description, before the place of the data is known. */
  private record Described(String name, long[] shape, int type, long offset) {}

  /** Reads the header. */
  static GgufFile read(MappedFile file) {
    Path path = file.path();
    GgufCursor cursor = new GgufCursor(path, file.segment(), 0);
    if (cursor.u32("header") != MAGIC) {
      throw new CheckpointException(path, "header", "does not begin with \"GGUF\"");
    }
    int version = cursor.u32("header");
    if (version != 2 && version != 3) {
      int swapped = Integer.reverseBytes(version);
      throw new CheckpointException(
          path,
          "header",
          swapped > 0 && swapped <= 3
              ? "is a big-endian GGUF (version %d); only little-endian files are read"
                  .formatted(swapped)
              : "is GGUF version %s; versions 2 and 3 are read"
                  .formatted(Integer.toUnsignedString(version)));
    }
    // A tensor takes at least 24 bytes to describe, a field 13.
    int tensorCount = cursor.count("tensor count", 24);
    int fieldCount = cursor.count("field count", 13);
    Map<String, Object> metadata = metadata(path, cursor, fieldCount);
    Described[] described = new Described[tensorCount];
    for (int i = 0; i < tensorCount; i++) {
      described[i] = describe(path, cursor, i);
    }
    long alignment = alignment(path, metadata);
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Described d : described) {
      StoredTensor tensor = place(file, d, dataStart, alignment);
      if (tensors.put(d.name(), tensor) != null) {
        throw tensor.refuse("occurs twice");
      }
    }
    checkOverlaps(tensors);
    return new GgufFile(version, metadata, tensors);
  }

  private static Map<String, Object> metadata(Path path, GgufCursor cursor, int count) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = cursor.string("name of field " + i, MAX_KEY);
      String where = "field " + quote(key);
      Object value = cursor.value(cursor.type(where), where);
      if (metadata.put(key, value) != null) {
        throw new CheckpointException(path, where, "occurs twice");
      }
    }
    return metadata;
  }

  private static Described describe(Path path, GgufCursor cursor, int index) {
    String name = cursor.string("name of tensor " + index, MAX_KEY);
    String where = "tensor " + quote(name);
    int dimensions = cursor.u32(where);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new CheckpointException(
          path,
          where,
          "has %s dimensions, expected 1 to %d"
              .formatted(Integer.toUnsignedString(dimensions), MAX_DIMENSIONS));
    }
    // The file has the innermost extent first.
    long[] shape = new long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) {
      shape[i] = cursor.u64(where);
      if (shape[i] < 1 || shape[i] > MAX_EXTENT) {
        throw new CheckpointException(
            path,
            where,
            "has extent %s, expected 1 to %d"
                .formatted(Long.toUnsignedString(shape[i]), MAX_EXTENT));
      }
    }
    int type = cursor.u32(where);
    return new Described(name, shape, type, cursor.u64(where));
  }

  private static long alignment(Path path, Map<String, Object> metadata) {
    Object value = metadata.getOrDefault("general.alignment", DEFAULT_ALIGNMENT);
    if (value instanceof Long alignment
        && alignment > 0
        && alignment <= MAX_ALIGNMENT
        && Long.bitCount(alignment) == 1) {
      return alignment;
    }
    throw new CheckpointException(
        path,
        "field general.alignment",
        "is %s, expected a power of two up to %d"
            .formatted(quote(String.valueOf(value)), MAX_ALIGNMENT));
  }

  private static StoredTensor place(MappedFile file, Described d, long dataStart, long alignment) {
    String where = "tensor " + quote(d.name());
    Optional<WeightFormat> format = WeightFormat.ofGgml(d.type());
    OtherType other = OTHER_TYPES.get(d.type());
    if (format.isEmpty() && other == null) {
      throw new CheckpointException(
          file.path(),
          where,
          "has the unknown ggml type %s".formatted(Integer.toUnsignedString(d.type())));
    }
    String dtype = format.map(WeightFormat::name).orElseGet(() -> other.name());
    int blockValues = format.map(WeightFormat::blockValues).orElseGet(() -> other.blockValues());
    int blockBytes = format.map(WeightFormat::blockBytes).orElseGet(() -> other.blockBytes());
    long inner = d.shape()[d.shape().length - 1];
    if (inner % blockValues != 0) {
      throw new CheckpointException(
          file.path(),
          where,
          "rows of %d values are not whole blocks of %d values of %s"
              .formatted(inner, blockValues, dtype));
    }
    long length = blockBytes;
    try {
      for (int i = 0; i < d.shape().length - 1; i++) {
        length = Math.multiplyExact(length, d.shape()[i]);
      }
      length = Math.multiplyExact(length, inner / blockValues);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          file.path(), where, "shape %s overflows".formatted(Arrays.toString(d.shape())), e);
    }
    long available = file.size() - dataStart;
    if (d.offset() < 0
        || d.offset() % alignment != 0
        || available < 0
        || length > available
        || d.offset() > available - length) {
      throw new CheckpointException(
          file.path(),
          where,
          "%s %s needs %d bytes at offset %s, expected a multiple of %d within %d bytes of data"
              .formatted(
                  Arrays.toString(d.shape()),
                  dtype,
                  length,
                  Long.toUnsignedString(d.offset()),
                  alignment,
                  Math.max(available, 0)));
    }
    return new StoredTensor(
        file, d.name(), dtype, format, d.shape(), dataStart + d.offset(), length);
  }

  private static void checkOverlaps(Map<String, StoredTensor> tensors) {
    List<StoredTensor> ordered =
        tensors.values().stream().sorted(Comparator.comparingLong(StoredTensor::offset)).toList();
    for (int i = 1; i < ordered.size(); i++) {
      StoredTensor previous = ordered.get(i - 1);
      StoredTensor tensor = ordered.get(i);
      if (previous.offset() + previous.length() > tensor.offset()) {
        throw tensor.refuse(
            "begins at byte %d of the file, within tensor %s, which ends at %d"
                .formatted(
                    tensor.offset(),
                    quote(previous.name()),
                    previous.offset() + previous.length()));
      }
    }
  }
}
