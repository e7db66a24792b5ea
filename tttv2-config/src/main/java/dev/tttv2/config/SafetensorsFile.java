// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the header of a safetensors file: eight bytes of length, that many bytes of JSON, then the
 * tensors' data without gaps.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
final class SafetensorsFile {
  /** The longest header the format allows. */
  static final long MAX_HEADER = 100_000_000;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final Map<String, Integer> DTYPE_BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E8M0", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("F64", 8),
          Map.entry("C64", 8));
  private static final Set<String> TENSOR_FIELDS = Set.of("dtype", "shape", "data_offsets");

  private SafetensorsFile() {}

  /** Returns the file's tensors by name, in the order of the header. */
  static Map<String, StoredTensor> read(MappedFile file) {
    Path path = file.path();
    MemorySegment bytes = file.segment();
    if (bytes.byteSize() < 8) {
      throw new CheckpointException(
          path,
          "header",
          "the file has %d bytes, a safetensors file at least 8".formatted(bytes.byteSize()));
    }
    long headerLength = bytes.get(LONG, 0);
    if (headerLength < 2 || headerLength > MAX_HEADER) {
      throw new CheckpointException(
          path,
          "header",
          "says it is %s bytes long, expected 2 to %d (is this a safetensors file?)"
              .formatted(Long.toUnsignedString(headerLength), MAX_HEADER));
    }
    if (headerLength > bytes.byteSize() - 8) {
      throw new CheckpointException(
          path,
          "header",
          "says it is %d bytes long, but only %d bytes follow (truncated?)"
              .formatted(headerLength, bytes.byteSize() - 8));
    }
    byte[] header = bytes.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE);
    Map<String, Object> fields = Json.parse(path, "header", header, header.length);
    long dataStart = 8 + headerLength;
    long dataLength = bytes.byteSize() - dataStart;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.equals("__metadata__")) {
            if (!(value instanceof Map<?, ?>)) {
              throw new CheckpointException(path, "header", "__metadata__ is not an object");
            }
          } else {
            tensors.put(name, tensor(file, name, value, dataStart, dataLength));
          }
        });
    checkCoverage(path, tensors, dataStart, dataLength);
    return tensors;
  }

  private static StoredTensor tensor(
      MappedFile file, String name, Object value, long dataStart, long dataLength) {
    Path path = file.path();
    String where = "tensor " + quote(name);
    if (!(value instanceof Map<?, ?> fields) || !fields.keySet().equals(TENSOR_FIELDS)) {
      throw new CheckpointException(
          path, where, "is not described by exactly dtype, shape and data_offsets");
    }
    if (!(fields.get("dtype") instanceof String dtype) || !DTYPE_BYTES.containsKey(dtype)) {
      throw new CheckpointException(
          path,
          where,
          "dtype is %s, expected one of %s"
              .formatted(
                  quote(String.valueOf(fields.get("dtype"))),
                  DTYPE_BYTES.keySet().stream().sorted().toList()));
    }
    long[] shape = numbers(path, where, "shape", fields.get("shape"));
    long[] offsets = numbers(path, where, "data_offsets", fields.get("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength) {
      throw new CheckpointException(
          path,
          where,
          "data_offsets are %s, expected [begin, end] within the file's %d bytes of data"
              .formatted(Arrays.toString(offsets), dataLength));
    }
    long needed = DTYPE_BYTES.get(dtype);
    try {
      for (long extent : shape) {
        needed = Math.multiplyExact(needed, extent);
      }
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          path, where, "shape %s overflows".formatted(Arrays.toString(shape)), e);
    }
    if (needed != offsets[1] - offsets[0]) {
      throw new CheckpointException(
          path,
          where,
          "shape %s of %s needs %d bytes, data_offsets %s hold %d"
              .formatted(
                  Arrays.toString(shape),
                  dtype,
                  needed,
                  Arrays.toString(offsets),
                  offsets[1] - offsets[0]));
    }
    return new StoredTensor(
        file,
        name,
        dtype,
        WeightFormat.ofSafetensors(dtype),
        shape,
        dataStart + offsets[0],
        offsets[1] - offsets[0]);
  }

  private static long[] numbers(Path path, String where, String field, Object value) {
    if (!(value instanceof List<?> list)) {
      throw new CheckpointException(path, where, field + " is not a list");
    }
    long[] numbers = new long[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Long number) || number < 0) {
        throw new CheckpointException(
            path,
            where,
            "%s[%d] is %s, expected a whole number of at least 0"
                .formatted(field, i, quote(String.valueOf(list.get(i)))));
      }
      numbers[i] = number;
    }
    return numbers;
  }

  // The format wants the data used completely and once: holes and overlaps can hide things.
  private static void checkCoverage(
      Path path, Map<String, StoredTensor> tensors, long dataStart, long dataLength) {
    List<StoredTensor> ordered =
        tensors.values().stream()
            .sorted(
                Comparator.comparingLong(StoredTensor::offset)
                    .thenComparingLong(StoredTensor::length))
            .toList();
    long end = dataStart;
    String previous = "the header";
    for (StoredTensor tensor : ordered) {
      if (tensor.offset() != end) {
        throw tensor.refuse(
            "its data begin at byte %d of the data, but %s ends at %d (%s)"
                .formatted(
                    tensor.offset() - dataStart,
                    previous,
                    end - dataStart,
                    tensor.offset() < end ? "they overlap" : "a gap"));
      }
      end = tensor.offset() + tensor.length();
      previous = quote(tensor.name());
    }
    if (end != dataStart + dataLength) {
      throw new CheckpointException(
          path,
          "data",
          "the tensors end at byte %d, the file holds %d bytes of data"
              .formatted(end - dataStart, dataLength));
    }
  }
}
