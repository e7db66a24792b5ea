// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tttv2.config.WeightFormat.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Decodes stored weights to float32. All formats are little-endian.
 *
 * <p>Blocks are copied to the heap first: the copy is a memcpy, and loops over arrays are what the
 * JIT compiles best. Products and sums round where ggml rounds (a scale is rounded to float32
 * before it meets a value, nothing is fused), so the values are ggml's bit for bit.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">ggml-common.h, the
 *     block layouts</a>
 */
final class Dequantization {
  private static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLES =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORTS =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The numbers of IQ4_NL (kvalues_iq4nl of ggml-common.h). */
  private static final byte[] UNEVEN = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private Dequantization() {}

  static void f32(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    MemorySegment.copy(src, FLOATS, 0, dst, at, values);
  }

  static void f64(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    double[] doubles = scratch.doubles(values);
    MemorySegment.copy(src, DOUBLES, 0, doubles, 0, values);
    for (int i = 0; i < values; i++) {
      dst[at + i] = (float) doubles[i];
    }
  }

  static void f16(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    short[] halves = scratch.shorts(values);
    MemorySegment.copy(src, SHORTS, 0, halves, 0, values);
    for (int i = 0; i < values; i++) {
      dst[at + i] = Float.float16ToFloat(halves[i]);
    }
  }

  static void bf16(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    short[] halves = scratch.shorts(values);
    MemorySegment.copy(src, SHORTS, 0, halves, 0, values);
    for (int i = 0; i < values; i++) {
      dst[at + i] = Float.intBitsToFloat(halves[i] << 16);
    }
  }

