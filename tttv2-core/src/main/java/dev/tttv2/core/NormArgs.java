// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.NormOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Keyword arguments of the norms of rows, {@link Ttnn#rmsNorm(Tensor, NormArgs)} and {@link
 * Ttnn#layerNorm(Tensor, NormArgs)}, laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls. The tensors in
 * them stay the caller's.
 */
public final class NormArgs {
  /** TTNN's defaults. */
  public static final NormArgs DEFAULTS = builder().build();

  private final MemorySegment segment;
  private final Tensor weight;
  private final Tensor bias;

  private NormArgs(Builder builder) {
    weight = builder.weight;
    bias = builder.bias;
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(NormOptions.allocate(Arena.ofAuto())).segment();
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
    Ttnn.checkOptional(operation, device, weight);
    Ttnn.checkOptional(operation, device, bias);
  }

  /** Keeps the arguments and their tensors reachable up to here. */
  void fence() {
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(bias);
    Reference.reachabilityFence(this);
  }

  /** Collects arguments. */
  public static final class Builder {
    private float epsilon = 1e-12f;
    private Tensor weight;
    private Tensor bias;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder() {}

    /** Sets what is added to the mean square or the variance. */
    public Builder epsilon(float value) {
      epsilon = value;
      return this;
    }

    /** Sets factors: ROW_MAJOR [1, 1, H/32, 32], or TILE [H] or [1, 1, 1, H]. */
    public Builder weight(Tensor value) {
      weight = value;
      return this;
    }

    /** Sets summands, likewise and in the weight's layout. */
    public Builder bias(Tensor value) {
      bias = value;
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
     * @throws IllegalStateException if weight or bias is closed
     */
    public NormArgs build() {
      return new NormArgs(this);
    }

    private NormOptions layOut(NormOptions options) {
      return options
          .epsilon(epsilon)
          .weight(weight == null ? MemorySegment.NULL : weight.segment())
          .bias(bias == null ? MemorySegment.NULL : bias.segment())
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
