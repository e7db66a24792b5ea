// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MetadataTest {
  private static Metadata json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path file = Path.of("config.json");
    return Metadata.of(file, Json.parse(file, "", bytes, bytes.length));
  }

  private static void assertMessage(String expected, Executable executable) {
    CheckpointException e = assertThrows(CheckpointException.class, executable);
    assertEquals(expected, e.getMessage());
    assertEquals(Path.of("config.json"), e.file());
  }

  @Test
  void readsTypedValues() {
    Metadata m =
        json(
            """
            {"i": 5, "d": 1e-5, "whole": 10000, "b": true, "s": "text", "n": null,
             "list": [1, 2], "words": ["a", "b"], "o": {"x": 1}}\
            """);
    assertEquals(5, m.requireInt("i", 1, 9));
    assertEquals(1e-5, m.requireDouble("d", 0, 1));
    assertEquals(10_000.0, m.requireDouble("whole", 0, 1e9));
    assertTrue(m.booleanOr("b", false));
    assertEquals("text", m.requireString("s"));
    assertEquals("text", m.oneOf("s", "other", Set.of("text", "other")));
    assertEquals("other", m.oneOf("absent", "other", Set.of("text", "other")));
    assertEquals(OptionalInt.empty(), m.optionalInt("n", 0, 1));
    assertEquals(7, m.intOr("absent", 7, 0, 9));
    assertEquals(0.5, m.doubleOr("n", 0.5, 0, 9));
    assertEquals(Optional.empty(), m.optionalString("absent"));
    assertFalse(m.contains("n"));
    assertArrayEquals(new int[] {1, 2}, m.ints("list", 0, 9));
    assertArrayEquals(new float[] {1, 2}, m.floats("list", 0, 9));
    assertEquals(2, m.size("list"));
    assertEquals(List.of("a", "b"), m.strings("words"));
    assertEquals(List.of(5), m.intOrInts("i", 0, 9));
    assertEquals(List.of(1, 2), m.intOrInts("list", 0, 9));
    assertEquals(List.of(), m.intOrInts("n", 0, 9));
    assertEquals(1, m.object("o").orElseThrow().requireInt("x", 0, 9));
  }

  @Test
  void errorsNameFileFieldValueAndRange() {
    Metadata m =
        json(
            """
            {"i": 0, "f": 1.5, "big": 99999999999999999999, "inf": Infinity, "nan": NaN, "s": "x",
             "list": [1, "a"], "o": {"x": {"y": -1}}}\
            """);
    assertMessage(
        "config.json: field i: is 0, expected a whole number in [1, 1048576]",
        () -> m.requireInt("i", 1, 1 << 20));
    assertMessage(
        "config.json: field f: is 1.5, expected a whole number in [1, 2]",
        () -> m.requireInt("f", 1, 2));
    assertMessage(
        "config.json: field big: is 99999999999999999999, expected a whole number in [1, 2]",
        () -> m.optionalInt("big", 1, 2));
    assertMessage(
        "config.json: field inf: is Infinity, expected a number in [0.0, 1.0E9]",
        () -> m.requireDouble("inf", 0, 1e9));
    assertMessage(
        "config.json: field nan: is NaN, expected a number in [0.0, 1.0]",
        () -> m.requireDouble("nan", 0, 1));
    assertMessage(
        "config.json: field s: is \"x\", expected a whole number in [1, 2]",
        () -> m.requireInt("s", 1, 2));
    assertMessage("config.json: field gone: is missing", () -> m.requireString("gone"));
    assertMessage(
        "config.json: field s: is \"x\", expected true or false", () -> m.booleanOr("s", true));
    assertMessage(
        "config.json: field s: is \"x\", expected one of [a, b]",
        () -> m.oneOf("s", "a", Set.of("b", "a")));
    assertMessage("config.json: field i: is 0, expected a text", () -> m.requireString("i"));
    assertMessage("config.json: field i: is 0, expected a list", () -> m.strings("i"));
    assertMessage("config.json: field i: is 0, expected an object", () -> m.object("i"));
    assertMessage("config.json: field list[0]: is 1, expected a text", () -> m.strings("list"));
    assertMessage(
        "config.json: field list[1]: is \"a\", expected a whole number in [0, 9]",
        () -> m.ints("list", 0, 9));
    assertMessage(
        "config.json: field list: is a list of 2, expected a number in [0.0, 1.0]",
        () -> m.requireDouble("list", 0, 1));
    assertMessage(
        "config.json: field o.x.y: is -1, expected a whole number in [0, 9]",
        () -> m.object("o").orElseThrow().object("x").orElseThrow().requireInt("y", 0, 9));
  }

  @Test
  void remembersWhatWasRead() {
    Metadata m = json("{\"a\": 1, \"n\": null, \"o\": {\"x\": 1, \"y\": 2}, \"z\": 3, \"p\": {}}");
    assertEquals(List.of("a", "o", "z", "p"), m.unread());
    m.requireInt("a", 0, 9);
    m.ignore("z");
    m.object("o").orElseThrow().requireInt("x", 0, 9);
    assertEquals(List.of("o.y", "p"), m.unread());
    assertMessage("config.json: 2 unknown fields: o.y, p", m::refuseUnread);
    m.object("o").orElseThrow().requireInt("y", 0, 9);
    m.object("p");
    assertEquals(List.of(), m.unread());
    m.refuseUnread();
  }

  @Test
  void hostileNamesAreQuoted() {
    Metadata m = json("{\"a\\nb\": 1, \"plain_name.x-1\": 1}");
    assertMessage("config.json: 2 unknown fields: \"a\\u000ab\", plain_name.x-1", m::refuseUnread);
  }

  @Test
  void scopesShareWhatWasRead() {
    Metadata m = json("{\"llama.a\": 1, \"llama.b\": 2, \"other\": 3}");
    Metadata scope = m.scope("llama.");
    assertEquals(Set.of("a", "b"), scope.names());
    assertEquals(1, scope.requireInt("a", 0, 9));
    assertEquals(List.of("b"), scope.unread());
    assertEquals(List.of("llama.b", "other"), m.unread());
    assertMessage(
        "config.json: field llama.b: is 2, expected a whole number in [0, 1]",
        () -> scope.requireInt("b", 0, 1));
  }

  @Test
  void refusesWhatIsNotJson() {
    for (String text :
        List.of(
            "",
            "3",
            "[1]",
            "{",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}}",
            "{\"a\":01}",
            "{'a':1}",
            "{\"a\":1,\"a\":1}",
            "{\"o\":{\"a\":1,\"a\":1}}",
            "{\"a\":\"\u0001\"}",
            "/**/{}",
            "{\"a\":" + "9".repeat(1000) + "}",
            "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}")) {
      CheckpointException e = assertThrows(CheckpointException.class, () -> json(text), text);
      assertTrue(e.getMessage().startsWith("config.json: "), e.getMessage());
    }
    byte[] latin1 = {'{', '"', (byte) 0xE4, '"', ':', '1', '}'};
    assertThrows(
        CheckpointException.class,
        () -> Json.parse(Path.of("config.json"), "", latin1, latin1.length));
  }
}
