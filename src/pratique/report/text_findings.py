"""The findings of a text report: a sentence, the rule, and the steps that lead there, each place said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pratique.model import TRIGGER_ORDER, Finding, Line, Reason, Review, Step, Trigger
from pratique.report.escape import plain
from pratique.report.layout import columns, cut_middle, pad
from pratique.report.pen import HARD_BLANK, Pen
from pratique.report.places import place, root_of

_IN_FULL = 3
"""Findings shown with their steps; `--verbose` shows all."""
_MAX_STEPS = 10
_NARROW = 60
"""Columns of a terminal below which a step's text goes under its place."""
_WIDEST_PLACE = 48
_TEXT, _TARGET = 120, 120
"""Characters of package text in one step, and of what it acts on."""
_REASON = 300
_LINES: tuple[Line, ...] = ("flow", "known", "target", "change", "trigger", "concealment", "context", "policy")
"""Of equals, the most telling line of evidence first."""
WHEN: dict[Trigger, str] = {
    "install": "at install",
    "build": "at build",
    "startup": "whenever Python starts",
    "import": "on import",
    "plugin": "when a host loads its plugins",
    "agent": "when a coding agent opens the project",
    "command": "when its command runs",
    "call": "when a caller uses it",
    "browser": "in the browser",
    "test": "in tests",
}

Row = tuple[str, str]
"""A place, and what happens there."""


def findings(review: Review, pen: Pen) -> Iterator[str]:
    """Yield the findings, most important first, then the reasons that have no finding here to show."""
    ordered = _ordered(review)
    root = root_of(review)
    full = ordered if pen.style.verbose else ordered[:_IN_FULL]
    paths = [_rows(one, root, pen) for one in full]
    width = _place_width([place for path in paths for place, _ in path], pen)
    for number, one in enumerate(full):
        yield ""
        yield from pen.wrapped("  ", _sentence(one), bold=True)
        yield from pen.wrapped("    ", _together(_marks(one, review)), dim=True)
        yield from _path(paths[number], paths[:number], width, pen)
        if one.target:
            yield from _row("", f"→ {_target(one.target)}", width, pen)
        if pen.style.verbose and one.related:
            yield from pen.wrapped("    also at ", ", ".join(place(other, root) for other in one.related))
    if len(ordered) > len(full):
        yield ""
    for one in ordered[len(full) :]:
        yield from pen.wrapped("  ", _sentence(one), bold=True)
        yield from pen.wrapped("    ", _together((*_marks(one, review), place(one.primary, root))), dim=True)
    yield from _others(review, pen)


def _sentence(finding: Finding) -> str:
    """Return what happens and when, the time once."""
    when = WHEN[finding.trigger]
    return finding.summary if when in finding.summary else f"{finding.summary}, {when}"


def _ordered(review: Review) -> list[Finding]:
    """Return the findings by their points, then by what tells most and runs earliest."""
    points = {reason.fingerprint: reason.points for reason in review.verdict.reasons if reason.fingerprint}
    return sorted(
        review.findings,
        key=lambda one: (
            -points.get(one.fingerprint, 0.0),
            _LINES.index(one.line),
            TRIGGER_ORDER.index(one.trigger),
            one.rule,
        ),
    )


def _marks(finding: Finding, review: Review) -> Iterator[str]:
    """Yield what a reader weighs: the rule's id, how bad, how sure, how much it counted."""
    share = next((one.share for one in review.verdict.reasons if one.fingerprint == finding.fingerprint), 0.0)
    yield finding.rule
    yield f"{finding.severity}, confidence {finding.confidence}"
    yield f"{share:.0%} of the score" if share else "adds no points"
    if finding.times > 1:
        yield f"{finding.times} places"
    if finding.traits:
        yield ", ".join(finding.traits)
    if finding.certainty == "assumed":
        yield "the path rests on a guess"
    if finding.trial:
        yield "rule in trial"
    if finding.standing:
        yield "stood unchanged in old releases"


