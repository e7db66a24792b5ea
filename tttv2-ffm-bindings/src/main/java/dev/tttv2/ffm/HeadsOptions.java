// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_heads_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#nlpCreateQkvHeads} and {@link TtnnC#nlpCreateQkvHeadsDecode}.
 *
 * <p>A view of C's {@code ttnn_heads_options}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class HeadsOptions extends NativeStruct {
  private HeadsOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_heads_options.layout());
  }

  /**
   * Allocates a HeadsOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static HeadsOptions allocate(SegmentAllocator allocator) {
    return new HeadsOptions(allocator);
  }

  /**
   * Sets the number of query heads.
   *
   * @param value the number of query heads
   * @return this
   */
  public HeadsOptions numHeads(int value) {
    ttnn_heads_options.num_heads(segment(), value);
    return this;
  }

  /**
   * Returns the number of query heads.
   *
   * @return the number of query heads
   */
  public int numHeads() {
    return ttnn_heads_options.num_heads(segment());
  }

  /**
   * Sets the number of key and value heads.
   *
   * @param value the number of key and value heads; default: as many
   * @return this
   */
  public HeadsOptions numKvHeads(int value) {
    ttnn_heads_options.num_kv_heads(segment(), value);
    return this;
  }

  /**
   * Returns the number of key and value heads.
   *
   * @return the number of key and value heads; default: as many
   */
  public int numKvHeads() {
    return ttnn_heads_options.num_kv_heads(segment());
  }

  /**
   * Sets a switch, default ON as in TTNN.
   *
   * @param value a switch, default ON as in TTNN; prefill only
   * @return this
   */
  public HeadsOptions transposeKHeads(int value) {
    ttnn_heads_options.transpose_k_heads(segment(), value);
    return this;
  }

  /**
   * Returns a switch, default ON as in TTNN.
   *
   * @return a switch, default ON as in TTNN; prefill only
   */
  public int transposeKHeads() {
    return ttnn_heads_options.transpose_k_heads(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public HeadsOptions memoryConfig(MemorySegment value) {
    ttnn_heads_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_heads_options.memory_config(segment());
  }
}
