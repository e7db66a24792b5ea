// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.MatmulOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Keyword arguments of {@link Ttnn#matmul} and {@link Ttnn#linear}, laid out natively when they are
 * built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls. The tensors in
 * them stay the caller's.
 */
public final class MatmulArgs {
  private static final long TILE = 32;

  /** TTNN's defaults. */
  public static final MatmulArgs DEFAULTS = builder().build();

  private final MemorySegment segment;
  private final Builder given;
  private final Tensor bias;
  private final Tensor output;

  private MatmulArgs(Builder builder) {
    given = builder.copy();
    bias = builder.bias;
    output = builder.output;
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(MatmulOptions.allocate(Arena.ofAuto())).segment();
  }

  /** Returns a builder that holds TTNN's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns these arguments with a program config for the product of two tensors, or of others of
   * their shapes and dtypes.
   *
   * @param a the activation, interleaved
   * @param b the weight, one interleaved matrix
   * @see MatmulProduct#programConfig
   */
  public MatmulArgs tuned(Tensor a, Tensor b) {
    int rank = a.rank();
    long height = a.dim(given.transposeA ? rank - 1 : rank - 2);
    long tall = Math.ceilDiv(height, TILE) * TILE;
    for (int i = 0; i < rank - 2; i++) {
      tall *= a.dim(i);
    }
    MatmulProduct product =
        new MatmulProduct(
            tall,
            a.dim(given.transposeA ? rank - 2 : rank - 1),
            b.dim(b.rank() - (given.transposeB ? 2 : 1)),
            a.dtype(),
            b.dtype(),
            given.dtype == null ? a.dtype() : given.dtype,
            bias != null,
            given.compute == null ? ComputeConfig.HIFI2 : given.compute);
    return given.copy().program(product.programConfig(a.device().target())).build();
  }

  MemorySegment segment() {
    return segment;
  }

  /** Checks that the arguments' tensors are open and on `device`. */
  void check(String operation, Device device) {
    Ttnn.checkOptional(operation, device, bias);
    Ttnn.checkOptional(operation, device, output);
  }

  /** Keeps the arguments and their tensors reachable up to here. */
  void fence() {
    Reference.reachabilityFence(bias);
    Reference.reachabilityFence(output);
    Reference.reachabilityFence(this);
  }

  /** Collects arguments. */
  public static final class Builder {
    private Tensor bias;
    private boolean transposeA;
    private boolean transposeB;
    private DataType dtype;
    private UnaryOp activation = UnaryOp.NONE;
    private MemoryConfig memory;
    private ComputeConfig compute;
    private Tensor output;
    private MatmulProgramConfig program;

    private Builder() {}

    private Builder copy() {
      Builder copy = new Builder();
      copy.bias = bias;
      copy.transposeA = transposeA;
      copy.transposeB = transposeB;
      copy.dtype = dtype;
      copy.activation = activation;
      copy.memory = memory;
      copy.compute = compute;
      copy.output = output;
      copy.program = program;
      return copy;
    }

    /** Sets a tensor [N], [1, N] or [1, 1, 1, N] in TILE layout, added by linear only. */
    public Builder bias(Tensor value) {
      bias = value;
      return this;
    }

    /** Sets whether a is given as [.., K, M]. */
    public Builder transposeA(boolean value) {
      transposeA = value;
      return this;
    }

    /** Sets whether b is given as [.., N, K]. */
    public Builder transposeB(boolean value) {
      transposeB = value;
      return this;
    }

    /** Sets the output's dtype; default: the first input's. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Sets a function applied last. */
    public Builder activation(UnaryOp value) {
      activation = value;
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
     * Sets a tensor to write to instead of a new one; the operation then returns another handle of
     * its memory.
     */
    public Builder output(Tensor value) {
      output = value;
      return this;
    }

    /** Sets how the cores share the product; default: TTNN's choice. */
    public Builder program(MatmulProgramConfig value) {
      program = value;
      return this;
    }

    /**
     * Returns the arguments.
     *
     * @throws IllegalStateException if bias or output is closed
     */
    public MatmulArgs build() {
      return new MatmulArgs(this);
    }

    private MatmulOptions layOut(MatmulOptions options) {
      return options
          .bias(bias == null ? MemorySegment.NULL : bias.segment())
          .transposeA(transposeA)
          .transposeB(transposeB)
          .dtype(DataType.codeOf(dtype))
          .activation(activation.code())
          .memoryConfig(MemoryConfig.segment(memory))
          .computeConfig(ComputeConfig.segment(compute))
          .outputTensor(output == null ? MemorySegment.NULL : output.segment())
          .programConfig(MatmulProgramConfig.segment(program));
    }
  }
}
