// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.EmbeddingOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of {@link Ttnn#embedding}, laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class EmbeddingArgs {
  /** TTNN's defaults. */
  public static final EmbeddingArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private EmbeddingArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(EmbeddingOptions.allocate(Arena.ofAuto())).segment();
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
    private Layout layout;
    private DataType dtype;
    private MemoryConfig memory;

    private Builder() {}

    /** Sets the output's layout; default: ROW_MAJOR. */
    public Builder layout(Layout value) {
      layout = value;
      return this;
    }

    /** Sets the output's dtype; default: the table's. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Sets where the output lies; default: TTNN's choice. */
    public Builder memory(MemoryConfig value) {
      memory = value;
      return this;
    }

    /** Returns the arguments. */
    public EmbeddingArgs build() {
      return new EmbeddingArgs(this);
    }

    private EmbeddingOptions layOut(EmbeddingOptions options) {
      return options
          .layout(Layout.codeOf(layout))
          .dtype(DataType.codeOf(dtype))
          .memoryConfig(MemoryConfig.segment(memory));
    }
  }
}
