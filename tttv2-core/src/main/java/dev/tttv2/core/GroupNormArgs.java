// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.GroupNormOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Keyword arguments of {@link Ttnn#groupNorm}, laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls. The tensors in
 * them stay the caller's.
 */
public final class GroupNormArgs {
  private final MemorySegment segment;
  private final Tensor weight;
  private final Tensor bias;

  private GroupNormArgs(Builder builder) {
    weight = builder.weight;
    bias = builder.bias;
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(GroupNormOptions.allocate(Arena.ofAuto())).segment();
  }

  /**
   * Returns a builder that holds TTNN's defaults.
   *
   * @param numGroups how many groups the channels form
   */
  public static Builder builder(int numGroups) {
    return new Builder(numGroups);
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
    private final int numGroups;
    private float epsilon = 1e-12f;
    private Tensor weight;
    private Tensor bias;
    private MemoryConfig memory;
    private ComputeConfig compute;

    private Builder(int numGroups) {
      this.numGroups = numGroups;
    }

    /** Sets what is added to the variance. */
    public Builder epsilon(float value) {
      epsilon = value;
      return this;
    }

    /**
     * Sets factors: ROW_MAJOR [1, 1, C/32, 32]; where C is no multiple of 32, which the host
     * backend alone takes, TILE [C] or [1, 1, 1, C].
     */
    public Builder weight(Tensor value) {
      weight = value;
      return this;
    }

    /** Sets summands, likewise and of the weight's dtype. */
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
    public GroupNormArgs build() {
      return new GroupNormArgs(this);
    }

    private GroupNormOptions layOut(GroupNormOptions options) {
      return options
          .numGroups(numGroups)
          .epsilon(epsilon)
          .weight(weight == null ? MemorySegment.NULL : weight.segment())
          .bias(bias == null ? MemorySegment.NULL : bias.segment())
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute));
    }
  }
}
