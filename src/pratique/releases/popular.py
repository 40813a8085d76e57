"""An index of popular projects by their functions, and what it says of a package: whether it is a copy of one.

The index holds digests only. For each project it keeps a sample of its functions, those with the smallest digests, so
that two projects which share functions share a like part of their samples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from pratique.compare import Portrait
from pratique.compare.copies import prints
from pratique.digest import code_digest
from pratique.errors import ConfigError

SCHEMA = "pratique-popular/1"
SAMPLE = 64
"""Functions of a project that are kept."""
LEAST = 20
"""Functions below which a project is too small to be told from others."""
_SHARE = 0.5
"""Part of the original's functions, and of the copy's, that both have to have."""


class Project(msgspec.Struct, frozen=True, array_like=True):
    """One popular project."""

    name: str
    version: str
    functions: int
    sample: tuple[str, ...]


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """The project that a package copies."""

    name: str
    version: str
    """The one in the index."""
    share: float
    """How much of the original is in the copy, as far as the sample says."""


class Popular(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The index as it is stored."""

    schema: str = SCHEMA
    made: str
    """The day it was built, RFC 3339."""
    reader: str
    """Digest of what reads and prints functions; another one gives other digests."""
    projects: tuple[Project, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The canonical names of the projects."""
        return frozenset(project.name for project in self.projects)

    @cached_property
    def _holders(self) -> dict[str, list[int]]:
        held: defaultdict[str, list[int]] = defaultdict(list)
        for number, project in enumerate(self.projects):
            for one in project.sample:
                held[one].append(number)
        return held

    def original(self, drawn: Portrait) -> Copy | None:
        """Return the project whose functions make up most of a package that is not this very project."""
        mine = prints(drawn)
        if len(mine) < LEAST:
            return None
        hits = Counter(number for one in mine for number in self._holders.get(one, ()))
        for number, count in hits.most_common():
            project = self.projects[number]
            share = count / len(project.sample)
            if share < _SHARE:
                return None
            own = canonicalize_name(drawn.artifact.package.name) == project.name
            if share * project.functions >= _SHARE * len(mine):
                return None if own else Copy(name=project.name, version=project.version, share=share)
        return None


def reader() -> str:
    """Return the digest of what makes the digests."""
    return code_digest(("model", "languages", "compare/functions.py", "compare/names.py", "compare/copies.py"))


def build(portraits: Iterable[Portrait], made: str) -> Popular:
    """Index drawn wheels, one for each project; those with hardly any functions are left out."""
    found: dict[str, Project] = {}
    for drawn in portraits:
        mine = sorted(prints(drawn))
        package = drawn.artifact.package
        if len(mine) >= LEAST:
            name = canonicalize_name(package.name)
            found[name] = Project(name, package.version, len(mine), tuple(mine[:SAMPLE]))
    return Popular(made=made, reader=reader(), projects=tuple(found[name] for name in sorted(found)))


def dump(index: Popular) -> bytes:
    """Return the index as msgpack."""
    return msgspec.msgpack.encode(index)


def load(path: Path) -> Popular:
    """Read an index. Raises ConfigError where it is none, or was made by another engine."""
    hint = "make one: pratique popular build"
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=Popular)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror or error}", hint=hint) from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path} is no index of popular projects: {error}", hint=hint) from error
    if found.schema != SCHEMA or found.reader != reader():
        raise ConfigError(f"{path} was made by another version of Pratique", hint="build it again")
    return found
