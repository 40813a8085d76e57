"""Small binaries of four formats, put together by hand. They hold no code."""

from __future__ import annotations

import struct


def elf(imports: tuple[str, ...], libraries: tuple[str, ...] = ("libc.so.6",), extra: bytes = b"") -> bytes:
    """A 64-bit ELF with a dynamic segment and no section headers."""
    strings = b"\0"
    places = {}
    for name in (*imports, *libraries, "PyInit_own"):
        places[name] = len(strings)
        strings += name.encode() + b"\0"
    symbols = bytes(24)
    for name in imports:
        symbols += struct.pack("<IBBHQQ", places[name], 0x12, 0, 0, 0, 0)
    symbols += struct.pack("<IBBHQQ", places["PyInit_own"], 0x12, 0, 7, 0x1000, 1)
    head = 64 + 2 * 56
    tables = head + len(symbols) + len(strings)
    entries = [(1, places[one]) for one in libraries] + [(6, head), (5, head + len(symbols)), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *one) for one in entries)
    size = tables + len(dynamic)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, size, size, 4096)
    dyn = struct.pack("<IIQQQQQQ", 2, 4, tables, tables, tables, len(dynamic), len(dynamic), 8)
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    return header + load + dyn + symbols + strings + dynamic + extra


def pe(library: str, functions: tuple[str, ...], code: bytes = b"", extra: bytes = b"") -> bytes:
    """A 64-bit PE with one section that holds its imports and `code`."""
    base, start = 0x1000, 0x200
    names = b"".join(b"\0\0" + one.encode() + b"\0" for one in functions)
    table = 40 + 8 * (len(functions) + 1)
    offsets, at = [], base + table
    for one in functions:
        offsets.append(at)
        at += len(one) + 3
    thunks = b"".join(struct.pack("<Q", one) for one in offsets) + bytes(8)
    directory = struct.pack("<5I", base + 40, 0, 0, at, base + 40) + bytes(20)
    section = directory + thunks + names + library.encode() + b"\0" + code
    directories = bytes(8) + struct.pack("<II", base, 40) + bytes(14 * 8)
    optional = struct.pack("<H", 0x20B).ljust(112, b"\0") + directories
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2022)
    row = struct.pack("<8sIIIIIIHHI", b".text", len(section), base, len(section), start, 0, 0, 0, 0, 0x60000020)
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    return (dos + b"PE\0\0" + coff + optional + row).ljust(start, b"\0") + section + extra


def macho(imports: tuple[str, ...], library: str) -> bytes:
    """A 64-bit Mach-O with a library, a segment and undefined symbols."""
    name = library.encode().ljust(32, b"\0")
    load = struct.pack("<6I", 0xC, 24 + len(name), 24, 0, 0, 0) + name
    strings = b"\0" + b"".join(b"_" + one.encode() + b"\0" for one in imports)
    at, symbols = 1, b""
    for one in imports:
        symbols += struct.pack("<IBBHQ", at, 1, 0, 0, 0)
        at += len(one) + 2
    start = 32 + len(load) + 24
    table = struct.pack("<6I", 2, 24, start, len(imports), start + len(symbols), len(strings))
    header = struct.pack("<IIIIIIII", 0xFEEDFACF, 0x01000007, 3, 6, 2, len(load) + len(table), 0, 0)
    return header + load + table + symbols + strings


def fat(part: bytes) -> bytes:
    """A fat Mach-O with one architecture."""
    return struct.pack(">II5I", 0xCAFEBABE, 1, 0x01000007, 3, 28, len(part), 0) + part


def wasm(imports: tuple[tuple[str, str], ...], export: str) -> bytes:
    """A module with functions that it imports and one that it exports."""

    def text(value: str) -> bytes:
        return bytes([len(value)]) + value.encode()

    rows = b"".join(text(module) + text(name) + b"\0\0" for module, name in imports)
    inside = bytes([len(imports)]) + rows
    outside = b"\1" + text(export) + b"\0\0"
    return b"\0asm\1\0\0\0" + bytes([2, len(inside)]) + inside + bytes([7, len(outside)]) + outside
