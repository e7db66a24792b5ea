#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the cluster descriptors of the boards that can be mocked, BOARD.yaml each.

usage: boards.py DIRECTORY

A descriptor says what TTNN would find by asking the hardware: chips, which of them are on PCIe, what is switched off in each
(a set bit is a row of cores, a DRAM bank, an Ethernet channel that is off), Ethernet links, and boards, whose kind is in
the upper bits of their number.
"""
import pathlib
import sys

BOARD_CODES = {"n150": 0x18, "n300": 0x14, "p100": 0x43, "p150": 0x40, "p300": 0x44}

# Of 14 columns of cores two are off, of 14 Ethernet channels two, of the two PCIe ends one.
BLACKHOLE = dict(arch="blackhole", cores=0b11000000, ethernet=0b100100000, pcie=[0b10])


def link(chip1, channels1, chip2, channels2):
    return [(chip1, a, chip2, b) for a, b in zip(channels1, channels2)]


def t3k():
    """Four n300: chips 0 to 3 on PCIe, chip i + 4 behind chip i. The first four are the inner columns of a 2 x 4 mesh."""
    links = []
    for near in range(4):
        links += link(near, (8, 9), near + 4, (0, 1))
    for a, b in ((0, 2), (1, 3), (4, 5), (6, 7)):
        links += link(a, (6, 7), b, (6, 7))
    for a, b in ((0, 1), (2, 3)):
        links += link(a, (14, 15), b, (14, 15))
    return dict(boards=[("n300", [chip, chip + 4]) for chip in range(4)], links=links, cores=0b1000001, on_pcie=[0, 1, 2, 3],
                places=[(1, 0), (1, 1), (2, 0), (2, 1), (0, 0), (0, 1), (3, 0), (3, 1)])


def p150x4():
    """Four boards in a square."""
    links = []
    for a, b in ((0, 1), (2, 3)):
        links += link(a, (0, 1, 2, 3), b, (0, 1, 2, 3))
    for a, b in ((0, 2), (1, 3)):
        links += link(a, (6, 7, 9, 10), b, (6, 7, 9, 10))
    return dict(BLACKHOLE, boards=[("p150", [chip]) for chip in range(4)], links=links)


SYSTEMS = {
    "n150": dict(boards=[("n150", [0])], cores=0b1000000, places=[(0, 0)]),
    "n300": dict(boards=[("n300", [0, 1])], cores=0b1000001, places=[(0, 0), (1, 0)], on_pcie=[0],
                 links=link(0, (8, 9), 1, (0, 1))),
    "t3k": t3k(),
    "p100": dict(BLACKHOLE, boards=[("p100", [0])], dram=0b1, ethernet=0b11111111111111),
    "p150": dict(BLACKHOLE, boards=[("p150", [0])]),
    "p300": dict(BLACKHOLE, boards=[("p300", [0, 1])], pcie=[0b10, 0b01], links=link(0, (2, 3), 1, (2, 3))),
    "p150x4": p150x4(),
}


def descriptor(boards, links=(), places=(), on_pcie=None, arch="wormhole_b0", cores=0, dram=0, ethernet=0, pcie=(0,)):
    chips = range(sum(len(members) for _, members in boards))
    on_pcie = list(chips) if on_pcie is None else on_pcie

    def block(name, lines, empty="{}"):
        return f"{name}:\n" + "".join(f"  {line}\n" for line in lines) if lines else f"{name}: {empty}\n"

    return "".join([
        block("arch", [f"{chip}: {arch}" for chip in chips]),
        block("chips", [f"{chip}: [{x}, {y}, 0, 0]" for chip, (x, y) in enumerate(places)]),
        block("chip_unique_ids", [f"{chip}: {chip + 1}" for chip in chips]),
        block("ethernet_connections",
              [f"- [{{chip: {a}, chan: {i}}}, {{chip: {b}, chan: {j}}}]" for a, i, b, j in links], "[]"),
        block("ethernet_connections_to_remote_devices", [], "[]"),
        block("chips_with_mmio", [f"- {chip}: {number}" for number, chip in enumerate(on_pcie)]),
        "io_device_type: PCIe\n",
        block("harvesting", [
            f"{chip}: {{noc_translation: true, harvest_mask: {cores}, dram_harvesting_mask: {dram}, "
            f"eth_harvesting_mask: {ethernet}, pcie_harvesting_mask: {pcie[chip % len(pcie)]}, l2cpu_harvesting_mask: 0}}"
            for chip in chips]),
        # TTNN tells boards apart by the upper half of the bus.
        block("chip_to_bus_id", [f'{chip}: "0x{number + 1:x}0"' for number, chip in enumerate(on_pcie)]),
        block("boards", [
            f"- [{{board_id: {(BOARD_CODES[kind] << 36) + number}}}, {{board_type: {kind}}}, {{chips: {members}}}]"
            for number, (kind, members) in enumerate(boards, 1)]),
        block("asic_locations", [f"{chip}: {place}" for _, members in boards for place, chip in enumerate(members)]),
        block("chip_pci_bdfs", [f"{chip}: 0000:{number + 1:x}0:00.0" for number, chip in enumerate(on_pcie)]),
    ])


if __name__ == "__main__":
    for name, system in SYSTEMS.items():
        pathlib.Path(sys.argv[1], name + ".yaml").write_text(descriptor(**system))
