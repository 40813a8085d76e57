"""pratique.lock: TOML, sorted, one table per package, made to be read in a diff."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal

import msgspec
import tomli_w

from pratique.errors import ConfigError
from pratique.lock.profile import Line, Profile
from pratique.model import TRIGGER_ORDER, Trigger

SCHEMA: Literal["pratique-lock/1"] = "pratique-lock/1"
NAME = "pratique.lock"
_HEAD = "# What each dependency can do. Written by `pratique lock`; checked by `pratique lock --check`.\n"


class Locked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One package."""

    name: str
    version: str
    file: str
    """The file that was read."""
    sha256: str
    level: str
    capabilities: dict[Trigger, tuple[str, ...]] = {}
    """By the earliest trigger that reaches them."""
    flows: tuple[str, ...] = ()
    """`source → sink → constant host or computed`."""
    hosts: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    schema: Literal["pratique-lock/1"] = SCHEMA
    engine: str = ""
    """Engine digest: what another engine finds in the same bytes is no change of the package."""
    package: tuple[Locked, ...] = ()


def lock(profiles: Iterable[Profile], engine: str) -> Lock:
    """Return the lock of some dependencies, by name."""
    kept = sorted((_locked(one) for one in profiles), key=lambda one: (one.name, one.version, one.file))
    return Lock(engine=engine, package=tuple(kept))


def _locked(one: Profile) -> Locked:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    capabilities: defaultdict[Trigger, list[str]] = defaultdict(list)
    for line in one.lines:
        texts[line.kind].append(line.text)
        if line.kind == "capability":
            capabilities[line.trigger].append(line.text)
    return Locked(
        name=one.name,
        version=one.version,
        file=one.filename,
        sha256=one.sha256,
        level=one.level,
        capabilities={
            trigger: tuple(sorted(capabilities[trigger])) for trigger in TRIGGER_ORDER if capabilities[trigger]
        },
        flows=tuple(sorted(texts["flow"])),
        hosts=tuple(sorted(texts["host"])),
        opaque=tuple(sorted(texts["opaque"])),
    )


def dump(made: Lock) -> str:
    """Return the file's text."""
    content: dict[str, Any] = msgspec.to_builtins(made)
    for package in content["package"]:
        for key in ("capabilities", "flows", "hosts", "opaque"):
            if not package[key]:
                del package[key]
    return _HEAD + tomli_w.dumps(content, multiline_strings=False)


def load(text: str, name: str = NAME) -> Lock:
    """Read a lock, strictly. Raises `ConfigError` with the file's name and what is wrong."""
    try:
        return msgspec.convert(tomllib.loads(text), Lock)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{name}: {error}", hint="write it anew with `pratique lock`") from error


def lines(locked: Locked) -> dict[tuple[str, str], Line]:
    """Return a locked package's lines, by kind and text."""
    found = [
        Line(kind="capability", text=text, trigger=trigger)
        for trigger, texts in locked.capabilities.items()
        for text in texts
    ]
    for kind, texts in (("flow", locked.flows), ("host", locked.hosts), ("opaque", locked.opaque)):
        found += [Line(kind=kind, text=text) for text in texts]
    return {(line.kind, line.text): line for line in found}
