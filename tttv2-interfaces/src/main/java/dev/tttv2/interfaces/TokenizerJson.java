// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the tokenizer of a GGUF in the format of Hugging Face's {@code tokenizer.json}. */
final class TokenizerJson {
  /** SentencePiece's sign for a space. */
  private static final String SPACE = "\u2581";

  /** Those of a small vocabulary: 49,152 tokens and their merges. */
  private static final int EXPECTED_BYTES = 1 << 21;

  private final GgufVocabulary vocabulary;
  private final JsonGenerator json;

  private TokenizerJson(GgufVocabulary vocabulary, JsonGenerator json) {
    this.vocabulary = vocabulary;
    this.json = json;
  }

  /**
   * Converts a vocabulary.
   *
   * @throws IllegalArgumentException if its pre-tokenizer is unknown, a token occurs twice or a
   *     merge makes no token
   */
  static String of(GgufVocabulary vocabulary) {
    return new String(utf8(vocabulary), StandardCharsets.UTF_8);
  }

  /**
   * Converts a vocabulary to UTF-8.
   *
   * @throws IllegalArgumentException as {@link #of} does
   */
  static byte[] utf8(GgufVocabulary vocabulary) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(EXPECTED_BYTES);
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      new TokenizerJson(vocabulary, json).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  private void write() throws IOException {
    boolean scored = vocabulary.model().equals("llama");
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeNullField("truncation");
    json.writeNullField("padding");
    addedTokens();
    if (scored) {
      scoredPipeline();
    } else {
      byteLevelPipeline();
    }
    postProcessor();
    json.writeEndObject();
  }

  private void addedTokens() throws IOException {
    json.writeArrayFieldStart("added_tokens");
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      int type = vocabulary.types()[id];
      boolean special = type == GgufVocabulary.CONTROL || type == GgufVocabulary.UNKNOWN;
      if (!special && type != GgufVocabulary.USER_DEFINED) {
        continue;
      }
      json.writeStartObject();
      json.writeNumberField("id", id);
      json.writeStringField("content", vocabulary.tokens().get(id));
      json.writeBooleanField("single_word", false);
      json.writeBooleanField("lstrip", false);
      json.writeBooleanField("rstrip", false);
      // A user-defined token of SentencePiece is written with its sign for spaces: it is sought in
      // normalized text.
      json.writeBooleanField("normalized", !special);
      json.writeBooleanField("special", special);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void byteLevelPipeline() throws IOException {
    PreTokenizer pre =
        PreTokenizer.named(vocabulary.pre())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tokenizer.ggml.pre is \"%s\", an unknown pre-tokenizer; known are %s"
                            .formatted(vocabulary.pre(), PreTokenizer.names())));
    if (pre.composed()) {
      json.writeObjectFieldStart("normalizer");
      json.writeStringField("type", "NFC");
      json.writeEndObject();
    } else {
      json.writeNullField("normalizer");
    }
    json.writeObjectFieldStart("pre_tokenizer");
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("pretokenizers");
    for (String pattern : pre.splits()) {
      json.writeStartObject();
      json.writeStringField("type", "Split");
      json.writeObjectFieldStart("pattern");
      json.writeStringField("Regex", pattern);
      json.writeEndObject();
      json.writeStringField("behavior", "Isolated");
      json.writeBooleanField("invert", false);
      json.writeEndObject();
    }
    if (pre.individualDigits()) {
      json.writeStartObject();
      json.writeStringField("type", "Digits");
      json.writeBooleanField("individual_digits", true);
      json.writeEndObject();
    }
    json.writeStartObject();
    byteLevel(pre.gptWords());
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();

    json.writeObjectFieldStart("decoder");
    byteLevel(true);
    json.writeEndObject();

