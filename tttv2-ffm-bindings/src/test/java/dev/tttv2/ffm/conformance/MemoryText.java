// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.MemoryConfigStruct;
import dev.tttv2.ffm.TtnnConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A memory config as text.
 *
 * @param bufferType a {@code BUFFER_TYPE_} of {@link TtnnConstants}
 * @param layout a {@code MEMORY_LAYOUT_} of {@link TtnnConstants}
 * @param shards null: for the operation to choose
 */
record MemoryText(int bufferType, int layout, Shards shards) {
  /**
   * Where the shards lie.
   *
   * @param orientation a {@code SHARD_ORIENTATION_} of {@link TtnnConstants}
   */
  record Shards(int height, int width, List<CoreRange> cores, int orientation) {}

  /** A rectangle of cores, both corners included. */
  record CoreRange(int startX, int startY, int endX, int endY) {}

  static final MemoryText DRAM =
      new MemoryText(TtnnConstants.BUFFER_TYPE_DRAM, TtnnConstants.MEMORY_LAYOUT_INTERLEAVED, null);

  private static final List<String> SHARDINGS = List.of("", "hs", "ws", "bs");
  private static final Pattern SHARDED =
      Pattern.compile("(dram_)?(hs|ws|bs)(?:\\((\\d+)x(\\d+)@([-+.x\\d]+)(,col)?\\))?");

  static MemoryText parse(String text) {
    if (text.equals("dram")) {
      return DRAM;
    }
    if (text.equals("l1")) {
      return new MemoryText(
          TtnnConstants.BUFFER_TYPE_L1, TtnnConstants.MEMORY_LAYOUT_INTERLEAVED, null);
    }
    Matcher matcher = SHARDED.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is no memory config");
    }
    Shards shards =
        matcher.group(3) == null
            ? null
            : new Shards(
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                cores(matcher.group(5)),
                matcher.group(6) == null
                    ? TtnnConstants.SHARD_ORIENTATION_ROW_MAJOR
                    : TtnnConstants.SHARD_ORIENTATION_COL_MAJOR);
    return new MemoryText(
        matcher.group(1) == null ? TtnnConstants.BUFFER_TYPE_L1 : TtnnConstants.BUFFER_TYPE_DRAM,
        SHARDINGS.indexOf(matcher.group(2)),
        shards);
  }

  private static List<CoreRange> cores(String text) {
    if (text.contains("x")) {
      String[] sides = text.split("x");
      return List.of(
          new CoreRange(0, 0, Integer.parseInt(sides[0]) - 1, Integer.parseInt(sides[1]) - 1));
    }
    List<CoreRange> ranges = new ArrayList<>();
    for (String range : text.split("\\+")) {
      String[] corner = range.split("[-.]");
      ranges.add(
          new CoreRange(
              Integer.parseInt(corner[0]),
              Integer.parseInt(corner[1]),
              Integer.parseInt(corner[2]),
              Integer.parseInt(corner[3])));
    }
    return ranges;
  }

  /** Reads the config of an output; rectangles that cover the same cores give the same text. */
  static MemoryText of(MemoryConfigStruct config) {
    if (config.numCoreRanges() == 0) {
      return new MemoryText(config.bufferType(), config.memoryLayout(), null);
    }
    TreeSet<Core> cores = new TreeSet<>();
    for (int i = 0; i < config.numCoreRanges(); i++) {
      int[] range = config.coreRange(i);
      for (int y = range[1]; y <= range[3]; y++) {
        for (int x = range[0]; x <= range[2]; x++) {
          cores.add(new Core(x, y));
        }
      }
    }
    return new MemoryText(
        config.bufferType(),
        config.memoryLayout(),
        new Shards(
            config.shardHeight(), config.shardWidth(), ranges(cores), config.shardOrientation()));
  }

  private record Core(int x, int y) implements Comparable<Core> {
    @Override
    public int compareTo(Core other) {
      return y != other.y ? Integer.compare(y, other.y) : Integer.compare(x, other.x);
    }
  }

  /** The cores as the largest rectangles, begun with the first core that is left. */
  private static List<CoreRange> ranges(TreeSet<Core> cores) {
    List<CoreRange> ranges = new ArrayList<>();
    while (!cores.isEmpty()) {
      Core first = cores.first();
      int endX = first.x;
      while (cores.contains(new Core(endX + 1, first.y))) {
        endX++;
      }
      int endY = first.y;
      while (row(cores, first.x, endX, endY + 1)) {
        endY++;
      }
      int lastX = endX;
      int lastY = endY;
      cores.removeIf(c -> c.x >= first.x && c.x <= lastX && c.y >= first.y && c.y <= lastY);
      ranges.add(new CoreRange(first.x, first.y, lastX, lastY));
    }
    return ranges;
  }

  private static boolean row(TreeSet<Core> cores, int startX, int endX, int y) {
    for (int x = startX; x <= endX; x++) {
      if (!cores.contains(new Core(x, y))) {
        return false;
      }
    }
    return true;
  }

  /** Writes the config to a struct. */
  void fill(MemoryConfigStruct config) {
    config.bufferType(bufferType).memoryLayout(layout);
    if (shards == null) {
      return;
    }
    config
        .shardHeight(shards.height)
        .shardWidth(shards.width)
        .shardOrientation(shards.orientation)
        .numCoreRanges(shards.cores.size());
    for (int i = 0; i < shards.cores.size(); i++) {
      CoreRange range = shards.cores.get(i);
      config.coreRange(i, range.startX, range.startY, range.endX, range.endY);
    }
  }

  @Override
  public String toString() {
    if (layout == TtnnConstants.MEMORY_LAYOUT_INTERLEAVED) {
      return bufferType == TtnnConstants.BUFFER_TYPE_DRAM ? "dram" : "l1";
    }
    String prefix = bufferType == TtnnConstants.BUFFER_TYPE_DRAM ? "dram_" : "";
    String kind = prefix + SHARDINGS.get(layout);
    if (shards == null) {
      return kind;
    }
    String order = shards.orientation == TtnnConstants.SHARD_ORIENTATION_COL_MAJOR ? ",col" : "";
    return kind
        + "("
        + shards.height
        + "x"
        + shards.width
        + "@"
        + coresText(shards.cores)
        + order
        + ")";
  }

  private static String coresText(List<CoreRange> cores) {
    CoreRange first = cores.getFirst();
    if (cores.size() == 1 && first.startX == 0 && first.startY == 0) {
      return (first.endX + 1) + "x" + (first.endY + 1);
    }
    List<String> ranges = new ArrayList<>();
    for (CoreRange r : cores) {
      ranges.add(r.startX + "." + r.startY + "-" + r.endX + "." + r.endY);
    }
    return String.join("+", ranges);
  }
}
