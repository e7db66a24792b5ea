// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads through a tokenizer.json before the native library does. The library ends the process over
 * text that its JSON parser refuses, and over patterns that go back too often, so neither may reach
 * it. On the way it finds what else has to be known of a tokenizer.
 */
final class TokenizerScan {
  /** The native parser stops at 128. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_ID = 1 << 26;

  /** The library takes a time that grows with the square of an added token's length. */
  private static final int MAX_ADDED_TOKEN = 256;

  /** What is looked at as a whole. */
  private static final Set<String> SECTIONS = Set.of("normalizer", "pre_tokenizer", "decoder");

  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
  private final BitSet byteTokens = new BitSet();
  private boolean joinsBytes;
  private int longestToken = 1;
  private int maxChars = Tokenizer.MAX_CHARS;
  private boolean merges;
  private boolean prefixesSubwords;
  private final TokenBytesReader tokens = new TokenBytesReader();
  // The added token that is being read.
  private double addedId;
  private String addedContent;
  private boolean addedSpecial;

  private TokenizerScan() {}

  /**
   * What a tokenizer is like.
   *
   * @param byteTokens the ids of the tokens {@code <0x00>} .. {@code <0xFF>}; empty if the decoder
   *     does not join them to characters
   * @param longestToken the characters of the longest token, or more
   * @param maxChars the longest text that its patterns bear, in characters
   * @param tokenBytes the bytes that the tokens stand for, or the error that says why that is not
   *     known
   */
  record Facts(
      BitSet byteTokens, int longestToken, int maxChars, Supplier<TokenBytes> tokenBytes) {}

  /**
   * Reads through a tokenizer.json.
   *
   * @throws IOException if the text is not a JSON object, or not one that the library bears
   */
  static Facts of(String json) throws IOException {
    TokenizerScan scan = new TokenizerScan();
    Map<String, JsonNode> sections = new HashMap<>();
    try (JsonParser parser = new ObjectMapper().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("is not a JSON object");
      }
      int depth = 1;
      String section = "";
      TokenBuffer buffer = null;
      for (JsonToken token = parser.nextToken(); depth > 0; token = parser.nextToken()) {
        if (token == null) {
          throw new IOException("ends within a JSON object");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > MAX_DEPTH) {
          throw new IOException("JSON is nested more than %d deep".formatted(MAX_DEPTH));
        }
        if (depth == 1 && token == JsonToken.FIELD_NAME) {
          section = parser.currentName();
          buffer = SECTIONS.contains(section) ? new TokenBuffer(parser) : null;
        } else if (buffer != null && depth > 0) {
          buffer.copyCurrentEvent(parser);
          if (depth == 1) { // its last event, or its only one
            sections.put(section, buffer.asParserOnFirstToken().readValueAsTree());
            buffer = null;
          }
        }
        scan.check(parser, token, depth);
        if (depth == 0) {
          break;
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("goes on after its JSON object");
      }
    }
    for (Map.Entry<String, JsonNode> entry : sections.entrySet()) {
      TokenizerParts.check(entry.getKey(), entry.getValue());
    }
    if (scan.merges && scan.prefixesSubwords) {
      // The library cuts the prefix off the right part of every merge, whether it is there or not.
      throw new IOException("model: continuing_subword_prefix is not supported with merges");
    }
    BitSet byteTokens = scan.joinsBytes ? scan.byteTokens : new BitSet();
    return new Facts(
        byteTokens,
        scan.longestToken,
        scan.maxChars,
        scan.tokenBytes(sections.getOrDefault("decoder", MissingNode.getInstance()), byteTokens));
  }

  private Supplier<TokenBytes> tokenBytes(JsonNode decoder, BitSet byteTokens) {
    try {
      TokenBytes bytes = tokens.read(decoder, byteTokens);
      return () -> bytes;
    } catch (IllegalArgumentException e) {
      String why = e.getMessage();
      return () -> {
        throw new IllegalArgumentException("the tokenizer " + why);
      };
    }
  }

