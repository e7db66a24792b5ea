// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * Looks through the normalizer, pre-tokenizer, post-processor and decoder of a tokenizer.json for
 * what the native library takes and then ends the process over. It knows its parts by their fields,
 * since the library reads them without their type, too.
 */
final class TokenizerParts {
  private final String section;

  private TokenizerParts(String section) {
    this.section = section;
  }

  /**
   * Checks a section.
   *
   * @param section its name in the file
   * @throws IOException if it has what the library does not bear; says what
   */
  static void check(String section, JsonNode node) throws IOException {
    new TokenizerParts(section).check(node);
  }

  private void check(JsonNode node) throws IOException {
    if (node.isObject()) {
      checkPart(node);
    }
    for (JsonNode child : node) {
      check(child);
    }
  }

  private void checkPart(JsonNode part) throws IOException {
    if (part.path("prepend").asText("x").isEmpty()) {
      throw refuse("prepend is empty");
    }
    if (part.has("content") && mayBeNothing(part.path("pattern"))) {
      throw refuse("what is replaced may be nothing: pattern %s".formatted(part.path("pattern")));
    }
    if (part.path("precompiled_charsmap").isTextual()) {
      try {
        CharacterMap.check(part.path("precompiled_charsmap").textValue());
      } catch (IllegalArgumentException e) {
        throw refuse("precompiled_charsmap " + e.getMessage());
      }
    }
    if (section.equals("pre_tokenizer") && part.path("length").asDouble(1) < 1) {
      throw refuse("length is %s, expected at least 1".formatted(part.path("length")));
    }
    if (section.equals("decoder") && part.has("start") && part.path("stop").asDouble(0) > 0) {
      throw refuse("stop is %s, expected 0".formatted(part.path("stop")));
    }
    for (String form : List.of("single", "pair")) {
      for (JsonNode piece : part.path(form)) {
        JsonNode id = piece.path("SpecialToken").path("id");
        if (id.isTextual() && !part.path("special_tokens").has(id.textValue())) {
          throw refuse("%s puts in %s, which special_tokens lacks".formatted(form, id));
        }
      }
    }
    for (JsonNode piece : part.path("single")) {
      if (piece.path("Sequence").path("id").asText("").equals("B")) {
        throw refuse("single puts in sequence B, but there is A alone");
      }
    }
  }

  private static boolean mayBeNothing(JsonNode pattern) {
    JsonNode regex = pattern.path("Regex");
    return pattern.path("String").asText("x").isEmpty()
        || regex.isTextual() && RegexBacktracking.mayMatchNothing(regex.textValue());
  }

  private IOException refuse(String what) {
    return new IOException(section + ": " + what);
  }
}
