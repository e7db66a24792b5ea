// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.InputFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Turns text into token ids and back, with Hugging Face's tokenizers: from a {@code
 * tokenizer.json}, or from the vocabulary in a GGUF. May be used by several threads at once.
 *
 * <p>Works without network. The native library is unpacked to {@code DJL_CACHE_DIR} (environment or
 * system property), by default {@code tokenizers} in the {@link dev.tttv2.ffm.CacheDirectory}.
 */
public final class Tokenizer implements AutoCloseable {
  /**
   * The longest text of any tokenizer, in characters (those of {@link String}): about 0.8 GB of
   * memory are needed for it.
   */
  public static final int MAX_CHARS = 1 << 22;

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerScan.Facts facts;
  private final Path file; // null: from a text
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private Tokenizer(HuggingFaceTokenizer tokenizer, TokenizerScan.Facts facts, Path file) {
    this.tokenizer = tokenizer;
    this.facts = facts;
    this.file = file;
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
      return of(TokenizerJson.utf8(vocabulary), vocabulary.facts(), path);
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
    InputFiles.check(file);
    try {
      return fromJson(Files.readString(file), file);
    } catch (IOException e) {
      throw InputFiles.refuse(file, e);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file, "", "is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a tokenizer from the text of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is no tokenizer
   */
  public static Tokenizer fromJson(String json) {
    return fromJson(json, null);
  }

  private static Tokenizer fromJson(String json, Path file) {
    try {
      return of(json.getBytes(StandardCharsets.UTF_8), TokenizerScan.of(json), file);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(InputFiles.problem(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Tokenizer of(byte[] json, TokenizerScan.Facts facts, Path file) {
    TokenizerLibrary.load();
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of("truncation", "do_not_truncate", "padding", "do_not_pad")),
          facts,
          file);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Returns the ids of a text. Special tokens written in the text, such as {@code <|im_end|>},
   * become their ids.
   *
   * @param addSpecial whether to put the tokens before and after it that the model wants around a
   *     text
   * @throws IllegalArgumentException if the text has more than {@link #maxChars} characters, or
   *     meets a contradiction in the tokenizer's description
   */
  public int[] encode(String text, boolean addSpecial) {
    checkLength(text, facts.maxChars(), "the longest that this tokenizer takes");
    long[] ids = checked(() -> tokenizer.encode(wellFormed(text), addSpecial, false).getIds());
    return Arrays.stream(ids).mapToInt(id -> (int) id).toArray();
  }

  /**
   * Returns the ids of a text that must not become more than a number of tokens. A text that is
   * much too long is refused by its characters, before any work: no token is longer than the
   * vocabulary's longest, though some tokenizers drop characters, such as repeated blanks, before.
   *
   * @param addSpecial as in {@link #encode(String, boolean)}
   * @param maxTokens the most tokens, such as the model's context
   * @throws IllegalArgumentException if the text is too long; gives the numbers
   */
  public int[] encode(String text, boolean addSpecial, int maxTokens) {
    checkFits(text, maxTokens);
    int[] ids = encode(text, addSpecial);
    if (ids.length > maxTokens) {
      throw new IllegalArgumentException(
          "text has %d tokens, expected at most %d".formatted(ids.length, maxTokens));
    }
    return ids;
  }

  /**
   * Returns the longest text that this tokenizer takes, in characters: {@link #MAX_CHARS}, or less
   * where its patterns could need too many steps for a longer one.
   */
  public int maxChars() {
    return facts.maxChars();
  }

  /** Refuses a text that is longer than so many of the longest tokens. */
  void checkFits(String text, int maxTokens) {
    checkLength(
        text,
        (long) maxTokens * facts.longestToken(),
        "%d tokens of at most %d".formatted(maxTokens, facts.longestToken()));
  }

  private static void checkLength(String text, long limit, String why) {
    if (text.length() > limit) {
      throw new IllegalArgumentException(
          "text has %d characters, expected at most %d, %s".formatted(text.length(), limit, why));
    }
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
    return wide.length == 0 ? "" : checked(() -> tokenizer.decode(wide, skipSpecial));
  }

  /**
   * Calls the native tokenizer, which must not be freed meanwhile. Some contradictions of a
   * tokenizer.json show only when a text meets them.
   */
  private <T> T checked(Supplier<T> work) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return work.get();
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      String problem = "the tokenizer contradicts itself: " + e.getMessage();
      throw file == null
          ? new IllegalArgumentException(problem, e)
          : new CheckpointException(file, "", problem, e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Starts decoding ids one by one.
   *
   * @param skipSpecial whether to leave out special tokens
   */
  public TokenDecoder decoder(boolean skipSpecial) {
    return new TokenDecoder(this, skipSpecial);
  }

  /**
   * Returns what bytes each token adds to a text.
   *
   * @throws IllegalArgumentException if that cannot be told from the tokenizer's description, as
   *     with those of encoders, which join words to texts with blanks
   */
  public TokenBytes tokenBytes() {
    return facts.tokenBytes().get();
  }

  /** Tells whether a token stands for one byte, whose text depends on the bytes around it. */
  boolean isByte(int id) {
    return facts.byteTokens().get(id);
  }

  /** Frees the native tokenizer, when others have ended their calls. Idempotent. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
