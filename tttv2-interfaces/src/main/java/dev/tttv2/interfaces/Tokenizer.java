// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.ffm.CacheDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;

/**
 * Turns text into token ids and back, with Hugging Face's tokenizers: from a {@code
 * tokenizer.json}, or from the vocabulary in a GGUF. May be used by several threads at once.
 *
 * <p>Works without network. The native library is unpacked to {@code DJL_CACHE_DIR} (environment or
 * system property), by default {@code tokenizers} in the {@link CacheDirectory}.
 */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final BitSet byteTokens;

  private Tokenizer(HuggingFaceTokenizer tokenizer, BitSet byteTokens) {
    this.tokenizer = tokenizer;
    this.byteTokens = byteTokens;
  }

  /**
   * Makes the tokenizer of a checkpoint.
   *
   * @throws CheckpointException if a directory has no tokenizer.json, or what the checkpoint holds
   *     makes no tokenizer
   */
  public static Tokenizer of(Checkpoint checkpoint) {
    Path path = checkpoint.path();
    if (Files.isDirectory(path)) {
      return of(path.resolve("tokenizer.json"));
    }
    GgufVocabulary vocabulary = GgufVocabulary.of(checkpoint.metadata());
    try {
      return of(TokenizerJson.of(vocabulary), vocabulary.byteTokens());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(path, "tokenizer", e.getMessage(), e);
    }
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws CheckpointException if it cannot be read or is no tokenizer
   */
  public static Tokenizer of(Path file) {
    if (!Files.exists(file)) {
      throw new CheckpointException(
          file, "", "does not exist; text needs a tokenizer.json beside the model");
    }
    try {
      return fromJson(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new CheckpointException(file, "", "is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a tokenizer from the text of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is no tokenizer
   */
  public static Tokenizer fromJson(String json) {
    try {
      return of(json, TokenizerScan.byteTokens(json));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  private static Tokenizer of(String json, BitSet byteTokens) {
    setUpLibrary();
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
              Map.of("truncation", "do_not_truncate", "padding", "do_not_pad")),
          byteTokens);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Settings the library reads when its classes initialise: no look-ups on the network, its files
   * among ours.
   */
  private static void setUpLibrary() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("DJL_CACHE_DIR", CacheDirectory.of("tokenizers").toString());
  }

  private static void setDefault(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /**
   * Returns the ids of a text. Special tokens written in the text, such as {@code <|im_end|>},
   * become their ids.
   *
   * @param addSpecial whether to put the tokens before and after it that the model wants around a
   *     text
   */
  public int[] encode(String text, boolean addSpecial) {
    long[] ids = tokenizer.encode(wellFormed(text), addSpecial, false).getIds();
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = Math.toIntExact(ids[i]);
    }
    return result;
  }

  /** Replaces halves of surrogate pairs that stand alone, which no UTF-8 can express. */
  private static String wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? text
        : text.codePoints()
            .map(point -> point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /**
   * Returns the text of ids; bytes that are not UTF-8 become U+FFFD.
   *
   * @param skipSpecial whether to leave out special tokens
   */
  public String decode(int[] ids, boolean skipSpecial) {
    return decode(ids, 0, ids.length, skipSpecial);
  }

  String decode(int[] ids, int from, int to, boolean skipSpecial) {
    long[] wide = new long[to - from];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids[from + i];
    }
    return wide.length == 0 ? "" : tokenizer.decode(wide, skipSpecial);
  }

  /**
   * Starts decoding ids one by one.
   *
   * @param skipSpecial whether to leave out special tokens
   */
  public TokenDecoder decoder(boolean skipSpecial) {
    return new TokenDecoder(this, skipSpecial);
  }

  /** Tells whether a token stands for one byte, whose text depends on the bytes around it. */
  boolean isByte(int id) {
    return byteTokens.get(id);
  }

  /** Frees the native tokenizer. Idempotent. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
