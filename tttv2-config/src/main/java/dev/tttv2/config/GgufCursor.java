// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a GGUF's values one after the other, never beyond the end of the file. */
final class GgufCursor {
  static final int UINT8 = 0;
  static final int INT8 = 1;
  static final int UINT16 = 2;
  static final int INT16 = 3;
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;
  static final int INT64 = 11;
  static final int FLOAT64 = 12;

  private static final int MAX_STRING = 1 << 26;
  private static final int MAX_ARRAY_DEPTH = 8;
  // Bytes of a value of each type; of STRING and ARRAY the least.
  private static final int[] TYPE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};
  private static final int WINDOW = 1 << 16;

  private final Path file;
  private final MemorySegment bytes;
  private final long size;
  private long position;
  // A copy of some bytes of the file. Headers have 10^5 small values, most of which are read before
  // anything is compiled: plain array accesses are then many times faster than a segment's.
  private byte[] window = {};
  private long windowStart;
  private int windowLength;

  GgufCursor(Path file, MemorySegment bytes, long position) {
    this.file = file;
    this.bytes = bytes;
    this.size = bytes.byteSize();
    this.position = position;
  }

  long position() {
    return position;
  }

  int u32(String where) {
    return (int) little(4, where);
  }

  long u64(String where) {
    return little(8, where);
  }

  /** Reads a number that counts things of at least {@code bytesEach} bytes yet to come. */
  int count(String what, int bytesEach) {
    long count = u64(what);
    if (count < 0 || count > (size - position) / bytesEach || count > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          file,
          what,
          "says there are %s of them, but only %d bytes are left at byte %d"
              .formatted(Long.toUnsignedString(count), size - position, position));
    }
    return (int) count;
  }

  /** Reads a text of at most {@code max} bytes. */
  String string(String where, int max) {
    int length = stringLength(where, max);
    int at = view(length, where);
    String text = new String(window, at, length, StandardCharsets.UTF_8);
    // Decoding replaces what is malformed; the character may also be there by right.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(window, at, length));
      } catch (CharacterCodingException e) {
        throw new CheckpointException(
            file, where, "the text at byte %d is not valid UTF-8".formatted(position - length), e);
      }
    }
    return text;
  }

  /** Reads a text of any sensible length. */
  String string(String where) {
    return string(where, MAX_STRING);
  }

  /** Reads a type number. */
  int type(String where) {
    int type = u32(where);
    if (type < 0 || type >= TYPE_BYTES.length) {
      throw new CheckpointException(
          file,
          where,
          "has value type %s at byte %d, expected 0 to %d"
              .formatted(Integer.toUnsignedString(type), position - 4, TYPE_BYTES.length - 1));
    }
    return type;
  }

  /** Reads a value; a list is left in the file until somebody asks for it. */
  Object value(int type, String where) {
    return value(type, where, 0);
  }

  private Object value(int type, String where, int depth) {
    return switch (type) {
      case UINT8 -> little(1, where);
      case INT8 -> (long) (byte) little(1, where);
      case UINT16 -> little(2, where);
      case INT16 -> (long) (short) little(2, where);
      case UINT32 -> little(4, where);
      case INT32 -> (long) u32(where);
      case FLOAT32 -> (double) Float.intBitsToFloat(u32(where));
      case BOOL -> bool(where);
      case STRING -> string(where);
      case ARRAY -> array(where, depth);
      case UINT64 -> {
        long value = u64(where);
        yield value >= 0 ? value : (Object) new BigInteger(Long.toUnsignedString(value));
      }
      case INT64 -> u64(where);
      default -> Double.longBitsToDouble(u64(where));
    };
  }

  private GgufArray array(String where, int depth) {
    int type = type(where);
    int count = count(where, TYPE_BYTES[type]);
    GgufArray array = new GgufArray(file, bytes, where, type, count, position);
    skip(type, count, where, depth + 1);
    return array;
  }

  private void skip(int type, int count, String where, int depth) {
    if (depth > MAX_ARRAY_DEPTH) {
      throw new CheckpointException(
          file, where, "lists are nested deeper than %d".formatted(MAX_ARRAY_DEPTH));
    }
    if (type == STRING) {
      for (int i = 0; i < count; i++) {
        take(stringLength(where, MAX_STRING), where);
      }
    } else if (type == ARRAY) {
      for (int i = 0; i < count; i++) {
        int inner = type(where);
        skip(inner, count(where, TYPE_BYTES[inner]), where, depth + 1);
      }
    } else {
      take((long) count * TYPE_BYTES[type], where);
    }
  }

  private boolean bool(String where) {
    long value = little(1, where);
    if (value != 0 && value != 1) {
      throw new CheckpointException(
          file,
          where,
          "has truth value %d at byte %d, expected 0 or 1".formatted(value, position - 1));
    }
    return value == 1;
  }

  private int stringLength(String where, int max) {
    long length = u64(where);
    if (length < 0 || length > max) {
      throw new CheckpointException(
          file,
          where,
          "has a text of %s bytes at byte %d, expected at most %d"
              .formatted(Long.toUnsignedString(length), position - 8, max));
    }
    return (int) length;
  }

  // Reads an unsigned little-endian number of up to 8 bytes.
  private long little(int length, String where) {
    int at = view(length, where);
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | window[at + i] & 0xFF;
    }
    return value;
  }

  // Steps over the next `length` bytes and returns where they are in the window.
  private int view(int length, String where) {
    take(length, where);
    long start = position - length;
    if (start < windowStart || position > windowStart + windowLength) {
      windowLength = (int) Math.min(Math.max(length, WINDOW), size - start);
      if (window.length < windowLength) {
        window = new byte[windowLength];
      }
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, window, 0, windowLength);
      windowStart = start;
    }
    return (int) (start - windowStart);
  }

  // Steps over the next `length` bytes.
  private void take(long length, String where) {
    if (length > size - position) {
      throw new CheckpointException(
          file,
          where,
          "needs %d bytes at byte %d, but the file ends at %d (truncated?)"
              .formatted(length, position, size));
    }
    position += length;
  }
}
