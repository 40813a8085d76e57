"""The rest of a text report: decoded layers, capabilities, what was not read, problems, and how much was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pratique.model import TRIGGER_ORDER, LayerNote, Match, Review, Trigger, Unknown, Use, Where
from pratique.report.escape import plain
from pratique.report.layout import columns, cut_middle
from pratique.report.pen import HARD_BLANK, Pen
from pratique.report.places import place, root_of

_LISTED = 5
"""Rows of a section; `--verbose` shows all."""
_PREVIEW = 3
_WORTH_SHOWING = 200
"""Bytes of a layer that was not encoded."""
_ORDER = {"refused": 0, "opaque": 1, "unresolved": 2}


def summary(review: Review, pen: Pen) -> Iterator[str]:
    """Yield the sections between the findings and the footer."""
    root = root_of(review)
    yield from _matches(review.matches, root, pen)
    yield from _layers(review, root, pen)
    yield from _capabilities(review.uses, pen)
    yield from _unknowns(review.unknowns, root, pen)
    yield from _problems(review, pen)


def _matches(matches: Iterable[Match], root: str, pen: Pen) -> Iterator[str]:
    """Yield what it is like, the best match of each campaign with their number."""
    campaigns: dict[str, list[Match]] = defaultdict(list)
    for one in matches:
        campaigns[one.campaign].append(one)
    if campaigns:
        yield from ("", pen.bold("  like known malware"))
    for campaign, found in list(campaigns.items())[: None if pen.style.verbose else _LISTED]:
        best = found[0]
        where = place(best.where, root) if best.where.segments else "as a whole"
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        said = f"{best.score:.2f} {best.method}  campaign {plain(campaign, 60)}: {_fit(where, pen, 30)}{more}"
        yield from pen.wrapped("    ", f"{said}; sample {best.sample[:16]}")
    yield from _more(len(campaigns), "campaigns", pen)


def _layers(review: Review, root: str, pen: Pen) -> Iterator[str]:
    notable = [layer for layer in review.layers if pen.style.verbose or layer.codecs or layer.size > _WORTH_SHOWING]
    if notable:
        yield from ("", pen.bold("  decoded layers"))
    for layer in notable[: None if pen.style.verbose else _LISTED]:
        yield from _layer(layer, root, pen)
    yield from _more(len(notable), "layers", pen)


def _layer(layer: LayerNote, root: str, pen: Pen) -> Iterator[str]:
    how = plain("+".join(layer.codecs), 80) or "as it stands"
    where = _fit(place(Where(segments=layer.segments[:-1], line=layer.line), root), pen, 4)
    yield from pen.wrapped("    ", f"{where}  {layer.language}, {size(layer.size)}, {how}")
    room = max(20, pen.style.width - 6) if pen.style.width else 100
    rows = [row for row in layer.preview.splitlines() if row.strip()]
    for row in rows[:_PREVIEW]:
        yield pen.dim(f"      | {plain(row, room - 2)}")
    if len(rows) > _PREVIEW:
        yield pen.dim("      | …")


def _capabilities(uses: Iterable[Use], pen: Pen) -> Iterator[str]:
    """Yield what it can do, by the earliest moment at which it does; guesses are left to the machine formats."""
    first: dict[tuple[str, str], int] = {}
    for use in uses:
        if use.certainty != "assumed":
            key = (use.capability, use.operand if use.operand != "computed" else "")
            first[key] = min(first.get(key, len(TRIGGER_ORDER)), TRIGGER_ORDER.index(use.triggers[0]))
    by_trigger: dict[Trigger, list[tuple[str, str]]] = defaultdict(list)
    for key, rank in first.items():
        by_trigger[TRIGGER_ORDER[rank]].append(key)
    if by_trigger:
        yield from ("", pen.bold("  what it can do, and when first"))
    for trigger in TRIGGER_ORDER:
        if trigger in by_trigger:
            yield from pen.wrapped(f"    {trigger:<8} ", _families(by_trigger[trigger]))


def _families(keys: list[tuple[str, str]]) -> str:
    """Return `fs.delete, read(ssh-key, wallet) · network.http`: each family and each capability said once."""
    operands: dict[str, list[str]] = defaultdict(list)
    for capability, operand in sorted(keys):
        operands[capability] += [operand] if operand else []
    families: dict[str, list[str]] = defaultdict(list)
    for capability, of in operands.items():
        family, dot, name = capability.partition(".")
        families[family].append((name if dot else "") + (f"({', '.join(of)})" if of else ""))
    shown = (f"{family}.{', '.join(names)}" if any(names) else family for family, names in families.items())
    return f" ·{HARD_BLANK}".join(shown)


def _unknowns(unknowns: Iterable[Unknown], root: str, pen: Pen) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Unknown]] = defaultdict(list)
    for one in unknowns:
        groups[one.kind, one.reason].append(one)
    if groups:
        yield from ("", pen.bold("  not read or not resolved"))
    ordered = sorted(groups.items(), key=lambda item: (_ORDER[item[0][0]], -len(item[1]), item[0]))
    for (kind, reason), places in ordered[: None if pen.style.verbose else _LISTED]:
        shown = len(places) if pen.style.verbose else 2
        where = ", ".join(_fit(place(one.where, root), pen, 15) for one in places[:shown])
        more = f" and {_count(len(places) - shown, 'more place')}" if len(places) > shown else ""
        yield from pen.wrapped(f"    {kind:<10} ", f"{plain(reason.replace('builtins.', ''), 200)}: {where}{more}")
    yield from _more(len(ordered), "kinds", pen)


def _problems(review: Review, pen: Pen) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in review.problems:
        if one.severity != "info" or pen.style.verbose:
            where, said = plain("!/".join(one.segments)), plain(one.detail, 160)
            words = (_fit(where, pen, 6), said if said.strip("'\"") != where else "")
            groups[one.code, one.severity].append(": ".join(word for word in words if word))
    if groups:
        yield from ("", pen.bold("  what is wrong with the container"))
    for (code, severity), rows in groups.items():
        more = f" and {len(rows) - 1} more" if len(rows) > 1 and not pen.style.verbose else ""
        yield from pen.wrapped("    ", f"{code} ({severity})")
        for row in rows if pen.style.verbose else rows[:1]:
            yield from pen.wrapped("      ", f"{row}{more}")


def footer(review: Review, pen: Pen) -> Iterator[str]:
    """Yield how much was read, what is not shown, and what a clear verdict does not say."""
    yield ""
    yield from pen.wrapped("  ", read_line(review), dim=True)
    if pen.style.verbose and review.cost.functions:
        yield from pen.wrapped("  ", functions_line(review), dim=True)
    if review.cost.unlimited:
        yield from pen.wrapped(
            "  ", f"read without the limits of a child process: {plain(review.cost.unlimited, 160)}", bold=True
        )
    if review.suppressed:
        text = f"{_count(review.suppressed, 'finding')} for other readers not shown (--audience everything)"
        yield from pen.wrapped("  ", text, dim=True)
    if not review.verdict.complete:
        yield from pen.wrapped("  ", "incomplete: something that may run or be read was not read", bold=True)
    if review.verdict.level == "clear":
        yield from pen.wrapped("  ", "nothing found is no proof: docs/limits.md says what cannot be seen", dim=True)


def read_line(review: Review) -> str:
    """Say how many files were read, and what became of the others."""
    read = review.read
    parts = [f"{read.code_files} of code ({size(read.code_bytes)})", f"{read.data_files} of data"]
    parts += [f"{read.opaque_files} opaque"] if read.opaque_files else []
    parts += [f"{read.refused_files} refused"] if read.refused_files else []
    layers = f", {_count(read.layers, 'decoded layer')}" if read.layers else ""
    return f"read {_count(read.files, 'file')}, {size(read.bytes)}: {', '.join(parts)}{layers}"


def functions_line(review: Review) -> str:
    """Say how many functions were parsed, and how many were known from an earlier run."""
    known = review.cost.cached_functions
    parts = [f"{known:,} known from an earlier run", f"{review.cost.functions - known:,} parsed"]
    if review.compared and review.compared.again:
        parts.append(f"{review.compared.again:,} unchanged ones stand in files that changed")
    return f"{_count(review.cost.functions, 'function')}: {', '.join(parts)}"


def size(count: int) -> str:
    """Return a number of bytes for a person."""
    if count < 1000:
        return _count(count, "byte")
    amount = float(count)
    for unit in ("kB", "MB"):
        amount /= 1000
        if amount < 1000:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} GB"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _more(number: int, noun: str, pen: Pen) -> Iterator[str]:
    if number > _LISTED and not pen.style.verbose:
        yield f"    … {number - _LISTED} more {noun} (--verbose)"


def _fit(text: str, pen: Pen, indent: int) -> str:
    """Cut a place that would not fit on one line."""
    return cut_middle(text, max(20, pen.style.width - indent - 1)) if pen.style.width and columns(text) else text
