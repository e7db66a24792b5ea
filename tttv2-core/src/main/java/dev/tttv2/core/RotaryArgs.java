// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.RotaryOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of {@link Ttnn#rotaryEmbeddingHf} and {@link Ttnn#rotaryEmbeddingLlama}, laid
 * out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class RotaryArgs {
  /** TTNN's defaults. */
  public static final RotaryArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private RotaryArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(RotaryOptions.allocate(Arena.ofAuto())).segment();
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
    private boolean decodeMode;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder() {}

    /** Sets whether x is [1, B, h, D], a position for each user, height sharded. */
    public Builder decodeMode(boolean value) {
      decodeMode = value;
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

    /** Returns the arguments. */
    public RotaryArgs build() {
      return new RotaryArgs(this);
    }

    private RotaryOptions layOut(RotaryOptions options) {
      return options
          .decodeMode(decodeMode)
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
