// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the parser itself throws, of characters and of bytes: another version of it shows here. */
class JsonWordingTest {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNumberLength(20)
                  .maxStringLength(60_000)
                  .maxNameLength(50_000)
                  .build())
          .build();

  private static String wording(JsonParser json) {
    return JsonWording.of(
        assertThrows(
            IOException.class,
            () -> {
              try (json) {
                while (json.nextToken() != null) {
                  if (json.currentToken().isScalarValue()) {
                    json.getText();
                  }
                }
              }
            }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|it ends too early",
        "{\"a|it ends too early",
        "{\"a\": \"b|it ends too early",
        "[1,|it ends too early",
        "{\"a\": }|'}' is not expected here",
        "{\"a\" 1}|'1' stands where a colon is expected",
        "{\"a\": 1 \"b\"}|'\"' stands where a comma is expected",
        "[1 2]|'2' stands where a comma is expected",
        "{a: 1}|'a' stands where a name in double quotes is expected",
        "{'a': 1}|''' stands where a name in double quotes is expected",
        "[1.x]|'x' stands where a digit is expected",
        "[+1]|'+' is not expected here",
        "[.5]|'.' is not expected here",
        "// a comment|'/' is not expected here",
        "[1}|'}' stands where ']' is expected",
        "{\"a\": 1]|']' stands where '}' is expected",
        "{}]|']' closes nothing",
        "[tru]|'tru' is no value",
        "nonsense|'nonsense' is no value",
        "[NaN]|'NaN' is no value",
        "[-Infinity]|'-Infinity' is no value",
        "{\"a\": 1, \"a\": 2}|the name 'a' stands twice",
        "{\"a\\nb\": 1, \"a\\nb\": 2}|the name 'a b' stands twice",
        "[\"\\x\"]|a backslash before 'x' is no escape",
        "[01]|a number has zeros before it",
        "[[[[[[[[[|values are nested 9 deep, at most 8 are read",
        "[123456789012345678901]|a number has 21 characters, at most 20 are read",
      })
  void everyFaultIsSaidInPlainLanguage(String text, String plain) throws Exception {
    assertEquals(plain, wording(FACTORY.createParser(text)));
    assertEquals(plain, wording(FACTORY.createParser(text.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void controlCharactersAreNumbers() throws Exception {
    everyFaultIsSaidInPlainLanguage(
        "[\"a\nb\"]", "control character 10 is not escaped in a string");
    everyFaultIsSaidInPlainLanguage("[\1]", "control character 1 is not expected here");
  }

  @Test
  void longTextsAreCut() throws Exception {
    String token = "a".repeat(200);
    String said = wording(FACTORY.createParser("[" + token + "]"));
    assertEquals("'" + "a".repeat(149) + "...", said);
    String name = "\"" + "b".repeat(300) + "\": 1";
    said = wording(FACTORY.createParser("{" + name + ", " + name + "}"));
    assertTrue(said.startsWith("the name 'bbb") && said.length() == 153, said);
  }

  @Test
  void longStringsAndNamesAreCounted() throws Exception {
    String string = wording(FACTORY.createParser("[\"" + "a".repeat(200_000) + "\"]"));
    assertTrue(string.startsWith("a string has "), string);
    assertTrue(string.endsWith(" characters, at most 60000 are read"), string);
    String name = wording(FACTORY.createParser("{\"" + "a".repeat(200_000) + "\": 1}"));
    assertTrue(name.startsWith("a name has "), name);
    assertTrue(name.endsWith(" characters, at most 50000 are read"), name);
  }

  @Test
  void bytesThatAreNoTextAreNotUtf8() throws Exception {
    byte[] bytes = {'[', '"', (byte) 0xff, '"', ']'};
    assertEquals("it is not UTF-8", wording(FACTORY.createParser(bytes)));
  }

  @Test
  void whatIsNotKnownIsMalformed() {
    assertEquals("it is malformed", JsonWording.of(new IOException("`x` [Source]")));
    assertEquals("it is malformed", JsonWording.of(new IOException()));
  }
}