    model(this::writeMerges, pre.wholeWords(), false, "");
  }

  /** Writes the vocabulary's merges one by one: there are tens of thousands. */
  private void writeMerges(Set<String> known) throws IOException {
    char[] chars = new char[64];
    int index = 0;
    for (String merge : vocabulary.merges()) {
      int length = merge.length();
      int space = merge.indexOf(' ', 1);
      if (length > chars.length) {
        chars = new char[2 * length];
      }
      merge.getChars(0, length, chars, 0);
      if (space >= 0) {
        System.arraycopy(chars, space + 1, chars, space, length - space - 1);
      }
      if (space < 0 || !known.contains(new String(chars, 0, length - 1))) {
        throw new IllegalArgumentException(
            "tokenizer.ggml.merges[%d] \"%s\" makes no token of the vocabulary"
                .formatted(index, merge));
      }
      json.writeStartArray();
      json.writeString(chars, 0, space);
      json.writeString(chars, space, length - space - 1);
      json.writeEndArray();
      index++;
    }
  }

  private void byteLevel(boolean words) throws IOException {
    json.writeStringField("type", "ByteLevel");
    json.writeBooleanField("add_prefix_space", false);
    json.writeBooleanField("trim_offsets", true);
    json.writeBooleanField("use_regex", words);
  }

  private void scoredPipeline() throws IOException {
    json.writeObjectFieldStart("normalizer");
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("normalizers");
    if (vocabulary.spacePrefix()) {
      json.writeStartObject();
      json.writeStringField("type", "Prepend");
      json.writeStringField("prepend", SPACE);
      json.writeEndObject();
    }
    replace(" ", SPACE);
    json.writeEndArray();
    json.writeEndObject();
    json.writeNullField("pre_tokenizer");

    json.writeObjectFieldStart("decoder");
    json.writeStringField("type", "Sequence");
    json.writeArrayFieldStart("decoders");
    replace(SPACE, " ");
    for (String step : List.of("ByteFallback", "Fuse")) {
      json.writeStartObject();
      json.writeStringField("type", step);
      json.writeEndObject();
    }
    if (vocabulary.spacePrefix()) {
      json.writeStartObject();
      json.writeStringField("type", "Strip");
      json.writeStringField("content", " ");
      json.writeNumberField("start", 1);
      json.writeNumberField("stop", 0);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();

    boolean bytes = Arrays.stream(vocabulary.types()).anyMatch(t -> t == GgufVocabulary.BYTE);
    String unknown = vocabulary.unknown() < 0 ? "" : vocabulary.tokens().get(vocabulary.unknown());
    model(tokens -> writeMergesFromScores(), false, bytes, unknown);
  }

  private void replace(String from, String to) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "Replace");
    json.writeObjectFieldStart("pattern");
    json.writeStringField("String", from);
    json.writeEndObject();
    json.writeStringField("content", to);
    json.writeEndObject();
  }

  /**
   * SentencePiece merges the two neighbours that make the token of the best score. As a list of
   * merges: every way to cut a token into two others, best score first.
   */
  private void writeMergesFromScores() throws IOException {
    record Merge(String left, String right, float score, int order) {}
    List<String> tokens = vocabulary.tokens();
    Map<String, Integer> mergeable = HashMap.newHashMap(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      if (vocabulary.types()[id] == GgufVocabulary.NORMAL && !tokens.get(id).isEmpty()) {
        mergeable.put(tokens.get(id), id);
      }
    }
    List<Merge> merges = new ArrayList<>();
    mergeable.forEach(
        (token, id) -> {
          for (int cut = Character.charCount(token.codePointAt(0)); cut < token.length(); ) {
            String left = token.substring(0, cut);
            String right = token.substring(cut);
            if (mergeable.containsKey(left) && mergeable.containsKey(right)) {
              merges.add(new Merge(left, right, vocabulary.scores()[id], id));
            }
            cut += Character.charCount(token.codePointAt(cut));
          }
        });
    merges.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score())
            .thenComparingInt(Merge::order)
            .thenComparingInt(merge -> -merge.left().length()));
    for (Merge merge : merges) {
      json.writeArray(new String[] {merge.left(), merge.right()}, 0, 2);
    }
  }

  /** Writes the merges of the BPE model. */
  private interface Merges {
    /** Writes them, given the tokens that there are. */
    void write(Set<String> tokens) throws IOException;
  }

  /** Writes the BPE model; {@code unknown} is empty if there is no unknown token. */
  private void model(Merges merges, boolean wholeWords, boolean byteFallback, String unknown)
      throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    json.writeNullField("dropout");
    if (unknown.isEmpty()) {
      json.writeNullField("unk_token");
    } else {
      json.writeStringField("unk_token", unknown);
    }
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", !unknown.isEmpty());
    json.writeBooleanField("byte_fallback", byteFallback);
    json.writeBooleanField("ignore_merges", wholeWords);
    json.writeObjectFieldStart("vocab");
    Map<String, Integer> seen = HashMap.newHashMap(vocabulary.tokens().size());
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      String token = vocabulary.tokens().get(id);
      Integer earlier = seen.put(token, id);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "tokenizer.ggml.tokens: \"%s\" is token %d and %d".formatted(token, earlier, id));
      }
      json.writeNumberField(token, id);
    }
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    merges.write(seen.keySet());
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Puts the tokens before and after a text that the file asks for. */
  private void postProcessor() throws IOException {
    if (vocabulary.prefix().isEmpty() && vocabulary.suffix().isEmpty()) {
      json.writeNullField("post_processor");
      return;
    }
    json.writeObjectFieldStart("post_processor");
    json.writeStringField("type", "TemplateProcessing");
    for (String form : List.of("single", "pair")) {
      json.writeArrayFieldStart(form);
      for (int part = 0; part < (form.equals("single") ? 1 : 2); part++) {
        for (int id : vocabulary.prefix()) {
          piece("SpecialToken", vocabulary.tokens().get(id), part);
        }
        piece("Sequence", part == 0 ? "A" : "B", part);
        for (int id : vocabulary.suffix()) {
          piece("SpecialToken", vocabulary.tokens().get(id), part);
        }
      }
      json.writeEndArray();
    }
    json.writeObjectFieldStart("special_tokens");
    Set<Integer> ids = new HashSet<>(vocabulary.prefix());
    ids.addAll(vocabulary.suffix());
    for (int id : ids) {
      String token = vocabulary.tokens().get(id);
      json.writeObjectFieldStart(token);
      json.writeStringField("id", token);
      json.writeArrayFieldStart("ids");
      json.writeNumber(id);
      json.writeEndArray();
      json.writeArrayFieldStart("tokens");
      json.writeString(token);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void piece(String kind, String id, int part) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart(kind);
    json.writeStringField("id", id);
    json.writeNumberField("type_id", part);
    json.writeEndObject();
    json.writeEndObject();
  }
}
