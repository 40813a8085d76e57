"""From bytes to facts: find the version, unmarshal, lift, lower."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.instructions import instructions
from pratique.languages.bytecode.lift import lift, mentioned, scalars
from pratique.languages.bytecode.marshal import Code, load
from pratique.languages.bytecode.versions import GUESSED, VERSIONS, Version, by_header, by_minor, table_of
from pratique.languages.python.lower import lower
from pratique.model import Facts, Scope, Span

SAMPLED = 30_000
"""Instructions that are looked at to tell versions apart."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Unmarshalled bytecode."""

    version: Version
    value: Any
    problem: str
    guessed: bool


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of a `.pyc` file, or of marshalled bytes without its header. Never raises."""
    try:
        return _read(data, depth, front_end)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        reason = f"reading stopped: {type(error).__name__}"
        empty = Scope(0, -1, "module", "", (), Span())
        return Facts(language="python", front_end=front_end, depth=depth, scopes=(empty,), limits=(reason,))


def open_code(data: bytes) -> Opened:
    """Unmarshal a `.pyc` file or a marshalled value, of whatever version."""
    version = by_header(data)
    if version is not None:
        loaded = load(data[version.header :], version.layout)
        if isinstance(loaded.value, Code):
            return Opened(version, loaded.value, loaded.problem, guessed=False)
    return _guess(data)


def _guess(data: bytes) -> Opened:
    """Try the versions on bytes without a header and take the one with the fewest contradictions."""
    best: tuple[int, Opened] | None = None
    loads: dict[str, Any] = {}
    for minor in GUESSED:
        version = by_minor(minor)
        loaded = loads.setdefault(version.layout.name, load(data, version.layout))
        defects = _defects(loaded.value, version) + 10_000 * bool(loaded.problem) + 20_000 * (loaded.value is None)
        if best is None or defects < best[0]:
            best = (defects, Opened(version, loaded.value, loaded.problem, guessed=True))
    if best is None:
        return Opened(VERSIONS[-1], None, "no version reads it", guessed=True)
    return best[1]


def _defects(value: Any, version: Version) -> int:
    """Count what speaks against a version: unknown instructions, indices that lead nowhere."""
    table = table_of(version.minor)
    stack, found, seen = [value], 0, 0
    while stack and seen < SAMPLED and table is not None:
        code = stack.pop()
        if not isinstance(code, Code):
            continue
        stack.extend(one for one in code.consts if isinstance(one, Code))
        found += 50 * (not code.code) + 5 * (not code.name)
        steps = instructions(code.code[: 2 * (SAMPLED - seen)], table, version.minor)
        seen += 1 + len(steps)
        for one in steps:
            found += not one.name
            found += code.code[one.at] in table.special
            found += one.name == "LOAD_CONST" and one.arg >= len(code.consts)
            found += one.name in ("LOAD_NAME", "STORE_NAME", "IMPORT_NAME") and one.arg >= len(code.names)
            found += one.name in ("LOAD_FAST", "STORE_FAST") and one.arg >= len(code.locals)
            found += one.target > len(code.code)
        if version.minor >= (3, 11):  # what is kept beside instructions is empty in a file
            ends = [one.at for one in steps[1:]]
            found += sum(any(code.code[one.at + 2 : end]) for one, end in zip(steps, ends, strict=False))
        found += 3 * (version.minor >= (3, 11) and not any(one.name == "RESUME" for one in steps[:6]))
        found += 3 * (not steps or not steps[-1].name.startswith(("RETURN", "RERAISE", "JUMP", "RAISE", "END")))
    return found


def _read(data: bytes, depth: str, front_end: str) -> Facts:
    opened = open_code(data)
    body, limits = _statements(opened)
    if opened.problem:
        limits = (f"bytecode only partly read: {opened.problem}", *limits)
    lines = max((getattr(one, "lineno", 1) for one in body), default=1)
    lowered = lower(ast.Module(body=body, type_ignores=[]), "\n" * min(lines, 1_000_000))
    return Facts(
        language="python",
        front_end=front_end,
        depth=depth,
        scopes=lowered.scopes,
        imports=lowered.imports,
        limits=(*limits, *lowered.limits),
        lines=lines,
        dialect=f"bytecode {opened.version.text}" + ("?" if opened.guessed else ""),
    )


def _statements(opened: Opened) -> tuple[list[ast.stmt], tuple[str, ...]]:
    value = opened.value
    if not isinstance(value, Code):
        if value is None and opened.problem:
            return [syntax.place(ast.Pass(), 1)], ()
        return _data(value), ()
    table = table_of(opened.version.minor)
    if table is None:
        return mentioned(value), (f"bytecode only partly read: no table of the instructions of {opened.version.text}",)
    body, problems = lift(value, table, opened.version.minor)
    if problems:
        body += mentioned(value)
    return body, tuple(f"bytecode only partly read: {one}" for one in problems)


def _data(value: Any) -> list[ast.stmt]:
    """Return the texts and bytes of a marshalled value that is no code."""
    found = [syntax.assign(syntax.name("$data", 1, store=True), syntax.const(one, 1), 1) for one in scalars(value)]
    return list(found) or [syntax.place(ast.Pass(), 1)]
