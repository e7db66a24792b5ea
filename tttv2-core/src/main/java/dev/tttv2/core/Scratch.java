// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.HostDataStruct;
import dev.tttv2.ffm.NormOptions;
import dev.tttv2.ffm.SdpaOptions;
import dev.tttv2.ffm.TensorSpecStruct;
import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * A thread's reusable native memory for the parameters of one call. Nothing in it outlives the call
 * it was filled for.
 */
final class Scratch {
  /** Host data up to this size is passed through the scratch, larger data through an arena. */
  static final int DATA_BYTES = 4096;

  private static final int POINTERS = 64;
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final TensorSpecStruct spec;
  private final HostDataStruct hostData;
  private final MemorySegment data;
  private final NormOptions norm;
  private final SdpaOptions sdpa;
  private final MemorySegment pointers;
  private final MemorySegment first;
  private final MemorySegment second;
  private final MemorySegment third;

  private Scratch() {
    // Lives as long as the thread's Scratch: freed by the collector with it.
    Arena arena = Arena.ofAuto();
    spec = TensorSpecStruct.allocate(arena);
    hostData = HostDataStruct.allocate(arena);
    data = arena.allocate(DATA_BYTES, Long.BYTES);
    norm = NormOptions.allocate(arena);
    sdpa = SdpaOptions.allocate(arena);
    pointers = arena.allocate(ValueLayout.ADDRESS, POINTERS);
    first = arena.allocate(ValueLayout.JAVA_LONG, TtnnConstants.MAX_RANK);
    second = arena.allocate(ValueLayout.JAVA_LONG, TtnnConstants.MAX_RANK);
    third = arena.allocate(ValueLayout.JAVA_LONG, TtnnConstants.MAX_RANK);
  }

  static Scratch get() {
    return SCRATCH.get();
  }

  TensorSpec readSpec(MemorySegment tensor) {
    TtnnC.tensorGetSpec(tensor, spec.segment());
    return TensorSpec.readFrom(spec);
  }

  MemorySegment spec(TensorSpec value) {
    value.writeTo(spec);
    return spec.segment();
  }

  MemorySegment hostData(
      DataType type, MemorySegment values, boolean transposed, MeshMapping mapping) {
    return hostData
        .mapping(mapping.segment())
        .dtype(type.code())
        .data(values)
        .size(values.byteSize())
        .transposed(transposed)
        .segment();
  }

  /** Small host data: cheaper than an arena. Larger data is the caller's to allocate. */
  MemorySegment data() {
    return data;
  }

  /** Returns a copy of prepared options, for what differs from call to call to be set in it. */
  NormOptions norm(MemorySegment prepared) {
    norm.segment().copyFrom(prepared);
    return norm;
  }

  /** Returns a copy of prepared options, for what differs from call to call to be set in it. */
  SdpaOptions sdpa(MemorySegment prepared) {
    sdpa.segment().copyFrom(prepared);
    return sdpa;
  }

  /** Room for the handles that a call returns or takes. */
  MemorySegment pointers() {
    return pointers;
  }

  /** Returns room for `count` handles: the scratch's own, or the allocator's if they are many. */
  MemorySegment pointers(int count, SegmentAllocator allocator) {
    return count <= POINTERS ? pointers : allocator.allocate(ValueLayout.ADDRESS, count);
  }

  MemorySegment first(long[] values) {
    return fill(first, values);
  }

  MemorySegment second(long[] values) {
    return fill(second, values);
  }

  MemorySegment third(long[] values) {
    return fill(third, values);
  }

  MemorySegment first(long d0, long d1, long d2, long d3) {
    first.setAtIndex(ValueLayout.JAVA_LONG, 0, d0);
    first.setAtIndex(ValueLayout.JAVA_LONG, 1, d1);
    first.setAtIndex(ValueLayout.JAVA_LONG, 2, d2);
    first.setAtIndex(ValueLayout.JAVA_LONG, 3, d3);
    return first;
  }

  MemorySegment ints(int[] values) {
    checkRank(values.length);
    MemorySegment.copy(values, 0, first, ValueLayout.JAVA_INT, 0, values.length);
    return first;
  }

  private static MemorySegment fill(MemorySegment target, long[] values) {
    checkRank(values.length);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_LONG, 0, values.length);
    return target;
  }

  private static void checkRank(int rank) {
    if (rank < 1 || rank > TtnnConstants.MAX_RANK) {
      throw new IllegalArgumentException(
          "%d dimensions, expected 1 to %d".formatted(rank, TtnnConstants.MAX_RANK));
    }
  }
}
