// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a byte-level BPE cuts text into words before it merges, by the name that a GGUF gives it in
 * {@code tokenizer.ggml.pre}. The patterns are those of the models' own tokenizer.json; which name
 * stands for which is told by llama.cpp's {@code llama-vocab.cpp}.
 *
 * @param splits patterns applied in order, each match and each rest becomes a piece
 * @param individualDigits whether every digit is a word of its own
 * @param gptWords whether the pattern of GPT-2 is applied last
 * @param composed whether the text is brought to Unicode's NFC first
 * @param wholeWords whether a word that is in the vocabulary is taken without merging ({@code
 *     ignore_merges})
 */
record PreTokenizer(
    List<String> splits,
    boolean individualDigits,
    boolean gptWords,
    boolean composed,
    boolean wholeWords) {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String REST = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
  private static final String PATH_SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";
  private static final String LOWER_ENDING =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+";
  private static final String UPPER_BEGINNING =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*";

  private static final String LLAMA3 =
      String.join("|", CONTRACTIONS, LETTERS, "\\p{N}{1,3}", SYMBOLS, REST);
  private static final String QWEN2 =
      String.join("|", CONTRACTIONS, LETTERS, "\\p{N}", SYMBOLS, REST);
  private static final String TEKKEN =
      String.join("|", LOWER_ENDING, UPPER_BEGINNING, "\\p{N}", PATH_SYMBOLS, REST);
  private static final String GPT4O =
      String.join(
          "|",
          LOWER_ENDING + CONTRACTIONS + "?",
          UPPER_BEGINNING + CONTRACTIONS + "?",
          "\\p{N}{1,3}",
          PATH_SYMBOLS,
          REST);

  private static final Map<String, PreTokenizer> BY_NAME = new TreeMap<>();

  static {
    PreTokenizer gpt2 = new PreTokenizer(List.of(), false, true, false, false);
    PreTokenizer digits = new PreTokenizer(List.of(), true, true, false, false);
    PreTokenizer llama3 = split(LLAMA3, false, true);
    PreTokenizer qwen2 = split(QWEN2, true, false);
    BY_NAME.put("gpt-2", gpt2);
    BY_NAME.put("phi-2", gpt2);
    BY_NAME.put("smollm", digits);
    BY_NAME.put("starcoder", digits);
    BY_NAME.put("refact", digits);
    BY_NAME.put("llama-bpe", llama3);
    BY_NAME.put("llama3", llama3);
    BY_NAME.put("llama-v3", llama3);
    BY_NAME.put("smaug-bpe", split(LLAMA3, false, false));
    BY_NAME.put("dbrx", split(LLAMA3, false, false));
    BY_NAME.put("qwen2", qwen2);
    BY_NAME.put("deepseek-r1-qwen", qwen2);
    BY_NAME.put("tekken", split(TEKKEN, false, true));
    BY_NAME.put("gpt-4o", split(GPT4O, false, false));
    // What llama.cpp does with files that name no pre-tokenizer.
    BY_NAME.put(
        "default",
        new PreTokenizer(
            List.of(
                "[\\p{P}\\$\\+<=>\\^~\\|]+",
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
                "\\p{N}+",
                "[0-9][0-9][0-9]"),
            false,
            false,
            false,
            false));
  }

  private static PreTokenizer split(String pattern, boolean composed, boolean wholeWords) {
    return new PreTokenizer(List.of(pattern), false, false, composed, wholeWords);
  }

  /** Finds a pre-tokenizer by the name in a GGUF. */
  static Optional<PreTokenizer> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * Tells whether models with this pre-tokenizer begin texts with a token of their own unless their
   * file says no.
   */
  static boolean beginsWithBos(String name) {
    return List.of("llama-bpe", "llama3", "llama-v3", "tekken").contains(name);
  }

  /** Returns the names known, in order. */
  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }
}
