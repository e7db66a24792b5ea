// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.BinaryOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Keyword arguments of {@link Ttnn#add(Tensor, Tensor, BinaryArgs)}, subtract and multiply, laid
 * out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls. The tensors in
 * them stay the caller's.
 */
public final class BinaryArgs {
  /** TTNN's defaults. */
  public static final BinaryArgs DEFAULTS = builder().build();

  private final MemorySegment segment;
  private final Tensor output;

  private BinaryArgs(Builder builder) {
    output = builder.output;
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(BinaryOptions.allocate(Arena.ofAuto())).segment();
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
    Ttnn.checkOptional(operation, device, output);
  }

  /** Keeps the arguments and their tensors reachable up to here. */
  void fence() {
    Reference.reachabilityFence(output);
    Reference.reachabilityFence(this);
  }

  /** Collects arguments. */
  public static final class Builder {
    private DataType dtype;
    private UnaryOp activationA = UnaryOp.NONE;
    private UnaryOp activationB = UnaryOp.NONE;
    private UnaryOp activation = UnaryOp.NONE;
    private MemoryConfig memory;
    private Tensor output;

    private Builder() {}

    /** Sets the output's dtype; default: the first input's. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Sets a function applied to a first. */
    public Builder activationA(UnaryOp value) {
      activationA = value;
      return this;
    }

    /** Sets a function applied to b first. */
    public Builder activationB(UnaryOp value) {
      activationB = value;
      return this;
    }

    /** Sets a function applied to the result. */
    public Builder activation(UnaryOp value) {
      activation = value;
      return this;
    }

    /** Sets where the output lies; default: TTNN's choice. */
    public Builder memory(MemoryConfig value) {
      memory = value;
      return this;
    }

    /**
     * Sets a tensor to write to instead of a new one, a for instance; the operation then returns
     * another handle of its memory.
     */
    public Builder output(Tensor value) {
      output = value;
      return this;
    }

    /**
     * Returns the arguments.
     *
     * @throws IllegalStateException if the output is closed
     */
    public BinaryArgs build() {
      return new BinaryArgs(this);
    }

    private BinaryOptions layOut(BinaryOptions options) {
      return options
          .dtype(DataType.codeOf(dtype))
          .activationA(activationA.code())
          .activationB(activationB.code())
          .activation(activation.code())
          .memoryConfig(MemoryConfig.segment(memory))
          .outputTensor(output == null ? MemorySegment.NULL : output.segment());
    }
  }
}
