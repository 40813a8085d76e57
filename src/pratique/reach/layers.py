"""Layers: constants that some call runs as code, whatever they were decoded from and wherever they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.capabilities import classify
from pratique.capabilities.lines import MapLine
from pratique.link import Ref
from pratique.model import HOLE, File, Node
from pratique.reach.evidence import Reader
from pratique.reach.filekeys import RUN_ROLES, RUNS
from pratique.reach.replay import as_code
from pratique.reach.started import COMMAND_LANGUAGES
from pratique.reach.uses import RawUse

MAX_LAYER = 16 << 20
"""Bytes of one layer."""
MIN_LAYER = 3
MAX_WRITTEN = 100_000
"""Contents that are written, times the functions that run files of the same names."""
_SUFFIXES = {".py": "python", ".pyw": "python", ".sh": "shell", ".ps1": "powershell", ".bat": "batch", ".cmd": "batch",
             ".js": "javascript"}  # fmt: skip
_BY_COMMAND = {"shell": "shell", "powershell": "powershell", "node": "javascript"}
_FUEL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLayer:
    """Code that was carried as data."""

    parent: Ref
    """The call that runs it."""
    language: str
    data: bytes
    codecs: tuple[str, ...]
    file: File | None = None
    """The shipped file that it is, whole; None where it stands in another's text."""


def find(reader: Reader, *, alone: bool = False) -> Iterator[FoundLayer]:
    """Yield every constant of the program that reaches an evaluator or an interpreter's command line.

    A unit linked `alone` sees no other files.
    """
    program = reader.program
    for scope in range(len(program.scopes)):
        language = program.language_of(scope)
        known = reader.map_of(language)
        for ordinal, plain in enumerate(program.scopes[scope].nodes):
            if plain.op != "call" or not reader.finder.speaks(scope, plain):
                continue
            for node in reader.finder.calls(scope, plain):
                name = reader.values.outside(scope, node.name)
                for line in known.lookup_call(name) if name else ():
                    for role in line.layers:
                        if line.may_apply(reader.operands.text_of(scope, node)):
                            yield from _constants(reader, (scope, ordinal), node, role.args, role.language)
                    if "process.spawn" in line.capabilities and not line.layers and language not in COMMAND_LANGUAGES:
                        yield from _commands(reader, (scope, ordinal), node, line, name)
    yield from _written(reader)
    if not alone:
        yield from _shipped(reader)


def _commands(reader: Reader, call: Ref, node: Node, line: MapLine, name: str) -> Iterator[FoundLayer]:
    """Yield the command lines that a call starts without a shell: a line of words is read as a shell would."""
    for one in reader.commands.of(call[0], node, line, name):
        data = one.text.encode("utf-8", "surrogatepass")
        if len(data) <= MAX_LAYER and _COMMAND.search(data):
            yield FoundLayer(parent=call, language="shell", data=data, codecs=one.codecs)


def _shipped(reader: Reader) -> Iterator[FoundLayer]:
    """Yield the files that the code runs as a language that nobody has read them in."""
    for start in reader.starts:
        wanted = start.language and start.file.segments not in reader.shipped.containers
        if wanted and reader.started.unit(start) < 0 and (data := reader.shipped.data(start.file)):
            yield FoundLayer(
                parent=start.use.ref, language=start.language, data=data, codecs=("file",), file=start.file
            )


def _written(reader: Reader) -> Iterator[FoundLayer]:
    """Yield constants that are written to a file which a later call runs."""
    written: dict[object, list[RawUse]] = {}
    for use in reader.raw[0]:
        if use.capability.startswith("fs.write") and use.line.role("data"):
            for key in reader.files.keys(use, "path"):
                written.setdefault(key, []).append(use)
    seen: set[tuple[object, ...]] = set()
    contents: dict[tuple[RawUse, str], list[FoundLayer]] = {}
    for use in reader.raw[0] if written else ():
        if not use.capability.startswith(RUNS):
            continue
        place = _place(use)
        for key in dict.fromkeys(key for role in RUN_ROLES for key in reader.files.keys(use, role)):
            language = _language(reader, use, str(key)) if key in written else ""
            if key not in written or (place, key, language) in seen:
                continue
            seen.add((place, key, language))
            for writer in written[key]:
                if len(seen) >= MAX_WRITTEN:
                    reader.crowded.setdefault(use.ref)
                    break
                if (place, writer.ref, language) in seen:
                    continue
                seen.add((place, writer.ref, language))
                if (writer, language) not in contents:
                    found = _constants(reader, writer.ref, writer.node, writer.line.role("data"), language)
                    contents[writer, language] = list(found)
                for one in contents[writer, language]:
                    yield FoundLayer(parent=use.ref, language=language, data=one.data, codecs=one.codecs)


def _place(use: RawUse) -> tuple[object, ...]:
    """Return what tells the places apart at which code runs otherwise: a function, a guard, what the code is given."""
    return (use.ref[0], use.node.guard, tuple(arg for arg in use.node.args if arg.key[:1] == "="))


def _language(reader: Reader, use: RawUse, key: str) -> str:
    """Return the language of a written file: by its suffix, else by what runs it."""
    for suffix, language in _SUFFIXES.items():
        if key.endswith(suffix):
            return language
    said = " ".join(one.text for ref in reader.files.arguments(use, "command") for one in reader.operands.texts(ref))
    return _BY_COMMAND.get(classify.command(said), "python")


def _constants(reader: Reader, call: Ref, node: Node, keys: tuple[str, ...], language: str) -> Iterator[FoundLayer]:
    """Yield the constants that a call gets as code."""
    for key in keys:
        ref = reader.operands.argument(call[0], node, key)
        if ref is None:
            continue
        walk = reader.values.walk(ref, fuel=_FUEL)
        for leaf in walk.leaves:
            made = reader.program.node(leaf.ref)
            if leaf.kind == "const" and leaf.ref == ref and (data := _code(made, language)):
                if language == "shell" and not _COMMAND.search(data):
                    continue
                yield FoundLayer(parent=call, language=language, data=data, codecs=made.codecs)
            elif leaf.kind in ("const", "source"):
                results = list(reader.replay.results(walk, leaf, reader.paths_of))
                if leaf.kind == "source" and not any(len(as_code(one)) >= MIN_LAYER for one in results):
                    reader.unfollowed.append(leaf.ref)
                for result in results:
                    if MIN_LAYER <= len(data := as_code(result)) <= MAX_LAYER and (
                        language != "shell" or _COMMAND.search(data)
                    ):
                        yield FoundLayer(parent=call, language=language, data=data, codecs=result.codecs)


_COMMAND = re.compile(rb"[\s;|&$`<>(]")
"""What a text must hold to be more than the name of a program."""


def _code(node: Node, language: str) -> bytes:
    """Return a constant as code, b"" when it can be none. A text with a HOLE is read as far as it folds.

    To a shell a HOLE is a letter like others: a path with one is known from its end.
    """
    value = node.value
    if isinstance(value, str):
        value = (value if language == "shell" else value.replace(HOLE, "_")).encode("utf-8", "surrogatepass")
    return value if isinstance(value, bytes) and MIN_LAYER <= len(value) <= MAX_LAYER else b""
