// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The bytes of UTF-8 that each token of a vocabulary adds to a text. Special tokens add none, nor
 * do ids that no token has. Immutable.
 */
public final class TokenBytes {
  private final byte[] bytes;
  private final int[] ends; // of each token's bytes, by id
  private final boolean dropsFirstSpace;

  private TokenBytes(byte[] bytes, int[] ends, boolean dropsFirstSpace) {
    this.bytes = bytes;
    this.ends = ends;
    this.dropsFirstSpace = dropsFirstSpace;
  }

  /** Returns the number of ids: the largest that adds bytes, and one. */
  public int size() {
    return ends.length;
  }

  /**
   * Returns how many bytes a token adds; 0 for ids outside of the vocabulary as well.
   *
   * @param id any id
   */
  public int length(int id) {
    return id < 0 || id >= ends.length ? 0 : ends[id] - begin(id);
  }

  /**
   * Returns one of a token's bytes.
   *
   * @param id of the token
   * @param index from 0 to {@link #length} - 1
   */
  public byte at(int id, int index) {
    return bytes[begin(id) + index];
  }

  /**
   * Tells whether a space at the very beginning of a text is left out when tokens become text, as
   * SentencePiece does, which puts one before a text's first word.
   */
  public boolean dropsFirstSpace() {
    return dropsFirstSpace;
  }

  private int begin(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  /** How a vocabulary writes bytes as characters. */
  enum Alphabet {
    /** GPT-2's: a character for each byte. */
    BYTE_LEVEL,
    /** SentencePiece's: {@code ▁} for a space, and {@code <0xNN>} for a byte. */
    SENTENCE_PIECE;

    byte[] bytes(String token, boolean isByte) {
      if (this == SENTENCE_PIECE) {
        return isByte
            ? new byte[] {(byte) HexFormat.fromHexDigits(token, 3, 5)}
            : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
      }
      byte[] result = new byte[token.length()];
      for (int i = 0; i < result.length; i++) {
        int value = ByteLevel.byteOf(token.charAt(i));
        if (value < 0) {
          return token.getBytes(StandardCharsets.UTF_8); // an added token, written as it is
        }
        result[i] = (byte) value;
      }
      return result;
    }
  }

  /** Collects the tokens. */
  static final class Builder {
    private byte[][] tokens = new byte[1024][];
    private int size;

    /** Adds a token; a token of the same id is replaced. */
    void put(int id, byte[] bytes) {
      if (id >= tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(id + 1, 2 * tokens.length));
      }
      tokens[id] = bytes;
      size = Math.max(size, id + 1);
    }

    TokenBytes build(boolean dropsFirstSpace) {
      int[] ends = new int[size];
      int end = 0;
      for (int id = 0; id < size; id++) {
        end += tokens[id] == null ? 0 : tokens[id].length;
        ends[id] = end;
      }
      byte[] bytes = new byte[end];
      for (int id = 0; id < size; id++) {
        if (tokens[id] != null) {
          System.arraycopy(tokens[id], 0, bytes, ends[id] - tokens[id].length, tokens[id].length);
        }
      }
      return new TokenBytes(bytes, ends, dropsFirstSpace);
    }
  }

  /** The characters that stand for bytes in GPT-2's vocabulary and those made like it. */
  private static final class ByteLevel {
    private static final short[] BYTES = bytes();

    private ByteLevel() {}

    /** Bytes of Latin-1 that print stand for themselves, the others follow after U+0100. */
    private static short[] bytes() {
      short[] result = new short[0x100 + 68];
      Arrays.fill(result, (short) -1);
      int next = 0x100;
      for (int value = 0; value < 256; value++) {
        boolean prints =
            value >= '!' && value <= '~' || value >= 0xa1 && value <= 0xff && value != 0xad;
        result[prints ? value : next++] = (short) value;
      }
      return result;
    }

    static int byteOf(char character) {
      return character < BYTES.length ? BYTES[character] : -1;
    }
  }
}
