"""What `pratique lock --check` writes: gains with their paths, as text or as JSON (schema pratique-gains/1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from pratique import __version__
from pratique.lock.check import Gain, Report
from pratique.report import Style
from pratique.report.escape import plain
from pratique.report.pen import Pen
from pratique.report.places import place

SCHEMA: Literal["pratique-gains/1"] = "pratique-gains/1"
_STEPS = 4
"""Last steps of a path that are shown; `--verbose` shows all."""
_TEXT = 120


class Gains(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` writes."""

    schema: Literal["pratique-gains/1"] = SCHEMA
    version: str = __version__
    passed: bool
    report: Report


def as_text(report: Report, style: Style) -> str:
    """Return the check for a person: a block per package, then whether it holds."""
    pen = Pen(style)
    lines: list[str] = []
    for name, before, after in report.changed:
        mine = [gain for gain in report.gains if gain.package == name]
        lines.append(pen.bold(f"{plain(name)} {_versions(before, after)}") + ("" if mine else "  gains nothing"))
        for gain in mine:
            lines += _gain(gain, pen)
    lines += [f"{plain(name)}: not read: {plain(why, 200)}" for name, why in report.unread]
    lines += [f"{plain(name)} is locked and no longer asked for" for name in report.gone]
    failed, allowed = len(report.failures), len(report.gains) - len(report.failures)
    told = f"{failed} gain{'s' if failed != 1 else ''} that nobody allowed" if failed else "nothing gained"
    told += f", {allowed} allowed" if allowed else ""
    told += f", {len(report.unread)} not read" if report.unread else ""
    lines += [*([""] if lines else []), told]
    if failed:
        lines.append("after a look: `pratique lock` accepts them, or [[tool.pratique.allow]] in pyproject.toml does")
    return "\n".join(lines) + "\n"


def _versions(before: str, after: str) -> str:
    if not before:
        return f"{plain(after)} (not in the lock)"
    return f"{plain(before)} → {plain(after)}" if before != after else f"{plain(after)} (other bytes)"


def _gain(gain: Gain, pen: Pen) -> Iterator[str]:
    line = gain.line
    if line.kind == "new":
        text = "the package itself"
    else:
        when = f", {gain.earlier} → {line.trigger}" if gain.earlier else f", at {line.trigger}"
        text = f"{line.kind} {plain(line.text, _TEXT)}{when if line.kind != 'opaque' else ''}"
    yield from pen.wrapped(f"  {'+' if gain.allowed is None else '='} ", text)
    if gain.allowed is not None:
        yield from pen.wrapped("      ", f"allowed: {plain(gain.allowed.reason, _TEXT)}", dim=True)
        return
    steps = line.path if pen.style.verbose else line.path[-_STEPS:]
    for step in steps:
        yield from pen.wrapped(f"      {place(step.where)}  ", plain(step.text, _TEXT), dim=True)


def as_json(report: Report) -> str:
    """Return the check for a machine."""
    made = Gains(passed=not report.failures and not report.unread, report=report)
    return json.dumps(msgspec.to_builtins(made), ensure_ascii=True) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a check."""
    made = msgspec.json.schema(Gains)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:pratique:gains:1", "title": SCHEMA}
    return head | made
