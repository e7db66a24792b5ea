// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The tokenizer that a GGUF holds in its metadata ({@code tokenizer.ggml.*}).
 *
 * @param model "gpt2": byte-level BPE with merges; "llama": SentencePiece BPE with scores
 * @param pre the name of the pre-tokenizer, for "gpt2"
 * @param tokens by id
 * @param types of the tokens, by id
 * @param scores of the tokens, by id, for "llama"; empty otherwise
 * @param merges "left right", best first, for "gpt2"; empty otherwise
 * @param unknown id of the unknown token, or -1
 * @param prefix ids put before a text when special tokens are asked for
 * @param suffix ids put after it
 * @param spacePrefix whether a space is put before a text, for "llama"
 */
record GgufVocabulary(
    String model,
    String pre,
    List<String> tokens,
    int[] types,
    float[] scores,
    List<String> merges,
    int unknown,
    List<Integer> prefix,
    List<Integer> suffix,
    boolean spacePrefix) {
  /** Token types of the GGUF specification. */
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int BYTE = 6;

  private static final String PREFIX = "tokenizer.ggml.";

  /**
   * Reads the vocabulary.
   *
   * @throws dev.tttv2.config.CheckpointException if a field is missing or wrong
   */
  static GgufVocabulary of(Metadata metadata) {
    Metadata fields = metadata.scope(PREFIX);
    fields.requireString("model");
    String model = fields.oneOf("model", "", List.of("gpt2", "llama"));
    boolean scored = model.equals("llama");
    List<String> tokens = fields.strings("tokens");
    int last = tokens.size() - 1;
    int[] types = new int[tokens.size()];
    Arrays.fill(types, NORMAL);
    if (fields.contains("token_type")) {
      types = sized(fields, "token_type", fields.ints("token_type", 0, 64), tokens.size());
    }
    float[] scores = new float[0];
    List<String> merges = List.of();
    if (scored) {
      scores = fields.floats("scores", -Float.MAX_VALUE, Float.MAX_VALUE);
      if (scores.length != tokens.size()) {
        throw fields.refuse(
            "scores", "has %d values for %d tokens".formatted(scores.length, tokens.size()));
      }
    } else {
      merges = fields.strings("merges");
    }
    String pre = fields.optionalString("pre").orElse("default");
    List<Integer> prefix = new ArrayList<>();
    List<Integer> suffix = new ArrayList<>();
    boolean beginByDefault = scored || PreTokenizer.beginsWithBos(pre);
    boolean addBegin = fields.booleanOr("add_bos_token", beginByDefault);
    boolean addEnd = fields.booleanOr("add_eos_token", false);
    fields.optionalInt("bos_token_id", 0, last).ifPresent(id -> addIf(addBegin, prefix, id));
    fields.optionalInt("eos_token_id", 0, last).ifPresent(id -> addIf(addEnd, suffix, id));
    return new GgufVocabulary(
        model,
        pre,
        tokens,
        types,
        scores,
        merges,
        fields.optionalInt("unknown_token_id", 0, last).orElse(-1),
        List.copyOf(prefix),
        List.copyOf(suffix),
        fields.booleanOr("add_space_prefix", scored));
  }

  /** Returns what its tokenizer is like. */
  TokenizerScan.Facts facts() {
    int longest = 1;
    for (String token : tokens) {
      longest = Math.max(longest, token.length());
    }
    int maxChars = Tokenizer.MAX_CHARS;
    if (scores.length == 0) {
      for (String pattern : PreTokenizer.named(pre).map(PreTokenizer::splits).orElse(List.of())) {
        maxChars = RegexBacktracking.maxChars(pattern, maxChars);
      }
    }
    BitSet byteTokens = byteTokens();
    TokenBytes bytes = tokenBytes(byteTokens);
    return new TokenizerScan.Facts(byteTokens, longest, maxChars, () -> bytes);
  }

  private TokenBytes tokenBytes(BitSet byteTokens) {
    TokenBytes.Alphabet alphabet =
        model.equals("llama") ? TokenBytes.Alphabet.SENTENCE_PIECE : TokenBytes.Alphabet.BYTE_LEVEL;
    TokenBytes.Builder builder = new TokenBytes.Builder();
    for (int id = 0; id < types.length; id++) {
      if (types[id] != CONTROL && types[id] != UNKNOWN) {
        builder.put(id, alphabet.bytes(tokens.get(id), byteTokens.get(id)));
      }
    }
    return builder.build(spacePrefix);
  }

  /** Returns the ids of the tokens that stand for one byte. */
  private BitSet byteTokens() {
    BitSet ids = new BitSet();
    for (int id = 0; id < types.length; id++) {
      if (types[id] == BYTE && TokenizerScan.isByte(tokens.get(id))) {
        ids.set(id);
      }
    }
    return ids;
  }

  private static void addIf(boolean wanted, List<Integer> ids, int id) {
    if (wanted) {
      ids.add(id);
    }
  }

  private static int[] sized(Metadata fields, String name, int[] values, int size) {
    if (values.length != size) {
      throw fields.refuse(name, "has %d values for %d tokens".formatted(values.length, size));
    }
    return values;
  }
}
