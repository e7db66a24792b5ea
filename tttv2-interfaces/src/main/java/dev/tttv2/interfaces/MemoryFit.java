// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryStats;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a decoder fits an open device, known by arithmetic before any weight is loaded.
 *
 * <p>A board refuses what cannot be there: the weights and a cache of one block. What a generation
 * takes beyond that depends on its prompts, and is only doubted. On the host nothing is refused:
 * converted weights are files in memory, which the system reads again when it needs their place.
 */
public final class MemoryFit {
  private static final String HOST = "host";

  private final DecoderConfig model;
  private final OptimizationConfig optimizations;
  private final DeviceInfo info;
  private final DeviceTarget target;
  private final long free;
  private final DecoderCost most;

  MemoryFit(
      DecoderConfig model,
      OptimizationConfig optimizations,
      DeviceInfo info,
      DeviceTarget target,
      long free) {
    this.model = model;
    this.optimizations = optimizations;
    this.info = info;
    this.target = target;
    this.free = free;
    most = DecoderCost.of(target, model, optimizations, 1, model.maxPositions());
  }

  /**
   * Adds up what a decoder takes of a device's memory. Its weights are not loaded yet.
   *
   * @param model the model's description; its {@code maxPositions} is the longest context
   * @throws IllegalArgumentException if the model cannot be resolved for the device, such as one
   *     whose hidden size does not divide over a mesh
   */
  public static MemoryFit of(DecoderConfig model, OptimizationConfig optimizations, Device device) {
    MemoryStats memory = device.memory(BufferType.DRAM);
    return new MemoryFit(
        model,
        optimizations,
        device.info(),
        device.target(),
        memory.totalBytes() - memory.allocatedBytes());
  }

  /** Returns the bytes of a device's weights in their layouts, tables of positions included. */
  public long weightBytes() {
    return most.weights();
  }

  /** Tells whether it is a board, and its memory too small. */
  public boolean isRefused() {
    return !isHost() && leastBytes() > free;
  }

  /**
   * Refuses what cannot be loaded.
   *
   * @throws IllegalArgumentException if {@link #isRefused}; says what is needed, what there is, and
   *     where it would fit
   */
  public void check() {
    if (isRefused()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "preset %s takes at least %.2f GB on each device, weights and one block of cache, and"
                  + " %.2f GB are free (%s, %s); %s",
              optimizations.name(),
              leastBytes() / 1e9,
              free / 1e9,
              info.name(),
              devices(target.tensorParallel()),
              remedy()));
    }
  }

  /** Says what may not fit although it is not refused; empty if there is room for all of it. */
  public Optional<String> doubt() {
    if (isRefused() || most.weights() + most.cache() + most.work() <= free) {
      return Optional.empty();
    }
    String needed =
        String.format(
            Locale.ROOT,
            "weights of %.2f GB, cache of %.2f GB for %d tokens and work of %.2f GB are more than"
                + " the %.2f GB ",
            most.weights() / 1e9,
            most.cache() / 1e9,
            model.maxPositions(),
            most.work() / 1e9,
            free / 1e9);
    return Optional.of(
        needed
            + (isHost()
                ? "that this machine has for tensors: it may be slow, as weights are read from"
                    + " their files again and again, or end for lack of memory"
                : "free on each device: there may be no room for long prompts"));
  }

  /** The weights and a cache of one block. */
  private long leastBytes() {
    int context = Math.min(Generator.BLOCK_SIZE, model.maxPositions());
    return most.weights() + DecoderCost.of(target, model, optimizations, 1, context).cache();
  }

  private boolean isHost() {
    return info.arch().equals(HOST);
  }

  /** Names what would fit: another preset here, more devices of this machine, another system. */
  private String remedy() {
    List<String> remedies =
        Stream.of(otherPreset(), moreDevices().or(this::otherSystem))
            .flatMap(Optional::stream)
            .toList();
    return remedies.isEmpty()
        ? "no known system has room for it"
        : "it would fit " + String.join(", or ", remedies);
  }

  private Optional<String> otherPreset() {
    return otherPresets()
        .filter(preset -> !new MemoryFit(model, preset, info, target, free).isRefused())
        .findFirst()
        .map(preset -> "with preset " + preset.name());
  }

  private Optional<String> moreDevices() {
    HWConfig machine;
    try {
      machine = HWConfig.of(info);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // what an unknown board has beside is not known either
    }
    return presets()
        .flatMap(preset -> smallest(machine, preset, target.tensorParallel() + 1, "this").stream())
        .findFirst();
  }

  private Optional<String> otherSystem() {
    return presets()
        .flatMap(
            preset ->
                HWConfig.catalogue().stream()
                    .flatMap(system -> smallest(system, preset, 1, "a").stream()))
        .findFirst();
  }

  /** Names the smallest group of a system's devices, of so many at least, with enough room. */
  private Optional<String> smallest(
      HWConfig system, OptimizationConfig preset, int fewest, String which) {
    return system.groups().stream()
        .filter(group -> group >= fewest)
        .map(group -> system.plan(model, preset, group, 1, model.maxPositions()))
        .filter(HWPlan::fits)
        .findFirst()
        .map(
            plan ->
                "on %s%s of %s %s%s"
                    .formatted(
                        devices(plan.group()),
                        system.groupMesh(plan.group()),
                        which,
                        system.name(),
                        preset == optimizations ? "" : " with preset " + preset.name()));
  }

  private static String devices(int count) {
    return count + (count == 1 ? " device" : " devices");
  }

  private Stream<OptimizationConfig> presets() {
    return Stream.concat(Stream.of(optimizations), otherPresets());
  }

  /** The presets for boards, the given one left out. */
  private Stream<OptimizationConfig> otherPresets() {
    return Stream.of(OptimizationConfig.accuracy(), OptimizationConfig.performance())
        .filter(preset -> !preset.name().equals(optimizations.name()));
  }
}
