// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tttv2.interfaces.json.JsonProblem;
import dev.tttv2.interfaces.server.ModelApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads one line. The body is cut out of it as it stands, so that it is answered as the same bytes
 * over HTTP would be.
 */
final class LineParser {
  private static final JsonFactory JSON = new JsonFactory();

  /** Longest part of the input that a message repeats, in characters. */
  private static final int EXCERPT = 100;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final long number;
  private final String text;
  private Field customId = Field.MISSING;
  private Field method = Field.MISSING;
  private Field url = Field.MISSING;
  private Field body = Field.MISSING;

  private LineParser(long number, String text) {
    this.number = number;
    this.text = text;
  }

  /**
   * A member of the line's object.
   *
   * @param token what its value begins with
   * @param value the text if it is one, else the JSON as it stands
   */
  private record Field(JsonToken token, String value) {
    static final Field MISSING = new Field(JsonToken.NOT_AVAILABLE, "");

    boolean isMissing() {
      return token == JsonToken.NOT_AVAILABLE || token == JsonToken.VALUE_NULL;
    }
  }

  static Optional<BatchLine> parse(long number, byte[] bytes) {
    int begin = number == 1 && beginsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    CharBuffer chars = CharBuffer.allocate(bytes.length - begin);
    ByteBuffer source = ByteBuffer.wrap(bytes, begin, bytes.length - begin);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(source, chars, true);
    if (result.isError()) {
      return Optional.of(
          BatchLineError.invalidJson(
              number,
              "is not UTF-8: byte %d is 0x%02x"
                  .formatted(source.position(), bytes[source.position()] & 0xff)));
    }
    String text = chars.flip().toString();
    return text.isBlank() ? Optional.empty() : Optional.of(new LineParser(number, text).line());
  }

  private static boolean beginsWithMark(byte[] bytes) {
    return bytes.length >= BYTE_ORDER_MARK.length
        && bytes[0] == BYTE_ORDER_MARK[0]
        && bytes[1] == BYTE_ORDER_MARK[1]
        && bytes[2] == BYTE_ORDER_MARK[2];
  }

  private BatchLine line() {
    try (JsonParser json = JSON.createParser(text)) {
      try {
        return line(json);
      } catch (JsonProcessingException e) {
        JsonProblem problem = JsonProblem.of(e, json.currentLocation());
        return BatchLineError.invalidJson(
            number,
            "is not JSON: %s (column %d)".formatted(problem.getMessage(), problem.column()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // none: a text is read
    }
  }

  private BatchLine line(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return BatchLineError.invalidJson(number, "is no JSON object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      Optional<BatchLineError> problem = take(name, field(json));
      if (problem.isPresent()) {
        return problem.get();
      }
    }
    if (json.nextToken() != null) {
      return BatchLineError.invalidJson(number, "has something behind its object");
    }
    return checked();
  }

  private Field field(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return new Field(token, json.getText());
    }
    int begin = (int) json.currentTokenLocation().getCharOffset();
    json.skipChildren();
    json.finishToken();
    return new Field(token, text.substring(begin, (int) json.currentLocation().getCharOffset()));
  }

  private Optional<BatchLineError> take(String name, Field field) {
    Field before = Field.MISSING;
    switch (name) {
      case "custom_id" -> {
        before = customId;
        customId = field;
      }
      case "method" -> {
        before = method;
        method = field;
      }
      case "url" -> {
        before = url;
        url = field;
      }
      case "body" -> {
        before = body;
        body = field;
      }
      default -> {} // of no meaning here
    }
    return before == Field.MISSING
        ? Optional.empty()
        : Optional.of(BatchLineError.invalidJson(number, "has \"%s\" twice".formatted(name)));
  }

  private BatchLine checked() {
    if (customId.isMissing()) {
      return missing("custom_id");
    }
    if (customId.token() != JsonToken.VALUE_STRING || customId.value().isEmpty()) {
      return wrong("invalid_value", "custom_id", customId, "a text that is not empty");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(customId.value())) {
      return BatchLineError.invalid(
          number,
          Optional.empty(),
          "invalid_value",
          "custom_id",
          "custom_id has half a surrogate pair, which no UTF-8 can express");
    }
    if (method.isMissing()) {
      return missing("method");
    }
    if (!method.value().equals("POST")) {
      return wrong("invalid_method", "method", method, "POST");
    }
    if (url.isMissing()) {
      return missing("url");
    }
    if (!ModelApi.PATHS.contains(url.value())) {
      return wrong("invalid_url", "url", url, "one of " + String.join(", ", ModelApi.PATHS));
    }
    if (body.isMissing()) {
      return missing("body");
    }
    if (body.token() != JsonToken.START_OBJECT) {
      return wrong("invalid_value", "body", body, "an object");
    }
    return new BatchRequest(number, customId.value(), url.value(), body.value());
  }

  private BatchLineError missing(String name) {
    return BatchLineError.invalid(
        number, name(), "missing_required_parameter", name, name + " is missing");
  }

  private BatchLineError wrong(String code, String name, Field field, String expected) {
    String quote = field.token() == JsonToken.VALUE_STRING ? "\"" : "";
    return BatchLineError.invalid(
        number,
        name(),
        code,
        name,
        "%s is %s%s%s, expected %s"
            .formatted(name, quote, excerpt(field.value()), quote, expected));
  }

  /** Returns the name if it is one. */
  private Optional<String> name() {
    return Optional.of(customId)
        .filter(field -> field.token() == JsonToken.VALUE_STRING)
        .map(Field::value)
        .filter(name -> !name.isEmpty());
  }

  private static String excerpt(String value) {
    return value.length() <= EXCERPT ? value : value.substring(0, EXCERPT) + "...";
  }
}
