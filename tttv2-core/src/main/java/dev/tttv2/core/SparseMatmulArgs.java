// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.SparseMatmulOptions;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of {@link Ttnn#sparseMatmul(Tensor, Tensor, Tensor, SparseMatmulArgs)}, laid
 * out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class SparseMatmulArgs {
  /** TTNN's defaults: a is shared by the experts. */
  public static final SparseMatmulArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private SparseMatmulArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(SparseMatmulOptions.allocate(Arena.ofAuto())).segment();
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
    private boolean inputASparse;
    private boolean inputBSparse = true;
    private DataType dtype;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder() {}

    /** Sets whether a has a matrix of each expert; default: it is shared by them. */
    public Builder inputASparse(boolean value) {
      inputASparse = value;
      return this;
    }

    /** Sets whether experts of b are chosen for a whole batch; default: they are. */
    public Builder inputBSparse(boolean value) {
      inputBSparse = value;
      return this;
    }

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
    public SparseMatmulArgs build() {
      return new SparseMatmulArgs(this);
    }

    private SparseMatmulOptions layOut(SparseMatmulOptions options) {
      return options
          .inputASparse(inputASparse ? TtnnConstants.SWITCH_ON : TtnnConstants.SWITCH_OFF)
          .inputBSparse(inputBSparse ? TtnnConstants.SWITCH_ON : TtnnConstants.SWITCH_OFF)
          .dtype(DataType.codeOf(dtype))
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
