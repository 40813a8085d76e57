"""Say whether Pratique works here: what is installed, which limits the kernel gives, where the index and the cache are.

Nothing is asked of the network unless --online names a project. Exits with 1 when something essential is missing.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import TYPE_CHECKING

import msgspec

from pratique import __version__
from pratique.cli._output import add_output_options, style, write
from pratique.errors import ConfigError, PratiqueError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

HELP = "say whether Pratique works here, and with which limits"
SCHEMA = "pratique-doctor/1"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    group: str
    name: str
    ok: bool
    detail: str
    essential: bool = False
    """Without it nothing can be reviewed."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` prints."""

    schema: str = SCHEMA
    version: str = __version__
    ok: bool
    """Everything essential is there."""
    checks: tuple[Check, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique doctor`."""
    parser.add_argument("--format", "-f", choices=("text", "json"), default="text", help=f"text, or JSON ({SCHEMA})")
    parser.add_argument("--online", metavar="PROJECT", default="", help="also ask the index for this project")
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Look at everything and print it."""
    checks = tuple(examine(args.online))
    found = Diagnosis(ok=all(one.ok for one in checks if one.essential), checks=checks)
    if args.format == "json":
        write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n", args)
    else:
        write(_text(found, color=style(args).color), args)
    return 0 if found.ok else 1


def examine(project: str = "") -> Iterator[Check]:
    """Yield every check; `project` is asked of the index, "" asks nothing."""
    yield from _children()  # first: a pool is forked before anything starts a thread
    yield from _machine()
    yield from _packages()
    yield from _core()
    yield from _index(project)
    yield from _cache()


def _machine() -> Iterator[Check]:
    from pratique.pool import cores

    python = f"{platform.python_version()} ({platform.python_implementation()})"
    kernel = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield Check(group="machine", name="Python", ok=sys.version_info >= (3, 11), detail=python, essential=True)
    yield Check(group="machine", name="platform", ok=True, detail=kernel)
    yield Check(group="machine", name="cores", ok=True, detail=str(cores()))
    memory = _memory()
    size = f"{memory / (1 << 30):.1f} GiB" if memory else "unknown"
    yield Check(group="machine", name="memory", ok=not 0 < memory < 1 << 30, detail=size)


def _memory() -> int:
    """Return the bytes of memory, or 0 where that cannot be asked."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _packages() -> Iterator[Check]:
    """Yield what the package's own metadata asks for, extras last."""
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in metadata.requires("pratique") or ()]
        extras = metadata.metadata("pratique").get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        yield Check(group="packages", name="pratique", ok=False, detail="runs from a folder that is not installed")
        return

    def needed(extra: str) -> list[Requirement]:
        return [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": extra})]

    for one in needed(""):
        yield _package(one)
    for extra in extras:
        missing = sorted(one.name for one in needed(extra) if _version(one.name) is None)
        detail = f"missing: {', '.join(missing)}" if missing else "installed"
        yield Check(group="extras", name=extra, ok=not missing, detail=detail)


def _package(wanted: Requirement) -> Check:
    version = _version(wanted.name)
    ok = version is not None and wanted.specifier.contains(version, prereleases=True)
    detail = (version or "not installed") + ("" if ok else f"; needed is {wanted.specifier or 'any version'}")
    return Check(group="packages", name=wanted.name, ok=ok, detail=detail, essential=True)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _core() -> Iterator[Check]:
    """Review two harmless lines, which loads every front end, map and rule."""
    try:
        from pratique.languages import front_ends
        from pratique.pipeline import review_files
        from pratique.rules import load

        names = ", ".join(f"{one.name} {one.version}" for one in front_ends())
        yield Check(group="engine", name="front ends", ok=bool(names), detail=names or "none", essential=True)
        yield Check(group="engine", name="rules", ok=bool(load()), detail=f"{len(load())}", essential=True)
        review = review_files({"hello/__init__.py": b"def hello():\n    return 'hello'\n"})
        read = review.read.code_files == 1 and review.verdict.complete
        detail = f"a harmless package is {review.verdict.level}, {review.cost.cpu_s:.2f} s"
        yield Check(group="engine", name="review", ok=read, detail=detail, essential=True)
    except Exception as error:  # noqa: BLE001  (whatever is broken in an installation is what a doctor is for)
        yield Check(group="engine", name="review", ok=False, detail=f"{type(error).__name__}: {error}", essential=True)


def _children() -> Iterator[Check]:
    from pratique.pool import report

    for one in report():
        yield Check(group="children", name=one.name, ok=one.ok, detail=one.detail)


def _index(project: str) -> Iterator[Check]:
    """Yield where packages come from (addresses come without credentials), and what the index says if asked."""
    from pratique.ecosystems import open_ecosystem
    from pratique.ecosystems.pypi.config import read

    try:
        for base in read().bases:
            yield Check(group="index", name="base", ok=True, detail=base)
    except ConfigError as error:
        yield Check(group="index", name="base", ok=False, detail=error.message)
        return
    if not project:
        return
    try:
        ecosystem = open_ecosystem()
        (target,) = ecosystem.parse((project,))
        release = ecosystem.release(target)
        yield Check(
            group="index", name=project, ok=True, detail=f"{len(release.artifacts)} files of the newest release"
        )
    except (PratiqueError, ValueError) as error:
        yield Check(group="index", name=project, ok=False, detail=str(error), essential=True)


def _cache() -> Iterator[Check]:
    from pratique.cache import Cache

    with Cache.default() as cache:
        found = cache.describe()
    yield Check(group="cache", name="status", ok=found.on, detail=found.status)
    if found.path:
        yield Check(group="cache", name="path", ok=True, detail=found.path)
        yield Check(group="cache", name="size", ok=True, detail=f"{found.bytes / 1e6:.1f} MB, {found.values} values")


def _text(found: Diagnosis, *, color: bool) -> str:
    from pratique.report.escape import plain

    lines = [f"pratique {found.version}"]
    group = ""
    for one in found.checks:
        if one.group != group:
            group = one.group
            lines += ["", group]
        mark = "yes" if one.ok else "NO" if one.essential else "no"
        if color:
            mark = f"\x1b[{32 if one.ok else 31 if one.essential else 33}m{mark}\x1b[0m" + " " * (3 - len(mark))
        lines.append(f"  {mark:<3}  {one.name:<26}  {plain(one.detail)}")
    missing = [one.name for one in found.checks if one.essential and not one.ok]
    lines += ["", f"essential and missing: {', '.join(missing)}" if missing else "everything essential is here"]
    return "\n".join(lines) + "\n"
