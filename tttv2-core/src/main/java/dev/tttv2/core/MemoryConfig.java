// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.MemoryConfigStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a tensor lies.
 *
 * @param memoryLayout interleaved over banks, or sharded over cores
 * @param bufferType DRAM or L1
 * @param shardOrientation the order of shards on the cores
 * @param shardHeight rows of a shard, in elements; 0: the operation chooses
 * @param shardWidth columns of a shard, in elements; 0: the operation chooses
 * @param cores which cores; empty: the operation chooses
 */
public record MemoryConfig(
    TensorMemoryLayout memoryLayout,
    BufferType bufferType,
    ShardOrientation shardOrientation,
    int shardHeight,
    int shardWidth,
    List<CoreRange> cores) {
  /** Over the banks of the DRAM. */
  public static final MemoryConfig DRAM_INTERLEAVED =
      of(TensorMemoryLayout.INTERLEAVED, BufferType.DRAM);

  /** Over the cores' L1. */
  public static final MemoryConfig L1_INTERLEAVED =
      of(TensorMemoryLayout.INTERLEAVED, BufferType.L1);

  /** Rows over the cores' L1; the operation chooses the shards. */
  public static final MemoryConfig L1_HEIGHT_SHARDED =
      of(TensorMemoryLayout.HEIGHT_SHARDED, BufferType.L1);

  /** A program has a handful of configs; each is laid out natively once and kept. */
  private static final Map<MemoryConfig, MemorySegment> NATIVE = new ConcurrentHashMap<>();

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a shard has a negative extent, there are more core ranges
   *     than the C interface takes, or shards or cores are given for an interleaved tensor
   * @throws NullPointerException if something is null
   */
  public MemoryConfig {
    Objects.requireNonNull(memoryLayout, "memoryLayout");
    Objects.requireNonNull(bufferType, "bufferType");
    Objects.requireNonNull(shardOrientation, "shardOrientation");
    cores = List.copyOf(cores);
    if (shardHeight < 0 || shardWidth < 0) {
      throw new IllegalArgumentException(
          "shard of %d x %d elements".formatted(shardHeight, shardWidth));
    }
    if (cores.size() > TtnnConstants.MAX_CORE_RANGES) {
      throw new IllegalArgumentException(
          "%d core ranges, at most %d".formatted(cores.size(), TtnnConstants.MAX_CORE_RANGES));
    }
    if (memoryLayout == TensorMemoryLayout.INTERLEAVED
        && (shardHeight != 0 || shardWidth != 0 || !cores.isEmpty())) {
      throw new IllegalArgumentException(
          "an interleaved tensor has no shards, but %d x %d on %s were given"
              .formatted(shardHeight, shardWidth, cores));
    }
  }

  /**
   * Makes the config of a tensor sharded in L1, row-major over the given cores.
   *
   * @param memoryLayout one of the sharded layouts
   * @param shardHeight rows of a shard, in elements; for TILE tensors a multiple of 32
   * @param shardWidth columns of a shard, in elements; for TILE tensors a multiple of 32
   * @param cores which cores, at least as many as there are shards
   * @throws IllegalArgumentException if a shard has a negative extent, there are more core ranges
   *     than the C interface takes, or the layout is INTERLEAVED, which has neither shards nor
   *     cores
   */
  public static MemoryConfig sharded(
      TensorMemoryLayout memoryLayout, int shardHeight, int shardWidth, List<CoreRange> cores) {
    return new MemoryConfig(
        memoryLayout, BufferType.L1, ShardOrientation.ROW_MAJOR, shardHeight, shardWidth, cores);
  }

  /** Tells whether the tensor is sharded. */
  public boolean isSharded() {
    return memoryLayout != TensorMemoryLayout.INTERLEAVED;
  }

  private static MemoryConfig of(TensorMemoryLayout memoryLayout, BufferType bufferType) {
    return new MemoryConfig(memoryLayout, bufferType, ShardOrientation.ROW_MAJOR, 0, 0, List.of());
  }

  /** Returns the native form, or NULL for null: TTNN's choice. */
  static MemorySegment segment(MemoryConfig config) {
    if (config == null) {
      return MemorySegment.NULL;
    }
    MemorySegment known = NATIVE.get(config);
    return known != null ? known : NATIVE.computeIfAbsent(config, MemoryConfig::layOut);
  }

  private static MemorySegment layOut(MemoryConfig config) {
    MemoryConfigStruct struct = MemoryConfigStruct.allocate(Arena.global());
    config.writeTo(struct);
    return struct.segment();
  }

  void writeTo(MemoryConfigStruct struct) {
    struct
        .memoryLayout(memoryLayout.code())
        .bufferType(bufferType.code())
        .shardOrientation(shardOrientation.code())
        .shardHeight(shardHeight)
        .shardWidth(shardWidth)
        .numCoreRanges(cores.size());
    for (int i = 0; i < cores.size(); i++) {
      CoreRange range = cores.get(i);
      struct.coreRange(i, range.startX(), range.startY(), range.endX(), range.endY());
    }
  }

  static MemoryConfig readFrom(MemoryConfigStruct struct) {
    TensorMemoryLayout memoryLayout = TensorMemoryLayout.of(struct.memoryLayout());
    if (memoryLayout == TensorMemoryLayout.INTERLEAVED) {
      return struct.bufferType() == TtnnConstants.BUFFER_TYPE_L1
          ? L1_INTERLEAVED
          : DRAM_INTERLEAVED;
    }
    List<CoreRange> cores = new ArrayList<>();
    for (int i = 0; i < struct.numCoreRanges(); i++) {
      int[] range = struct.coreRange(i);
      cores.add(new CoreRange(range[0], range[1], range[2], range[3]));
    }
    return new MemoryConfig(
        memoryLayout,
        BufferType.of(struct.bufferType()),
        ShardOrientation.of(struct.shardOrientation()),
        struct.shardHeight(),
        struct.shardWidth(),
        cores);
  }
}
