// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_compute_config;
import java.lang.foreign.SegmentAllocator;

/**
 * How a Tensix core computes.
 *
 * <p>A view of C's {@code ttnn_compute_config}. Zero means the default for every field. A pointer
 * is stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class ComputeConfigStruct extends NativeStruct {
  private ComputeConfigStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_compute_config.layout());
  }

  /**
   * Allocates a ComputeConfigStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static ComputeConfigStruct allocate(SegmentAllocator allocator) {
    return new ComputeConfigStruct(allocator);
  }

  /**
   * Sets a math fidelity of {@link TtnnConstants}.
   *
   * @param value a math fidelity of {@link TtnnConstants}
   * @return this
   */
  public ComputeConfigStruct mathFidelity(int value) {
    ttnn_compute_config.math_fidelity(segment(), value);
    return this;
  }

  /**
   * Returns a math fidelity of {@link TtnnConstants}.
   *
   * @return a math fidelity of {@link TtnnConstants}
   */
  public int mathFidelity() {
    return ttnn_compute_config.math_fidelity(segment());
  }

  /**
   * Sets a switch of {@link TtnnConstants}.
   *
   * @param value a switch of {@link TtnnConstants}
   * @return this
   */
  public ComputeConfigStruct mathApproxMode(int value) {
    ttnn_compute_config.math_approx_mode(segment(), value);
    return this;
  }

  /**
   * Returns a switch of {@link TtnnConstants}.
   *
   * @return a switch of {@link TtnnConstants}
   */
  public int mathApproxMode() {
    return ttnn_compute_config.math_approx_mode(segment());
  }

  /**
   * Sets a switch of {@link TtnnConstants}.
   *
   * @param value a switch of {@link TtnnConstants}
   * @return this
   */
  public ComputeConfigStruct fp32DestAccEn(int value) {
    ttnn_compute_config.fp32_dest_acc_en(segment(), value);
    return this;
  }

  /**
   * Returns a switch of {@link TtnnConstants}.
   *
   * @return a switch of {@link TtnnConstants}
   */
  public int fp32DestAccEn() {
    return ttnn_compute_config.fp32_dest_acc_en(segment());
  }

  /**
   * Sets a switch of {@link TtnnConstants}.
   *
   * @param value a switch of {@link TtnnConstants}
   * @return this
   */
  public ComputeConfigStruct packerL1Acc(int value) {
    ttnn_compute_config.packer_l1_acc(segment(), value);
    return this;
  }

  /**
   * Returns a switch of {@link TtnnConstants}.
   *
   * @return a switch of {@link TtnnConstants}
   */
  public int packerL1Acc() {
    return ttnn_compute_config.packer_l1_acc(segment());
  }
}
