// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_sdpa_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of the scaled dot product attentions.
 *
 * <p>A view of C's {@code ttnn_sdpa_options}. Zero means the default for every field. A pointer is
 * stored as its address alone: what it points to stays alive for as long as the struct is used.
 */
public final class SdpaOptions extends NativeStruct {
  private SdpaOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_sdpa_options.layout());
  }

  /**
   * Allocates a SdpaOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static SdpaOptions allocate(SegmentAllocator allocator) {
    return new SdpaOptions(allocator);
  }

  /**
   * Sets a switch, default ON.
   *
   * @param value a switch, default ON
   * @return this
   */
  public SdpaOptions causal(int value) {
    ttnn_sdpa_options.is_causal(segment(), value);
    return this;
  }

  /**
   * Returns a switch, default ON.
   *
   * @return a switch, default ON
   */
  public int causal() {
    return ttnn_sdpa_options.is_causal(segment());
  }

  /**
   * Sets the factor of the scores.
   *
   * @param value the factor of the scores; default D^-0.5
   * @return this
   */
  public SdpaOptions scale(float value) {
    ttnn_sdpa_options.scale(segment(), value);
    return this;
  }

  /**
   * Returns the factor of the scores.
   *
   * @return the factor of the scores; default D^-0.5
   */
  public float scale() {
    return ttnn_sdpa_options.scale(segment());
  }

  /**
   * Sets a window: causal, the last keys, the query's own position among them; else the keys at
   * most half as many positions away.
   *
   * @param value its width; 0: none
   * @return this
   */
  public SdpaOptions slidingWindowSize(int value) {
    ttnn_sdpa_options.sliding_window_size(segment(), value);
    return this;
  }

  /**
   * Returns the width of the window.
   *
   * @return the width of the window; 0: none
   */
  public int slidingWindowSize() {
    return ttnn_sdpa_options.sliding_window_size(segment());
  }

  /**
   * Sets a tensor [B or 1, 1 or NH, Sq, Sk] TILE, added to the scaled scores.
   *
   * @param value a tensor [B or 1, 1 or NH, Sq, Sk] TILE, added to the scaled scores; not with
   *     causal
   * @return this
   */
  public SdpaOptions attnMask(MemorySegment value) {
    ttnn_sdpa_options.attn_mask(segment(), value);
    return this;
  }

  /**
   * Returns a tensor [B or 1, 1 or NH, Sq, Sk] TILE, added to the scaled scores.
   *
   * @return a tensor [B or 1, 1 or NH, Sq, Sk] TILE, added to the scaled scores; not with causal
   */
  public MemorySegment attnMask() {
    return ttnn_sdpa_options.attn_mask(segment());
  }

  /**
   * Sets a tensor, prefill [1, NH, 1, 1], decode [NH, 32].
   *
   * @param value a tensor, prefill [1, NH, 1, 1], decode [NH, 32]; TILE
   * @return this
   */
  public SdpaOptions attentionSink(MemorySegment value) {
    ttnn_sdpa_options.attention_sink(segment(), value);
    return this;
  }

  /**
   * Returns a tensor, prefill [1, NH, 1, 1], decode [NH, 32].
   *
   * @return a tensor, prefill [1, NH, 1, 1], decode [NH, 32]; TILE
   */
  public MemorySegment attentionSink() {
    return ttnn_sdpa_options.attention_sink(segment());
  }

  /**
   * Sets decode only: a tensor [B] INT32 ROW_MAJOR, the position of each user's query.
   *
   * @param value decode only: a tensor [B] INT32 ROW_MAJOR, the position of each user's query;
   *     negative: skip
   * @return this
   */
  public SdpaOptions curPosTensor(MemorySegment value) {
    ttnn_sdpa_options.cur_pos_tensor(segment(), value);
    return this;
  }

  /**
   * Returns decode only: a tensor [B] INT32 ROW_MAJOR, the position of each user's query.
   *
   * @return decode only: a tensor [B] INT32 ROW_MAJOR, the position of each user's query; negative:
   *     skip
   */
  public MemorySegment curPosTensor() {
    return ttnn_sdpa_options.cur_pos_tensor(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public SdpaOptions memoryConfig(MemorySegment value) {
    ttnn_sdpa_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_sdpa_options.memory_config(segment());
  }

  /**
   * Sets how to compute.
   *
   * @param value how to compute, a {@link ComputeConfigStruct}, or {@link MemorySegment#NULL}
   * @return this
   */
  public SdpaOptions computeConfig(MemorySegment value) {
    ttnn_sdpa_options.compute_config(segment(), value);
    return this;
  }

  /**
   * Returns how to compute.
   *
   * @return how to compute, a {@link ComputeConfigStruct}
   */
  public MemorySegment computeConfig() {
    return ttnn_sdpa_options.compute_config(segment());
  }

  /**
   * Sets the cap of the scaled scores; host only.
   *
   * @param value c: a scaled score s becomes c * tanh(s / c) before the mask is added; 0: none
   * @return this
   */
  public SdpaOptions logitSoftcap(float value) {
    ttnn_sdpa_options.logit_softcap(segment(), value);
    return this;
  }

  /**
   * Returns the cap of the scaled scores.
   *
   * @return c: a scaled score s becomes c * tanh(s / c) before the mask is added; 0: none
   */
  public float logitSoftcap() {
    return ttnn_sdpa_options.logit_softcap(segment());
  }

  /**
   * Sets, prefill only, how many queries a core takes at a time.
   *
   * @param value a multiple of 32, or 0 here and for the keys: TTNN's choice
   * @return this
   */
  public SdpaOptions qChunkSize(int value) {
    ttnn_sdpa_options.q_chunk_size(segment(), value);
    return this;
  }

  /**
   * Returns, prefill only, how many queries a core takes at a time.
   *
   * @return a multiple of 32, or 0: TTNN's choice
   */
  public int qChunkSize() {
    return ttnn_sdpa_options.q_chunk_size(segment());
  }

  /**
   * Sets, prefill only, how many keys a core takes at a time.
   *
   * @param value a multiple of 32, or 0 here and for the queries: TTNN's choice
   * @return this
   */
  public SdpaOptions kChunkSize(int value) {
    ttnn_sdpa_options.k_chunk_size(segment(), value);
    return this;
  }

  /**
   * Returns, prefill only, how many keys a core takes at a time.
   *
   * @return a multiple of 32, or 0: TTNN's choice
   */
  public int kChunkSize() {
    return ttnn_sdpa_options.k_chunk_size(segment());
  }
}
