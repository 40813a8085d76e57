"""The numbers behind a verdict, read from policy.toml, scorecard.toml and measured.json and checked."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal, TypeVar

import msgspec

from pratique.errors import ConfigError
from pratique.model import TRIGGER_ORDER, Category, Confidence, Level, Line, Severity, Trigger

LEVELS: tuple[Level, ...] = ("clear", "note", "look", "block")
Raised = Literal["note", "look", "block"]
T = TypeVar("T")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a configuration file; unknown keys are errors."""


class Limits(_Table, frozen=True, kw_only=True):
    """Bounds of what traits add."""

    most_for_traits: float
    traits_from: float


class Block(_Table, frozen=True, kw_only=True):
    """What `block` needs."""

    lines: int
    points: float
    of: tuple[Line, ...]
    concealment: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    triggers_of_critical: tuple[Trigger, ...]
    asked_of: tuple[Line, ...]


class Weak(_Table, frozen=True, kw_only=True):
    """Lines of evidence that alone carry little."""

    lines: tuple[Line, ...]
    most: Level


class Policy(_Table, frozen=True, kw_only=True):
    """policy.toml."""

    bias: float
    unmeasured: Literal["count", "trial"]
    assumed: float
    levels: dict[Raised, float]
    points: dict[Severity, dict[Confidence, float]]
    factors: dict[Trigger, float]
    traits: dict[str, float]
    limits: Limits
    block: Block
    weak: Weak
    categories: dict[Category, Level]
    floors: dict[Literal["refused", "opaque", "unresolved"], Level]


class Card(_Table, frozen=True, kw_only=True):
    """A rule's own numbers."""

    points: float | None = None
    factors: dict[Trigger, float] = {}


class Scorecard(_Table, frozen=True, kw_only=True):
    """scorecard.toml."""

    rules: dict[str, Card] = {}


class Row(_Table, frozen=True, kw_only=True):
    """How a rule did on data that its author had not seen."""

    basis: str
    """The data: corpora with their versions."""
    date: str
    engine: str
    malicious: int
    """Malicious artifacts looked at."""
    fired_malicious: int
    benign: int
    fired_benign: int


class Measured(_Table, frozen=True, kw_only=True):
    """measured.json, written by `pratique evaluate`."""

    schema: Literal["pratique-measured/1"]
    rules: dict[str, Row]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All numbers of a verdict."""

    policy: Policy
    scorecard: Scorecard
    measured: Measured


@cache
def settings() -> Settings:
    """Return the packaged numbers. Raises ConfigError with the file and the reason."""
    return parse(*(_packaged(name) for name in ("policy.toml", "scorecard.toml", "measured.json")))


def parse(policy: bytes, scorecard: bytes, measured: bytes) -> Settings:
    """Read the three files' bytes. Raises ConfigError with the file and the reason."""
    read = Settings(
        policy=_toml("policy.toml", policy, Policy),
        scorecard=_toml("scorecard.toml", scorecard, Scorecard),
        measured=_json(measured),
    )
    _check_complete(read.policy)
    _check_falling("policy.toml", "factors", read.policy.factors)
    for slug, card in read.scorecard.rules.items():
        _check_falling("scorecard.toml", slug, read.policy.factors | card.factors)
    return read


def _packaged(name: str) -> bytes:
    """Read a file of this folder."""
    return files(__package__).joinpath(name).read_bytes()


def _toml(name: str, data: bytes, kind: type[T]) -> T:
    """Read one TOML file into its struct."""
    try:
        content: dict[str, Any] = tomllib.loads(data.decode())
        return msgspec.convert(content, kind)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{name}: {error}") from error


def _json(data: bytes) -> Measured:
    """Read the measurements."""
    try:
        return msgspec.json.decode(data, type=Measured)
    except msgspec.DecodeError as error:
        raise ConfigError(f"measured.json: {error}") from error


def _check_complete(policy: Policy) -> None:
    """See that every trigger, severity, confidence, level and category has a number, none negative."""
    numbers = [policy.assumed, *policy.factors.values(), *policy.traits.values()]
    numbers += [points for row in policy.points.values() for points in row.values()]
    wanted: tuple[tuple[str, set[str], set[str]], ...] = (
        ("factors", set(TRIGGER_ORDER), set(policy.factors)),
        ("levels", {"note", "look", "block"}, set(policy.levels)),
        ("points", {"info", "low", "medium", "high", "critical"}, set(policy.points)),
        ("categories", {"malware", "policy", "spam", "dependency_confusion"}, set(policy.categories)),
        ("floors", {"refused", "opaque", "unresolved"}, set(policy.floors)),
        *((f"points.{name}", {"low", "medium", "high"}, {*map(str, row)}) for name, row in policy.points.items()),
    )
    for name, expected, actual in wanted:
        if expected != actual:
            raise ConfigError(f"policy.toml: {name}: missing or unknown {', '.join(sorted(expected ^ actual))}")
    if min(numbers) < 0:
        raise ConfigError("policy.toml: a negative number would let evidence lower a verdict")
    if not 0 < policy.levels["note"] <= policy.levels["look"] <= policy.levels["block"] <= 1:
        raise ConfigError("policy.toml: levels must rise from note over look to block, between 0 and 1")


def _check_falling(name: str, what: str, factors: dict[Trigger, float]) -> None:
    """See that no later trigger counts more than an earlier one: reaching code earlier must never lower a verdict."""
    for earlier, later in pairwise(TRIGGER_ORDER):
        if factors[earlier] < factors[later]:
            raise ConfigError(f"{name}: {what}: {later} counts more than {earlier}, which runs earlier")