  private void check(JsonParser parser, JsonToken token, int depth) throws IOException {
    switch (token) {
      case FIELD_NAME -> {
        String name = wellFormed(parser.currentName());
        merges |= name.equals("merges");
        if ("vocab".equals(parser.getParsingContext().getParent().getCurrentName())) {
          longestToken = Math.max(longestToken, name.length());
        }
        if (depth == 1 && name.equals("post_processor")) {
          parser.nextToken();
          JsonNode templates = parser.readValueAsTree();
          checkTree(templates, depth);
          TokenizerParts.check(name, templates);
        } else if (isByte(name) && parser.nextToken() != null) {
          JsonToken value = parser.currentToken();
          if (value != JsonToken.VALUE_NUMBER_INT) {
            throw new IOException("token " + name + " has no id");
          }
          add(parser.getDoubleValue(), name);
          addToVocabulary(parser);
        }
      }
      case VALUE_STRING -> {
        String text = wellFormed(parser.getText());
        if ("continuing_subword_prefix".equals(parser.currentName())) {
          prefixesSubwords |= !text.isEmpty();
        }
        if ("Regex".equals(parser.currentName())) {
          maxChars = RegexBacktracking.maxChars(text, maxChars);
        }
        joinsBytes |= text.equals("ByteFallback");
        // A unigram vocabulary is a list of [token, score]: its index is the id.
        boolean inPair =
            parser.getParsingContext().inArray()
                && parser.getParsingContext().getParent().inArray();
        if (inPair || "content".equals(parser.currentName())) {
          longestToken = Math.max(longestToken, text.length());
        }
        if (inPair && isByte(text)) {
          add(parser.getParsingContext().getParent().getCurrentIndex(), text);
        }
        if (inPair
            && parser.getParsingContext().getCurrentIndex() == 0
            && "vocab"
                .equals(parser.getParsingContext().getParent().getParent().getCurrentName())) {
          tokens.token(parser.getParsingContext().getParent().getCurrentIndex(), text);
        }
        if (isInAddedToken(parser) && parser.currentName().equals("content")) {
          addedContent = text;
          if (text.length() > MAX_ADDED_TOKEN) {
            throw new IOException(
                "added_tokens: \"%s...\" has %d characters, expected at most %d"
                    .formatted(text.substring(0, 20), text.length(), MAX_ADDED_TOKEN));
          }
        }
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (Double.isInfinite(parser.getDoubleValue())) {
          throw new IOException("the number " + parser.getText() + " is out of range");
        }
        checkId(parser);
        addToVocabulary(parser);
        if (isInAddedToken(parser) && parser.currentName().equals("id")) {
          addedId = parser.getDoubleValue();
        }
      }
      case VALUE_TRUE -> {
        addedSpecial |= isInAddedToken(parser) && parser.currentName().equals("special");
      }
      case START_OBJECT -> {
        addedContent = null;
        addedSpecial = false;
      }
      case END_OBJECT -> {
        // The context is already the list's.
        if (addedContent != null && depth == 2) {
          tokens.addedToken(addedId, addedContent, addedSpecial);
          addedContent = null;
        }
      }
      default -> {}
    }
  }

  private void addToVocabulary(JsonParser parser) throws IOException {
    if (parser.getParsingContext().inObject()
        && "vocab".equals(parser.getParsingContext().getParent().getCurrentName())) {
      tokens.token(parser.getDoubleValue(), parser.currentName());
    }
  }

  private static boolean isInAddedToken(JsonParser parser) {
    return parser.getParsingContext().inObject()
        && parser.getParsingContext().getParent().inArray()
        && "added_tokens"
            .equals(parser.getParsingContext().getParent().getParent().getCurrentName());
  }

  /** Ids beyond those of an int are no token's. */
  private static void checkId(JsonParser parser) throws IOException {
    boolean inVocabulary = "vocab".equals(parser.getParsingContext().getParent().getCurrentName());
    boolean ofAddedToken =
        "id".equals(parser.currentName()) && parser.getParsingContext().getParent().inArray();
    double id = parser.getDoubleValue();
    if ((inVocabulary || ofAddedToken)
        && parser.getParsingContext().inObject()
        && !(id >= 0 && id <= Integer.MAX_VALUE)) {
      throw new IOException(
          "token %s has the id %s, expected 0 to %d"
              .formatted(parser.currentName(), parser.getText(), Integer.MAX_VALUE));
    }
  }

  /** Checks what has been read as a whole: its special tokens have names of their own kind. */
  private void checkTree(JsonNode node, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("JSON is nested more than %d deep".formatted(MAX_DEPTH));
    }
    if (node.isTextual()) {
      wellFormed(node.textValue());
    } else if (node.isNumber() && Double.isInfinite(node.doubleValue())) {
      throw new IOException("the number " + node + " is out of range");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      wellFormed(field.getKey());
    }
    for (JsonNode child : node) {
      checkTree(child, depth + 1);
    }
  }

  private String wellFormed(String text) throws IOException {
    if (!utf8.canEncode(text)) {
      throw new IOException("a string holds half of a surrogate pair");
    }
    return text;
  }

  /** Tells whether a token has the form of those that stand for one byte: {@code <0xNN>}. */
  static boolean isByte(String token) {
    return token.length() == 6
        && token.startsWith("<0x")
        && HexFormat.isHexDigit(token.charAt(3))
        && HexFormat.isHexDigit(token.charAt(4))
        && token.charAt(5) == '>';
  }

  private void add(double id, String token) throws IOException {
    if (!(id >= 0 && id <= MAX_ID)) {
      throw new IOException("token %s has the id %.0f".formatted(token, id));
    }
    byteTokens.set((int) id);
  }
}
