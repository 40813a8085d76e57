"""The review that a person reads in under a minute: what, when, where, how sure, and what was not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pratique.model import Level, Review
from pratique.report import Style
from pratique.report.escape import plain
from pratique.report.layout import columns, cut
from pratique.report.pen import Pen
from pratique.report.text_changes import changes, siblings
from pratique.report.text_findings import findings
from pratique.report.text_summary import footer, read_line, size, summary

DESCRIPTION = "for a person: the verdict, each reason with its path, what was not read (the default)"

_COLORS: dict[Level, str] = {"clear": "32", "note": "36", "look": "33;1", "block": "31;1"}
_HIGHEST_FIRST: tuple[Level, ...] = ("block", "look", "note", "clear")


def render(reviews: Sequence[Review], style: Style) -> str:
    """Return a block for each review, the highest level first, and a last line that counts them if there are several.

    Files of a release that read the same (wheels for many platforms) share one block, unless `style.verbose`.
    """
    ordered = sorted(reviews, key=lambda one: _HIGHEST_FIRST.index(one.verdict.level))
    blocks: dict[tuple[object, ...], list[Review]] = {}
    for number, one in enumerate(ordered):
        alike = (
            number if style.verbose else (one.artifact.package.purl, one.verdict.level, "\n".join(_body(one, style)))
        )
        blocks.setdefault((alike,), []).append(one)
    texts = ["\n".join(_block(alike, style)) for alike in blocks.values()]
    if len(reviews) > 1:
        counts = {level: sum(one.verdict.level == level for one in reviews) for level in _HIGHEST_FIRST}
        said = ", ".join(f"{count} {level}" for level, count in counts.items() if count)
        texts.append("\n".join(Pen(style).wrapped("", f"{len(reviews)} files: {said}")))
    return "\n\n".join(texts) + "\n"


def _block(alike: Sequence[Review], style: Style) -> Iterator[str]:
    """Yield the lines for one review and the files that read the same."""
    first, *others = alike
    pen = Pen(style)
    yield from _headline(first, style)
    yield from _body(first, style)
    yield from footer(first, pen)
    if others:
        yield ""
        yield pen.bold("  the same in")
    for one in others:
        yield from pen.wrapped("    ", f"{plain(one.artifact.filename, 120)}  {read_line(one)}{_sum(one)}")


def _body(review: Review, style: Style) -> Iterator[str]:
    """Yield what is not about this one file's name, size and time."""
    pen = Pen(style)
    yield from findings(review, pen)
    yield from changes(review, pen)
    yield from siblings(review, pen)
    yield from summary(review, pen)


def _headline(review: Review, style: Style) -> Iterator[str]:
    """Yield the verdict and what it is about; then the file."""
    artifact, pen = review.artifact, Pen(style)
    package = " ".join(word for word in (artifact.package.name, artifact.package.version) if word)
    kind = artifact.kind if artifact.kind != "folder" else "source folder"
    category = review.verdict.category.replace("_", " ")
    what = f", {category}" if category not in ("none", "malware") else ""
    level = review.verdict.level.upper()
    rest = f"  {plain(package or artifact.filename, 80)} ({kind}){what}"
    time = _time(review)
    if style.width:
        rest = cut(rest, style.width - len(level))
    gap = style.width - columns(level + rest + time) if style.width else 2
    beside = f"{' ' * gap}{time}" if time and gap > 1 else ""
    yield f"{pen.colored(level, _COLORS[review.verdict.level])}{pen.bold(rest)}{beside}"
    if time and not beside:
        yield pen.dim(f"  {time}")
    if artifact.filename != package:
        yield from pen.wrapped("  ", f"{plain(artifact.filename, 160)}{_sum(review)}", dim=True)


def _time(review: Review) -> str:
    cost = review.cost
    if not cost.wall_s:
        return ""
    return f"{cost.wall_s:.1f} s" + (f", {cost.cached_files} files known" if cost.cached_files else "")


def _sum(review: Review) -> str:
    """Return the container's size and the beginning of its hash, where it has any."""
    artifact = review.artifact
    return (f"  {size(artifact.size)}" if artifact.size else "") + (
        f"  sha256 {artifact.sha256[:16]}" if artifact.sha256 else ""
    )
