"""The evaluation as a page: Markdown whose every figure comes from a result file, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

from pratique.evaluate import charts
from pratique.evaluate.operating import FILES_A_DAY
from pratique.evaluate.shapes import Evaluation, FalseAlarms, GroupFigures, Rate
from pratique.model import Level

FEWEST = 3
"""Clusters of a group that a picture shows."""


def pictures(result: Evaluation) -> dict[str, str]:
    """Return the SVG pictures by their names on the page `evaluation`."""
    found = {}
    if result.curve:
        points = [(float(one.projects), one.recall) for one in result.curve]
        few = [point for point in points if point[0] <= 20]
        found["evaluation-curve.svg"] = charts.steps(
            "Recall at few alarms (novel 2024 clusters)", few, "benign projects flagged", "recall"
        )
    for one in result.breakdowns:
        if one.by in ("year", "vector (the pack's heuristic)"):
            name = one.by.split(" ", 1)[0]
            rows = [_bar(group) for group in one.groups if group.clusters >= FEWEST]
            title = f"Recall at look by {name}, macro per cluster"
            found[f"evaluation-{name}.svg"] = charts.bars(title, rows, "95 % interval")
    if result.histogram:
        found["evaluation-scores.svg"] = charts.histogram(
            "Scores", [(name, counts) for name, counts in result.histogram.items()], "score"
        )
    return found


def _bar(group: GroupFigures) -> tuple[str, float, float, float, str]:
    share = group.look.macro
    return group.name, share.value, share.low, share.high, f"{group.clusters} clusters"


def digest(result: Evaluation) -> str:
    """Return 16 hex digits of the result's content."""
    return sha256(msgspec.json.encode(result)).hexdigest()[:16]


def render(result: Evaluation, read: Mapping[str, str] | None = None, name: str = "evaluation") -> str:
    """Return the page `name`. `read`: what a person who read an artifact says of it, by its SHA-256."""
    lines = "\n".join((*_lines(result), *_listed(result, read or {})))
    return lines.replace("docs/evaluation.json", f"docs/{name}.json").replace("](evaluation-", f"]({name}-") + "\n"


def _listed(result: Evaluation, read: Mapping[str, str]) -> Iterator[str]:
    """Yield what was missed and what was flagged, each with what a person found in it."""
    rows = [(one.sha256, f"{one.split} {one.cluster}", one.level, one.fired) for one in result.misses]
    if rows:
        yield "\n## Missed\n"
        yield "Headline samples below `look`. What is written of them was found by reading them."
    yield from _table("cluster", rows, read)
    rows = [(one.sha256, one.name.split("-", 1)[0], one.level, one.fired) for one in result.alerts]
    if rows:
        yield "\n## Flagged\n"
        yield "Benign wheels at `look`."
    yield from _table("project", rows, read)


def _table(
    first: str, rows: Sequence[tuple[str, str, Level | None, tuple[str, ...]]], read: Mapping[str, str]
) -> Iterator[str]:
    if rows:
        yield f"\n| {first} | SHA-256 | level | what fired | read by eye |\n|---|---|---|---|---|"
    for digest, name, level, fired in rows:
        rules = ", ".join(f"`{one}`" for one in fired) or "nothing"
        yield f"| {name} | `{digest[:16]}` | {level or 'none'} | {rules} | {read.get(digest, '')} |"


