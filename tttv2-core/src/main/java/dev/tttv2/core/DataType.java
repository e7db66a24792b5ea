// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** TTNN's element types, and FLOAT16 for host data. */
public enum DataType {
  /** IEEE 754 binary32. */
  FLOAT32(TtnnConstants.DTYPE_FLOAT32, 4, true),
  /** The upper half of a binary32. */
  BFLOAT16(TtnnConstants.DTYPE_BFLOAT16, 2, true),
  /** 16 values along the last dimension share an exponent, 7 bits of magnitude; TILE only. */
  BFLOAT8_B(TtnnConstants.DTYPE_BFLOAT8_B, 0, true),
  /** 16 values along the last dimension share an exponent, 3 bits of magnitude; TILE only. */
  BFLOAT4_B(TtnnConstants.DTYPE_BFLOAT4_B, 0, true),
  /** Unsigned 32-bit integers: token ids. */
  UINT32(TtnnConstants.DTYPE_UINT32, 4, false),
  /** Signed 32-bit integers: positions and page tables. */
  INT32(TtnnConstants.DTYPE_INT32, 4, false),
  /** Unsigned 16-bit integers. */
  UINT16(TtnnConstants.DTYPE_UINT16, 2, false),
  /** Unsigned 8-bit integers. */
  UINT8(TtnnConstants.DTYPE_UINT8, 1, false),
  /** IEEE 754 binary16, for data in host memory only; never a tensor's own. */
  FLOAT16(TtnnConstants.DTYPE_FLOAT16, 2, true);

  private static final DataType[] BY_CODE = new DataType[TtnnConstants.DTYPE_FLOAT16 + 1];

  static {
    for (DataType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final int hostBytes;
  private final boolean floating;

  DataType(int code, int hostBytes, boolean floating) {
    this.code = code;
    this.hostBytes = hostBytes;
    this.floating = floating;
  }

  /** Returns the dtype's number in the C interface. */
  public int code() {
    return code;
  }

  /** Tells whether the values are real numbers. */
  public boolean isFloat() {
    return floating;
  }

  /** Tells whether 16 values share an exponent. */
  public boolean isBlockFloat() {
    return this == BFLOAT8_B || this == BFLOAT4_B;
  }

  /**
   * Returns the bytes of one value in row-major host memory.
   *
   * @throws IllegalArgumentException for block floats, which have no row-major form
   */
  public int hostBytes() {
    if (hostBytes == 0) {
      throw new IllegalArgumentException(
          this + " has no row-major form in host memory; use FLOAT32 or BFLOAT16");
    }
    return hostBytes;
  }

  static DataType of(int code) {
    DataType type = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    if (type == null) {
      throw new IllegalArgumentException("unknown dtype number " + code);
    }
    return type;
  }

  /** Returns the number for an optional output dtype; null means TTNN's choice. */
  static int codeOf(DataType type) {
    return type == null ? TtnnConstants.DTYPE_DEFAULT : type.code;
  }
}
