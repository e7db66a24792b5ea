// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.ComputeConfigStruct;
import dev.tttv2.ffm.MatmulProgramConfigStruct;
import dev.tttv2.ffm.MemoryConfigStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of one call on their way to C. All must be asked for. */
final class Arguments {
  private final Arena arena;
  private final MemorySegment device;
  private final Call call;
  private final Map<String, MemorySegment> tensors;
  private final int trace;
  private final List<Integer> traces;
  private final Set<String> unread;

  /**
   * @param tensors handles of the arguments that are tensors
   * @param trace what the argument of that name stands for
   * @param traces to be released after the call
   */
  Arguments(
      Arena arena,
      MemorySegment device,
      Call call,
      Map<String, MemorySegment> tensors,
      int trace,
      List<Integer> traces) {
    this.arena = arena;
    this.device = device;
    this.call = call;
    this.tensors = tensors;
    this.trace = trace;
    this.traces = traces;
    this.unread = new HashSet<>(call.arguments().keySet());
    unread.remove("capture");
    unread.remove("mesh");
  }

  Arena arena() {
    return arena;
  }

  MemorySegment device() {
    return device;
  }

  MeshText mesh() {
    return call.mesh();
  }

  int trace() {
    unread.remove("trace");
    return trace;
  }

  /** Has a trace that the call made released after it. */
  void release(int made) {
    traces.add(made);
  }

  /** A tensor's handle, or NULL. */
  MemorySegment tensor(String name) {
    unread.remove(name);
    return tensors.getOrDefault(name, MemorySegment.NULL);
  }

  /** The text of a tensor that the call itself makes or that is needed beside its handle. */
  TensorText text(String name) {
    return TensorText.parse(word(name, null));
  }

  /** {@code NAME0}, {@code NAME1} and so on. */
  MemorySegment tensors(String name) {
    int count = 0;
    while (call.arguments().containsKey(name + count)) {
      count++;
    }
    MemorySegment handles = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
    for (int i = 0; i < count; i++) {
      handles.setAtIndex(ValueLayout.ADDRESS, i, tensor(name + i));
    }
    return handles.asSlice(0, ValueLayout.ADDRESS.byteSize() * count);
  }

  String word(String name, String byDefault) {
    unread.remove(name);
    String value = call.arguments().get(name);
    return value == null ? byDefault : value;
  }

  int integer(String name) {
    return Integer.parseInt(word(name, "0"));
  }

  float number(String name) {
    return Float.parseFloat(word(name, "0"));
  }

  boolean on(String name) {
    return Names.toggle(word(name, "off")) == Names.toggle("on");
  }

  int toggle(String name) {
    return Names.toggle(word(name, "default"));
  }

  int dtype(String name) {
    return Names.dtype(word(name, "default"));
  }

  int layout(String name) {
    return Names.layout(word(name, "default"));
  }

  int activation(String name) {
    return Names.activation(word(name, "none"));
  }

  /** A memory config, or NULL. */
  MemorySegment memory(String name) {
    String text = word(name, null);
    if (text == null) {
      return MemorySegment.NULL;
    }
    MemoryConfigStruct config = MemoryConfigStruct.allocate(arena);
    MemoryText.parse(text).fill(config);
    return config.segment();
  }

  /** A compute config that says whether sums are FLOAT32, and leaves the rest to TTNN. */
  MemorySegment float32Sums(String name) {
    int toggle = toggle(name);
    return toggle == TtnnConstants.SWITCH_DEFAULT
        ? MemorySegment.NULL
        : ComputeConfigStruct.allocate(arena).fp32DestAccEn(toggle).segment();
  }

  /**
   * "in0", "in1" or "2d", and after a colon grid_x, grid_y, in0_block_w, out_subblock_h,
   * out_subblock_w, per_core_m, per_core_n and, if given, out_block_h and out_block_w.
   */
  MemorySegment matmulProgram(String name) {
    String text = word(name, null);
    if (text == null) {
      return MemorySegment.NULL;
    }
    int colon = text.indexOf(':');
    int[] counts =
        Arrays.stream(text.substring(colon + 1).split(",")).mapToInt(Integer::parseInt).toArray();
    MatmulProgramConfigStruct config =
        MatmulProgramConfigStruct.allocate(arena)
            .program(Names.matmulProgram(text.substring(0, colon)))
            .gridX(counts[0])
            .gridY(counts[1])
            .in0BlockW(counts[2])
            .outSubblockH(counts[3])
            .outSubblockW(counts[4])
            .perCoreM(counts[5])
            .perCoreN(counts[6]);
    if (counts.length > 7) {
      config.outBlockH(counts[7]).outBlockW(counts[8]);
    }
    return config.segment();
  }

  /** How a tensor of the host lies on the mesh, or null. */
  MappingText mapping(String name) {
    String text = word(name, null);
    return text == null ? null : MappingText.parse(text);
  }

  long[] list(String name) {
    String text = word(name, "[]");
    String inner = text.substring(1, text.length() - 1);
    return inner.isEmpty()
        ? new long[0]
        : Arrays.stream(inner.split(",")).mapToLong(Long::parseLong).toArray();
  }

  /** A list as C's longs, or NULL where there is none. */
  MemorySegment longs(String name) {
    return call.arguments().containsKey(name)
        ? arena.allocateFrom(ValueLayout.JAVA_LONG, list(name))
        : MemorySegment.NULL;
  }

  /** A list as C's ints. */
  MemorySegment ints(String name) {
    return arena.allocateFrom(
        ValueLayout.JAVA_INT, Arrays.stream(list(name)).mapToInt(Math::toIntExact).toArray());
  }

  void checkAllRead() {
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException(unread + " are no arguments of: " + call);
    }
  }
}
