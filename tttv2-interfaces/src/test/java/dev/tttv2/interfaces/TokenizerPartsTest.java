// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The native library ends the process over such parts, so they must not reach it. */
class TokenizerPartsTest {
  private static final String JSON =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"fi A 1 b": 0, "?": 1}, "unk_token": "?"}}
      """;

  private static byte[] map() throws IOException {
    try (InputStream in = TokenizerPartsTest.class.getResourceAsStream("/character-map.b64")) {
      return Base64.getDecoder()
          .decode(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    }
  }

  private static String with(String section, String part) {
    String none = "\"%s\": null".formatted(section);
    assertTrue(JSON.contains(none));
    return JSON.replace(none, "\"%s\": %s".formatted(section, part));
  }

  private static String withMap(byte[] map) {
    return with(
        "normalizer",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(map)));
  }

  private static String refusal(String json) {
    return assertThrows(IllegalArgumentException.class, () -> Tokenizer.fromJson(json))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "normalizer | {'type': 'Prepend', 'prepend': ''} | prepend is empty",
        "normalizer | {'prepend': ''} | prepend is empty",
        "normalizer | {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': ''}]}"
            + " | prepend is empty",
        "normalizer | {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'}"
            + " | what is replaced may be nothing: pattern {\"String\":\"\"}",
        "normalizer | {'type': 'Replace', 'pattern': {'Regex': '(?=t)'}, 'content': 'x'}"
            + " | what is replaced may be nothing: pattern {\"Regex\":\"(?=t)\"}",
        "decoder | {'type': 'Replace', 'pattern': {'Regex': 'a*'}, 'content': 'x'}"
            + " | what is replaced may be nothing: pattern {\"Regex\":\"a*\"}",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': '!!!'}"
            + " | precompiled_charsmap is not base64: Illegal base64 character 21",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': ''}"
            + " | precompiled_charsmap has 0 bytes, and its trie 0",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 'AAAA'}"
            + " | precompiled_charsmap has 3 bytes, and its trie 0",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 'BAAAAAAAAAA='}"
            + " | precompiled_charsmap has 1 units, of which unit 0 leads to 0",
        "pre_tokenizer | {'type': 'FixedLength', 'length': 0} | length is 0, expected at least 1",
        "decoder | {'type': 'Strip', 'content': 't', 'start': 5, 'stop': 5}"
            + " | stop is 5, expected 0",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}}"
            + " | single puts in sequence B, but there is A alone"
      })
  void whatEndsTheProcessIsRefused(String section, String part, String message) {
    assertEquals(section + ": " + message, refusal(with(section, part.replace('\'', '"'))));
  }

  @Test
  void longAddedTokensAreRefused() {
    String token =
        "{\"id\": 2, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\":"
            + " false, \"normalized\": false, \"special\": true}";
    String json = JSON.replace("\"added_tokens\": []", "\"added_tokens\": [" + token + "]");
    try (Tokenizer tokenizer = Tokenizer.fromJson(json.formatted("a".repeat(256)))) {
      assertArrayEquals(new int[] {2}, tokenizer.encode("a".repeat(256), false));
    }
    assertEquals(
        "added_tokens: \"%s...\" has 257 characters, expected at most 256"
            .formatted("a".repeat(20)),
        refusal(json.formatted("a".repeat(257))));
  }

  @Test
  void aCharacterMapIsTaken() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.fromJson(withMap(map()))) {
      assertArrayEquals(new int[] {0}, tokenizer.encode("\ufb01 \uff21 \u2460 b", false));
    }
  }

  @Test
  void damagedCharacterMapsAreRefusedOrHarmless() throws IOException {
    byte[] map = map();
    Random random = new Random(3);
    StringBuilder all = new StringBuilder("\ufb01\uff21\u2460");
    for (char c = ' '; c < 0x3000; c += 7) {
      all.append(c);
    }
    int inputs = Fixtures.FULL ? 1_000_000 : 3_000;
    int taken = 0;
    for (int i = 0; i < inputs; i++) {
      byte[] damaged = map.clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(damaged.length);
        switch (random.nextInt(3)) {
          case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> damaged[at] = (byte) random.nextInt();
          default -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
        }
      }
      try {
        CharacterMap.check(Base64.getEncoder().encodeToString(damaged));
      } catch (IllegalArgumentException e) {
        assertFalse(e.getMessage().isBlank());
        continue;
      }
      taken++;
      if (!Fixtures.FULL || i % 10 == 0) {
        try (Tokenizer tokenizer = Tokenizer.fromJson(withMap(damaged))) {
          tokenizer.encode(all.toString(), false);
        }
      }
    }
    assertTrue(taken > inputs / 20, taken + " of " + inputs);
    assertTrue(taken < inputs, "all were taken");
  }
}
