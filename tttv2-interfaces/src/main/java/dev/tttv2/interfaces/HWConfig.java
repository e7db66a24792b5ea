// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MathFidelity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A system of Tenstorrent chips: what it is made of, and by arithmetic, without one at hand,
 * whether a model fits and what limits it. Sizes are of one chip. The catalogue has the systems
 * that exist; of an open device, {@link #measured} takes what the device says instead.
 *
 * @param name such as "n150"
 * @param arch "wormhole_b0" or "blackhole"
 * @param meshRows rows of chips
 * @param meshCols columns of chips
 * @param gridX columns of cores that programs can use
 * @param gridY rows of cores that programs can use
 * @param dramBanks banks of DRAM
 * @param dramBytes DRAM that tensors can have
 * @param dramBandwidth bytes a second that the DRAM is rated for
 * @param l1BytesPerCore L1 of a core that tensors can have
 * @param clock cycles a second
 * @param links Ethernet links between neighbouring chips; 0 for a single one. Asking for more than
 *     are trained hangs a board
 * @param source where the numbers are from, and what is assumed
 */
public record HWConfig(
    String name,
    String arch,
    int meshRows,
    int meshCols,
    int gridX,
    int gridY,
    int dramBanks,
    long dramBytes,
    double dramBandwidth,
    long l1BytesPerCore,
    double clock,
    int links,
    String source) {
  /** Multiplications and additions of a core's matrix unit in a cycle: 8 x 16 x 16, two each. */
  private static final double FLOPS_PER_CYCLE = 2.0 * 8 * 16 * 16;

  private static final String WORMHOLE = "wormhole_b0";
  private static final String BLACKHOLE = "blackhole";
  private static final long GIB = 1L << 30;
  private static final long L1 = 1_393_312;

  private static final String WORMHOLE_SOURCE =
      "12 GB at 288 GB/s, 1 GHz: Tenstorrent's Wormhole specification; grid, L1 and the DRAM that"
          + " tensors can have: reported by ttnn 0.81.1 on a mocked board";
  private static final String BLACKHOLE_SOURCE =
      "DRAM, bandwidth and 1.35 GHz: Tenstorrent's Blackhole specification; grid and L1: reported"
          + " by ttnn 0.81.1 on a mocked board";

  /** Checks the numbers. */
  public HWConfig {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arch, "arch");
    Objects.requireNonNull(source, "source");
    if (meshRows < 1 || meshCols < 1 || gridX < 1 || gridY < 1 || dramBanks < 1 || links < 0) {
      throw new IllegalArgumentException(
          "hardware %s: mesh %d x %d, grid %d x %d, %d DRAM banks: all must be at least 1; %d links"
              .formatted(name, meshRows, meshCols, gridX, gridY, dramBanks, links));
    }
    if (dramBytes < 1 || l1BytesPerCore < 1 || !(dramBandwidth > 0) || !(clock > 0)) {
      throw new IllegalArgumentException(
          "hardware %s: DRAM of %d bytes at %s bytes/s, L1 of %d bytes, clock %s: all must be more"
                  .formatted(name, dramBytes, dramBandwidth, l1BytesPerCore, clock)
              + " than 0");
    }
  }

  /** Returns the systems that are known, the smallest first. */
  public static List<HWConfig> catalogue() {
    return List.of(
        wormhole("n150", 1, 1, 0, WORMHOLE_SOURCE),
        wormhole("n300", 1, 2, 1, WORMHOLE_SOURCE + "; two chips"),
        wormhole("n150x4", 1, 4, 1, WORMHOLE_SOURCE + "; four n150"),
        wormhole("t3k", 1, 8, 1, WORMHOLE_SOURCE + "; four n300"),
        wormhole(
            "galaxy",
            8,
            4,
            4,
            WORMHOLE_SOURCE + "; 32 chips, 4 links: tt-metal's tt_ccl; no official figures found"),
        blackhole("p100", 1, 1, 7, 448e9, 0, BLACKHOLE_SOURCE),
        blackhole("p150", 1, 1, 8, 512e9, 0, BLACKHOLE_SOURCE),
        blackhole(
            "p300",
            1,
            2,
            8,
            512e9,
            2,
            BLACKHOLE_SOURCE + "; two chips, assumed to be a p150's: no figures found"),
        blackhole("p150x4", 1, 4, 8, 512e9, 2, BLACKHOLE_SOURCE + "; four p150"),
        blackhole("p150x8", 1, 8, 8, 512e9, 2, BLACKHOLE_SOURCE + "; eight p150"),
        blackhole(
            "bh-galaxy",
            8,
            4,
            8,
            500e9,
            2,
            BLACKHOLE_SOURCE + "; 32 chips, 1 TB at 16 TB/s in all: press, May 2026"));
  }

  private static HWConfig wormhole(String name, int rows, int cols, int links, String source) {
    return new HWConfig(
        name, WORMHOLE, rows, cols, 8, 8, 12, 12 * 1_072_693_184L, 288e9, L1, 1e9, links, source);
  }

  private static HWConfig blackhole(
      String name, int rows, int cols, int banks, double bandwidth, int links, String source) {
    return new HWConfig(
        name,
        BLACKHOLE,
        rows,
        cols,
        11,
        10,
        banks,
        banks * 4 * GIB,
        bandwidth,
        L1,
        1.35e9,
        links,
        source);
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
   * Returns the system that an open device is, with the numbers that the device itself says.
   * Bandwidth, clock and links are the catalogue's.
   *
   * @throws IllegalArgumentException if it is no Tenstorrent device, or of a mesh that is not in
   *     the catalogue
   */
  public static HWConfig of(DeviceInfo info) {
    int chips = info.meshRows() * info.meshCols();
    return catalogue().stream()
        .filter(hardware -> hardware.arch.equals(info.arch()) && hardware.chips() == chips)
        // One Blackhole chip with seven banks is a p100, with eight a p150.
        .filter(hardware -> chips > 1 || hardware.dramBanks == info.dramBanks())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no hardware of %d chips of \"%s\" with %d DRAM banks is known"
                        .formatted(chips, info.arch(), info.dramBanks())))
        .measured(info);
  }

  /** Returns this system with the numbers that an open device says: mesh, grid, banks, memory. */
  public HWConfig measured(DeviceInfo info) {
    return new HWConfig(
        name,
        info.arch(),
        info.meshRows(),
        info.meshCols(),
        info.gridX(),
        info.gridY(),
        info.dramBanks(),
        info.dramBytes(),
        dramBandwidth,
        info.l1BytesPerCore(),
        clock,
        links,
        "reported by the device; bandwidth, clock and links: " + source);
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
    return target(meshRows, meshCols);
  }

  /** Returns what the block configs of a group of chips are resolved for. */
  DeviceTarget target(int rows, int cols) {
    return new DeviceTarget(arch, gridX, gridY, dramBanks, rows, cols, 32, false);
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
   * Returns every way to spread a decoder over the chips: over all of them, or over groups of the
   * same size that serve different users, from one chip a group upwards.
   *
   * @param batch users at a time, of the whole system
   * @param context tokens of each user, prompt and continuation
   * @throws IllegalArgumentException if batch or context are not positive, or the context is longer
   *     than the model's
   */
  public List<HWPlan> plans(
      DecoderConfig config, OptimizationConfig optimizations, int batch, int context) {
    List<HWPlan> plans = new ArrayList<>();
    for (int group = 1; group <= chips(); group++) {
      if (chips() % group == 0) {
        plans.add(HWPlan.of(this, config, optimizations, group, batch, context));
      }
    }
    return plans;
  }
}
