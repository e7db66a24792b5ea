// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.MixtureOfExpertsConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceInfo;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.MathFidelity;
import dev.tttv2.ffm.TtnnException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HWConfigTest {
  private static final long TILES_8B = 1088;
  private static final long TILES_4B = 576;

  static DecoderConfig.Builder llama(int hidden, int inner, int layers, int heads) {
    return DecoderConfig.builder()
        .vocabSize(128_256)
        .hiddenSize(hidden)
        .intermediateSize(inner)
        .numLayers(layers)
        .numHeads(heads)
        .numKvHeads(8)
        .headDim(128)
        .maxPositions(131_072);
  }

  private static DecoderConfig llama8B() {
    return llama(4096, 14_336, 32, 32).build();
  }

  private static DecoderConfig llama70B() {
    return llama(8192, 28_672, 80, 64).build();
  }

  private static HWPlan plan(String hardware, DecoderConfig config, int group, int batch) {
    return HWConfig.of(hardware).plan(config, OptimizationConfig.performance(), group, batch, 2048);
  }

  @Test
  void catalogueHasEverySystemOnceWithItsSource() {
    List<HWConfig> all = HWConfig.catalogue();
    assertEquals(all.size(), all.stream().map(HWConfig::name).collect(Collectors.toSet()).size());
    for (HWConfig hardware : all) {
      assertEquals(hardware, HWConfig.of(hardware.name().toUpperCase()));
      assertTrue(hardware.sources().toString().startsWith("mesh: "), hardware.toString());
      assertEquals(hardware.chips() == 1, hardware.links() == 0, hardware.name());
      assertEquals(hardware.meshCols(), hardware.target().meshCols());
    }
    assertEquals(32, HWConfig.of("galaxy").chips());
    String message =
        assertThrows(IllegalArgumentException.class, () -> HWConfig.of("n151")).getMessage();
    assertTrue(message.startsWith("no hardware \"n151\" is known; there are [n150, "), message);
  }

  @Test
  void peakFollowsCoresClockAndPasses() {
    // 64 cores x 4096 operations x 1 GHz: the 262 TFLOPS of a chip of the n300's data sheet.
    assertEquals(262.1e12, HWConfig.of("n300").peakFlops(MathFidelity.LOFI), 0.1e12);
    assertEquals(65.5e12, HWConfig.of("n150").peakFlops(MathFidelity.HIFI4), 0.1e12);
    assertEquals(304.1e12, HWConfig.of("p150").peakFlops(MathFidelity.HIFI2), 0.1e12);
  }

  /** An open device of a board, with 29 GB and 1.4 MB, neither of which the catalogue has. */
  private static DeviceInfo device(
      String arch, String board, int gridX, int gridY, int banks, int chips) {
    return new DeviceInfo(
        0, arch, board, "", 2, gridX, gridY, banks, 1, chips, 1, 29_000_000_000L, 1_400_000);
  }

  /** By TTNN's names of boards, whatever part of them is open, and with the device's figures. */
  @ParameterizedTest
  @CsvSource({
    "wormhole_b0, N150, n150, 8, 8, 12, 1, 288",
    "wormhole_b0, N300, n300, 8, 7, 12, 1, 288",
    "wormhole_b0, T3K, t3k, 8, 7, 12, 4, 288",
    "wormhole_b0, TG, galaxy, 8, 9, 12, 8, 288",
    "wormhole_b0, GALAXY, galaxy, 8, 9, 12, 32, 288",
    "blackhole, P100, p100, 12, 10, 7, 1, 448",
    "blackhole, P150, p150, 13, 10, 8, 1, 512",
    "blackhole, P150, p150, 13, 10, 7, 1, 448",
    "blackhole, P150_X4, p150x4, 11, 10, 8, 1, 512",
    "blackhole, P300_X2, p300x2, 11, 10, 8, 4, 512",
    "blackhole, BLACKHOLE_GALAXY, bh-galaxy, 11, 10, 8, 32, 500",
  })
  void anOpenDeviceKnowsBetter(
      String arch,
      String board,
      String name,
      int gridX,
      int gridY,
      int banks,
      int open,
      double gigabytes) {
    HWConfig known = HWConfig.of(name);
    HWConfig hardware = HWConfig.of(device(arch, board, gridX, gridY, banks, open));
    assertEquals(name, hardware.name());
    assertEquals(known.chips(), hardware.chips());
    assertEquals(gridX * gridY, hardware.cores());
    assertEquals(banks, hardware.dramBanks());
    assertEquals(29_000_000_000L, hardware.dramBytes());
    assertEquals(1_400_000, hardware.l1BytesPerCore());
    assertEquals(gigabytes * 1e9, hardware.dramBandwidth(), 1);
    assertEquals(known.links(), hardware.links());
    assertEquals("the open device", hardware.sources().reported());
    assertEquals(known.sources().links(), hardware.sources().links());
  }

  /** What nothing tells apart is one system if its figures are, and ambiguous if they are not. */
  @Test
  void withoutANameTheFiguresDecide() {
    HWConfig wormhole = HWConfig.of(device("wormhole_b0", "CUSTOM", 8, 9, 12, 4));
    assertEquals("n150x4 or galaxy", wormhole.name(), "no n300 has 72 cores");
    assertEquals(4, wormhole.chips());
    assertEquals(1, wormhole.links());
    assertEquals("p100", HWConfig.of(device("blackhole", "", 12, 10, 7, 1)).name());
    assertEquals(
        "1 chip of blackhole with 11 x 10 cores and 8 DRAM banks may be a p150 or a bh-galaxy,"
            + " whose DRAM or clock is of another speed",
        refusal(device("blackhole", "INVALID", 11, 10, 8, 1)));
  }

  @Test
  void whatIsNoKnownHardwareIsRefused() {
    assertEquals(
        "a device of \"host\" is no Tenstorrent hardware",
        refusal(device("host", "a processor", 8, 8, 12, 1)));
    String unknown = refusal(device("wormhole_b0", "N300_2x2", 8, 8, 12, 4));
    assertTrue(
        unknown.startsWith("no figures are known of a board \"N300_2x2\"; there are [n150, "),
        unknown);
    assertEquals(
        "no hardware is known of 1 chip of blackhole with 13 x 10 cores and 7 DRAM banks",
        refusal(device("blackhole", "CUSTOM", 13, 10, 7, 1)));
    assertEquals(
        "the device says that its board is a N300, of 2 chips of wormhole_b0 with at most 64 cores,"
            + " and 4 chips of wormhole_b0 with 8 x 8 cores and 12 DRAM banks: a contradiction",
        refusal(device("wormhole_b0", "N300", 8, 8, 12, 4)));
    assertTrue(refusal(device("blackhole", "N300", 8, 8, 8, 1)).endsWith(": a contradiction"));
    assertTrue(refusal(device("blackhole", "P100", 13, 10, 7, 1)).endsWith(": a contradiction"));
  }

  private static String refusal(DeviceInfo info) {
    return assertThrows(IllegalArgumentException.class, () -> HWConfig.of(info)).getMessage();
  }

  /**
   * Of every system: what is planned opens, as groups that blocks take; nothing else is planned.
   */
  @Test
  void whatIsPlannedOpens() {
    DecoderConfig config = llama8B();
    for (HWConfig hardware : HWConfig.catalogue()) {
      int rows = hardware.meshRows();
      int cols = hardware.meshCols();
      DeviceOptions mesh =
          DeviceOptions.builder().mesh(rows, cols).dramBytes(1 << 20).numThreads(1).build();
      List<Integer> planned =
          hardware.plans(config, OptimizationConfig.accuracy(), 1, 32).stream()
              .map(HWPlan::group)
              .toList();
      for (int group = 1; group <= hardware.chips(); group++) {
        int size = group;
        if (planned.contains(group)) {
          int groupRows = hardware.groupRows(group);
          List<Device> devices = Device.openGroups(mesh, groupRows, group / groupRows);
          assertEquals(hardware.chips() / group, devices.size());
          for (Device device : devices) {
            assertEquals(group, device.target().tensorParallel());
            device.close();
          }
        } else {
          for (int tall = 1; tall <= size; tall++) {
            int groupRows = tall;
            if (size % tall == 0) {
              assertThrows(
                  TtnnException.class, () -> Device.openGroups(mesh, groupRows, size / groupRows));
            }
          }
          assertEquals(
              "%s: no groups of %d chips, possible are %s"
                  .formatted(hardware.name(), size, planned),
              assertThrows(
                      IllegalArgumentException.class,
                      () -> hardware.plan(config, OptimizationConfig.accuracy(), size, 1, 32))
                  .getMessage());
        }
      }
    }
  }

  @Test
  void groupsArePartsOfARowOrWholeRows() {
    HWConfig galaxy = HWConfig.of("galaxy");
    assertEquals(List.of(1, 2, 4, 8, 16, 32), galaxy.groups());
    assertEquals(
        List.of(1, 1, 1, 2, 4, 8), galaxy.groups().stream().map(galaxy::groupRows).toList());
    assertEquals(
        "galaxy: no groups of 6 chips, possible are [1, 2, 4, 8, 16, 32]",
        assertThrows(IllegalArgumentException.class, () -> galaxy.groupRows(6)).getMessage());
    // What each chip has does not depend on the shape of its group.
    assertEquals(plan("t3k", llama8B(), 8, 1).bytes(), plan("galaxy", llama8B(), 8, 4).bytes());
    String plan = plan("galaxy", llama70B(), 16, 1).toString();
    assertTrue(plan.startsWith("galaxy, 2 x 16 chips (4 x 4): fits, "), plan);
    assertEquals(List.of(1, 2, 4, 8), HWConfig.of("t3k").groups());
  }

  /** Bytes of a tensor's pages, of which each of a Wormhole's banks takes as many. */
  private static long banks(long pages, long size) {
    return Math.ceilDiv(pages, 12L) * 12 * size;
  }

  @Test
  void bytesAreThoseOfTheTensors() {
    HWPlan plan = plan("n150", llama8B(), 1, 1);
    long layer =
        banks(128 * 192, TILES_8B) // queries, keys, values
            + banks(128 * 128, TILES_8B)
            + 2 * banks(128 * 448, TILES_4B) // gate and up
            + banks(448 * 128, TILES_8B)
            + 2 * banks(128, 64); // norms, in rows of a tile's width
    long ends = banks(128_256, 8192) + banks(128 * 4008, TILES_8B) + banks(128, 64);
    long ropes = 2 * banks(2048, 256);
    assertEquals(32 * layer + ends + ropes, plan.weightBytes());
    assertEquals(32L * 2 * 8 * 64 * 4 * TILES_8B, plan.cacheBytes());
    long linears = 128 * 192 + 128 * 128 + 448 * 128;
    double read =
        32.0 * (linears * TILES_8B + 128 * 896 * TILES_4B)
            + 128 * 4008 * TILES_8B
            + plan.cacheBytes();
    assertEquals(read / (288e9 * 0.92), plan.memorySeconds(), 1e-9);
    assertEquals(HWPlan.Limit.MEMORY, plan.limit());
    // Eight chips have an eighth of everything but the rotary tables, whose heads each needs.
    HWPlan shared = plan("t3k", llama8B(), 8, 1);
    long part =
        banks(128 * 24, TILES_8B)
            + banks(16 * 128, TILES_8B)
            + 2 * banks(128 * 56, TILES_4B)
            + banks(56 * 128, TILES_8B)
            + 2 * banks(16, 64);
    long parts = banks(128_256, 1024) + banks(128 * 501, TILES_8B) + banks(16, 64);
    assertEquals(32 * part + parts + ropes, shared.weightBytes());
    assertEquals(plan.cacheBytes() / 8, shared.cacheBytes());
    // Eight groups of one serve eight users.
    HWPlan apart = plan("t3k", llama8B(), 1, 8);
    assertEquals(8, apart.replicas());
    assertEquals(1, apart.users());
    assertEquals(plan.bytes(), apart.bytes());
    assertEquals(8 * plan.tokensPerSecond(), apart.tokensPerSecond(), 1e-6);
  }

  private static DecoderConfig.Builder smolLM2() {
    return DecoderConfig.builder()
        .vocabSize(49_152)
        .hiddenSize(576)
        .intermediateSize(1536)
        .numLayers(30)
        .numHeads(9)
        .numKvHeads(3);
  }

  /** What a mocked t3k had allocated for SmolLM2-135M, whose eighth of a hidden row is no tile. */
  @Test
  void sharesArePaddedAsTheyAreAllocated() {
    DecoderConfig smol = smolLM2().maxPositions(5120).tiedEmbeddings(true).build();
    HWPlan shared = HWConfig.of("t3k").plan(smol, OptimizationConfig.performance(), 8, 1, 5120);
    assertEquals(28_743_168, shared.weightBytes());
  }

  /** Groups that nobody uses give no tokens. */
  @Test
  void tokensAreThoseOfTheUsersThatThereAre() {
    HWPlan one = plan("t3k", llama8B(), 1, 1);
    assertEquals(1, one.users());
    assertEquals(one.tokensPerSecondPerUser(), one.tokensPerSecond());
    HWPlan nine = plan("t3k", llama8B(), 1, 9);
    assertEquals(2, nine.users());
    assertEquals(9 * nine.tokensPerSecondPerUser(), nine.tokensPerSecond(), 1e-6);
  }

  /** Speeds that were measured on boards (tt-metal's tables) stay below what arithmetic allows. */
  @ParameterizedTest
  @CsvSource({
    "n150, 8, 1, 1, 28.3",
    "n300, 8, 2, 1, 44.2",
    "t3k, 8, 8, 1, 64.3",
    "p100, 8, 1, 1, 29.5",
    "p150, 8, 1, 1, 33.6",
    "n150, 8, 1, 32, 23.5",
    "t3k, 70, 8, 1, 16.6"
  })
  void measuredSpeedsAreWithinTheBound(
      String hardware, int billions, int group, int batch, double measured) {
    HWPlan plan = plan(hardware, billions == 8 ? llama8B() : llama70B(), group, batch);
    assertTrue(plan.fits(), plan.toString());
    assertTrue(plan.tokensPerSecondPerUser() > measured, plan.toString());
  }

  @Test
  void whatDoesNotFitSaysSo() {
    HWPlan large = plan("n150", llama70B(), 1, 1);
    assertFalse(large.fits());
    assertTrue(large.toString().startsWith("n150, 1 x 1 chip: does not fit, "), large.toString());
    assertTrue(plan("t3k", llama70B(), 8, 1).fits());
    assertFalse(plan("t3k", llama70B(), 1, 1).fits());
    DecoderConfig nineHeads = smolLM2().maxPositions(8192).build();
    assertTrue(plan("n300", nineHeads, 1, 2).fits());
    // Two of three heads on each chip, one of them of zeros.
    HWPlan padded = plan("n300", nineHeads, 2, 1);
    assertTrue(padded.fits());
    assertEquals(plan("n300", nineHeads, 1, 1).cacheBytes() * 2 / 3, padded.cacheBytes());
    DecoderConfig odd = nineHeads.toBuilder().hiddenSize(578).headDim(64).build();
    assertEquals(
        Optional.of("embedding: hiddenSize is 578, which 4 devices cannot share out evenly"),
        plan("p150x4", odd, 4, 1).problem());
    HWPlan float32 =
        HWConfig.of("n150").plans(nineHeads, OptimizationConfig.float32(), 1, 64).getFirst();
    assertFalse(float32.fits());
    assertEquals(
        Optional.of(
            "embedding: weightDtype: wormhole_b0 takes no FLOAT32 in embedding, attention and"
                + " caches; use BFLOAT16"),
        float32.problem());
    // What TTNN's attention does not have.
    assertEquals(
        Optional.of(
            "ALiBi: masks beside keys in a cache: TTNN's attention has none (wormhole_b0), only the"
                + " host library's has"),
        plan("n150", nineHeads.toBuilder().alibi().build(), 1, 1).problem());
    assertEquals(
        Optional.of(
            "attention: logitSoftcap 50.0: TTNN's attention has none (blackhole), only the host"
                + " library's has"),
        plan("p150", nineHeads.toBuilder().attentionSoftcap(50).build(), 1, 1).problem());
    assertThrows(
        IllegalArgumentException.class,
        () -> HWConfig.of("n150").plans(nineHeads, OptimizationConfig.accuracy(), 1, 8193));
    assertThrows(
        IllegalArgumentException.class,
        () -> HWConfig.of("n150").plans(nineHeads, OptimizationConfig.accuracy(), 0, 64));
  }

  @Test
  void expertsThatNobodyChoosesAreNotRead() {
    DecoderConfig mixtral =
        llama(4096, 14_336, 32, 32)
            .experts(new MixtureOfExpertsConfig(8, 2, 14_336, true, 0, List.of()))
            .build();
    HWPlan one = plan("t3k", mixtral, 8, 1);
    HWPlan many = plan("t3k", mixtral, 8, 64);
    assertTrue(one.fits(), one.toString());
    long dense = plan("t3k", llama8B(), 8, 1).weightBytes();
    long expert = 32L * (128 * 112 * TILES_4B + 56 * 128 * TILES_8B);
    long mlp = 2 * banks(128 * 56, TILES_4B) + banks(56 * 128, TILES_8B);
    long experts = 2 * banks(8 * 128 * 56, TILES_4B) + banks(8 * 56 * 128, TILES_8B);
    long router = banks(128, 2048);
    assertEquals(dense + 32 * (experts + router - mlp), one.weightBytes());
    double reached = 288e9 * 0.92;
    assertEquals(
        plan("t3k", llama8B(), 8, 1).memorySeconds() + expert / reached, one.memorySeconds(), 1e-9);
    double weightsOfMany = many.memorySeconds() - many.cacheBytes() / reached;
    double weightsOfOne = one.memorySeconds() - one.cacheBytes() / reached;
    assertEquals(6 * expert / reached, weightsOfMany - weightsOfOne, 1e-6);
  }
}
