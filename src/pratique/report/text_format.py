"""The review that a person reads in under a minute: what, when, where, how sure, and what was not read."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pratique.model import TRIGGER_ORDER, Finding, Level, Review, Step, Trigger, Unknown
from pratique.report import Style
from pratique.report.escape import plain

DESCRIPTION = "for a person: the verdict, each reason with its path, what was not read (the default)"

_COLORS: dict[Level, str] = {"clear": "32", "note": "36", "look": "33;1", "block": "31;1"}
_PLACE = 34
_MAX_STEPS = 10
_MAX_LISTED = 6


def render(reviews: Sequence[Review], style: Style) -> str:
    """Return one block per review, and a last line that counts them if there are several."""
    blocks = ["\n".join(_block(review, style)) for review in reviews]
    if len(reviews) > 1:
        counts = {level: sum(one.verdict.level == level for one in reviews) for level in ("block", "look", "note", "clear")}
        blocks.append(f"{len(reviews)} files: " + ", ".join(f"{count} {level}" for level, count in counts.items() if count))
    return "\n\n".join(blocks) + "\n"


def _block(review: Review, style: Style) -> Iterator[str]:
    yield _headline(review, style)
    for finding in _ordered(review):
        yield from _finding(finding, review, style)
    unread = [reason for reason in review.verdict.reasons if not any(one.rule == reason.rule for one in review.findings)]
    for reason in unread:
        yield _line(style, f"  {plain(reason.text)}")
    if review.verdict.cap:
        yield _line(style, f"  {plain(review.verdict.cap)}")
    yield from _layers(review, style)
    yield from _capabilities(review, style)
    yield from _unknowns(review, style)
    yield from _problems(review, style)
    yield from _footer(review, style)


def _headline(review: Review, style: Style) -> str:
    level = review.verdict.level.upper()
    if style.color:
        level = f"\x1b[{_COLORS[review.verdict.level]}m{level}\x1b[0m"
    package = " ".join(word for word in (review.artifact.package.name, review.artifact.package.version) if word)
    name = plain(review.artifact.filename, 80)
    category = review.verdict.category.replace("_", " ")
    what = f"  [{category}]" if category not in ("none", "malware") else ""
    left = f"{plain(package, 60)}  {name}{what}" if package and package != name else f"{name}{what}"
    cached = ", known" if review.cost.cached_files else ""
    return f"{level}  {left}  ({review.cost.wall_s:.1f} s{cached})"


def _ordered(review: Review) -> list[Finding]:
    """Most important first: the order of the verdict's reasons, then the rest."""
    rank = {reason.rule: number for number, reason in enumerate(review.verdict.reasons)}
    return sorted(review.findings, key=lambda one: (rank.get(one.rule, len(rank)), TRIGGER_ORDER.index(one.trigger), one.rule))


def _finding(finding: Finding, review: Review, style: Style) -> Iterator[str]:
    share = next((one.share for one in review.verdict.reasons if one.fingerprint == finding.fingerprint), 0.0)
    weight = f"{share:.0%} of the score" if share else "no points"
    times = f", {finding.times} places" if finding.times > 1 else ""
    standing = ", standing" if finding.standing else ""
    trial = ", in trial" if finding.trial else ""
    sure = ", by a guess" if finding.certainty == "assumed" else ""
    yield ""
    yield _line(style, f"  {finding.summary}, {_when(finding.trigger)}", bold=True)
    yield _line(style, f"    {finding.rule} · {finding.severity}, confidence {finding.confidence} · {weight}{times}{sure}{trial}{standing}", dim=True)
    yield from _steps(finding.path, style)
    if finding.target:
        yield _line(style, f"    {'on':<{_PLACE}} {plain(finding.target, 120)}")
    if finding.traits:
        yield _line(style, f"    {'concealment':<{_PLACE}} {', '.join(finding.traits)}")
    if finding.related and style.verbose:
        yield _line(style, f"    also at {', '.join(plain(one.shown, 80) for one in finding.related)}")


