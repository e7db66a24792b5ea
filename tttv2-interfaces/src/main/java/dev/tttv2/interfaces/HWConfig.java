// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MathFidelity;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A system of Tenstorrent chips: what it is made of, and by arithmetic, without one at hand,
 * whether a model fits and what limits it. Sizes are of one chip. The catalogue has the systems
 * that exist; of an open device, {@link #of(DeviceInfo)} takes what the device itself says.
 *
 * @param name such as "n150"
 * @param arch "wormhole_b0" or "blackhole"
 * @param meshRows rows of chips
 * @param meshCols columns of chips
 * @param tensixCores cores of a chip; no grid has more
 * @param gridX columns of cores that programs can use
 * @param gridY rows of cores that programs can use
 * @param dramBanks banks of DRAM
 * @param dramBytes DRAM that tensors can have
 * @param dramBandwidth bytes a second that the DRAM is rated for
 * @param l1BytesPerCore L1 of a core that tensors can have
 * @param clock cycles a second
 * @param links Ethernet links between neighbouring chips that collectives use; 0 for a single chip.
 *     Told, not set: TTNN takes those that it finds trained, and asking for more hangs a board
 * @param sources where each number is from, and what is assumed
 */
public record HWConfig(
    String name,
    String arch,
    int meshRows,
    int meshCols,
    int tensixCores,
    int gridX,
    int gridY,
    int dramBanks,
    long dramBytes,
    double dramBandwidth,
    long l1BytesPerCore,
    double clock,
    int links,
    HWSources sources) {
  /** Multiplications and additions of a core's matrix unit in a cycle: 8 x 16 x 16, two each. */
  private static final double FLOPS_PER_CYCLE = 2.0 * 8 * 16 * 16;

  private static final String WORMHOLE = "wormhole_b0";
  private static final String BLACKHOLE = "blackhole";

  /** What TTNN calls boards that it does not know: nothing, or one of these. */
  private static final Set<String> UNNAMED = Set.of("", "CUSTOM", "INVALID");

  /** Checks the numbers. */
  public HWConfig {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arch, "arch");
    Objects.requireNonNull(sources, "sources");
    if (meshRows < 1 || meshCols < 1 || gridX < 1 || gridY < 1 || dramBanks < 1 || links < 0) {
      throw new IllegalArgumentException(
          "hardware %s: mesh %d x %d, grid %d x %d, %d DRAM banks: all must be at least 1; %d links"
              .formatted(name, meshRows, meshCols, gridX, gridY, dramBanks, links));
    }
    if (gridX * gridY > tensixCores) {
      throw new IllegalArgumentException(
          "hardware %s: a grid of %d x %d of %d cores".formatted(name, gridX, gridY, tensixCores));
    }
    if (dramBytes < 1 || l1BytesPerCore < 1 || !(dramBandwidth > 0) || !(clock > 0)) {
      throw new IllegalArgumentException(
          "hardware %s: DRAM of %d bytes at %s bytes/s, L1 of %d bytes, clock %s: all must be more"
                  .formatted(name, dramBytes, dramBandwidth, l1BytesPerCore, clock)
              + " than 0");
    }
  }

  /** Returns the systems that are known, the smallest first of each architecture. */
  public static List<HWConfig> catalogue() {
    return HWCatalogue.SYSTEMS;
  }

  /**
   * Returns a system of the catalogue.
   *
   * @param name such as "t3k"; case does not matter
   * @throws IllegalArgumentException if there is none of this name; names those that there are
   */
  public static HWConfig of(String name) {
    return catalogue().stream()
        .filter(hardware -> hardware.name.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no hardware \"%s\" is known; there are %s"
                        .formatted(name, catalogue().stream().map(HWConfig::name).toList())));
  }

  /**
   * Returns the system that an open device is, or is a part of: chips that are not open count too.
   * What the device says replaces the catalogue's numbers; bandwidth, clock and links, of which it
   * says nothing, are the catalogue's. Which system it is, TTNN knows by its board ({@link
   * DeviceInfo#name}); where it does not, architecture, cores and DRAM must leave no doubt of them,
   * and only the chips that are open are known.
   *
   * @throws IllegalArgumentException if it is no Tenstorrent device, of a board that is not in the
   *     catalogue, contradicts what is known of its board, or may be one of several with different
   *     figures; names them
   */
  public static HWConfig of(DeviceInfo info) {
    if (!info.arch().equals(WORMHOLE) && !info.arch().equals(BLACKHOLE)) {
      throw new IllegalArgumentException(
          "a device of \"%s\" is no Tenstorrent hardware".formatted(info.arch()));
    }
    return UNNAMED.contains(info.name()) ? unnamed(info) : named(info);
  }

  private static HWConfig named(DeviceInfo info) {
    HWConfig known =
        catalogue().stream()
            .filter(hardware -> hardware.name.equals(nameOf(info.name())))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no figures are known of a board \"%s\"; there are %s"
                            .formatted(
                                info.name(), catalogue().stream().map(HWConfig::name).toList())));
    if (!known.mayBe(info)) {
      throw new IllegalArgumentException(
          ("the device says that its board is a %s, of %d chip%s of %s with at most %d cores, and"
                  + " %s: a contradiction")
              .formatted(
                  info.name(),
                  known.chips(),
                  known.chips() == 1 ? "" : "s",
                  known.arch,
                  known.tensixCores,
                  describe(info)));
    }
    return known.measured(known.name, known.meshRows, known.meshCols, known.links, info);
  }

  /** TTNN's names of boards are the catalogue's but for these. */
  private static String nameOf(String board) {
    return switch (board) {
      case "TG" -> "galaxy";
      case "BLACKHOLE_GALAXY" -> "bh-galaxy";
      default -> board.replace("_", "").toLowerCase(Locale.ROOT);
    };
  }

  private static HWConfig unnamed(DeviceInfo info) {
    List<HWConfig> candidates =
        catalogue().stream()
            .filter(hardware -> hardware.mayBe(info) && hardware.dramBanks == info.dramBanks())
            .toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("no hardware is known of " + describe(info));
    }
    HWConfig first = candidates.getFirst();
    for (HWConfig other : candidates) {
      if (other.dramBandwidth != first.dramBandwidth || other.clock != first.clock) {
        throw new IllegalArgumentException(
            "%s may be a %s or a %s, whose DRAM or clock is of another speed"
                .formatted(describe(info), first.name, other.name));
      }
    }
    String name = candidates.stream().map(HWConfig::name).collect(Collectors.joining(" or "));
    int links = candidates.stream().mapToInt(HWConfig::links).filter(n -> n > 0).min().orElse(0);
    int rows = info.meshRows();
    int cols = info.meshCols();
    return first.measured(name, rows, cols, rows * cols == 1 ? 0 : links, info);
  }

  /** Tells whether an open device can be this system, or a part of it. */
  private boolean mayBe(DeviceInfo info) {
    return arch.equals(info.arch())
        && info.meshRows() * info.meshCols() <= chips()
        && info.gridX() * info.gridY() <= tensixCores;
  }

  private static String describe(DeviceInfo info) {
    int chips = info.meshRows() * info.meshCols();
    return "%d chip%s of %s with %d x %d cores and %d DRAM banks"
        .formatted(
            chips,
            chips == 1 ? "" : "s",
            info.arch(),
            info.gridX(),
            info.gridY(),
            info.dramBanks());
  }

  /** Returns this system with what an open device says of itself; banks are equally fast. */
  private HWConfig measured(String system, int rows, int cols, int linked, DeviceInfo info) {
    return new HWConfig(
        system,
        arch,
        rows,
        cols,
        tensixCores,
        info.gridX(),
        info.gridY(),
        info.dramBanks(),
        info.dramBytes(),
        dramBandwidth * info.dramBanks() / dramBanks,
        info.l1BytesPerCore(),
        clock,
        linked,
        sources.ofOpenDevice());
  }

  /** Describes the system on one line, its sources left out. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: mesh of %d x %d, each chip with %d x %d cores at %.2f GHz and %.2f GB in %d banks at"
            + " %.0f GB/s; %d link%s between chips",
        name,
        meshRows,
        meshCols,
        gridX,
        gridY,
        clock / 1e9,
        dramBytes / 1e9,
        dramBanks,
        dramBandwidth / 1e9,
        links,
        links == 1 ? "" : "s");
  }

  /** Returns the number of chips. */
  public int chips() {
    return meshRows * meshCols;
  }

  /** Returns the number of usable cores of a chip. */
  public int cores() {
    return gridX * gridY;
  }

  /** Returns what block configs are resolved for. */
  public DeviceTarget target() {
    return target(chips());
  }

  /** Returns what the block configs of a group of chips are resolved for. */
  DeviceTarget target(int group) {
    int rows = groupRows(group);
    return new DeviceTarget(arch, gridX, gridY, dramBanks, rows, group / rows, 32, false);
  }

  /**
   * Returns the floating-point operations that a chip's usable cores do at most in a second: 4096 a
   * cycle and core, by the passes of the fidelity (tt-metal's report on the matrix engine).
   */
  public double peakFlops(MathFidelity fidelity) {
    int passes =
        switch (fidelity) {
          case LOFI -> 1;
          case HIFI2 -> 2;
          case HIFI3 -> 3;
          case HIFI4 -> 4;
        };
    return cores() * FLOPS_PER_CYCLE * clock / passes;
  }

  /**
   * Returns the sizes of the groups of chips that can share a decoder's layers, which {@link
   * dev.tttv2.core.Device#openGroups} makes of the mesh: parts of a row, and whole rows.
   */
  public List<Integer> groups() {
    return IntStream.rangeClosed(1, chips())
        .filter(size -> meshCols % size == 0 || size % meshCols == 0 && chips() % size == 0)
        .boxed()
        .toList();
  }

  /**
   * Returns the rows of chips of a group: one of up to a row of the mesh.
   *
   * @param group one of the {@link #groups}
   * @throws IllegalArgumentException if the system has no such groups; names those that it has
   */
  public int groupRows(int group) {
    checkGroup(group);
    return Math.ceilDiv(group, meshCols);
  }

  private void checkGroup(int group) {
    if (!groups().contains(group)) {
      throw new IllegalArgumentException(
          "%s: no groups of %d chips, possible are %s".formatted(name, group, groups()));
    }
  }

  /** Returns a group's mesh in brackets if it has several rows, else nothing. */
  String groupMesh(int group) {
    int rows = groupRows(group);
    return rows == 1 ? "" : " (%d x %d)".formatted(rows, group / rows);
  }

  /**
   * Returns every way to spread a decoder over the chips: over {@link #groups} of the same size
   * that serve different users, from one chip a group upwards.
   *
   * @param batch users at a time, of the whole system
   * @param context tokens of each user, prompt and continuation
   * @throws IllegalArgumentException if batch or context are not positive, or the context is longer
   *     than the model's
   */
  public List<HWPlan> plans(
      DecoderConfig config, OptimizationConfig optimizations, int batch, int context) {
    return groups().stream()
        .map(group -> HWPlan.of(this, config, optimizations, group, batch, context))
        .toList();
  }

  /**
   * Returns one of the {@link #plans}.
   *
   * @param group chips that share a layer
   * @throws IllegalArgumentException as plans, or if the system has no such groups; names those
   *     that it has
   */
  public HWPlan plan(
      DecoderConfig config, OptimizationConfig optimizations, int group, int batch, int context) {
    checkGroup(group);
    return HWPlan.of(this, config, optimizations, group, batch, context);
  }
}