def _lines(result: Evaluation) -> Iterator[str]:
    seen = result.corpora
    yield "# Evaluation\n"
    yield "<!-- Generated from docs/evaluation.json by `make docs`; do not edit. -->\n"
    yield (
        f"Engine `{result.engine}` (rules `{result.rules_digest}`, scorecard `{result.scorecard}`), Pratique "
        f"{result.version}, Python {result.python}, {result.date}. Result `{digest(result)}`."
    )
    yield (
        f"Corpora: {seen.malware_rows} samples (pack `{seen.malware}`), {seen.benign_rows} benign wheels "
        f"(list `{seen.benign}`): {seen.selection}.\n"
    )
    yield "Split by time (train before 2024, dev 2024), counted per near-duplicate cluster; benign alarms per project."
    yield "Rules were written on train; recall on train proves nothing. The dev rows share campaigns with train that"
    yield "clustering did not join, so a novel cluster is no guarantee of a novel author.\n"
    yield "## Recall\n"
    yield from _groups("rows", result.groups)
    yield from _picture(result, "evaluation-curve.svg", "recall over benign projects flagged")
    yield "\n## False alarms\n"
    yield from _benign(result)
    yield from _day(result)
    yield from _picture(result, "evaluation-scores.svg", "histogram of scores")
    for one in result.breakdowns:
        yield f"\n## By {one.by}\n"
        yield "Headline rows and proofs of concept of both splits.\n"
        yield from _groups(one.by.split(" (", 1)[0], one.groups)
        yield from _picture(result, f"evaluation-{one.by.split(' ', 1)[0]}.svg", f"recall by {one.by}")
    if result.localisation:
        found = result.localisation
        yield "\n## The right place\n"
        yield (
            f"The first reason names the kind of file that the pack's heuristic sees the payload in for {found.right} "
            f"of {found.rows} caught headline rows: {_rate(found.share)}."
        )
    yield "\n## Cost\n"
    yield "| corpus | artifacts | MB of code | CPU s | MB per CPU s | median s | 95 % below s | peak MiB |"
    yield "|---|---|---|---|---|---|---|---|"
    for cost in result.costs:
        yield (
            f"| {cost.corpus} | {cost.artifacts} | {cost.code_mb:.1f} | {cost.cpu_s:.0f} | {cost.mb_per_s:.2f} | "
            f"{cost.median_s:.2f} | {cost.p95_s:.2f} | {cost.peak_mb:.0f} |"
        )
    for peer in result.peers:
        spent = f"{peer.code_mb:.1f} | {peer.cpu_s:.0f} | {peer.mb_per_s:.2f}"
        yield f"| {peer.name} {peer.version} |  | {spent} |  |  |  |"
    yield f"\nCrashed, cut short or incomplete: {len(result.trouble)} artifacts."


def _groups(name: str, groups: tuple[GroupFigures, ...]) -> Iterator[str]:
    peers = sorted({peer for group in groups for peer in group.peers})
    yield f"| {name} | artifacts | clusters | look | block | note {''.join(f'| {peer} ' for peer in peers)}|"
    yield "|---|---|---|---|---|---" + "|---" * len(peers) + "|"
    for group in groups:
        cells = [_rate(group.look.macro), _rate(group.block.macro), f"{100 * group.note.macro.value:.1f} %"]
        cells += [_rate(group.peers[peer].macro) if peer in group.peers else "" for peer in peers]
        yield f"| {group.name} | {group.artifacts} | {group.clusters} | {' | '.join(cells)} |"


def _benign(result: Evaluation) -> Iterator[str]:
    figures = result.benign
    if figures is None:
        yield "No benign corpus was looked at."
        return
    yield "| level | files | rate below (95 %) | projects | rate below (95 %) |"
    yield "|---|---|---|---|---|"
    levels: list[tuple[str, FalseAlarms]] = [("note", figures.note), ("look", figures.look), ("block", figures.block)]
    for name, alarms in (*levels, *figures.peers.items()):
        yield (
            f"| {name} | {alarms.files} of {figures.files} | {100 * alarms.file_bound:.2f} % | "
            f"{alarms.projects} of {figures.projects} | {100 * alarms.project_bound:.2f} % |"
        )


def _day(result: Evaluation) -> Iterator[str]:
    if not result.operations:
        return
    names = list(result.operations[0].precision)
    yield f"\nOn a registry that takes {FILES_A_DAY:,} files a day, were they like these wheels, which they are not:\n"
    yield f"| level | recall | alarms a day | at most (95 %) | {' | '.join(f'precision at {name}' for name in names)} |"
    yield "|---|---|---|---|" + "---|" * len(names)
    for one in result.operations:
        cells = [f"{100 * one.precision[n]:.1f} % (at least {100 * one.precision_at_least[n]:.1f} %)" for n in names]
        yield (
            f"| {one.level} | {100 * one.recall:.1f} % | {one.alarms_a_day:g} | {one.alarms_a_day_at_most:g} | "
            f"{' | '.join(cells)} |"
        )
    yield "\nThe goals are one alarm in 100,000 files at `block` and five in 10,000 at `look`; corpora of this size"
    yield "cannot show either: zero alarms in N files only bound the rate at 3/N."


def _picture(result: Evaluation, name: str, words: str) -> Iterator[str]:
    if name in pictures(result):
        yield f"\n![{words}]({name})"


def _rate(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} % [{100 * rate.low:.0f}-{100 * rate.high:.0f}]"