def _steps(path: Sequence[Step], style: Style) -> Iterator[str]:
    shown = path if len(path) <= _MAX_STEPS or style.verbose else (*path[: _MAX_STEPS // 2], *path[-_MAX_STEPS // 2 :])
    last = ""
    for number, step in enumerate(shown):
        if len(shown) < len(path) and number == _MAX_STEPS // 2:
            yield f"    {'':<{_PLACE}} … {len(path) - len(shown)} steps (--verbose shows them)"
        place = plain(step.where.shown)
        line = f"{place:<{_PLACE}} {plain(step.text, 100)}"
        if line != last:
            yield _line(style, f"    {line}")
        last = line


def _when(trigger: Trigger) -> str:
    return {
        "install": "at install", "build": "at build", "startup": "whenever Python starts", "import": "on import",
        "plugin": "when a host loads its plugins", "agent": "when a coding agent opens the project",
        "command": "when its command runs", "call": "when a caller uses it", "browser": "in the browser", "test": "in tests",
    }[trigger]  # fmt: skip


def _layers(review: Review, style: Style) -> Iterator[str]:
    notable = [layer for layer in review.layers if layer.codecs or style.verbose or layer.size > 200]
    if notable:
        yield ""
        yield _line(style, "  decoded layers", bold=True)
    for layer in notable[: None if style.verbose else _MAX_LISTED]:
        how = "+".join(layer.codecs) or "plain text"
        place = plain("!/".join(layer.segments[:-1]))
        yield _line(style, f"    {place}:{layer.line}: {layer.language}, {layer.size:,} bytes, {how}")
        for row in layer.preview.splitlines()[:3]:
            if row.strip():
                yield _line(style, f"      | {plain(row, 100)}", dim=True)
    if len(notable) > _MAX_LISTED and not style.verbose:
        yield f"    … {len(notable) - _MAX_LISTED} more"


def _capabilities(review: Review, style: Style) -> Iterator[str]:
    """What it can do, by the earliest moment at which it does."""
    by_trigger: dict[Trigger, dict[str, None]] = defaultdict(dict)
    best: dict[str, int] = {}
    for use in review.uses:
        if use.certainty == "assumed":
            continue
        name = f"{use.capability}({use.operand})" if use.operand and use.operand != "computed" else use.capability
        rank = TRIGGER_ORDER.index(use.triggers[0])
        best[name] = min(best.get(name, rank), rank)
    for name, rank in sorted(best.items()):
        by_trigger[TRIGGER_ORDER[rank]][name] = None
    if by_trigger:
        yield ""
        yield _line(style, "  what it can do, by the earliest moment at which it does", bold=True)
    for trigger in TRIGGER_ORDER:
        if trigger in by_trigger:
            yield from _wrapped(f"    {trigger:<8} ", ", ".join(by_trigger[trigger]), style)


def _unknowns(review: Review, style: Style) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Unknown]] = defaultdict(list)
    for one in review.unknowns:
        groups[one.kind, one.reason].append(one)
    if groups:
        yield ""
        yield _line(style, "  not read or not resolved", bold=True)
    shown = sorted(groups.items(), key=lambda item: ({"refused": 0, "opaque": 1, "unresolved": 2}[item[0][0]], -len(item[1]), item[0]))
    for (kind, reason), places in shown[: None if style.verbose else _MAX_LISTED]:
        where = ", ".join(plain(one.where.shown, 60) for one in places[:2])
        more = f" and {len(places) - 2} more places" if len(places) > 2 else ""
        yield from _wrapped(f"    {kind:<10} ", f"{plain(reason)}: {where}{more}", style)
    if len(shown) > _MAX_LISTED and not style.verbose:
        yield f"    … {len(shown) - _MAX_LISTED} more kinds"


def _problems(review: Review, style: Style) -> Iterator[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for one in review.problems:
        if one.severity != "info" or style.verbose:
            place = plain("!/".join(one.segments), 70)
            groups[f"{one.code} ({one.severity})"].append(f"{place}: {plain(one.detail, 100)}" if place else plain(one.detail, 120))
    if groups:
        yield ""
        yield _line(style, "  problems", bold=True)
    for name, rows in groups.items():
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield from _wrapped(f"    {name} ", f"{rows[0]}{more}", style)


def _footer(review: Review, style: Style) -> Iterator[str]:
    read = review.read
    parts = [f"{read.code_files} of code ({_size(read.code_bytes)})", f"{read.data_files} of data"]
    parts += [f"{read.opaque_files} opaque"] if read.opaque_files else []
    parts += [f"{read.refused_files} refused"] if read.refused_files else []
    yield ""
    layers = f", {read.layers} decoded layer{'s' if read.layers != 1 else ''}" if read.layers else ""
    yield _line(style, f"  read {read.files} files, {_size(read.bytes)}: {', '.join(parts)}{layers}", dim=True)
    if review.suppressed:
        plural = "s" if review.suppressed != 1 else ""
        yield _line(style, f"  {review.suppressed} finding{plural} for other readers not shown (--audience everything)", dim=True)
    if not review.verdict.complete:
        yield _line(style, "  incomplete: something that may run was not read")
    if review.verdict.level == "clear":
        yield _line(style, "  nothing found is no proof: see docs/limits.md", dim=True)


def _size(count: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count = count / 1000  # type: ignore[assignment]
    return f"{count:.1f} GB"


def _wrapped(lead: str, text: str, style: Style) -> Iterator[str]:
    if not style.width:
        yield lead + text
        return
    yield from textwrap.wrap(text, style.width, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False)


def _line(style: Style, text: str, *, bold: bool = False, dim: bool = False) -> str:
    if style.width and len(text) > style.width:
        text = text[: style.width - 1] + "…"
    if style.color and (bold or dim):
        return f"\x1b[{'1' if bold else '2'}m{text}\x1b[0m"
    return text
