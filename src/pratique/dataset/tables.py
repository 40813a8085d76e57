"""What the command line shows of a dataset: counts in columns, plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pratique.dataset import lines, stats
from pratique.dataset.place import Place, Summary
from pratique.dataset.records import Label
from pratique.dataset.stats import Count, Stats
from pratique.report.escape import plain

WIDE = 44


def summary(place: Place, found: Summary) -> str:
    """Return what was built, in a dozen lines."""
    figures = stats.count(list(lines.read(place.labels, Label)))
    out = [
        f"{found.labels} labels of {found.files} files, {found.stored} of them in the vault ({place.root})",
        f"  verdicts    {_counted(figures.verdicts)}",
        f"  lifecycle   {_counted(figures.lifecycles)}",
        f"  gold        {found.gold}: two witnesses, no doubt, nobody contradicts",
        f"  harm        {_counted(figures.harm_tiers)}",
    ]
    if found.clusters:
        out.append(f"  groups      {found.clusters} clusters, {found.campaigns} campaigns ({found.algorithm})")
        out.append(f"  splits      {_counted(figures.splits)} ({found.split})")
    out += [f"  agreement   {line}" for line in agreements(figures)]
    for one in found.sources:
        told = f"{one.samples} samples, {one.claims} claims, {one.left_out} left out ({one.licence})"
        out.append(f"  source      {one.source}: {told}")
    if figures.unread:
        out.append(f"  unread      {figures.unread} samples that the engine did not finish")
    if any(one.left_out for one in found.sources):
        out.append(f"  left out    see {place.troubles}")
    return "\n".join(out) + "\n"


def full(figures: Stats) -> str:
    """Return all figures as text."""
    out = [
        f"{figures.labels} labels, {figures.files} files, {figures.stored} in the vault, {figures.gold} gold",
        f"first seen {figures.first_seen or '?'} to {figures.last_seen or '?'}",
        "",
        f"verdicts      {_counted(figures.verdicts)}",
        f"lifecycle     {_counted(figures.lifecycles)}",
        f"harm          {_counted(figures.harm_tiers)}",
        f"attack type   {_counted(figures.attack_types)}",
        f"splits        {_counted(figures.splits)}",
    ]
    for name, spread in (("clusters", figures.clusters), ("campaigns", figures.campaigns)):
        if spread:
            out.append(
                f"{name:<14}{spread.groups}; the largest has {spread.largest:.1%} of the files, "
                f"as diverse as {spread.effective:g} of equal size"
            )
    out += [f"agreement     {line}" for line in agreements(figures)]
    out += ["", *_table(("year", "earliest trigger of accused code (proposed)"), _years(figures))]
    out += [
        "",
        *_table(("files", "behaviour (proposed)"), ((str(one.files), one.value) for one in figures.behaviours[:15])),
    ]
    if figures.exfiltration:
        rows = ((str(one.files), one.value) for one in figures.exfiltration[:10])
        out += ["", *_table(("files", "data goes to (proposed)"), rows)]
    largest = (
        (str(one.files), str(one.names), one.id, f"{one.first_seen}…{one.last_seen}", plain(one.called, WIDE))
        for one in figures.largest[:12]
        if one.files > 1
    )
    out += ["", *_table(("files", "names", "campaign", "seen", "called by sources"), largest)]
    reporters = ((str(one.files), str(one.alone), plain(one.name, WIDE)) for one in figures.reporters)
    return "\n".join([*out, "", *_table(("files", "alone", "reporter"), reporters)]) + "\n"


def agreements(figures: Stats) -> list[str]:
    """Return how clusters and campaigns agree with those that sources name, a line each."""
    return [
        f"{what}: pair precision {found.precision:.3f}, recall {found.recall:.3f} "
        f"({found.samples} samples, {found.groups} groups, {found.pairs} pairs)"
        for what, found in figures.agreements
    ]


def _years(figures: Stats) -> Iterable[tuple[str, str]]:
    for year, counted in figures.triggers:
        best = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        yield year, " · ".join(f"{files} {word}" for word, files in best)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return columns; numbers to the right."""
    body = [tuple(row) for row in rows]
    widths = [max(len(row[at]) for row in (tuple(head), *body)) for at in range(len(head))]
    made = []
    for row in (tuple(head), *body):
        number = body and row is not head
        cells = [
            cell.rjust(width) if number and all(one[at].isdigit() for one in body) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        made.append("  ".join(cells).rstrip())
    return made


def _counted(counts: Iterable[Count]) -> str:
    return " · ".join(f"{one.files} {one.value}" for one in counts) or "none"
