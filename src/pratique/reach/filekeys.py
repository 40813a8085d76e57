"""Which calls mean the same file: by its base name where it folds, else by the very value that names it."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.link import Program, Ref, Values
from pratique.model import HOLE
from pratique.reach.operands import Operands
from pratique.reach.uses import RawUse

RUNS = ("process.spawn", "process.elevate", "code.load-native", "code.eval", "code.import")
"""Capabilities that run a file they are given."""
RUN_ROLES = ("command", "path", "code", "name")
_FUEL = 400
_MIN_PATH = 5
_MIN_BASE = 3


class FileKeys:
    """Keys of files that uses name. Kept per value."""

    def __init__(self, program: Program, values: Values, operands: Operands) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._keys: dict[tuple[Ref, bool], tuple[object, ...]] = {}

    def arguments(self, use: RawUse, role: str) -> list[Ref]:
        """Return the values that play a role in a use; `self` stands for what the receiver was made with."""
        scope, found = use.ref[0], []
        wanted = use.line.role(role)
        if role == "path" and not wanted and use.capability.startswith("fs."):
            wanted = ("self",)  # a temporary file has no path that was given: it is its own name
        for key in wanted:
            if key in ("*", "**"):
                found += [(scope, arg.node) for arg in use.node.args if arg.key == key]
                continue
            value = self._operands.argument(scope, use.node, key)
            if value is not None:
                through = role == "path" or (key == "self" and role != "data")
                found += self._operands.made_with(value, role) if through else [value]
        return found

    def keys(self, use: RawUse, role: str) -> tuple[object, ...]:
        """Return what identifies the files that a use names in a role, each once."""
        if use.node.op == "import":
            return (use.operand.text,) if role == "name" else ()
        found: dict[object, None] = {}
        if use.capability == "code.import" and role == "name":
            texts = (one.text.lower() for ref in self.arguments(use, role) for one in self._operands.texts(ref))
            names = (part for text in texts for part in (text.split(".")[0], text.rsplit(".")[-1]) if part)
            found.update((f"{name}.py", None) for name in names)
        given = self.arguments(use, role)
        if not given and role == "path" and use.capability == "fs.write":
            return (use.ref,)  # `name, _ = urlretrieve(url)`: the call names the file
        if role == "code" and use.capability == "code.eval":
            given = [ref for ref in given if not self._is_source(ref)]
        for ref in given:
            kept = (ref, role in ("path", "command"))
            if kept not in self._keys:
                self._keys[kept] = tuple(dict.fromkeys(self._of(*kept)))
            found.update(dict.fromkeys(self._keys[kept]))
        return tuple(found)

    def _is_source(self, ref: Ref) -> bool:
        """Tell whether a value is source text: a word with a dot in it is an attribute there, no file."""
        return any("\n" in one.text or " " in one.text.strip() for one in self._operands.texts(ref))

    def _of(self, ref: Ref, by_value: bool) -> Iterator[object]:
        for one in self._operands.texts(ref):
            yield from _names(one.text)
        if not by_value:
            return
        for scope, ordinal in self._values.walk(ref, fuel=_FUEL, past_sources=True).sure():
            node = self._program.scopes[scope].nodes[ordinal]
            if node.op in ("call", "param") and node.name not in _EVERYWHERE:
                yield (scope, ordinal)


_EVERYWHERE = frozenset({
    "os.path.join", "os.getcwd", "os.path.expanduser", "os.path.dirname", "os.path.abspath", "tempfile.gettempdir",
    "os.getenv", "os.environ.get", "pathlib.Path.home", "pathlib.Path",
})  # fmt: skip
"""Calls that many paths of one program share: they name a folder, not a file."""


def _names(text: str) -> Iterator[str]:
    for word in text.replace("\\", "/").replace('"', " ").replace("'", " ").split()[:64]:
        base = word.rstrip("/").rsplit("/", 1)[-1].lower()
        if HOLE in base:
            continue
        if len(base) < _MIN_BASE:
            if word[:1] == "/" and HOLE not in word and len(word) > _MIN_PATH:
                yield word.lower()  # a name so short says nothing without its folder
            continue
        if "." in base or (word[:1] in f"/~%{HOLE}" and "/" in word[1:] and len(word) > _MIN_PATH):
            yield base
