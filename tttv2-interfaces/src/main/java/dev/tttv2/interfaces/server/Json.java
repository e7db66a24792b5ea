// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.json.JsonProblem;
import dev.tttv2.interfaces.json.JsonReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads and writes JSON. */
final class Json {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  static ObjectNode object() {
    return NODES.objectNode();
  }

  static ArrayNode array() {
    return NODES.arrayNode();
  }

  /**
   * Reads the body of a request.
   *
   * @throws ApiException if it is not UTF-8, not JSON, or no object; says where
   */
  static ObjectNode readObject(byte[] body) {
    JsonNode root;
    try {
      root = read(utf8(body));
    } catch (JsonProblem e) {
      throw ApiException.invalidJson(
          "the body is not JSON: %s (line %d, column %d)"
              .formatted(e.getMessage(), e.line(), e.column()));
    }
    if (!(root instanceof ObjectNode object)) {
      throw ApiException.invalidJson(
          "the body is %s, expected an object"
              .formatted(root.isMissingNode() ? "empty" : kind(root)));
    }
    return object;
  }

  /** Reads JSON that a client wrote as a text within JSON, or that a model wrote. */
  static JsonNode read(String text) throws JsonProblem {
    return JsonReader.read(MAPPER, text);
  }

  private static String utf8(byte[] body) {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    CharBuffer chars = CharBuffer.allocate(body.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(bytes, chars, true);
    if (result.isError()) {
      throw ApiException.invalidJson(
          "the body is not UTF-8: byte %d is 0x%02x"
              .formatted(bytes.position(), body[bytes.position()] & 0xff));
    }
    return chars.flip().toString();
  }

  /** Writes JSON; halves of surrogate pairs, which no UTF-8 can express, become "?". */
  static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Writes JSON on one line, as {@link #bytes} does. */
  static String line(JsonNode node) {
    return new String(bytes(node), StandardCharsets.UTF_8);
  }

  /** Returns the plain maps, lists and values of an object. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, Map.class);
  }

  /** Returns what a value is, for messages. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list of " + node.size();
      case OBJECT -> "an object";
      case STRING -> "the text \"%s\"".formatted(Fields.excerpt(node.textValue()));
      case NUMBER, BOOLEAN -> Fields.excerpt(node.asText());
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }
}
