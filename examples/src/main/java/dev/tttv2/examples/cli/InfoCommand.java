// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.ModelConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.config.VisionConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.MemoryStats;
import dev.tttv2.ffm.NativeLibrary;
import dev.tttv2.interfaces.Family;
import dev.tttv2.interfaces.HWConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Describes backend, device, model, dtypes and memory. */
@Command(
    name = "info",
    customSynopsis = "tttv2 info [OPTION...]",
    description = "Describes backend, device, model, dtypes and memory; loads no weights.")
final class InfoCommand extends ModelCommand {
  @Mixin private DecoderOptions run = new DecoderOptions();

  @Option(
      names = "--hardware",
      paramLabel = "NAME",
      description =
          "say, by arithmetic and without opening a device, how a decoder fits on a system such as"
              + " n150, t3k or p150x4 (default: open the device, and say it of a board by the"
              + " figures that it reports)")
  private String hardware;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "users at a time, for --hardware (default: 1)")
  private int batch = 1;

  InfoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    run.check();
    RunOptions.positive("--batch", batch);
    Optional<HWConfig> named = Optional.ofNullable(hardware).map(HWConfig::of);
    OptimizationConfig optimizations = run.optimizations();
    try (Checkpoint checkpoint = openCheckpoint()) {
      Family family = Family.of(checkpoint);
      ModelConfig config = family.config(checkpoint);
      Optional<HWConfig> system = named.isPresent() ? named : openSystem();
      describe(checkpoint, family, config);
      describe(optimizations);
      switch (config) {
        case DecoderConfig decoder -> {
          int context = run.context(decoder.maxPositions());
          describe(optimizations, decoder, context);
          system.ifPresent(known -> describe(known, decoder, optimizations, context));
        }
        case EncoderConfig encoder -> line("texts", "at most %d tokens", encoder.maxPositions());
        case VisionConfig vision ->
            line(
                "images",
                "%d x %d pixels, %d patches",
                vision.imageHeight(),
                vision.imageWidth(),
                vision.numPatches());
      }
    }
    return CommandFailure.OK;
  }

  /** Describes the device, and returns the system that it is a part of, if it is a board. */
  private Optional<HWConfig> openSystem() {
    try (Device device = run.openDevice()) {
      describe(device);
      return device.backend().equals("host") ? Optional.empty() : system(device.info());
    }
  }

  private Optional<HWConfig> system(DeviceInfo board) {
    try {
      return Optional.of(HWConfig.of(board));
    } catch (IllegalArgumentException e) {
      line("board", "%s", e.getMessage());
      return Optional.empty();
    }
  }

  private void describe(
      HWConfig system, DecoderConfig decoder, OptimizationConfig optimizations, int context) {
    line("hardware", "%s", system);
    line("sources", "%s", system.sources());
    system.plans(decoder, optimizations, batch, context).forEach(plan -> line("plan", "%s", plan));
  }

  private void describe(Device device) {
    DeviceInfo info = device.info();
    line("backend", "%s %s (%s)", device.backend(), NativeLibrary.version(), NativeLibrary.path());
    line(
        "device",
        "%s, %s%s, %d threads, grid %d x %d",
        info.arch(),
        info.name(),
        info.isa().isEmpty() ? "" : ", " + info.isa(),
        info.numThreads(),
        info.gridX(),
        info.gridY());
    for (BufferType type : BufferType.values()) {
      MemoryStats memory = device.memory(type);
      line(
          type + " memory",
          "%s, %s in use",
          megabytes(memory.totalBytes()),
          megabytes(memory.allocatedBytes()));
    }
  }

  private void describe(Checkpoint checkpoint, Family family, ModelConfig config) {
    line("model", "%s", checkpoint.path());
    line(
        "family",
        "%s (%s): %d layers, hidden size %d, %d heads of %d (%d of keys and values)%s",
        family.name(),
        checkpoint.architecture(),
        config.numLayers(),
        config.hiddenSize(),
        config.attention().numHeads(),
        config.attention().headDim(),
        config.attention().numKvHeads(),
        switch (config) {
          case DecoderConfig decoder -> ", vocabulary " + decoder.vocabSize();
          case EncoderConfig encoder -> ", vocabulary " + encoder.vocabSize();
          case VisionConfig vision -> "";
        });
    line("weights", "%s in the checkpoint", megabytes(checkpoint.tensorBytes()));
    WeightCache cache = WeightCache.open();
    cache
        .directory()
        .ifPresent(
            directory ->
                line(
                    "weight cache",
                    "%s, %d converted weights, %s",
                    directory,
                    cache.size().weights(),
                    megabytes(cache.size().bytes())));
  }

  private void describe(OptimizationConfig optimizations) {
    line(
        "dtypes",
        "%s: %s",
        optimizations.name(),
        Arrays.stream(TensorGroup.values())
            .map(group -> group.key() + " " + optimizations.dtype(group))
            .collect(Collectors.joining(", ")));
  }

  private void describe(OptimizationConfig optimizations, DecoderConfig config, int context) {
    double perToken = 0;
    for (int layer = 0; layer < config.numLayers(); layer++) {
      perToken +=
          2.0
              * config.numKvHeads()
              * config.headDim()
              * bytes(optimizations.dtype(layer, TensorGroup.KV_CACHE));
    }
    line(
        "context",
        "%d of at most %d tokens; cache %.1f kB a token, %s in all",
        context,
        config.maxPositions(),
        perToken / 1e3,
        megabytes((long) (perToken * context)));
  }

  /** Returns what a value takes, its share of a common exponent included. */
  private static double bytes(DataType type) {
    return switch (type) {
      case BFLOAT8_B -> 1 + 1 / 16.0;
      case BFLOAT4_B -> 0.5 + 1 / 16.0;
      default -> type.hostBytes();
    };
  }

  private void line(String what, String format, Object... values) {
    console().out().printf(Locale.ROOT, "%-13s ", what);
    console().out().printf(Locale.ROOT, format + "%n", values);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }
}
