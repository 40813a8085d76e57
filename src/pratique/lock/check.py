"""A lock against what the dependencies do now."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.compare.words import CLASSES
from pratique.lock.file import Lock, Locked, lines
from pratique.lock.policy import Allow, Policy, allowance
from pratique.lock.profile import Line, Profile


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a dependency does and the lock does not say."""

    package: str
    before: str
    """Locked version, "" for a package that was not there."""
    after: str
    line: Line
    earlier: str = ""
    """The trigger in the lock, where only that changed."""
    allowed: Allow | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a check."""

    gains: tuple[Gain, ...] = ()
    """Allowed ones too."""
    changed: tuple[tuple[str, str, str], ...] = ()
    """(name, locked version, version now) of every package whose bytes are others."""
    gone: tuple[str, ...] = ()
    """Locked packages that nothing asks for any more."""
    unread: tuple[tuple[str, str], ...] = ()
    """(name, why) of packages that could not be read: a check with one of them fails."""

    @property
    def failures(self) -> tuple[Gain, ...]:
        """Gains that no policy allows."""
        return tuple(gain for gain in self.gains if gain.allowed is None)


def check(
    held: Lock,
    profiles: Iterable[Profile],
    policy: Policy,
    *,
    asked: frozenset[str],
    unread: tuple[tuple[str, str], ...] = (),
) -> Report:
    """Compare the profiles of all packages whose bytes are not those of the lock with it. `asked`: all names."""
    known = {one.name: one for one in held.package}
    gains: list[Gain] = []
    changed: list[tuple[str, str, str]] = []
    for one in profiles:
        old = known.get(one.name)
        changed.append((one.name, old.version if old else "", one.version))
        gains += _gains(one, old, policy)
    return Report(
        gains=tuple(gains),
        changed=tuple(changed),
        gone=tuple(sorted(known.keys() - asked)),
        unread=unread,
    )


def _gains(one: Profile, old: Locked | None, policy: Policy) -> list[Gain]:
    """Return what a package does that the lock does not say, quiet things only where the policy is strict."""
    before = lines(old) if old else {}
    found: list[Gain] = []
    if old is None:
        line = Line(kind="new", text=f"{one.name} {one.version}")
        found.append(Gain(package=one.name, before="", after=one.version, line=line))
    for line in one.lines:
        if line.quiet and not policy.strict:
            continue
        held = before.get((line.kind, line.text))
        sooner = held is not None and line.kind == "capability" and CLASSES[line.trigger] < CLASSES[held.trigger]
        if held is None or sooner:
            version = old.version if old else ""
            earlier = held.trigger if held else ""
            found.append(Gain(package=one.name, before=version, after=one.version, line=line, earlier=earlier))
    return [
        msgspec.structs.replace(
            gain, allowed=allowance(policy, one.name, gain.line.kind, gain.line.text, gain.line.trigger)
        )
        for gain in found
    ]
