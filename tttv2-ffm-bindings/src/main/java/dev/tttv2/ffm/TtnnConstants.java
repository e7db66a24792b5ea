// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

/**
 * The constants of {@code ttnn_c.h}, under their names without {@code TTNN_}. They are compile-time
 * constants, so that they can label a switch; a test compares them with the header.
 */
public final class TtnnConstants {
  /** The major interface version of the header. */
  public static final int ABI_MAJOR = 0;

  /** The minor interface version of the header. */
  public static final int ABI_MINOR = 3;

  /** The most dimensions a tensor can have. */
  public static final int MAX_RANK = 8;

  /** The most core ranges a memory config can have. */
  public static final int MAX_CORE_RANGES = 8;

  /** The axes of a mesh: rows and columns. */
  public static final int MESH_AXES = 2;

  /** The most devices of a mesh. */
  public static final int MAX_MESH_DEVICES = 64;

  /** The height and the width of a tile in elements. */
  public static final int TILE_SIZE = 32;

  /** Status: success. */
  public static final int STATUS_OK = 0;

  /** Status: a value out of range, a NULL, a stale handle. */
  public static final int STATUS_INVALID_ARGUMENT = -1;

  /** Status: shapes do not fit each other or the operation. */
  public static final int STATUS_SHAPE = -2;

  /** Status: a dtype or layout that the operation does not take. */
  public static final int STATUS_DTYPE = -3;

  /** Status: valid, but not in this backend. */
  public static final int STATUS_UNSUPPORTED = -4;

  /** Status: no device or host memory. */
  public static final int STATUS_OUT_OF_MEMORY = -5;

  /** Status: the device is missing, closed, busy or broken. */
  public static final int STATUS_DEVICE = -6;

  /** Status: a defect of the library. */
  public static final int STATUS_INTERNAL = -7;

  /** Dtype, in options: what TTNN would choose, usually the first input's. */
  public static final int DTYPE_DEFAULT = 0;

  /** Dtype FLOAT32. */
  public static final int DTYPE_FLOAT32 = 1;

  /** Dtype BFLOAT16. */
  public static final int DTYPE_BFLOAT16 = 2;

  /**
   * Dtype: 16 values along the last dimension share an exponent; 1.0625 bytes a value; TILE only.
   */
  public static final int DTYPE_BFLOAT8_B = 3;

  /** Dtype: as BFLOAT8_B with 0.5625 bytes a value. */
  public static final int DTYPE_BFLOAT4_B = 4;

  /** Dtype UINT32. */
  public static final int DTYPE_UINT32 = 5;

  /** Dtype INT32. */
  public static final int DTYPE_INT32 = 6;

  /** Dtype UINT16. */
  public static final int DTYPE_UINT16 = 7;

  /** Dtype UINT8. */
  public static final int DTYPE_UINT8 = 8;

  /** Dtype of host data; never a tensor's own. */
  public static final int DTYPE_FLOAT16 = 100;

  /** Layout, in options: the operation's default. */
  public static final int LAYOUT_DEFAULT = 0;

  /** Layout: row major. */
  public static final int LAYOUT_ROW_MAJOR = 1;

  /** Layout: tile. */
  public static final int LAYOUT_TILE = 2;

  /** Memory layout: interleaved. */
  public static final int MEMORY_LAYOUT_INTERLEAVED = 0;

  /** Memory layout: height sharded. */
  public static final int MEMORY_LAYOUT_HEIGHT_SHARDED = 1;

  /** Memory layout: width sharded. */
  public static final int MEMORY_LAYOUT_WIDTH_SHARDED = 2;

  /** Memory layout: block sharded. */
  public static final int MEMORY_LAYOUT_BLOCK_SHARDED = 3;

  /** Buffer type: DRAM. */
  public static final int BUFFER_TYPE_DRAM = 0;

  /** Buffer type: L1. */
  public static final int BUFFER_TYPE_L1 = 1;

  /** Shard orientation: row major. */
  public static final int SHARD_ORIENTATION_ROW_MAJOR = 0;

  /** Shard orientation: col major. */
  public static final int SHARD_ORIENTATION_COL_MAJOR = 1;

  /** Unary operation: none. */
  public static final int UNARY_NONE = 0;

  /** Unary operation: SiLU. */
  public static final int UNARY_SILU = 1;

  /** Unary operation: the exact (erf) GELU. */
  public static final int UNARY_GELU = 2;

  /** Unary operation: GELU's tanh formula. */
  public static final int UNARY_GELU_TANH = 3;

  /** Unary operation: ReLU. */
  public static final int UNARY_RELU = 4;

  /** Unary operation: tanh. */
  public static final int UNARY_TANH = 5;

  /** Unary operation: sigmoid. */
  public static final int UNARY_SIGMOID = 6;

  /** Math fidelity, in options: the operation's default. */
  public static final int MATH_FIDELITY_DEFAULT = 0;

  /** Math fidelity LOFI. */
  public static final int MATH_FIDELITY_LOFI = 1;

  /** Math fidelity HIFI2. */
  public static final int MATH_FIDELITY_HIFI2 = 2;

  /** Math fidelity HIFI3. */
  public static final int MATH_FIDELITY_HIFI3 = 3;

  /** Math fidelity HIFI4. */
  public static final int MATH_FIDELITY_HIFI4 = 4;

  /** Switch: TTNN's default. */
  public static final int SWITCH_DEFAULT = 0;

  /** Switch: on. */
  public static final int SWITCH_ON = 1;

  /** Switch: off. */
  public static final int SWITCH_OFF = 2;

  /** Matmul program: TTNN's choice. */
  public static final int MATMUL_PROGRAM_DEFAULT = 0;

  /** Matmul program: cores have columns of the output, and are all sent the same of a. */
  public static final int MATMUL_PROGRAM_MULTICAST_IN0 = 1;

  /** Matmul program: cores have rows of the output, and are all sent the same of b. */
  public static final int MATMUL_PROGRAM_MULTICAST_IN1 = 2;

  /** Matmul program: rows of cores share rows of the output, columns of cores its columns. */
  public static final int MATMUL_PROGRAM_MULTICAST_2D = 3;

  /** Placement: the devices along an axis hold the same. */
  public static final int PLACEMENT_REPLICATE = 0;

  /** Placement: the devices along an axis hold the parts of a dimension. */
  public static final int PLACEMENT_SHARD = 1;

  /** Cluster axis: the mesh's only one. */
  public static final int CLUSTER_AXIS_DEFAULT = 0;

  /** Cluster axis: among the devices of each column. */
  public static final int CLUSTER_AXIS_0 = 1;

  /** Cluster axis: among the devices of each row. */
  public static final int CLUSTER_AXIS_1 = 2;

  private TtnnConstants() {}
}