  /** Scale d (half); 16 bytes: low nibbles are values 0 to 15, high nibbles 16 to 31. */
  static void q4_0(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 18, y += 32) {
      float d = half(b, p);
      for (int i = 0; i < 16; i++) {
        int q = b[p + 2 + i];
        dst[y + i] = ((q & 0xF) - 8) * d;
        dst[y + i + 16] = ((q >> 4 & 0xF) - 8) * d;
      }
    }
  }

  /** Scale d, minimum m (halves); nibbles as in {@link #q4_0}. */
  static void q4_1(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 20, y += 32) {
      float d = half(b, p);
      float m = half(b, p + 2);
      for (int i = 0; i < 16; i++) {
        int q = b[p + 4 + i];
        dst[y + i] = (q & 0xF) * d + m;
        dst[y + i + 16] = (q >> 4 & 0xF) * d + m;
      }
    }
  }

  /** Scale d (half); 32 fifth bits; nibbles as in {@link #q4_0}. */
  static void q5_0(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 22, y += 32) {
      float d = half(b, p);
      int high = word(b, p + 2);
      for (int i = 0; i < 16; i++) {
        int q = b[p + 6 + i];
        dst[y + i] = ((q & 0xF | (high >> i & 1) << 4) - 16) * d;
        dst[y + i + 16] = ((q >> 4 & 0xF | (high >> i + 16 & 1) << 4) - 16) * d;
      }
    }
  }

  /** Scale d, minimum m (halves); 32 fifth bits; nibbles as in {@link #q4_0}. */
  static void q5_1(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 24, y += 32) {
      float d = half(b, p);
      float m = half(b, p + 2);
      int high = word(b, p + 4);
      for (int i = 0; i < 16; i++) {
        int q = b[p + 8 + i];
        dst[y + i] = (q & 0xF | (high >> i & 1) << 4) * d + m;
        dst[y + i + 16] = (q >> 4 & 0xF | (high >> i + 16 & 1) << 4) * d + m;
      }
    }
  }

  /** Scale d (half); 32 signed bytes. */
  static void q8_0(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 34, y += 32) {
      float d = half(b, p);
      for (int i = 0; i < 32; i++) {
        dst[y + i] = b[p + 2 + i] * d;
      }
    }
  }

  /**
   * 16 bytes, each a group's scale (low nibble) and minimum (high nibble); 64 bytes of values;
   * scales d and dmin (halves). Each half of the block has 32 bytes: bit pair j of byte i is value
   * i of its j-th 32.
   */
  static void q2_k(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 84) {
      float d = half(b, p + 80);
      float dmin = half(b, p + 82);
      for (int group = 0; group < 16; group++, y += 16) {
        float scale = d * (b[p + group] & 0xF);
        float minimum = dmin * (b[p + group] >> 4 & 0xF);
        int q = p + 16 + group / 8 * 32 + group % 2 * 16;
        int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; i++) {
          dst[y + i] = scale * (b[q + i] >> shift & 3) - minimum;
        }
      }
    }
  }

  /**
   * 32 bytes of third bits (bit j of byte i: value i of the j-th 32; set where nothing is taken
   * away); 64 bytes of values as in {@link #q2_k}; 12 bytes of 16 scales of six bits; scale d
   * (half).
   */
  static void q3_k(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 110) {
      float d = half(b, p + 108);
      for (int group = 0; group < 16; group++, y += 16) {
        int low = b[p + 96 + group % 8] >> group / 8 * 4 & 0xF;
        int high = b[p + 104 + group % 4] >> group / 4 * 2 & 3;
        float scale = d * ((low | high << 4) - 32);
        int third = p + group % 2 * 16;
        int q = p + 32 + group / 8 * 32 + group % 2 * 16;
        int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; i++) {
          int less = (b[third + i] >> group / 2 & 1) == 0 ? 4 : 0;
          dst[y + i] = scale * ((b[q + i] >> shift & 3) - less);
        }
      }
    }
  }

  /** Scale d (half); nibbles as in {@link #q4_0}, which choose from {@link #UNEVEN}. */
  static void iq4_nl(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 18, y += 32) {
      float d = half(b, p);
      for (int i = 0; i < 16; i++) {
        int q = b[p + 2 + i];
        dst[y + i] = d * UNEVEN[q & 0xF];
        dst[y + i + 16] = d * UNEVEN[q >> 4 & 0xF];
      }
    }
  }

  /**
   * Scales d and dmin (halves); 12 bytes of eight 6-bit scales and minimums; 128 bytes: of each 32,
   * low nibbles are one group of 32 values and high nibbles the next.
   */
  static void q4_k(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 144) {
      float d = half(b, p);
      float dmin = half(b, p + 2);
      int scales = p + 4;
      for (int group = 0, q = p + 16; group < 8; group += 2, q += 32, y += 64) {
        float d1 = d * scale(b, scales, group);
        float m1 = dmin * minimum(b, scales, group);
        float d2 = d * scale(b, scales, group + 1);
        float m2 = dmin * minimum(b, scales, group + 1);
        for (int i = 0; i < 32; i++) {
          dst[y + i] = d1 * (b[q + i] & 0xF) - m1;
          dst[y + i + 32] = d2 * (b[q + i] >> 4 & 0xF) - m2;
        }
      }
    }
  }

  /** As {@link #q4_k}, with 32 bytes of fifth bits (bit g of byte i: value i of group g) before. */
  static void q5_k(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 176) {
      float d = half(b, p);
      float dmin = half(b, p + 2);
      int scales = p + 4;
      int high = p + 16;
      for (int group = 0, q = p + 48; group < 8; group += 2, q += 32, y += 64) {
        float d1 = d * scale(b, scales, group);
        float m1 = dmin * minimum(b, scales, group);
        float d2 = d * scale(b, scales, group + 1);
        float m2 = dmin * minimum(b, scales, group + 1);
        for (int i = 0; i < 32; i++) {
          int fifths = b[high + i] >> group;
          dst[y + i] = d1 * (b[q + i] & 0xF | (fifths & 1) << 4) - m1;
          dst[y + i + 32] = d2 * (b[q + i] >> 4 & 0xF | (fifths & 2) << 3) - m2;
        }
      }
    }
  }

  /**
   * 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales, scale d (half). Each
   * half of the block: byte i of 64 holds values i (low nibble) and i + 64 (high nibble); byte i of
   * 32 holds the upper bits of values i, i + 32, i + 64 and i + 96.
   */
  static void q6_k(MemorySegment src, Scratch scratch, float[] dst, int at, int values) {
    byte[] b = bytes(src, scratch);
    for (int p = 0, y = at; y < at + values; p += 210) {
      float d = half(b, p + 208);
      for (int part = 0; part < 2; part++, y += 128) {
        int low = p + part * 64;
        int high = p + 128 + part * 32;
        int scales = p + 192 + part * 8;
        for (int group = 0; group < 2; group++) {
          float d1 = d * b[scales + group];
          float d2 = d * b[scales + group + 2];
          float d3 = d * b[scales + group + 4];
          float d4 = d * b[scales + group + 6];
          for (int i = group * 16; i < group * 16 + 16; i++) {
            int first = b[low + i];
            int second = b[low + i + 32];
            int pairs = b[high + i];
            dst[y + i] = d1 * ((first & 0xF | (pairs & 3) << 4) - 32);
            dst[y + i + 32] = d2 * ((second & 0xF | (pairs >> 2 & 3) << 4) - 32);
            dst[y + i + 64] = d3 * ((first >> 4 & 0xF | (pairs >> 4 & 3) << 4) - 32);
            dst[y + i + 96] = d4 * ((second >> 4 & 0xF | (pairs >> 6 & 3) << 4) - 32);
          }
        }
      }
    }
  }

  // Groups 0 to 3: the lower six bits of bytes 0 to 3. Groups 4 to 7: four bits in bytes 8 to 11
  // and the upper two of bytes 0 to 3.
  private static int scale(byte[] b, int p, int group) {
    return group < 4
        ? b[p + group] & 63
        : b[p + group + 4] & 0xF | (b[p + group - 4] >> 6 & 3) << 4;
  }

  private static int minimum(byte[] b, int p, int group) {
    return group < 4
        ? b[p + group + 4] & 63
        : b[p + group + 4] >> 4 & 0xF | (b[p + group] >> 6 & 3) << 4;
  }

  private static byte[] bytes(MemorySegment src, Scratch scratch) {
    int size = Math.toIntExact(src.byteSize());
    byte[] bytes = scratch.bytes(size);
    MemorySegment.copy(src, JAVA_BYTE, 0, bytes, 0, size);
    return bytes;
  }

  private static float half(byte[] b, int p) {
    return Float.float16ToFloat((short) (b[p] & 0xFF | b[p + 1] << 8));
  }

  private static int word(byte[] b, int p) {
    return b[p] & 0xFF | (b[p + 1] & 0xFF) << 8 | (b[p + 2] & 0xFF) << 16 | b[p + 3] << 24;
  }
}
