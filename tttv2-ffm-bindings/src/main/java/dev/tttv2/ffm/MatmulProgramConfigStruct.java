// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_matmul_program_config;
import java.lang.foreign.SegmentAllocator;

/**
 * How the cores share a matrix product, in tiles.
 *
 * <p>A view of C's {@code ttnn_matmul_program_config}. Zero means the default for every field.
 */
public final class MatmulProgramConfigStruct extends NativeStruct {
  private MatmulProgramConfigStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_matmul_program_config.layout());
  }

  /**
   * Allocates a MatmulProgramConfigStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static MatmulProgramConfigStruct allocate(SegmentAllocator allocator) {
    return new MatmulProgramConfigStruct(allocator);
  }

  /**
   * Sets a matmul program of {@link TtnnConstants}.
   *
   * @param value a matmul program of {@link TtnnConstants}
   * @return this
   */
  public MatmulProgramConfigStruct program(int value) {
    ttnn_matmul_program_config.program(segment(), value);
    return this;
  }

  /**
   * Returns a matmul program of {@link TtnnConstants}.
   *
   * @return a matmul program of {@link TtnnConstants}
   */
  public int program() {
    return ttnn_matmul_program_config.program(segment());
  }

  /**
   * Sets the columns of cores that may take part.
   *
   * @param value the columns of cores that may take part
   * @return this
   */
  public MatmulProgramConfigStruct gridX(int value) {
    ttnn_matmul_program_config.grid_x(segment(), value);
    return this;
  }

  /**
   * Returns the columns of cores that may take part.
   *
   * @return the columns of cores that may take part
   */
  public int gridX() {
    return ttnn_matmul_program_config.grid_x(segment());
  }

  /**
   * Sets the rows of cores that may take part.
   *
   * @param value the rows of cores that may take part
   * @return this
   */
  public MatmulProgramConfigStruct gridY(int value) {
    ttnn_matmul_program_config.grid_y(segment(), value);
    return this;
  }

  /**
   * Returns the rows of cores that may take part.
   *
   * @return the rows of cores that may take part
   */
  public int gridY() {
    return ttnn_matmul_program_config.grid_y(segment());
  }

  /**
   * Sets how many tiles of K are taken at a time.
   *
   * @param value how many tiles of K are taken at a time
   * @return this
   */
  public MatmulProgramConfigStruct in0BlockW(int value) {
    ttnn_matmul_program_config.in0_block_w(segment(), value);
    return this;
  }

  /**
   * Returns how many tiles of K are taken at a time.
   *
   * @return how many tiles of K are taken at a time
   */
  public int in0BlockW() {
    return ttnn_matmul_program_config.in0_block_w(segment());
  }

  /**
   * Sets the rows of tiles of the output in registers.
   *
   * @param value the rows of tiles of the output in registers
   * @return this
   */
  public MatmulProgramConfigStruct outSubblockH(int value) {
    ttnn_matmul_program_config.out_subblock_h(segment(), value);
    return this;
  }

  /**
   * Returns the rows of tiles of the output in registers.
   *
   * @return the rows of tiles of the output in registers
   */
  public int outSubblockH() {
    return ttnn_matmul_program_config.out_subblock_h(segment());
  }

  /**
   * Sets the columns of tiles of the output in registers.
   *
   * @param value the columns of tiles of the output in registers
   * @return this
   */
  public MatmulProgramConfigStruct outSubblockW(int value) {
    ttnn_matmul_program_config.out_subblock_w(segment(), value);
    return this;
  }

  /**
   * Returns the columns of tiles of the output in registers.
   *
   * @return the columns of tiles of the output in registers
   */
  public int outSubblockW() {
    return ttnn_matmul_program_config.out_subblock_w(segment());
  }

  /**
   * Sets the rows of tiles of the output in L1; 0: those of the core.
   *
   * @param value the rows of tiles of the output in L1; 0: those of the core
   * @return this
   */
  public MatmulProgramConfigStruct outBlockH(int value) {
    ttnn_matmul_program_config.out_block_h(segment(), value);
    return this;
  }

  /**
   * Returns the rows of tiles of the output in L1; 0: those of the core.
   *
   * @return the rows of tiles of the output in L1; 0: those of the core
   */
  public int outBlockH() {
    return ttnn_matmul_program_config.out_block_h(segment());
  }

  /**
   * Sets the columns of tiles of the output in L1; 0: those of the core.
   *
   * @param value the columns of tiles of the output in L1; 0: those of the core
   * @return this
   */
  public MatmulProgramConfigStruct outBlockW(int value) {
    ttnn_matmul_program_config.out_block_w(segment(), value);
    return this;
  }

  /**
   * Returns the columns of tiles of the output in L1; 0: those of the core.
   *
   * @return the columns of tiles of the output in L1; 0: those of the core
   */
  public int outBlockW() {
    return ttnn_matmul_program_config.out_block_w(segment());
  }

  /**
   * Sets the rows of tiles of the output on a core.
   *
   * @param value the rows of tiles of the output on a core
   * @return this
   */
  public MatmulProgramConfigStruct perCoreM(int value) {
    ttnn_matmul_program_config.per_core_m(segment(), value);
    return this;
  }

  /**
   * Returns the rows of tiles of the output on a core.
   *
   * @return the rows of tiles of the output on a core
   */
  public int perCoreM() {
    return ttnn_matmul_program_config.per_core_m(segment());
  }

  /**
   * Sets the columns of tiles of the output on a core.
   *
   * @param value the columns of tiles of the output on a core
   * @return this
   */
  public MatmulProgramConfigStruct perCoreN(int value) {
    ttnn_matmul_program_config.per_core_n(segment(), value);
    return this;
  }

  /**
   * Returns the columns of tiles of the output on a core.
   *
   * @return the columns of tiles of the output on a core
   */
  public int perCoreN() {
    return ttnn_matmul_program_config.per_core_n(segment());
  }
}
