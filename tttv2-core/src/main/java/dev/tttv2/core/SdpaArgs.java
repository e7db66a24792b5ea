// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.SdpaOptions;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Keyword arguments of scaled dot product attention, laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls. The tensors in
 * them stay the caller's.
 */
public final class SdpaArgs {
  /** TTNN's defaults. */
  public static final SdpaArgs DEFAULTS = builder().build();

  private final MemorySegment segment;
  private final Tensor attentionSink;

  private SdpaArgs(Builder builder) {
    attentionSink = builder.attentionSink;
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(SdpaOptions.allocate(Arena.ofAuto())).segment();
  }

  /** Returns a builder that holds TTNN's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  MemorySegment segment() {
    return segment;
  }

  /** Checks that the arguments' tensors are open and on `device`. */
  void check(String operation, Device device) {
    Ttnn.checkOptional(operation, device, attentionSink);
  }

  /** Keeps the arguments and their tensors reachable up to here. */
  void fence() {
    Reference.reachabilityFence(attentionSink);
    Reference.reachabilityFence(this);
  }

  /** Collects arguments. */
  public static final class Builder {
    private boolean causal = true;
    private float scale;
    private int slidingWindow;
    private float logitSoftcap;
    private int queryChunk;
    private int keyChunk;
    private Tensor attentionSink;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder() {}

    /** Sets whether a query sees no later keys. */
    public Builder causal(boolean value) {
      causal = value;
      return this;
    }

    /** Sets the factor of q k^T; default 0: D^-0.5. */
    public Builder scale(float value) {
      scale = value;
      return this;
    }

    /**
     * Sets a window; 0: none. Causal attention sees that many keys, its own position included;
     * attention that is not causal, prefill only, sees the keys at most half as many positions
     * away, on both sides. Not together with a mask.
     */
    public Builder slidingWindow(int value) {
      slidingWindow = value;
      return this;
    }

    /**
     * Sets a cap c of the scores: a scaled score s becomes c * tanh(s / c) before the mask is
     * added; 0: none. The host backend alone has it.
     */
    public Builder logitSoftcap(float value) {
      logitSoftcap = value;
      return this;
    }

    /**
     * Sets one more logit of each head, which takes its share of the softmax and has no value:
     * prefill [1, NH, 1, 1], decode [NH, 32], of which the first column counts; TILE. It stands
     * beside the scaled scores.
     */
    public Builder attentionSink(Tensor value) {
      attentionSink = value;
      return this;
    }

    /**
     * Sets how many queries and keys a core takes at a time, in prefill only: multiples of 32, of
     * which a chunk's start must be a multiple, or 0 for both: TTNN's choice, which is 32. It
     * changes no result on the host backend.
     */
    public Builder chunks(int queries, int keys) {
      queryChunk = queries;
      keyChunk = keys;
      return this;
    }

    /** Sets where the output lies; default: TTNN's choice. */
    public Builder memory(MemoryConfig value) {
      memory = value;
      return this;
    }

    /** Sets how to compute; default: TTNN's choice. */
    public Builder compute(ComputeConfig value) {
      compute = value;
      return this;
    }

    /**
     * Returns the arguments.
     *
     * @throws IllegalStateException if the sink is closed
     */
    public SdpaArgs build() {
      return new SdpaArgs(this);
    }

    private SdpaOptions layOut(SdpaOptions options) {
      return options
          .causal(causal ? TtnnConstants.SWITCH_ON : TtnnConstants.SWITCH_OFF)
          .scale(scale)
          .slidingWindowSize(slidingWindow)
          .logitSoftcap(logitSoftcap)
          .qChunkSize(queryChunk)
          .kChunkSize(keyChunk)
          .attentionSink(attentionSink == null ? MemorySegment.NULL : attentionSink.segment())
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
