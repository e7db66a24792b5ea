// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.TensorSpecStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tensor as text.
 *
 * @param padded the padded shape, where it isn't the usual one; else null
 * @param state what was done to it before the call, or null
 */
record TensorText(
    String dtype,
    String layout,
    MemoryText memory,
    List<Long> shape,
    List<Long> padded,
    String state) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\w+):(rm|tile)(?::([^\\[]+))?\\[([-,\\d]*)\\](?:/\\[([,\\d]*)\\])?(?:!(\\w+))?");

  static boolean is(String text) {
    return TEXT.matcher(text).matches();
  }

  static TensorText parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is no tensor");
    }
    String memory = matcher.group(3);
    String padded = matcher.group(5);
    return new TensorText(
        matcher.group(1),
        matcher.group(2),
        memory == null ? MemoryText.DRAM : MemoryText.parse(memory),
        extents(matcher.group(4)),
        padded == null ? null : extents(padded),
        matcher.group(6));
  }

  static TensorText of(TensorSpecStruct spec) {
    List<Long> shape = Arrays.stream(spec.shape()).boxed().toList();
    List<Long> padded = Arrays.stream(spec.paddedShape()).boxed().toList();
    boolean usual = padded.equals(usualPadding(shape, spec.layout()));
    return new TensorText(
        Names.dtype(spec.dtype()),
        Names.layout(spec.layout()),
        MemoryText.of(spec.memoryConfig()),
        shape,
        usual ? null : padded,
        null);
  }

  private static List<Long> usualPadding(List<Long> shape, int layout) {
    List<Long> padded = new ArrayList<>(shape);
    if (layout == TtnnConstants.LAYOUT_TILE) {
      for (int i = Math.max(0, shape.size() - 2); i < shape.size(); i++) {
        long tiles = (shape.get(i) + TtnnConstants.TILE_SIZE - 1) / TtnnConstants.TILE_SIZE;
        padded.set(i, tiles * TtnnConstants.TILE_SIZE);
      }
    }
    return padded;
  }

  private static List<Long> extents(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).map(Long::valueOf).toList();
  }

  /** What a new tensor is asked to be. */
  TensorSpecStruct request(SegmentAllocator allocator) {
    TensorSpecStruct spec =
        TensorSpecStruct.allocate(allocator)
            .dtype(Names.dtype(dtype))
            .layout(Names.layout(layout))
            .shape(shape.stream().mapToLong(Long::longValue).toArray());
    memory.fill(spec.memoryConfig());
    return spec;
  }

  @Override
  public String toString() {
    return dtype
        + ":"
        + layout
        + (memory.equals(MemoryText.DRAM) ? "" : ":" + memory)
        + brackets(shape)
        + (padded == null ? "" : "/" + brackets(padded))
        + (state == null ? "" : "!" + state);
  }

  private static String brackets(List<Long> extents) {
    return extents.toString().replace(" ", "");
  }
}
