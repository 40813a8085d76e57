"""What runs when: the ways into a PyPI artifact.

Each module of this folder that defines `ways(project)` is one kind of way in, found by discovery; the others are what
they share. Nothing is executed: configuration is parsed, Python is known from its facts.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import msgspec

from pratique.ecosystems.pypi.entries.metadata import declared
from pratique.ecosystems.pypi.entries.project import Project, read_project
from pratique.ecosystems.pypi.entries.view import View, roots
from pratique.model import TRIGGER_ORDER, ArtifactKind, Entry, Facts, File, Problem

_WHEEL = re.compile(r"[^/]+\.dist-info/WHEEL")
Ways = Callable[[Project], Iterator[Entry | Problem]]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The ways into one artifact."""

    entries: tuple[Entry, ...] = ()
    """Earliest trigger first; without duplicates."""
    problems: tuple[Problem, ...] = ()
    declared: tuple[tuple[str, str], ...] = ()
    """What the artifact says about itself: name, version, summary, author, author_email, keywords, description, and
    one `url` per address and one `dependency` per requirement."""


def find(
    files: tuple[File, ...],
    read: Callable[[File], bytes],
    facts: Mapping[tuple[str, ...], Facts],
    kind: ArtifactKind,
) -> Found:
    """Find what runs when, from the tree, and from the facts of its build files as far as they are given.

    `read` returns a file's bytes and may raise for a refused one; `facts` are keyed by the files' segments and empty
    at the first call, which is made before anything is read. Never raises.
    """
    if kind == "npm" or not files:
        return Found()
    kind = "wheel" if kind == "zip" and any(_WHEEL.fullmatch(file.segments[0]) for file in files) else kind
    entries: list[Entry] = []
    problems: list[Problem] = []
    said: list[tuple[str, str]] = []
    tops = roots(files, kind)
    for root in tops:
        project = read_project(View(files, read, facts, kind, root))
        problems += project.problems
        for ways in members():
            for item in ways(project):
                if isinstance(item, Entry):
                    entries.append(item)
                else:
                    problems.append(item)
        said += declared(project) if not said else ()
    if len(tops) > 1 and kind == "sdist":
        problems.append(Problem(code="several-roots", severity="odd", segments=(), detail=", ".join(tops)[:300]))
    return _found(entries, problems, tuple(said))


def joined(parts: Iterable[Found]) -> Found:
    """Return all ways in of one artifact that was read in several ways; the first one's declarations count."""
    several = tuple(parts)
    entries = [entry for one in several for entry in one.entries]
    return _found(entries, [flaw for one in several for flaw in one.problems], several[0].declared)


def _found(entries: list[Entry], problems: list[Problem], said: tuple[tuple[str, str], ...]) -> Found:
    order = {trigger: number for number, trigger in enumerate(TRIGGER_ORDER)}
    entries.sort(key=lambda entry: (order[entry.trigger], entry.segments, entry.symbol, entry.via))
    return Found(entries=_distinct(entries), problems=tuple(dict.fromkeys(problems)), declared=said)


def _distinct(entries: list[Entry]) -> tuple[Entry, ...]:
    """Keep one entry per trigger, file, symbol and wording; several files may declare the same one."""
    kept = {(entry.trigger, entry.segments, entry.symbol, entry.via): entry for entry in reversed(entries)}
    return tuple(reversed(kept.values()))


@cache
def members() -> tuple[Ways, ...]:
    """Return the `ways` functions of this folder's modules, by module name."""
    return tuple(module.ways for module in _modules() if hasattr(module, "ways"))


@cache
def _modules() -> tuple[object, ...]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def problem_codes() -> tuple[tuple[str, str, str], ...]:
    """Return (code, severity, sentence) of every problem this folder reports, for docs/problems.md."""
    return tuple(sorted(row for module in _modules() for row in getattr(module, "PROBLEMS", ())))