def _together(marks: Iterable[str]) -> str:
    """Join marks so that none is broken over two lines."""
    return " · ".join(mark.replace(" ", HARD_BLANK) for mark in marks)


def _target(text: str) -> str:
    """Return what it acts on; of code the first line, since layers are shown below."""
    first, newline, _ = text.partition("\n")
    return plain(first, _TARGET) + (" …" if newline else "")


def _others(review: Review, pen: Pen) -> Iterator[str]:
    """Yield the reasons that no shown finding stands for, and the gate that held the level."""
    shown = {one.rule for one in review.findings}
    reasons = [reason for reason in review.verdict.reasons if reason.rule not in shown]
    if reasons:
        yield ""
        yield pen.bold(f"  {'also counted' if review.findings else f'why {review.verdict.level}'}")
    for reason in reasons:
        yield from pen.wrapped("    ", _said(reason))
    if review.verdict.cap:
        yield ""
        yield from pen.wrapped("  ", plain(review.verdict.cap, _REASON))


def _said(reason: Reason) -> str:
    """Return a reason with the rule to ask about; what was not read has no rule."""
    text = plain(reason.text.replace("builtins.", ""), _REASON)
    return f"{text} ·{HARD_BLANK}{reason.rule}" if reason.fingerprint else text


def _rows(finding: Finding, root: str, pen: Pen) -> list[Row]:
    """Return the steps in the order in which they happen, repeats left out."""
    steps = _story(finding)
    rows: list[Row] = []
    for step in steps:
        row = (place(step.where, root), plain(step.text.replace("builtins.", ""), _TEXT))
        if not rows or row != rows[-1]:
            rows.append(row)
    if len(rows) > _MAX_STEPS and not pen.style.verbose:
        half = _MAX_STEPS // 2
        rows = [*rows[:half], ("", f"… {len(rows) - 2 * half} more steps (--verbose)"), *rows[-half:]]
    return rows


def _story(finding: Finding) -> Sequence[Step]:
    """Return the way to the call, then where the value that it gets comes from; the call itself comes last, once."""
    path = finding.path
    at = next((number for number, step in enumerate(path) if step.where == finding.primary), len(path))
    flow = path[at + 1 :]
    if not flow or flow[-1].where != finding.primary:
        return path
    first = Step(where=flow[0].where, text=f"from {flow[0].text}")
    return (*path[:at], first, *flow[1:]) if len(flow) > 1 else (*path[:at], *flow)


def _path(path: list[Row], seen: Sequence[list[Row]], width: int, pen: Pen) -> Iterator[str]:
    """Yield the steps, without a beginning that stands above already."""
    shared = max((_common(path, other) for other in seen), default=0)
    if shared == len(path) > 1:
        shared -= 1
    if shared > 1:
        yield pen.dim(f"    … as above up to {cut_middle(path[shared - 1][0], _WIDEST_PLACE)}, then")
        path = path[shared:]
    for where, text in path:
        yield from _row(where, text, width, pen)


def _common(path: list[Row], other: list[Row]) -> int:
    """Return how many first steps two paths share."""
    number = 0
    for one, two in zip(path, other, strict=False):
        if one != two:
            break
        number += 1
    return number


def _place_width(places: list[str], pen: Pen) -> int:
    """Return the columns for places: as many as they need, up to not quite half of the terminal."""
    widest = max(map(columns, places), default=0)
    most = int(pen.style.width * 0.45) if pen.style.width else _WIDEST_PLACE
    return min(widest, most)


def _row(where: str, text: str, width: int, pen: Pen) -> Iterator[str]:
    """Yield one step: the place, and beside it (below it on a narrow terminal) what happens."""
    if 0 < pen.style.width < _NARROW:
        if where:
            yield "    " + cut_middle(where, pen.style.width - 4)
        yield from pen.wrapped("      ", text)
        return
    shown = cut_middle(where, width) if pen.style.width else where
    yield from (line.rstrip() for line in pen.wrapped(f"    {pad(shown, width)}  ", text))
