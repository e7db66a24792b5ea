// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.ffm.NativeLibrary;
import dev.tttv2.ffm.NativeLibraryException;
import dev.tttv2.ffm.TtnnConstants;
import dev.tttv2.ffm.TtnnException;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of the commands that run a model. */
class RunOptions {
  /** The backend of boards. */
  private static final String BOARD = "ttnn";

  private static final Pattern MESH = Pattern.compile("(\\d{1,4})(?:x(\\d{1,4}))?");
  private static final String INSTEAD_OF_A_BOARD = "--backend host runs on the CPU";

  /** The names of the presets, for the help text. */
  static final class Presets implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return OptimizationConfig.presets().iterator();
    }
  }

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "accuracy",
      completionCandidates = Presets.class,
      description = "precision: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private String preset;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description =
          "host (the CPU) or ttnn (a board); default: ttnn if there is a board, else host")
  private String backend;

  @Option(
      names = "--override",
      paramLabel = "GROUP=VALUE,..",
      description =
          "change parts of the preset: precisions, fidelities, programs; such as"
              + " layers.0-3.wqkv=bf16,programs=tuned")
  private String override;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of the host backend (default: one for each core)")
  private Integer threads;

  @Option(names = "--pin-threads", description = "each of them keeps to a processor of its own")
  private boolean pinThreads;

  @Option(
      names = "--devices",
      paramLabel = "N|RxC",
      description =
          "share the model out over N devices, a mesh of one row, or over R rows of C (default: 1)")
  private String devices;

  /** Refuses values that make no sense whatever the model. */
  void check() {
    if (!OptimizationConfig.presets().contains(preset)) {
      throw CommandFailure.usage(
          "--preset is \"%s\", expected one of %s"
              .formatted(preset, String.join(", ", OptimizationConfig.presets())));
    }
    try {
      optimizations();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
    if (backend != null && !backend.equals("host") && !backend.equals(BOARD)) {
      throw CommandFailure.usage("--backend is \"%s\", expected host or ttnn".formatted(backend));
    }
    if (threads != null) {
      positive("--threads", threads);
      if (threads > DeviceOptions.MAX_THREADS) {
        throw CommandFailure.usage(
            "--threads is %d, expected at most %d".formatted(threads, DeviceOptions.MAX_THREADS));
      }
    }
    if (devices != null) {
      mesh();
    }
  }

  /** Returns the rows and columns of {@code --devices}. */
  private int[] mesh() {
    Matcher matcher = MESH.matcher(devices);
    if (!matcher.matches()) {
      throw CommandFailure.usage(
          "--devices is \"%s\", expected a number or rows x columns, such as 8 or 2x4"
              .formatted(devices));
    }
    boolean oneRow = matcher.group(2) == null;
    int rows = oneRow ? 1 : Integer.parseInt(matcher.group(1));
    int cols = Integer.parseInt(matcher.group(oneRow ? 1 : 2));
    if (rows < 1 || cols < 1) {
      throw CommandFailure.usage("--devices is %s, expected 1 or more".formatted(devices));
    }
    if (rows * cols > TtnnConstants.MAX_MESH_DEVICES) {
      throw CommandFailure.usage(
          "--devices is %s, expected at most %d"
              .formatted(devices, TtnnConstants.MAX_MESH_DEVICES));
    }
    return new int[] {rows, cols};
  }

  /** Returns the precisions. */
  OptimizationConfig optimizations() {
    OptimizationConfig optimizations = OptimizationConfig.of(preset);
    return override == null ? optimizations : optimizations.withOverrides(override);
  }

  /**
   * Chooses the backend, unless the native library has been used already, and opens its device.
   *
   * @throws CommandFailure if the backend that was asked for is not there
   */
  Device openDevice() {
    if (backend != null) {
      System.setProperty("tttv2.backend", backend);
    }
    DeviceOptions.Builder options = DeviceOptions.builder();
    if (threads != null) {
      options.numThreads(threads);
    }
    options.pinThreads(pinThreads);
    if (devices != null) {
      int[] mesh = mesh();
      options.mesh(mesh[0], mesh[1]);
    }
    try {
      if (isOnBoard() && preset.equals(OptimizationConfig.float32().name())) {
        throw new CommandFailure(
            "--preset %s runs on the CPU only: choose accuracy or performance, or --backend host"
                .formatted(preset));
      }
      return Device.open(options.build());
    } catch (NativeLibraryException e) {
      if (!BOARD.equals(backend)) {
        throw e;
      }
      throw new CommandFailure(
          "--backend ttnn: %s; %s".formatted(e.getMessage(), INSTEAD_OF_A_BOARD), e);
    } catch (TtnnException.DeviceFailure e) {
      if (!isOnBoard()) {
        throw e;
      }
      throw new CommandFailure("%s; %s".formatted(e.getMessage(), INSTEAD_OF_A_BOARD), e);
    }
  }

  private static boolean isOnBoard() {
    return NativeLibrary.backend().equals(BOARD);
  }

  /** Refuses a number below 1. */
  static void positive(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage("%s is %d, expected 1 or more".formatted(option, value));
    }
  }
}
