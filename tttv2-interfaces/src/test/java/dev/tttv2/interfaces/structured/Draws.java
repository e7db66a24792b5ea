// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.interfaces.TokenBytes;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** Texts of a constraint, drawn at random or given. */
final class Draws {
  /** Tokens after which a text is brought to its end, where it can be. */
  private static final int ENOUGH = 40;

  private static final int MOST = 1000;

  private final Tokenizer tokenizer;
  private final TokenBytes tokens;

  Draws(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.tokens = tokenizer.tokenBytes();
  }

  /**
   * Draws a text: each token uniformly among those allowed, and later, to come to an end, among
   * those that close something if there are some.
   *
   * @return the text; empty if there was none after a thousand tokens
   */
  Optional<String> draw(TokenConstraint constraint, Random random) {
    TokenConstraint.Matcher matcher = constraint.start();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < MOST; i++) {
      if (matcher.isComplete() || matcher.mayEnd() && (i > ENOUGH || random.nextInt(4) == 0)) {
        String text = text(bytes);
        return Optional.of(
            tokens.dropsFirstSpace() && text.startsWith(" ") ? text.substring(1) : text);
      }
      long[] allowed = matcher.allowed();
      int token = i > ENOUGH && random.nextBoolean() ? closing(allowed, random) : -1;
      if (token < 0) {
        token = any(allowed, random);
      }
      for (int j = 0; j < tokens.length(token); j++) {
        bytes.write(tokens.at(token, j));
      }
      matcher.accept(token);
    }
    return Optional.empty();
  }

  /** What is complete must be UTF-8. */
  private static String text(ByteArrayOutputStream bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError(e);
    }
  }

  private static int any(long[] allowed, Random random) {
    int count = 0;
    for (long word : allowed) {
      count += Long.bitCount(word);
    }
    int left = random.nextInt(count);
    for (int i = 0; ; i++) {
      int inWord = Long.bitCount(allowed[i]);
      if (left >= inWord) {
        left -= inWord;
        continue;
      }
      long word = allowed[i];
      for (; left > 0; left--) {
        word &= word - 1;
      }
      return 64 * i + Long.numberOfTrailingZeros(word);
    }
  }

  private int closing(long[] allowed, Random random) {
    String signs = "\"}]";
    for (int i = random.nextInt(3), tries = 0; tries < 3; tries++) {
      int token = tokenizer.encode(signs.substring((i + tries) % 3, (i + tries) % 3 + 1), false)[0];
      if (tokens.length(token) == 1 && (allowed[token >> 6] >>> token & 1) == 1) {
        return token;
      }
    }
    return -1;
  }

  /** Tells whether a text is one of a constraint, token by token, as the tokenizer cuts it. */
  boolean accepts(TokenConstraint constraint, String text) {
    TokenConstraint.Matcher matcher = constraint.start();
    for (int token : tokenizer.encode(text, false)) {
      boolean isAllowed =
          !matcher.isComplete() && (matcher.allowed()[token >> 6] >>> token & 1) == 1;
      TokenConstraint.Matcher same = matcher;
      if (!isAllowed) {
        boolean taken = true;
        try {
          same.accept(token);
        } catch (IllegalArgumentException e) {
          taken = false;
        }
        assertFalse(taken, "a token is accepted that is not allowed");
        return false;
      }
      matcher.accept(token);
    }
    assertTrue(matcher.mayEnd() || !matcher.isComplete());
    return matcher.mayEnd();
  }
}
