"""An evaluation as text that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from pratique.evaluate.operating import FILES_A_DAY, PREVALENCES
from pratique.evaluate.shapes import Evaluation, FalseAlarms, GroupFigures, Rate, Recall

T = TypeVar("T")

SHOWN = 40
"""Misses, alerts and troubles that the short form lists."""


def render(result: Evaluation, *, everything: bool = False) -> str:
    """Return the tables; `everything` lists every miss and every rule."""
    sections = (
        _head(result),
        _recall("recall (macro per cluster, 95 % interval)", result.groups),
        _recall("headline rows by place of the payload", result.locations),
        _benign(result),
        _operations(result),
        *(_recall(f"undisputed rows by {one.by}", one.groups) for one in result.breakdowns),
        _localisation(result),
        _alerts(result, everything),
        _misses(result, everything),
        _trouble(result, everything),
        _costs(result),
        _rules(result, everything),
    )
    return "\n".join("\n".join(lines) + "\n" for lines in map(list, sections) if lines)


def _head(result: Evaluation) -> Iterator[str]:
    seen = result.corpora
    yield f"pratique {result.version}, engine {result.engine}, Python {result.python}, {result.date}"
    samples = f"{seen.malware_rows} samples (pack {seen.malware or '-'})"
    yield f"{samples}, {seen.benign_rows} wheels (list {seen.benign or '-'}): {seen.selection}"


def _recall(title: str, groups: Sequence[GroupFigures]) -> Iterator[str]:
    if not groups:
        return
    names = sorted({name for group in groups for name in group.peers})
    head = ["rows", "clusters", "look", "block", "note", "policy", *names]
    rows = [
        [
            group.name, str(group.artifacts), str(group.clusters), _caught(group.look), _caught(group.block),
            _percent(group.note.macro.value), str(group.policy), *(_caught(group.peers[name]) for name in names),
        ]
        for group in groups
    ]  # fmt: skip
    yield from _table(title, head, rows)


def _benign(result: Evaluation) -> Iterator[str]:
    figures = result.benign
    if figures is None:
        return
    levels = (("note", figures.note), ("look", figures.look), ("block", figures.block))
    rows = [
        [name, *_alarm(alarms, figures.files, figures.projects)] for name, alarms in (*levels, *figures.peers.items())
    ]
    head = ["files", "rate below", "projects", "rate below"]
    yield from _table("benign wheels with an alarm (upper bound at 95 %)", head, rows)


def _operations(result: Evaluation) -> Iterator[str]:
    rows = [
        [one.level, f"{one.alarms_a_day:g}", f"{one.alarms_a_day_at_most:g}",
         *(f"{_percent(one.precision[name])} (≥ {_percent(one.precision_at_least[name])})" for name in one.precision)]
        for one in result.operations
    ]  # fmt: skip
    head = ["alarms a day", "at most", *(f"precision at {name}" for name in PREVALENCES)]
    yield from _table(
        f"on {FILES_A_DAY:,} files a day (bounds at 95 %; these wheels are no sample of uploads)", head, rows
    )


def _localisation(result: Evaluation) -> Iterator[str]:
    found = result.localisation
    if found is not None:
        yield f"first reason names the kind of file that the pack sees the payload in: {found.right} of {found.rows},"
        yield f"  {_interval(found.share)} (the pack's places are a heuristic)"


def _alarm(alarms: FalseAlarms, files: int, projects: int) -> list[str]:
    by_file = [f"{alarms.files} of {files}", _percent(alarms.file_bound)]
    return [*by_file, f"{alarms.projects} of {projects}", _percent(alarms.project_bound)]


def _alerts(result: Evaluation, everything: bool) -> Iterator[str]:
    if not result.alerts:
        return
    yield f"benign at look or above: {len(result.alerts)}"
    for alert in _some(result.alerts, everything):
        reasons = ", ".join(f"{one.rule} {one.points:g}" for one in alert.reasons[:4])
        yield f"  {alert.level:<5} {alert.score:.2f} {alert.name}: {reasons}"
    yield from _more(len(result.alerts), everything)


def _misses(result: Evaluation, everything: bool) -> Iterator[str]:
    if not result.misses:
        return
    yield f"headline samples below look: {len(result.misses)}"
    for miss in _some(result.misses, everything):
        caught = f" [caught by {', '.join(miss.peers)}]" if miss.peers else ""
        what = miss.failure or ", ".join(miss.fired[:5]) or "nothing fired"
        row = f"{miss.sha256[:16]} {miss.split:<5} c{miss.cluster:<5} {miss.level or '-':<5} {miss.score:.2f}"
        yield f"  {row} {what}{caught}"
    yield from _more(len(result.misses), everything)


def _trouble(result: Evaluation, everything: bool) -> Iterator[str]:
    if not result.trouble:
        return
    yield f"crashed, cut short or incomplete: {len(result.trouble)}"
    for one in _some(result.trouble, everything):
        yield f"  {one.sha256[:16]} {one.corpus:<7} {one.what}"
    yield from _more(len(result.trouble), everything)


def _costs(result: Evaluation) -> Iterator[str]:
    rows = [
        [cost.corpus, str(cost.artifacts), f"{cost.code_mb:.1f}", f"{cost.cpu_s:.1f}", f"{cost.mb_per_s:.2f}",
         f"{cost.median_s:.3f}", f"{cost.p95_s:.3f}", f"{cost.peak_mb:.0f}"]
        for cost in result.costs
    ]  # fmt: skip
    rows += [
        [f"{one.name} {one.version}", "", f"{one.code_mb:.1f}", f"{one.cpu_s:.1f}", f"{one.mb_per_s:.2f}", *[""] * 3]
        for one in result.peers
    ]
    head = ["artifacts", "MB code", "CPU s", "MB/CPU s", "median s", "p95 s", "peak MiB"]
    yield from _table("cost (CPU of all processes; a peer's without unpacking)", head, rows)
    for one in result.peers:
        yield f"{one.name}: {one.failures} artifacts without a score, {one.errors} files that it would not read"
    for cost in result.costs:
        slow = (f"{sha256[:16]} {seconds:.1f} s" for sha256, _, seconds in cost.slowest)
        yield f"slowest of {cost.corpus}: {', '.join(slow)}"


def _rules(result: Evaluation, everything: bool) -> Iterator[str]:
    chosen = [row for row in result.rules if everything or row.benign or row.dev or row.train]
    rows = [
        [row.rule, str(row.train), str(row.dev), str(row.dev_clusters), str(row.unlabelled), str(row.benign),
         str(row.benign_projects), _interval(row.precision) if row.dev + row.benign else "-"]
        for row in sorted(chosen, key=lambda row: (-row.benign, -row.dev, row.rule))
    ]  # fmt: skip
    head = ["train", "dev", "clusters", "other", "benign", "projects", "precision"]
    yield from _table("rules, by artifacts that they fire on", head, rows)


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    lines = [[title, *head], *rows]
    first = max(len(line[0]) for line in lines[1:])
    widths = [max(len(line[at]) for line in lines) for at in range(1, len(head) + 1)]
    yield title
    yield "  " + " " * first + _cells(head, widths)
    for row in rows:
        yield f"  {row[0]:<{first}}{_cells(row[1:], widths)}"


def _cells(cells: Iterable[str], widths: Sequence[int]) -> str:
    return "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _caught(recall: Recall) -> str:
    return _interval(recall.macro)


def _interval(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} % [{100 * rate.low:.0f}-{100 * rate.high:.0f}]"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _some(found: Sequence[T], everything: bool) -> Sequence[T]:
    return found if everything else found[:SHOWN]


def _more(count: int, everything: bool) -> Iterator[str]:
    if count > SHOWN and not everything:
        yield f"  … and {count - SHOWN} more (--verbose, or --format json)"
