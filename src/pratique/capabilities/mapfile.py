r"""Capability maps: which resolved names grant which capabilities.

A map is line-oriented text, one statement a line, `#` comments (at the start or after white space)::

    call     NAME CAP[,CAP…] [ROLE=ARG[,ARG…]]… [layer=LANG:ARG[,ARG…]]… [source[=OPERAND]] [operand=OPERAND]
             [if=ARG[|ARG]~REGEX]… [unless=ARG[|ARG]~REGEX]…
    load     NAME CAP[,CAP…] [source[=OPERAND]] [operand=OPERAND]
    store    NAME CAP[,CAP…] [data=value]
    module   NAME CAP[,CAP…]
    through  NAME [ARG[,ARG…]]
    stop     NAME
    callback NAME ARG[,ARG…] [CAP]
    alias    NAME NAME

call      calling NAME grants the capabilities. Several lines may share a NAME: all that apply count.
load      loading NAME without calling it does; `os.environ[]` is a subscript of it.
store     assigning to it does. A bare `*` stands for any attribute of any outside name (a patch).
module    default for calls of NAME and NAME.… that have no line of their own, up to the first call in the name:
          methods of a result are not the module's.
through   the result carries only these arguments; none: nothing. Unmapped calls carry all of theirs. A call with a
          `source` line carries none of its arguments (what a file holds is not its path) unless a `through` says so.
stop      safe: nothing to report, and the result carries nothing.
callback  these arguments are called later. With a capability they are handlers: what it receives is what they are
          given, and they run once a method that waits for it is called. A method of NAME that a class of the artifact
          defines in the place of its base's is one as well, and so is what is assigned to `?.NAME`.
alias     the first name means the second, also where it is only the beginning of a name, at a segment's border.

NAME is a resolved dotted name as facts spell it (`requests.Session().post`, `?.post` for an unknown receiver); a
trailing `.*` matches one segment. ARG is a positional index, a keyword, `self`, `*` (the positional arguments after the
last index named, unpacked ones too) or `**` (unpacked keywords). A role given by `self` is the receiver's: the path of
`builtins.open().write` is what `builtins.open` was given. ROLE is one of url host data auth path command code name env
mode; `auth` is what a service is logged in to with (headers, cookies, passwords), where honest programs send secrets.
`source=OPERAND` names what the value is; `operand=OPERAND` the same without being a source.
`if` and `unless` search the folded text of the arguments; an absent argument matches nothing, an unknown one may match.

Which line wins: an exact name before a `.*`, both before a module; a user's lines for a NAME and kind replace ours, and
so does a user's `stop` our `call`, or `call` our `stop`.

A method that is called through its class (`socket.socket.send(s, data)`) is known by the line of the method, its
receiver being argument 0; `NAME.__call__` is NAME.

Re-exports are followed in general: where no exact or `.*` line knows a name and a later segment of it is one of
`REEXPORTED` (`platform.os.system`, `webbrowser.subprocess.Popen`, `six.moves.urllib.request.urlopen`), what stands
before that segment is dropped if the rest is known. Names that start with a dot are the file's own and never mapped.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from pratique.capabilities.lines import MapLine, Unreadable, parse_line, shifted
from pratique.errors import MapError

REEXPORTED = frozenset({
    "base64", "builtins", "ctypes", "importlib", "marshal", "os", "pickle", "shutil", "socket", "subprocess", "sys",
    "urllib", "zlib",
})  # fmt: skip
"""Dangerous modules of the standard library that other modules carry along as attributes."""
_BORDER = re.compile(r"[.(\[]|$")
_MAX_REWRITES = 16
_MAX_CACHED = 200_000
"""Names come from hostile files; a full cache is emptied."""
_REPLACES = {"stop": ("call", "through"), "call": ("stop",), "through": ("stop",)}
"""Kinds that contradict each other about one name."""

Table = Mapping[str, tuple[MapLine, ...]]


class CapabilityMap:
    """A map, ready to be asked. Immutable apart from its caches of answers."""

    __slots__ = ("_alias_heads", "_answers", "_canonical", "_clients", "_known", "_tables", "lines")

    def __init__(self, lines: Iterable[MapLine]) -> None:
        self.lines: tuple[MapLine, ...] = tuple(lines)
        self._tables: dict[str, Table] = _tables(self.lines)
        self._known = frozenset(line.name for line in self.lines if line.kind not in {"module", "alias"})
        self._alias_heads = frozenset(_head(name) for name in self._tables["alias"])
        self._canonical: dict[str, str] = {}
        self._answers: dict[tuple[str, str], tuple[MapLine, ...]] = {}
        self._clients: frozenset[str] | None = None

    def lookup_call(self, name: str) -> tuple[MapLine, ...]:
        """Return the lines that calling `name` brings up (kind call, or the module's default)."""
        return self._answer("call", name)

    def lookup_load(self, name: str) -> tuple[MapLine, ...]:
        """Return the lines for loading `name` without a call."""
        return self._answer("load", name)

    def lookup_store(self, name: str) -> tuple[MapLine, ...]:
        """Return the lines for assigning to `name` (`os.environ[]`, `requests.get`)."""
        return self._answer("store", name)

    def lookup_callback(self, name: str) -> tuple[str, ...]:
        """Return the arguments of `name` that are called later; () when there are none."""
        found = self._answer("callback", name)
        return tuple(arg for line in found for arg in line.args) if found else ()

    def brought(self, name: str) -> str:
        """Return the capability that brings what handlers registered with `name` are given; "" when it has none."""
        return next((line.capabilities[0] for line in self._answer("callback", name) if line.capabilities), "")

    def clients(self) -> frozenset[str]:
        """Return the objects, as maps spell them, that call handlers or send by HTTP: what classes are derived from."""
        if self._clients is None:
            wanted = (one for one in self.lines if one.capabilities[:1] == ("network.http",) or one.kind == "callback")
            self._clients = frozenset(one.name.rpartition(".")[0] for one in wanted if one.capabilities)
        return self._clients

    def is_stop(self, name: str) -> bool:
        """Return whether calling `name` is safe and its result carries nothing."""
        return bool(self._answer("stop", name))

    def through(self, name: str) -> tuple[str, ...] | None:
        """Return the arguments that the result of `name` carries; None for all of them."""
        if found := self._answer("through", name):
            return tuple(arg for line in found for arg in line.args)
        if self.is_stop(name) or any(line.source for line in self.lookup_call(name)):
            return ()
        return None

    def canonical(self, name: str) -> str:
        """Return `name` after aliases and re-exports: the name that the map knows it by."""
        if (found := self._canonical.get(name)) is not None:
            return found
        if len(self._canonical) >= _MAX_CACHED:
            self._canonical.clear()
        canonical = self._reexported(self._dealiased(name.removesuffix(".__call__")))
        self._canonical[name] = canonical
        return canonical

    def merged(self, user: CapabilityMap) -> CapabilityMap:
        """Return this map with a user's on top: their lines replace ours of the same name and kind."""
        taken = {(kind, line.name) for line in user.lines for kind in (line.kind, *_REPLACES.get(line.kind, ()))}
        kept = (line for line in self.lines if (line.kind, line.name) not in taken)
        return CapabilityMap((*kept, *user.lines))

    def names(self) -> frozenset[str]:
        """Return every name with a line of its own, `.*` included: what a lazy reader must not miss."""
        return frozenset(line.name for line in self.lines)

    def digest(self) -> str:
        """Return a sha256 of what the map says; comments, order of files and places do not count."""
        said = sorted(msgspec.json.encode(msgspec.structs.replace(line, file="", line=0)) for line in self.lines)
        return hashlib.sha256(b"\n".join(said)).hexdigest()

    def _answer(self, kind: str, name: str) -> tuple[MapLine, ...]:
        key = (kind, name)
        if (found := self._answers.get(key)) is not None:
            return found
        if len(self._answers) >= _MAX_CACHED:
            self._answers.clear()
        answer = () if name.startswith(".") else self._look_up(kind, self.canonical(name))
        self._answers[key] = answer
        return answer

    def _look_up(self, kind: str, name: str) -> tuple[MapLine, ...]:
        """Exact, then wildcard, then what only this kind falls back on. A more exact `stop` or `through` ends it."""
        for spelled in (name, _wild(name)):
            if found := self._tables[kind].get(spelled):
                return found
            if kind == "call" and (spelled in self._tables["stop"] or spelled in self._tables["through"]):
                return ()
            if kind in {"stop", "through"} and spelled in self._tables["call"]:
                return ()
        if kind == "call" and name not in self._known:
            return self._unbound(name) or self._of_something(name) or self._module_default(name)
        if kind == "store" and "." in name and name[0] not in "?@[" and not name.endswith("]") and " " not in name:
            return self._tables["store"].get("*", ())
        return ()

    def _unbound(self, name: str) -> tuple[MapLine, ...]:
        """Return the lines of a method that is called through its class: `socket.socket.send(s, data)`."""
        owner, _, method = name.rpartition(".")
        found = self._tables["call"].get(f"{owner}().{method}", ()) if owner and not owner.endswith(")") else ()
        return tuple(shifted(line) for line in found)

    def _of_something(self, name: str) -> tuple[MapLine, ...]:
        """Return the lines of a method by its name alone, for results whose own methods no line knows."""
        owner, _, method = name.rpartition(".")
        return self._tables["call"].get(f"?.{method}", ()) if ")" in owner else ()

    def _module_default(self, name: str) -> tuple[MapLine, ...]:
        if not (modules := self._tables["module"]) or _border_cut(name) < len(name):
            return ()
        prefix = name
        while prefix:
            if found := modules.get(prefix):
                return found
            prefix = prefix.rpartition(".")[0]
        return ()

    def _dealiased(self, name: str) -> str:
        for _ in range(_MAX_REWRITES):
            if _head(name) not in self._alias_heads or not (rewritten := self._rewritten(name)):
                return name
            name = rewritten
        return name

    def _rewritten(self, name: str) -> str:
        """Replace the longest beginning that is an alias; "" when none is."""
        aliases = self._tables["alias"]
        for end in reversed([match.start() for match in _BORDER.finditer(name[:512])]):
            if found := aliases.get(name[:end]):
                return found[0].target + name[end:]
        return ""

    def _reexported(self, name: str) -> str:
        if self._knows(name) or name[:1] in {".", "?"}:
            return name
        segments = name[: _border_cut(name)].split(".")
        for index, segment in enumerate(segments[1:-1], start=1):
            if segment in REEXPORTED:
                shorter = self._dealiased(".".join(segments[index:]) + name[_border_cut(name) :])
                if self._knows(shorter) or self._module_default(shorter):
                    return shorter
        return name

    def _knows(self, name: str) -> bool:
        return name in self._known or _wild(name) in self._known


def _tables(lines: tuple[MapLine, ...]) -> dict[str, Table]:
    tables: dict[str, dict[str, tuple[MapLine, ...]]] = defaultdict(dict)
    for line in lines:
        table = tables[line.kind]
        table[line.name] = (*table.get(line.name, ()), line)
    return defaultdict(dict, tables)


def _head(name: str) -> str:
    return name[: _BORDER.search(name).start()]  # type: ignore[union-attr]


def _wild(name: str) -> str:
    return name.rpartition(".")[0] + ".*"


def _border_cut(name: str) -> int:
    """Return where the first call or subscript in `name` starts; its length when there is none."""
    cuts = [at for at in (name.find("("), name.find("[")) if at >= 0]
    return min(cuts, default=len(name))


def parse(text: str, file: str, known: frozenset[str] | None = None) -> CapabilityMap:
    """Read a map from its text; `file` names it in errors, `known` holds the capabilities and operands there are.

    Raises:
        MapError: with every problem of the text, one `file:line: why` a line.

    """
    lines: list[MapLine] = []
    problems: list[str] = []
    for number, row in enumerate(text.splitlines(), start=1):
        try:
            line = parse_line(row, file, number)
        except Unreadable as error:
            problems.append(f"{file}:{number}: {error}")
        else:
            lines += [line] if line else []
    problems += _contradictions(lines)
    problems += _unknown_words(lines, known) if known is not None else []
    if problems:
        raise MapError("\n".join(problems), hint="the grammar is described in `pratique.capabilities.mapfile`")
    return CapabilityMap(lines)


def _contradictions(lines: list[MapLine]) -> list[str]:
    first: dict[tuple[str, str], MapLine] = {}
    problems: list[str] = []
    for line in lines:
        alone = (line.kind,) if line.kind in {"alias", "stop", "through"} else ()
        for kind in (*_REPLACES.get(line.kind, ()), *alone):
            other = first.get((kind, line.name))
            why = f"`{line.name}` has a `{kind}` line already ({other.line})" if other else ""
            problems += [f"{line.file}:{line.line}: {why}"] if why else []
        first.setdefault((line.kind, line.name), line)
    return problems


def _unknown_words(lines: list[MapLine], known: frozenset[str]) -> list[str]:
    return [
        f"{line.file}:{line.line}: `{word}` is not in the vocabulary (`pratique capabilities` lists it)"
        for line in lines
        for word in (*line.capabilities, *([line.operand] if line.operand else []))
        if word not in known
    ]


@cache
def load(language: str) -> CapabilityMap:
    """Return the map that comes with a front end; empty when its folder has none.

    Raises:
        MapError: there is no such language, or its map cannot be read.

    """
    # The folder is addressed from the root package, so that no front end is imported for its data.
    folder = files("pratique") / "languages" / language
    if not folder.is_dir():
        raise MapError(f"there is no language `{language}`")
    resource = folder / "capabilities.map"
    if not resource.is_file():
        return CapabilityMap(())
    return parse(resource.read_text("utf-8"), f"languages/{language}/capabilities.map")


def read(path: Path) -> CapabilityMap:
    """Read a user's map; every capability and operand must be in the vocabulary.

    Raises:
        MapError: the file cannot be read, or has lines that cannot.

    """
    from pratique.capabilities.vocabulary import vocabulary

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MapError(f"{path}: {error}") from error
    return parse(text, str(path), vocabulary().ids)
