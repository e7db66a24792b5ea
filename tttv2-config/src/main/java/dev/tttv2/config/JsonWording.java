// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in plain language what is wrong with a text that is no JSON, for those who wrote it: the
 * JSON library's own texts are for those who call it.
 */
public final class JsonWording {
  /** Longest text, in characters: it may quote what is wrong. */
  private static final int MOST = 150;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** How the library begins a text, and what is said instead, as a replacement. */
  private record Wording(Pattern pattern, String plain) {
    static Wording of(String regex, String plain) {
      return new Wording(Pattern.compile(regex, Pattern.DOTALL), plain);
    }
  }

  private static final String CHARACTER =
      "Unexpected character \\('(.{1,2})' \\(code \\d+[^)]*\\)\\)";

  private static final List<Wording> WORDINGS =
      List.of(
          Wording.of("Unexpected end-of-input.*", "it ends too early"),
          Wording.of(CHARACTER + ".*colon.*", "'$1' stands where a colon is expected"),
          Wording.of(CHARACTER + ".*comma.*", "'$1' stands where a comma is expected"),
          Wording.of(
              CHARACTER + ".*double-quote.*",
              "'$1' stands where a name in double quotes is expected"),
          Wording.of(CHARACTER + ".*digit.*", "'$1' stands where a digit is expected"),
          Wording.of(CHARACTER + ".*", "'$1' is not expected here"),
          Wording.of(
              "Unexpected character \\(\\(CTRL-CHAR, code (\\d+).*",
              "control character $1 is not expected here"),
          Wording.of(
              "Unexpected close marker '(.)': expected '([]}])'.*",
              "'$1' stands where '$2' is expected"),
          Wording.of("Unexpected close marker '(.)'.*", "'$1' closes nothing"),
          Wording.of("Unrecognized token '(.*?)':.*", "'$1' is no value"),
          Wording.of("Non-standard token '(.*?)':.*", "'$1' is no value"),
          Wording.of(
              "Duplicate (?:field|Object property) ['\"](.*)['\"]", "the name '$1' stands twice"),
          Wording.of(
              "Illegal unquoted character \\(\\(CTRL-CHAR, code (\\d+).*",
              "control character $1 is not escaped in a string"),
          Wording.of(
              "Illegal character \\(\\(CTRL-CHAR, code (\\d+).*",
              "control character $1 is not expected here"),
          Wording.of(
              "Unrecognized character escape '(.)'.*", "a backslash before '$1' is no escape"),
          Wording.of("Invalid numeric value: Leading zeroes.*", "a number has zeros before it"),
          Wording.of("Invalid UTF-8.*", "it is not UTF-8"),
          Wording.of(
              "Document nesting depth \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "values are nested $1 deep, at most $2 are read"),
          Wording.of(
              "Number value length \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "a number has $1 characters, at most $2 are read"),
          Wording.of(
              "String value length \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "a string has $1 characters, at most $2 are read"),
          Wording.of(
              "Name length \\((\\d+)\\) exceeds the maximum allowed \\((\\d+).*",
              "a name has $1 characters, at most $2 are read"));

  private JsonWording() {}

  /** Words what a parser of Jackson's threw, on a line, without the place. */
  public static String of(IOException problem) {
    String original =
        problem instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : problem.getMessage(); // of bytes that are no text
    for (Wording wording : WORDINGS) {
      Matcher matcher = wording.pattern.matcher(original == null ? "" : original);
      if (matcher.matches()) {
        return shortened(CONTROL.matcher(matcher.replaceFirst(wording.plain)).replaceAll(" "));
      }
    }
    return "it is malformed";
  }

  private static String shortened(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
  }
}
