"""Opcodes that move values about and make constants."""

from __future__ import annotations

import ast
import struct
from typing import Final

from pratique.languages.bytecode import syntax
from pratique.languages.pickle.machine import LINE, MARK, Handlers, Machine
from pratique.languages.pickle.opcodes import GETS, Opcode, index_of

HANDLERS: Final = Handlers()


@HANDLERS.does(b"(")
def _mark(m: Machine, _one: Opcode) -> None:
    m.push(MARK)


@HANDLERS.does(b"0")
def _pop(m: Machine, _one: Opcode) -> None:
    m.effect(m.take())


@HANDLERS.does(b"1")
def _pop_mark(m: Machine, _one: Opcode) -> None:
    for value in m.marked():
        m.effect(value)


@HANDLERS.does(b"2")
def _dup(m: Machine, _one: Opcode) -> None:
    value = m.take()
    value = m.named(value) if isinstance(value, ast.expr) else value
    m.push(value)
    m.push(value)


@HANDLERS.does(bytes(GETS))
def _get(m: Machine, one: Opcode) -> None:
    m.push(m.memo.get(index_of(one), syntax.unknown(LINE)))


# --- constants

_FIXED: Final = {ord("N"): None, 0x88: True, 0x89: False}


@HANDLERS.does(bytes(_FIXED))
def _fixed(m: Machine, one: Opcode) -> None:
    m.push(m.plain(_FIXED[one.code]))


@HANDLERS.does(b"ILF")
def _number_line(m: Machine, one: Opcode) -> None:
    text = one.arg.rstrip(b"L")
    if one.arg in (b"00", b"01"):
        m.push(m.plain(one.arg == b"01"))
        return
    try:
        m.push(m.plain(float(text) if one.code == ord("F") else int(text[:4000])))
    except ValueError:
        m.push(m.plain(None))


@HANDLERS.does(b"KM")
def _unsigned(m: Machine, one: Opcode) -> None:
    m.push(m.plain(int.from_bytes(one.arg, "little")))


@HANDLERS.does(b"J\x8a\x8b")
def _signed(m: Machine, one: Opcode) -> None:
    m.push(m.plain(int.from_bytes(one.arg[:4096], "little", signed=True)))


@HANDLERS.does(b"G")
def _float(m: Machine, one: Opcode) -> None:
    m.push(m.plain(struct.unpack(">d", one.arg)[0]))


@HANDLERS.does(b"X\x8c\x8d")
def _text(m: Machine, one: Opcode) -> None:
    m.push(m.plain(one.arg.decode("utf-8", "surrogatepass" if _passes(one.arg) else "replace")))


def _passes(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


@HANDLERS.does(b"V")
def _text_line(m: Machine, one: Opcode) -> None:
    try:
        m.push(m.plain(one.arg.decode("raw-unicode-escape")))
    except UnicodeDecodeError:
        m.push(m.plain(one.arg.decode("latin-1")))


@HANDLERS.does(b"UT")
def _old_text(m: Machine, one: Opcode) -> None:
    """Take the strings of Python 2 as text where they are text."""
    m.push(m.plain(one.arg.decode("ascii") if one.arg.isascii() else one.arg))


@HANDLERS.does(b"S")
def _old_line(m: Machine, one: Opcode) -> None:
    """Take a quoted literal, with the escapes of Python 2."""
    quoted = one.arg.strip()
    if len(quoted) >= 2 and quoted[0] == quoted[-1] and quoted[0] in b"'\"":
        quoted = quoted[1:-1]
    m.push(m.plain(_unescaped(quoted)))


def _unescaped(raw: bytes) -> str | bytes:
    import codecs

    try:
        found = codecs.escape_decode(raw)[0]
    except ValueError:
        found = raw
    return found.decode("ascii") if isinstance(found, bytes) and found.isascii() else found


@HANDLERS.does(b"CB\x8e\x96")
def _bytes(m: Machine, one: Opcode) -> None:
    m.push(m.plain(one.arg))


@HANDLERS.does(b"PQ\x82\x83\x84\x97")
def _outside(m: Machine, one: Opcode) -> None:
    """Take what only the program that loads the pickle knows: persistent ids, registered extensions, buffers."""
    if one.code == ord("Q"):
        m.effect(m.take())
    m.push(syntax.unknown(LINE))
