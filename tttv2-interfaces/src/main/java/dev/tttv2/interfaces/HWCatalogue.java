// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;

/**
 * The systems of Tenstorrent chips that are known, with the source of each number:
 *
 * <ul>
 *   <li>"specifications": docs.tenstorrent.com, aibs/wormhole/specifications.html and
 *       aibs/blackhole/specifications.html, read in November 2026.
 *   <li>"on mocked boards": what ttnn 0.81.1 reports on a mocked board (grid, L1 and the DRAM that
 *       tensors can have; links: {@code ttnn.get_num_links} with FABRIC_1D).
 *   <li>"mesh_graph_descriptor": mesh and channels in ttnn 0.81.1's
 *       tt_metal/fabric/mesh_graph_descriptors/*_mesh_graph_descriptor.textproto. Channels are what
 *       may be cabled; their policy is RELAXED, so there may be fewer.
 *   <li>"tt_ccl.py": what collectives are told to use, tenstorrent/tt-transformers 02290fbb,
 *       src/tt_transformers/modules/tt_ccl.py. Where it differs from the others it is taken: asking
 *       for more links than are trained hangs a board.
 * </ul>
 */
final class HWCatalogue {
  private static final String WORMHOLE_SPEC = "docs.tenstorrent.com, Wormhole specifications";
  private static final String BLACKHOLE_SPEC = "docs.tenstorrent.com, Blackhole specifications";
  private static final String MOCK = "ttnn 0.81.1 on a mocked board";
  private static final String DESCRIPTOR = "ttnn 0.81.1, %s_mesh_graph_descriptor.textproto";
  private static final String TT_CCL = "tt-transformers 02290fbb, tt_ccl.py";

  /** Bytes of a bank that tensors can have. */
  private static final long WORMHOLE_BANK = 1_072_693_184L;

  private static final long BLACKHOLE_BANK = 4_277_141_376L;

  static final List<HWConfig> SYSTEMS =
      List.of(
          wormhole("n150", 1, 1, 72, 0, WORMHOLE_SPEC, descriptor("n150"), "one chip has none"),
          wormhole(
              "n300",
              1,
              2,
              64,
              1,
              WORMHOLE_SPEC,
              descriptor("n300"),
              TT_CCL + ", and " + MOCK + " (channels: 2, " + descriptor("n300") + ")"),
          wormhole("n150x4", 1, 4, 72, 1, WORMHOLE_SPEC, "four n150 in a row, " + TT_CCL, TT_CCL),
          wormhole(
              "t3k",
              1,
              8,
              64,
              1,
              WORMHOLE_SPEC + ", four n300",
              "the 2 x 4 of " + descriptor("t3k") + " as a row, which " + MOCK + " opens",
              TT_CCL + ", and " + MOCK + " (channels: 2, " + descriptor("t3k") + ")"),
          wormhole(
              "galaxy",
              8,
              4,
              80,
              4,
              "assumed to be an n300 chip's, cores the processor's in " + WORMHOLE_SPEC,
              descriptor("single_galaxy"),
              TT_CCL + ", and " + descriptor("single_galaxy")),
          blackhole(
              "p100",
              1,
              1,
              120,
              7,
              448e9,
              0,
              BLACKHOLE_SPEC,
              descriptor("p100"),
              "one chip has none"),
          blackhole(
              "p150",
              1,
              1,
              140,
              8,
              512e9,
              0,
              BLACKHOLE_SPEC,
              descriptor("p150"),
              "one chip has none"),
          blackhole(
              "p150x2",
              1,
              2,
              140,
              8,
              512e9,
              4,
              BLACKHOLE_SPEC + ", two p150",
              descriptor("p150_x2"),
              "channels in " + descriptor("p150_x2")),
          blackhole(
              "p300",
              1,
              2,
              140,
              8,
              512e9,
              2,
              "assumed to be a p150's: no specification found",
              descriptor("p300"),
              TT_CCL + ", " + descriptor("p300") + ", and " + MOCK),
          blackhole(
              "p150x4",
              1,
              4,
              140,
              8,
              512e9,
              2,
              BLACKHOLE_SPEC + ", four p150",
              "the 2 x 2 of " + descriptor("p150_x4") + " as a row, which " + MOCK + " opens",
              TT_CCL + " (channels: 4, " + descriptor("p150_x4") + ", and " + MOCK + ")"),
          blackhole(
              "p300x2",
              1,
              4,
              140,
              8,
              512e9,
              2,
              "assumed to be a p150's: no specification found",
              "the 2 x 2 of " + descriptor("p300_x2") + " as a row",
              "channels in " + descriptor("p300_x2")),
          blackhole(
              "p150x8",
              1,
              8,
              140,
              8,
              512e9,
              2,
              BLACKHOLE_SPEC + ", eight p150",
              "the 2 x 4 of " + descriptor("p150_x8") + " as a row",
              TT_CCL + ", and " + descriptor("p150_x8")),
          blackhole(
              "bh-galaxy",
              8,
              4,
              140,
              8,
              500e9,
              2,
              "a 32nd of 1 TB at 16 TB/s, reports of Tenstorrent's talk at Hot Chips 2024; cores"
                  + " the processor's in "
                  + BLACKHOLE_SPEC,
              descriptor("single_bh_galaxy"),
              TT_CCL + ", and " + descriptor("single_bh_galaxy")));

  private HWCatalogue() {}

  private static String descriptor(String board) {
    return DESCRIPTOR.formatted(board);
  }

  private static HWConfig wormhole(
      String name,
      int rows,
      int cols,
      int cores,
      int links,
      String chip,
      String mesh,
      String linksSource) {
    return new HWConfig(
        name,
        "wormhole_b0",
        rows,
        cols,
        cores,
        8,
        8,
        12,
        12 * WORMHOLE_BANK,
        288e9,
        1_393_312,
        1e9,
        links,
        new HWSources(
            mesh, chip, WORMHOLE_SPEC, "ttnn 0.81.1 on mocked n150, n300 and t3k", linksSource));
  }

  private static HWConfig blackhole(
      String name,
      int rows,
      int cols,
      int cores,
      int banks,
      double bandwidth,
      int links,
      String chip,
      String mesh,
      String linksSource) {
    return new HWConfig(
        name,
        "blackhole",
        rows,
        cols,
        cores,
        11,
        10,
        banks,
        banks * BLACKHOLE_BANK,
        bandwidth,
        1_461_120,
        1.35e9,
        links,
        new HWSources(
            mesh,
            chip,
            BLACKHOLE_SPEC
                + ", and asic_fmax in tt-system-firmware's board configuration reference",
            "ttnn 0.81.1 on mocked p100, p150, p300 and p150x4",
            linksSource));
  }
}
