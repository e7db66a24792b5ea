#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the one ELF file that stands in for every firmware and kernel of a mocked board.

usage: stub_elf.py FILE

It is never run. TTNN's loader reads it all the same, and wants a RISC-V executable whose first segment is code that begins
at the entry, a second segment of data, a symbol table, and code that says by its relocations where it may be moved to.
"""
import struct
import sys

TEXT = 0x6000
DATA = 0xFFB00000
# auipc ra, 0; jalr ra, 12(ra); ret; ret: a call of the last instruction.
CODE = struct.pack("<4I", 0x00000097, 0x00C080E7, 0x00008067, 0x00008067)
BODY = TEXT + 12
EM_RISCV, R_RISCV_CALL_PLT = 243, 19


def strings(*names):
    table, offsets = b"\0", []
    for name in names:
        offsets.append(len(table))
        table += name.encode() + b"\0"
    return table, offsets


def elf():
    names, name = strings(".text", ".data", ".rela.text", ".symtab", ".strtab", ".shstrtab")
    symbol_names, symbol = strings("_start", "body")
    symbols = bytes(16)
    for offset, value in zip(symbol, (TEXT, BODY)):
        symbols += struct.pack("<3I2BH", offset, value, 4, 0x12, 0, 1)  # a global function in section 1
    relocations = struct.pack("<2Ii", TEXT, 2 << 8 | R_RISCV_CALL_PLT, 0)

    start = 52 + 2 * 32
    sections, body = [bytes(40)], b""

    def section(index, kind, flags, address, content, link=0, info=0, align=4, entry=0):
        nonlocal body
        body += bytes(-len(body) % align)
        sections.append(struct.pack("<10I", name[index], kind, flags, address, start + len(body), len(content), link,
                                    info, align, entry))
        body += content

    section(0, 1, 0x6, TEXT, CODE)                         # PROGBITS, allocated and executable
    section(1, 1, 0x3, DATA, b"")                          # PROGBITS, allocated and writable
    section(2, 4, 0x40, 0, relocations, link=4, info=1, entry=12)
    section(3, 2, 0, 0, symbols, link=5, info=1, entry=16)
    section(4, 3, 0, 0, symbol_names, align=1)
    section(5, 3, 0, 0, names, align=1)
    body += bytes(-len(body) % 4)

    header = b"\x7fELF\1\1\1" + bytes(9) + struct.pack(
        "<2H5I6H", 2, EM_RISCV, 1, TEXT, 52, start + len(body), 0, 52, 32, 2, 40, len(sections), 6)
    code = struct.pack("<8I", 1, start, TEXT, TEXT, len(CODE), len(CODE), 0x5, 16)
    data = struct.pack("<8I", 1, start + len(CODE), DATA, TEXT + len(CODE), 0, 0, 0x6, 16)
    return header + code + data + body + b"".join(sections)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(elf())
