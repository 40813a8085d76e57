"""What a command line starts, and what it shows besides. Total, bounded; no shell is consulted."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from pratique.capabilities.paths import path
from pratique.capabilities.shapes import shapes
from pratique.model import HOLE

MAX_COMMAND = 8_192
MAX_SEGMENTS = 64
MAX_WORDS = 400
_SEPARATOR = re.compile(r"&&|\|\||[;|&\n\r()`]|\$\(|<\(")
_INLINE = re.compile(r"""(?:^|\s)(?:-[a-z]{0,8}c|/[ck]|-command|-c:)\s{1,9}["']?""")
_ASSIGNMENT = re.compile(r"[a-z_]\w*=")
_VERSIONED = re.compile(r"^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang)[\d.]+w?$")
_SECRET_PATHS = frozenset({
    "ssh-key", "cloud-credential", "browser-store", "wallet", "registry-token", "messenger-token", "password-store",
    "env-secret",
})  # fmt: skip


class _Programs(msgspec.Struct, frozen=True, kw_only=True):
    """`commands.toml`."""

    priority: tuple[str, ...]
    wrappers: frozenset[str]
    elevate: frozenset[str]
    places: tuple[str, ...]
    programs: dict[str, tuple[str, ...]]
    extensions: dict[str, tuple[str, ...]]
    installers: dict[str, frozenset[str]]
    publishers: dict[str, frozenset[str]]

    def class_of(self, name: str) -> str:
        """Return the class of a program by its name."""
        return _inverted("programs").get(name, "")

    def class_by_extension(self, word: str) -> str:
        """Return the class of a file that is started, by its extension."""
        return _inverted("extensions").get(word.rpartition(".")[2], "") if "." in word else ""


@cache
def _programs() -> _Programs:
    data = tomllib.loads((files("pratique.capabilities") / "commands.toml").read_text("utf-8"))
    return msgspec.convert(data, _Programs)


@cache
def _inverted(table: str) -> dict[str, str]:
    return {name: kind for kind, names in getattr(_programs(), table).items() for name in names}


def command(text: str) -> str:
    """Return the class of a command line or program name; "" for nothing special, `computed` for an unknown program."""
    return _command(text[:MAX_COMMAND])


@lru_cache(maxsize=4_096)
def _command(text: str) -> str:
    lower = text.strip().lower()
    found = {kind for kind, pattern in shapes("command") if pattern.search(lower)}
    for segment in _segments(lower):
        found |= _classes(segment)
    words = [word.strip("\"'") for word in lower.split()[1:64]]
    if any(path(word) in _SECRET_PATHS for word in words if "/" in word or "\\" in word or "." in word):
        found.add("credential-dump")
    return next((kind for kind in _programs().priority if kind in found), "")


def command_flags(text: str) -> tuple[str, ...]:
    """Return what a command line shows besides its program, in the vocabulary's words."""
    return _command_flags(text[:MAX_COMMAND])


@lru_cache(maxsize=4_096)
def _command_flags(text: str) -> tuple[str, ...]:
    lower = text.strip().lower()
    found = dict.fromkeys(flag for flag, pattern in shapes("command-flag") if pattern.search(lower))
    (_, fetching), (_, running) = shapes("fetch-then-run")
    if (fetched := fetching.search(lower)) and ("pipe-to-shell" in found or running.search(lower, fetched.end())):
        found["download-and-run"] = None
    return tuple(found)


def _segments(lower: str) -> list[list[str]]:
    """Split a line into simple commands, each a list of words; what a shell is handed with `-c` counts too."""
    opened = _INLINE.sub(" ; ", lower)
    parts = _SEPARATOR.split(lower) + (_SEPARATOR.split(opened) if opened != lower else [])
    rows = [part.replace('"', " ").replace("'", " ").split()[:MAX_WORDS] for part in parts]
    return [row for row in rows if row][:MAX_SEGMENTS]


def _classes(words: list[str]) -> set[str]:
    """Return the classes of one simple command: of its wrappers, and of the program itself."""
    known, found = _programs(), set()
    for index, word in enumerate(words[:16]):
        name = _base_name(word)
        if name in known.elevate:
            found.add("elevate")
        elif name in known.wrappers:
            found |= {"opener"} if name == "start" and len(words) > index + 1 else set()
        elif not _ASSIGNMENT.match(word) and not (index and len(word) < 3 and word[0] in "-/"):
            return found | _own_classes(name, word, words[index + 1 :])
    return found


def _own_classes(name: str, word: str, rest: list[str]) -> set[str]:
    if HOLE in name and not name.strip(HOLE + "./\\"):
        return _of_module(rest) or {"computed"}
    known = _programs()
    kind = _by_verb(name, rest) or known.class_of(name)
    if kind == "python":
        return {kind} | _of_module(rest)
    if not kind:
        kind = known.class_by_extension(word)
        kind = kind or ("embedded" if word.startswith(known.places) else "")
    return {kind} if kind else set()


def _of_module(rest: list[str]) -> set[str]:
    """Return what `python -m MODULE …` or `python setup.py …` amounts to."""
    for index, word in enumerate(rest[:8]):
        if word == "-m" and index + 1 < len(rest):
            return {_by_verb(rest[index + 1], rest[index + 2 :]) or "python"}
        if word.endswith("setup.py") and {"upload", "install", "develop"} & set(rest[index:]):
            return {"package-publish" if "upload" in rest else "package-install"}
        if word in {"-c", "-"} or word.endswith((".py", ".pyc")):
            return {"python"}
    return set()


def _by_verb(name: str, rest: list[str]) -> str:
    known = _programs()
    for table, kind in ((known.publishers, "package-publish"), (known.installers, "package-install")):
        if (verbs := table.get(name)) is not None and (not verbs or verbs & set(rest[:6])):
            return kind
    return ""


def _base_name(word: str) -> str:
    base = word.replace("\\", "/").rstrip("/").rpartition("/")[2] or word
    base = base.removesuffix(".exe").removesuffix(".cmd") or base
    versioned = _VERSIONED.match(base)
    return versioned[1] if versioned else base
