// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBytesTest {
  private static Tokenizer tokenizer(String name) {
    return name.equals("smollm2") ? Fixtures.smollm2Tokenizer() : Fixtures.sentencePiece(name);
  }

  private static byte[] joined(TokenBytes tokens, int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      for (int i = 0; i < tokens.length(id); i++) {
        bytes.write(tokens.at(id, i));
      }
    }
    byte[] all = bytes.toByteArray();
    boolean drops = tokens.dropsFirstSpace() && all.length > 0 && all[0] == ' ';
    return drops ? Arrays.copyOfRange(all, 1, all.length) : all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm2", "llama", "gemma"})
  void tokensHaveTheBytesOfTheirText(String name) {
    try (Tokenizer tokenizer = tokenizer(name)) {
      TokenBytes tokens = tokenizer.tokenBytes();
      int compared = 0;
      for (int id = 0; id < tokens.size(); id++) {
        compared += tokens.length(id) > 0 && equal(tokenizer, id) ? 1 : 0;
      }
      assertTrue(compared > tokens.size() / 2, "single tokens");
      Random random = new Random(1);
      compared = 0;
      for (int i = 0; i < 3000; i++) {
        int[] ids = random.ints(1 + random.nextInt(8), 0, tokens.size()).toArray();
        compared += equal(tokenizer, ids) ? 1 : 0;
      }
      assertTrue(compared > 300, "random tokens");
    }
  }

  /** Compares if the bytes are UTF-8: tokenizers write others as U+FFFD, each in its own way. */
  private static boolean equal(Tokenizer tokenizer, int... ids) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(joined(tokenizer.tokenBytes(), ids)))
              .toString();
      assertEquals(text, tokenizer.decode(ids, true), () -> Arrays.toString(ids));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm2", "llama", "gemma"})
  void textsHaveTheBytesOfTheirTokens(String name) {
    try (Tokenizer tokenizer = tokenizer(name)) {
      for (String text : new String[] {"{\"a\": 1}", "x  y\n\tz", "é€🙂 ß", "  two"}) {
        assertArrayEquals(
            text.getBytes(StandardCharsets.UTF_8),
            joined(tokenizer.tokenBytes(), tokenizer.encode(text, false)),
            text);
      }
    }
  }

  @Test
  void specialTokensHaveNone() {
    try (Tokenizer tokenizer = Fixtures.smollm2Tokenizer()) {
      int end = tokenizer.encode("<|im_end|>", false)[0];
      assertEquals(0, tokenizer.tokenBytes().length(end));
      assertEquals(0, tokenizer.tokenBytes().length(-1));
      assertEquals(0, tokenizer.tokenBytes().length(1 << 20));
      assertEquals(49_152, tokenizer.tokenBytes().size());
    }
  }

  @Test
  void aGgufHasTheBytesOfItsTokenizerJson() {
    TokenBytes own = Fixtures.smollm2().facts().tokenBytes().get();
    try (Tokenizer tokenizer = Fixtures.smollm2Tokenizer()) {
      TokenBytes read = tokenizer.tokenBytes();
      assertEquals(read.size(), own.size());
      for (int id = 0; id < own.size(); id++) {
        assertArrayEquals(joined(read, id), joined(own, id), "token " + id);
      }
    }
  }

  @Test
  void otherWaysToJoinTokensAreRefusedByName() {
    String json =
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
         "post_processor": null, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100, "vocab": {"a": 0}}}
        """;
    try (Tokenizer tokenizer = Tokenizer.fromJson(json)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, tokenizer::tokenBytes);
      assertTrue(e.getMessage().contains("WordPiece"), e.getMessage());
    }
  }
}
