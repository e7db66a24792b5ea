// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * How the values of a weight are stored in a checkpoint. Quantised formats are ggml's: blocks of
 * values along the last dimension that share scales.
 *
 * <p>A new format is one constant here and one method in {@link Dequantization}.
 */
public enum WeightFormat {
  /** IEEE 754 binary32. */
  F32(1, 4, 0, DataType.FLOAT32, Dequantization::f32),
  /** IEEE 754 binary16. */
  F16(1, 2, 1, DataType.FLOAT16, Dequantization::f16),
  /** The upper half of a binary32. */
  BF16(1, 2, 30, DataType.BFLOAT16, Dequantization::bf16),
  /** IEEE 754 binary64, rounded to binary32 when read. */
  F64(1, 8, 28, null, Dequantization::f64),
  /** 32 values, 4 bits each around a scale: {@code (q - 8) d}. */
  Q4_0(32, 18, 2, null, Dequantization::q4_0),
  /** 32 values, 4 bits each, scale and minimum: {@code q d + m}. */
  Q4_1(32, 20, 3, null, Dequantization::q4_1),
  /** 32 values, 5 bits each around a scale: {@code (q - 16) d}. */
  Q5_0(32, 22, 6, null, Dequantization::q5_0),
  /** 32 values, 5 bits each, scale and minimum: {@code q d + m}. */
  Q5_1(32, 24, 7, null, Dequantization::q5_1),
  /** 32 values, 8 bits each: {@code q d}. */
  Q8_0(32, 34, 8, null, Dequantization::q8_0),
  /** 256 values in groups of 16, 2 bits each; groups have 4-bit scales and minimums. */
  Q2_K(256, 84, 10, null, Dequantization::q2_k),
  /** 256 values in groups of 16, 3 bits each; groups have 6-bit scales. */
  Q3_K(256, 110, 11, null, Dequantization::q3_k),
  /** 256 values in groups of 32, 4 bits each; groups have 6-bit scales and minimums. */
  Q4_K(256, 144, 12, null, Dequantization::q4_k),
  /** 256 values in groups of 32, 5 bits each; groups have 6-bit scales and minimums. */
  Q5_K(256, 176, 13, null, Dequantization::q5_k),
  /** 256 values in groups of 16, 6 bits each; groups have 8-bit scales. */
  Q6_K(256, 210, 14, null, Dequantization::q6_k),
  /** 32 values, 4 bits each, which choose one of 16 numbers that lie denser around 0. */
  IQ4_NL(32, 18, 20, null, Dequantization::iq4_nl);

  private final int blockValues;
  private final int blockBytes;
  private final int ggmlType;
  private final DataType hostType;
  private final Decoder decoder;

  WeightFormat(int blockValues, int blockBytes, int ggmlType, DataType hostType, Decoder decoder) {
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
    this.ggmlType = ggmlType;
    this.hostType = hostType;
    this.decoder = decoder;
  }

  /** Returns how many values share a block; rows are whole blocks. */
  public int blockValues() {
    return blockValues;
  }

  /** Returns the bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Tells whether values share scales in blocks. */
  public boolean isQuantised() {
    return blockValues > 1;
  }

  /** Returns the dtype under which tensors take the stored bytes as they are, if they do. */
  Optional<DataType> hostType() {
    return Optional.ofNullable(hostType);
  }

  /** Returns the bytes that {@code values} values take; they are whole blocks. */
  long bytes(long values) {
    return values / blockValues * blockBytes;
  }

  /**
   * Decodes whole blocks to float32.
   *
   * @param blocks the stored bytes of exactly the values wanted
   * @param scratch working memory of the calling thread
   * @param dst receives the values
   * @param at the index of the first
   */
  void decode(MemorySegment blocks, Scratch scratch, float[] dst, int at) {
    int values = Math.toIntExact(blocks.byteSize() / blockBytes * blockValues);
    decoder.decode(blocks, scratch, dst, at, values);
  }

  /** Finds the format of a ggml type number. */
  static Optional<WeightFormat> ofGgml(int type) {
    for (WeightFormat format : values()) {
      if (format.ggmlType == type) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Finds the format of a safetensors dtype. */
  static Optional<WeightFormat> ofSafetensors(String dtype) {
    return switch (dtype) {
      case "F32" -> Optional.of(F32);
      case "F16" -> Optional.of(F16);
      case "BF16" -> Optional.of(BF16);
      case "F64" -> Optional.of(F64);
      default -> Optional.empty();
    };
  }

  @FunctionalInterface
  interface Decoder {
    void decode(MemorySegment src, Scratch scratch, float[] dst, int at, int values);
  }

  /** Working memory of one thread that decodes; grows as needed. */
  static final class Scratch {
    private byte[] bytes = {};
    private short[] shorts = {};
    private double[] doubles = {};

    byte[] bytes(int size) {
      if (bytes.length < size) {
        bytes = new byte[size];
      }
      return bytes;
    }

    short[] shorts(int size) {
      if (shorts.length < size) {
        shorts = new short[size];
      }
      return shorts;
    }

    double[] doubles(int size) {
      if (doubles.length < size) {
        doubles = new double[size];
      }
      return doubles;
    }
  }
}
