// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads texts that hold one value. */
public final class JsonReader {
  private JsonReader() {}

  /**
   * Reads a text.
   *
   * @return the value; a missing node if the text is blank
   * @throws JsonProblem if it is no JSON, or something follows the value
   */
  public static JsonNode read(ObjectMapper mapper, String text) throws JsonProblem {
    try (JsonParser parser = mapper.createParser(text)) {
      try {
        JsonNode root = mapper.readTree(parser);
        if (parser.nextToken() != null) {
          throw JsonProblem.behindTheValue(parser.currentTokenLocation());
        }
        return root == null ? MissingNode.getInstance() : root;
      } catch (JsonProcessingException e) {
        throw JsonProblem.of(e, parser.currentLocation());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // none: a text is read
    }
  }
}
