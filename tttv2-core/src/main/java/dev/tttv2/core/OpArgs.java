// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.OpOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of operations that have no arguments of their own, laid out natively when they
 * are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class OpArgs {
  /** TTNN's defaults. */
  public static final OpArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private OpArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(OpOptions.allocate(Arena.ofAuto())).segment();
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
    private DataType dtype;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder() {}

    /** Sets the output's dtype; default: the first input's. */
    public Builder dtype(DataType value) {
      dtype = value;
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
    public OpArgs build() {
      return new OpArgs(this);
    }

    private OpOptions layOut(OpOptions options) {
      return options
          .dtype(DataType.codeOf(dtype))
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
