// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects a tokenizer.json's tokens, and finds from its decoder what bytes they stand for. */
final class TokenBytesReader {
  /** The largest id that may have bytes; a file may claim any. */
  private static final int MAX_ID = 1 << 22;

  private final List<String> tokens = new ArrayList<>();
  private final Map<Integer, String> added = new HashMap<>();
  private final BitSet special = new BitSet();

  /** Takes a token of the model's vocabulary. */
  void token(double id, String text) {
    if (isId(id)) {
      while (tokens.size() <= (int) id) {
        tokens.add(null);
      }
      tokens.set((int) id, text);
    }
  }

  /** Takes a token that was added to the model's vocabulary. */
  void addedToken(double id, String text, boolean isSpecial) {
    if (isId(id)) {
      added.put((int) id, text);
      special.set((int) id, isSpecial);
    }
  }

  private static boolean isId(double id) {
    return id >= 0 && id <= MAX_ID;
  }

  /**
   * Returns the tokens' bytes.
   *
   * @param decoder the file's description of how tokens become text
   * @param byteTokens the tokens that stand for one byte
   * @throws IllegalArgumentException if the decoder is none of those known
   */
  TokenBytes read(JsonNode decoder, BitSet byteTokens) {
    List<JsonNode> steps = new ArrayList<>();
    if (decoder.path("type").asText().equals("Sequence")) {
      decoder.path("decoders").forEach(steps::add);
    } else if (decoder.isObject()) {
      steps.add(decoder);
    }
    TokenBytes.Alphabet alphabet = null;
    boolean dropsFirstSpace = false;
    for (JsonNode step : steps) {
      switch (step.path("type").asText()) {
        case "ByteLevel" -> alphabet = TokenBytes.Alphabet.BYTE_LEVEL;
        case "Metaspace" -> {
          alphabet = TokenBytes.Alphabet.SENTENCE_PIECE;
          dropsFirstSpace =
              step.has("prepend_scheme")
                  ? !step.path("prepend_scheme").asText().equals("never")
                  : step.path("add_prefix_space").asBoolean(true);
          known(step, step.path("replacement").asText("\u2581").equals("\u2581"));
        }
        case "Replace" -> {
          alphabet = TokenBytes.Alphabet.SENTENCE_PIECE;
          known(
              step,
              step.path("pattern").path("String").asText().equals("\u2581")
                  && step.path("content").asText().equals(" "));
        }
        case "Strip" -> {
          int start = step.path("start").asInt();
          dropsFirstSpace = start == 1;
          known(
              step,
              step.path("content").asText().equals(" ")
                  && start <= 1
                  && step.path("stop").asInt() == 0);
        }
        case "ByteFallback", "Fuse" -> {}
        default -> known(step, false);
      }
    }
    if (alphabet == null) {
      throw new IllegalArgumentException("has no decoder that tells the tokens' bytes");
    }
    TokenBytes.Builder builder = new TokenBytes.Builder();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id) != null && !special.get(id)) {
        builder.put(id, alphabet.bytes(tokens.get(id), byteTokens.get(id)));
      }
    }
    for (Map.Entry<Integer, String> token : added.entrySet()) {
      if (!special.get(token.getKey())) {
        builder.put(token.getKey(), alphabet.bytes(token.getValue(), false));
      }
    }
    return builder.build(dropsFirstSpace);
  }

  private static void known(JsonNode step, boolean isKnown) {
    if (!isKnown) {
      throw new IllegalArgumentException(
          "has a decoder whose tokens' bytes are not known: " + step);
    }
  }
}
