// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's precompiled map of characters: the size of a trie, the trie, and the texts that
 * characters become, each ended by a zero. The trie is a double array as darts-clone makes it:
 * units of 32 bits, of which a key's bytes choose one after the other; a unit has a label (bits 0
 * to 7 and 31), the offset of its children (bits 10 to 30, times 256 if bit 9 is set), and whether
 * a key ends there (bit 8). The unit for that holds where in the texts the replacement begins.
 */
final class CharacterMap {
  private static final int BYTES = 256;

  private final IntBuffer units;
  private final byte[] texts;

  private CharacterMap(IntBuffer units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /**
   * Checks that no text leads out of the map.
   *
   * @param base64 the map
   * @throws IllegalArgumentException if one may; says why
   */
  static void check(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not base64: " + e.getMessage(), e);
    }
    ByteBuffer map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < Integer.BYTES ? 0 : Integer.toUnsignedLong(map.getInt());
    if (size < Integer.BYTES || size > map.remaining()) {
      throw new IllegalArgumentException(
          "has %d bytes, and its trie %d".formatted(bytes.length, size));
    }
    int trie = (int) size / Integer.BYTES * Integer.BYTES;
    IntBuffer units = map.slice(Integer.BYTES, trie).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    byte[] texts = new byte[bytes.length - Integer.BYTES - trie];
    map.get(Integer.BYTES + trie, texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("has texts that are not UTF-8", e);
    }
    new CharacterMap(units, texts).walk();
  }

  private void walk() {
    BitSet seen = new BitSet();
    Deque<Integer> states = new ArrayDeque<>();
    states.add(children(0));
    while (!states.isEmpty()) {
      int base = states.remove();
      if (seen.get(base)) {
        continue;
      }
      seen.set(base);
      for (int label = 1; label < BYTES; label++) {
        int at = base ^ label;
        int unit = units.get(at);
        if ((unit & 0x800000ff) != label) {
          continue;
        }
        int next = children(at);
        if ((unit & 0x100) != 0) {
          checkText(units.get(next) & Integer.MAX_VALUE);
        }
        states.add(next);
      }
    }
  }

  /**
   * Returns where the children of a unit are, each at this number with its label's bits changed.
   */
  private int children(int at) {
    int unit = units.get(at);
    long base = at ^ (Integer.toUnsignedLong(unit) >>> 10 << ((unit & 0x200) >>> 6));
    if ((base | BYTES - 1) >= units.limit()) {
      throw new IllegalArgumentException(
          "has %d units, of which unit %d leads to %d".formatted(units.limit(), at, base));
    }
    return (int) base;
  }

  private void checkText(int begin) {
    boolean within = begin < texts.length && (texts[begin] & 0xc0) != 0x80;
    if (!within && begin != texts.length) {
      throw new IllegalArgumentException(
          "names a text at byte %d of %d, where none begins".formatted(begin, texts.length));
    }
  }
}
