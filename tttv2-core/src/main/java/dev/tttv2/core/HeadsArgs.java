// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.HeadsOptions;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of {@link Ttnn#nlpCreateQkvHeads} and {@link Ttnn#nlpCreateQkvHeadsDecode},
 * laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class HeadsArgs {
  /** TTNN's defaults. */
  public static final HeadsArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private HeadsArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(HeadsOptions.allocate(Arena.ofAuto())).segment();
  }

  /** Returns a builder that holds TTNN's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  MemorySegment segment() {
    return segment;
  }

  /** Collects arguments. */
  public static final class Builder {
    private int numHeads;
    private int numKvHeads;
    private boolean transposeKHeads = true;
    private MemoryConfig memory;

    private Builder() {}

    /** Sets the number of query heads. */
    public Builder numHeads(int value) {
      numHeads = value;
      return this;
    }

    /** Sets the number of key and value heads; default: that of query heads. */
    public Builder numKvHeads(int value) {
      numKvHeads = value;
      return this;
    }

    /** Sets prefill: whether k comes out as [B, KV, D, S], which is TTNN's default. */
    public Builder transposeKHeads(boolean value) {
      transposeKHeads = value;
      return this;
    }

    /** Sets where the output lies; default: TTNN's choice. */
    public Builder memory(MemoryConfig value) {
      memory = value;
      return this;
    }

    /** Returns the arguments. */
    public HeadsArgs build() {
      return new HeadsArgs(this);
    }

    private HeadsOptions layOut(HeadsOptions options) {
      return options
          .numHeads(numHeads)
          .numKvHeads(numKvHeads)
          .transposeKHeads(
              transposeKHeads ? TtnnConstants.SWITCH_DEFAULT : TtnnConstants.SWITCH_OFF)
          .memoryConfig(MemoryConfig.segment(memory));
    }
  }
}
