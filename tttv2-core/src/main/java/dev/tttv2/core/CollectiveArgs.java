// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.CollectiveOptions;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Keyword arguments of collectives, laid out natively when they are built.
 *
 * <p>Immutable: build them once, use them from any thread in any number of calls.
 */
public final class CollectiveArgs {
  /** Along the only axis of a mesh of one row or column; the output lies where TTNN puts it. */
  public static final CollectiveArgs DEFAULTS = builder().build();

  private final MemorySegment segment;

  private CollectiveArgs(Builder builder) {
    // Freed by the collector with this object: nothing here is large or has to go early.
    segment = builder.layOut(CollectiveOptions.allocate(Arena.ofAuto())).segment();
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
    private int clusterAxis = TtnnConstants.CLUSTER_AXIS_DEFAULT;
    private MemoryConfig memory;

    private Builder() {}

    /** Lets the devices of each column exchange values. */
    public Builder alongColumns() {
      clusterAxis = TtnnConstants.CLUSTER_AXIS_0;
      return this;
    }

    /** Lets the devices of each row exchange values. */
    public Builder alongRows() {
      clusterAxis = TtnnConstants.CLUSTER_AXIS_1;
      return this;
    }

    /** Sets where the output lies; default: TTNN's choice. */
    public Builder memory(MemoryConfig value) {
      memory = value;
      return this;
    }

    /** Returns the arguments. */
    public CollectiveArgs build() {
      return new CollectiveArgs(this);
    }

    private CollectiveOptions layOut(CollectiveOptions options) {
      return options.clusterAxis(clusterAxis).memoryConfig(MemoryConfig.segment(memory));
    }
  }
}
