// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON document whose root is an object into plain values: String, Long (or BigInteger),
 * Double, Boolean, {@link List}, {@link Map} in the order of the file, and null.
 *
 * <p>Repeated keys, a second root and anything nested deeper than {@value #MAX_DEPTH} are refused.
 * Python's {@code NaN} and {@code Infinity} are read, since its json module writes them; whoever
 * asks for a number checks its range.
 */
final class Json {
  static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 64;

  private Json() {}

  /** Reads a file of at most {@code maxBytes} bytes. */
  static Map<String, Object> read(Path file, long maxBytes) {
    InputFiles.check(file);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
    } catch (IOException e) {
      throw InputFiles.refuse(file, e);
    }
    if (bytes.length > maxBytes) {
      throw new CheckpointException(
          file, "", "is larger than the %d bytes that are read of such a file".formatted(maxBytes));
    }
    return parse(file, "", bytes, bytes.length);
  }

  /**
   * Parses the first {@code length} bytes.
   *
   * @param where the part of the file they are, for messages; empty for all of it
   */
  static Map<String, Object> parse(Path file, String where, byte[] bytes, int length) {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Math.max(length, 1))
                    .maxNameLength(Math.max(length, 1))
                    .build())
            .build();
    try (JsonParser parser = factory.createParser(bytes, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CheckpointException(file, where, "is not a JSON object");
      }
      Map<String, Object> root = object(parser);
      if (parser.nextToken() != null) {
        throw new CheckpointException(
            file,
            where,
            "has text after the JSON object, at byte "
                + parser.currentTokenLocation().getByteOffset());
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, where, InputFiles.problem(e), e);
    } catch (IOException e) {
      // Malformed UTF-8 arrives as a plain IOException.
      throw new CheckpointException(file, where, "is not valid JSON: " + JsonWording.of(e), e);
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser));
    }
    return map;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IOException("unexpected token " + parser.currentToken());
    };
  }
}
