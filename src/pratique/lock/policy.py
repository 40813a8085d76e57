"""What a project allows its dependencies to gain: `[[tool.pratique.allow]]` in pyproject.toml, with a reason each.

[[tool.pratique.allow]]
package = "requests"          # a name or a pattern
gains = "network.*"           # a line of the lock or a pattern; "*" for anything
kind = "capability"           # capability, flow, host, opaque or new (a package that was not there); "" for all
trigger = "call"              # no earlier than that; default: call
reason = "it is our HTTP client"
until = 2027-01-31            # after that day it no longer counts
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import msgspec

from pratique.errors import ConfigError
from pratique.model import TRIGGER_ORDER, Trigger


class Allow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One allowance."""

    package: str
    gains: str
    reason: str
    kind: Literal["", "capability", "flow", "host", "opaque", "new"] = ""
    trigger: Trigger = "call"
    until: date | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[tool.pratique]`."""

    strict: bool = False
    """Whether also quiet gains (reading files, looking at the environment) must be allowed."""
    allow: tuple[Allow, ...] = ()


def read_policy(path: Path) -> Policy:
    """Return the policy in a pyproject.toml; an empty one where there is no such file or table.

    Raises:
        ConfigError: the table cannot be understood, or an allowance has no reason.

    """
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    try:
        found = msgspec.convert(content.get("tool", {}).get("pratique", {}), Policy)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: [tool.pratique]: {error}") from error
    for one in found.allow:
        if not one.reason.strip():
            raise ConfigError(f"{path}: the allowance for {one.package} has an empty reason", hint="say why in a word")
    return found


def allowance(policy: Policy, package: str, kind: str, text: str, trigger: Trigger) -> Allow | None:
    """Return the first allowance that covers a gain and has not run out."""
    today = datetime.now(UTC).date()
    for one in policy.allow:
        fits = fnmatchcase(package, one.package) and fnmatchcase(text, one.gains) and one.kind in ("", kind)
        soon = TRIGGER_ORDER.index(trigger) < TRIGGER_ORDER.index(one.trigger)
        if fits and not soon and (one.until is None or today <= one.until):
            return one
    return None


def expired(policy: Policy) -> tuple[Allow, ...]:
    """Return the allowances that have run out."""
    today = datetime.now(UTC).date()
    return tuple(one for one in policy.allow if one.until is not None and today > one.until)
