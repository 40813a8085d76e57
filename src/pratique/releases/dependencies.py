"""Requirements that a release gained: looked up, and where they are young reviewed, within a budget.

A package can have an innocent face and a dependency that is its blob. A dependency's review is evidence about what
installs it, not metadata; dependencies of dependencies are left to their own reviews.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import msgspec

from pratique.compare import Installed
from pratique.compare.portrait import Portrait, optional, requirements
from pratique.ecosystems import Target
from pratique.errors import PratiqueError, TargetNotFound
from pratique.model import Dependency, Level, Release, Where
from pratique.pipeline import Read
from pratique.releases.dates import days, uploaded
from pratique.releases.desk import Desk
from pratique.releases.facts import YOUNG_DAYS
from pratique.releases.imitation import imitated

MOST = 8
"""Requirements of one release that are looked up."""
_REVIEWED = 3
"""Of these, how many are read."""
LARGEST = 4 << 20
"""Bytes of a requirement's file up to which calls into it are followed."""
_RARE = 2
_ODD = frozenset({"young", "rare", "absent", "direct"})
_LEVELS: tuple[Level, ...] = ("clear", "note", "look", "block")


def gained(new: Portrait, base: Portrait | None) -> dict[str, str]:
    """Return the requirements of `new` that `base` does not have, name to line; all of them without a base."""
    known = requirements(base.context) if base else {}
    return {name: line for name, line in requirements(new.context).items() if name not in known and not optional(line)}


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking into requirements."""

    dependencies: tuple[Dependency, ...] = ()
    installed: tuple[Installed, ...] = ()
    """A file of each one that was read, if it is small."""

    def and_(self, *others: Looked) -> Looked:
        """Return this and others together."""
        everything = (self, *others)
        return Looked(
            dependencies=tuple(found for one in everything for found in one.dependencies),
            installed=tuple(file for one in everything for file in one.installed),
        )


NOTHING = Looked()


def look_into(
    desk: Desk,
    wanted: dict[str, str],
    *,
    compared: bool,
    now: datetime | None = None,
    popular: Collection[str] = (),
) -> Looked:
    """Return what is known of gained requirements; those whose project or release is young are reviewed.

    `compared` says whether there was a base, so that they are `new`. One that cannot be looked up has no version.
    `popular` are names that others may imitate.
    """
    found: list[Dependency] = []
    installed: list[Installed] = []
    budget = _REVIEWED
    for name, line in list(wanted.items())[:MOST]:
        marks = (*(("new",) if compared else ()), *(("imitates",) if imitated(name, popular) else ()))
        one, reads = _looked_up(desk, name, line, marks, now or datetime.now(UTC), read=budget > 0)
        found.append(one)
        budget -= bool(reads)
        files = sorted(reads, key=lambda read: read.review.artifact.kind != "wheel")
        installed += [file for read in files[:1] if (file := desk.installed(read.review.artifact, LARGEST))]
    return Looked(dependencies=tuple(found), installed=tuple(installed))


def _looked_up(
    desk: Desk, name: str, line: str, marks: tuple[str, ...], now: datetime, *, read: bool
) -> tuple[Dependency, tuple[Read, ...]]:
    """Return what is known of one requirement, and its files as far as they were read."""
    if "@" in line.partition(";")[0]:
        return summary(name, line, (*marks, "direct"), None, ()), ()
    try:
        known = desk.ecosystem.releases(name)
        chosen = desk.ecosystem.release(Target(kind="project", text=line, name=name))
    except TargetNotFound:
        return summary(name, line, (*marks, "absent"), None, ()), ()
    except PratiqueError:
        return summary(name, line, marks, None, ()), ()
    ages = _ages(known, chosen, now)
    wanted = read and (ages or not any(uploaded(one) for one in known))
    reads = tuple(desk.draw(chosen.artifacts[:2]).values()) if wanted else ()
    return summary(name, line, (*marks, *ages), chosen, reads), reads


def _ages(known: tuple[Release, ...], chosen: Release, now: datetime) -> list[str]:
    times = [time for one in known if (time := uploaded(one))]
    marks = ["young"] if times and days(min(times), now) < YOUNG_DAYS else []
    fresh = (at := uploaded(chosen)) is not None and days(at, now) < YOUNG_DAYS
    return marks + (["rare"] if len(known) <= _RARE and (fresh or not times) else [])


def summary(name: str, line: str, marks: tuple[str, ...], chosen: Release | None, reads: Iterable[Read]) -> Dependency:
    """Return a requirement with what its files' reviews say, the worst of them."""
    kept = [read for read in reads if read.portrait]
    worst = max(kept, key=lambda read: _LEVELS.index(read.review.verdict.level), default=None)
    plain = Dependency(name=name, requirement=line, marks=marks, where=Where(segments=(line,)))
    if chosen is not None:
        plain = msgspec.structs.replace(plain, version=chosen.package.version)
    if worst is None or worst.portrait is None:
        return plain
    return msgspec.structs.replace(
        plain,
        version=worst.review.artifact.package.version,
        level=worst.review.verdict.level,
        reasons=tuple(reason.text for reason in worst.review.verdict.reasons[:3] if reason.points),
        modules=tuple(sorted({one for read in kept if read.portrait for one in _modules(read.portrait)})),
    )


def telling(found: Dependency) -> bool:
    """Tell whether a requirement that was looked into says anything about who asks for it."""
    return found.level in _LEVELS[2:] or bool(_ODD & set(found.marks))


def _modules(portrait: Portrait) -> Iterable[str]:
    """Yield the top-level names that an artifact installs."""
    for entry in portrait.entries:
        if entry.trigger == "import":
            first = entry.segments[0].removeprefix(portrait.top).removeprefix("src/").partition("/")[0]
            yield first.partition(".")[0]
