// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.DeviceTarget;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryFitTest {
  private static final OptimizationConfig ACCURACY = OptimizationConfig.accuracy();
  private static final OptimizationConfig PERFORMANCE = OptimizationConfig.performance();

  private static DecoderConfig llama(int hidden, int inner, int layers, int heads, int context) {
    return HWConfigTest.llama(hidden, inner, layers, heads).maxPositions(context).build();
  }

  private static DecoderConfig llama70B() {
    return llama(8192, 28_672, 80, 64, 4096);
  }

  private static DecoderConfig llama8B(int context) {
    return llama(4096, 14_336, 32, 32, context);
  }

  /** On so many chips of a board that says the catalogue's figures of itself. */
  private static MemoryFit fit(
      DecoderConfig model, OptimizationConfig preset, String system, String board, int chips) {
    HWConfig hardware = HWConfig.of(system);
    DeviceTarget target = hardware.target(chips);
    DeviceInfo info =
        new DeviceInfo(
            0,
            hardware.arch(),
            board,
            "",
            2,
            hardware.gridX(),
            hardware.gridY(),
            hardware.dramBanks(),
            target.meshRows(),
            target.meshCols(),
            1,
            hardware.dramBytes(),
            hardware.l1BytesPerCore());
    return new MemoryFit(model, preset, info, target, hardware.dramBytes());
  }

  private static String refusal(MemoryFit fit) {
    assertTrue(fit.isRefused());
    assertEquals(Optional.empty(), fit.doubt());
    return assertThrows(IllegalArgumentException.class, fit::check).getMessage();
  }

  @Test
  void whatDoesNotFitABoardIsRefusedWithTheNumbersAndWhatWouldFit() {
    assertEquals(
        "preset accuracy takes at least 75.96 GB on each device, weights and one block of cache,"
            + " and 12.87 GB are free (N150, 1 device); it would fit on 8 devices of a t3k",
        refusal(fit(llama70B(), ACCURACY, "n150", "N150", 1)));
    assertEquals(
        "preset accuracy takes at least 18.99 GB on each device, weights and one block of cache,"
            + " and 12.87 GB are free (T3K, 4 devices); it would fit on 8 devices of this t3k",
        refusal(fit(llama70B(), ACCURACY, "t3k", "T3K", 4)));
    assertEquals(
        "preset accuracy takes at least 18.99 GB on each device, weights and one block of cache,"
            + " and 12.87 GB are free (TG, 4 devices); it would fit on 8 devices (2 x 4) of this"
            + " galaxy",
        refusal(fit(llama70B(), ACCURACY, "galaxy", "TG", 4)));
    // A board that nobody knows the neighbours of.
    assertEquals(
        "preset accuracy takes at least 18.99 GB on each device, weights and one block of cache,"
            + " and 12.87 GB are free (N300_2x2, 4 devices); it would fit on 8 devices of a t3k",
        refusal(fit(llama70B(), ACCURACY, "n150x4", "N300_2x2", 4)));
    DecoderConfig elevenBillion = llama(4096, 14_336, 50, 32, 4096);
    String two = refusal(fit(elevenBillion, ACCURACY, "n300", "N300", 1));
    assertTrue(
        two.endsWith("it would fit with preset performance, or on 2 devices of this n300"), two);
    DecoderConfig huge = llama(16_384, 65_536, 400, 128, 4096);
    String nowhere = refusal(fit(huge, ACCURACY, "n150", "N150", 1));
    assertTrue(nowhere.endsWith("; no known system has room for it"), nowhere);
  }

  /** A short prompt may do: it is for whoever asks for it to know. */
  @Test
  void aLongContextIsDoubtedAndNotRefused() {
    MemoryFit fits = fit(llama8B(4096), ACCURACY, "n150", "N150", 1);
    fits.check();
    assertEquals(Optional.empty(), fits.doubt());
    MemoryFit longer = fit(llama8B(131_072), ACCURACY, "n150", "N150", 1);
    longer.check();
    String doubt = longer.doubt().orElseThrow();
    assertTrue(doubt.startsWith("weights of 9.09 GB, cache of 17.18 GB for 131072 tokens"), doubt);
    assertTrue(
        doubt.endsWith("12.87 GB free on each device: there may be no room for long prompts"));
  }

  /** The least that is refused, and the most that is not. */
  @Test
  void theLimitIsTheFreeMemory() {
    HWConfig n150 = HWConfig.of("n150");
    MemoryFit fits = fit(llama8B(4096), PERFORMANCE, "n150", "N150", 1);
    long least = fits.weightBytes() + n150.plan(llama8B(4096), PERFORMANCE, 1, 1, 32).cacheBytes();
    DeviceInfo info = new DeviceInfo(0, n150.arch(), "N150", "", 2, 8, 8, 12, 1, 1, 1, least, 1);
    assertFalse(new MemoryFit(llama8B(4096), PERFORMANCE, info, n150.target(), least).isRefused());
    assertTrue(
        new MemoryFit(llama8B(4096), PERFORMANCE, info, n150.target(), least - 1).isRefused());
  }

  /** Weights are mapped: what exceeds the memory runs, slowly. */
  @Test
  void theHostRefusesNothing() {
    DeviceOptions small = DeviceOptions.builder().dramBytes(1L << 30).numThreads(1).build();
    try (Device device = Device.open(small)) {
      MemoryFit fit = MemoryFit.of(llama70B(), ACCURACY, device);
      fit.check();
      assertFalse(fit.isRefused());
      String doubt = fit.doubt().orElseThrow();
      assertTrue(doubt.contains("more than the 1.07 GB that this machine has for tensors"), doubt);
      assertEquals(0, device.memory(BufferType.DRAM).allocatedBytes());
    }
  }

  @Test
  void whatCannotBeSharedOutIsRefused() {
    DecoderConfig odd = llama(578, 1536, 2, 8, 64);
    assertEquals(
        "embedding: hiddenSize is 578, which 4 devices cannot share out evenly",
        assertThrows(IllegalArgumentException.class, () -> fit(odd, ACCURACY, "t3k", "T3K", 4))
            .getMessage());
  }
}
