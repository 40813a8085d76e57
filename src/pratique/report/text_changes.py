"""The changes of a release, as a person reads them: a short list, by topic, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pratique.model import Artifact, Change, ChangeTopic, Compared, Review
from pratique.report.escape import plain
from pratique.report.pen import HARD_BLANK, Pen
from pratique.report.places import place, root_of

_LISTED = 5
"""Changes of one topic that are shown one by one; `--verbose` shows all."""
_NAMES = 6
"""Names in a list that only counts."""
_TEXT = 100
_TITLES: dict[ChangeTopic, str] = {
    "entry": "ways in",
    "secret": "secrets",
    "capability": "can do",
    "flow": "flows",
    "host": "hosts",
    "destination": "computed",
    "opaque": "opaque",
    "file": "code files",
    "function": "functions",
    "dependency": "depends on",
    "metadata": "says",
}
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "earlier": "!", "differs": "≠"}
_COUNTED: frozenset[ChangeTopic] = frozenset({"file", "opaque"})
"""Topics whose members are named in one line."""
_WIDEST = max(map(len, _TITLES.values()))


def changes(review: Review, pen: Pen) -> Iterator[str]:
    """Yield what is new since the base; nothing where there is no base."""
    compared = review.compared
    if compared is None:
        return
    yield from ("", pen.bold(f"  since {label(compared.base)}"))
    yield from pen.wrapped("    ", _counts(compared), dim=True)
    root = root_of(review)
    for topic in _TITLES:
        told = [one for one in review.changes if one.topic == topic]
        yield from _counted(topic, told, pen) if topic in _COUNTED else _listed(topic, told, root, pen)
    if not review.changes:
        yield from pen.wrapped("    ", "no capability, destination or way in changed")
    for other in review.beside:
        counted = ", ".join(f"{_TITLES[topic]} {number}" for topic, number in _topics(other)) or "no changes"
        yield from pen.wrapped(f"    beside {label(other.base)}: ", counted, dim=True)


def siblings(review: Review, pen: Pen) -> Iterator[str]:
    """Yield in what the file differs from the other files of its release."""
    if review.siblings:
        yield from ("", pen.bold("  unlike the other files of its release"))
    shown = review.siblings if pen.style.verbose else review.siblings[:_NAMES]
    for change in shown:
        before, after = (plain(text, _TEXT) for text in (change.before, change.after))
        said = f"{after} ({before})" if before and after else before or after
        yield from pen.wrapped(f"    {_TITLES[change.topic]:<{_WIDEST}} ", f"{plain(change.subject, _TEXT)}: {said}")
    if len(review.siblings) > len(shown):
        yield f"    … {len(review.siblings) - len(shown)} more (--verbose)"


def _topics(compared: Compared) -> Iterator[tuple[ChangeTopic, int]]:
    known = dict(compared.changes)
    return ((topic, known[topic]) for topic in _TITLES if topic in known)


def label(artifact: Artifact) -> str:
    """Return `acme 1.2 (wheel, uploaded 2026-05-14)`."""
    name = " ".join(word for word in (artifact.package.name, artifact.package.version) if word)
    when = f", uploaded {artifact.uploaded_at[:10]}" if artifact.uploaded_at else ""
    return f"{plain(name or artifact.filename, 80)} ({artifact.kind}{when})"


def _counts(compared: Compared) -> str:
    functions, files = dict(compared.functions), dict(compared.files)
    kept = functions.get("unchanged", 0) + functions.get("moved", 0)
    parts = [f"{kept:,} function{'' if kept == 1 else 's'} the same"]
    parts += [f"{functions[kind]:,} {kind}" for kind in ("edited", "new", "gone") if functions.get(kind)]
    parts += [f"{files.get('same', 0):,} of {files.get('same', 0) + files.get('new', 0):,} files the same"]
    parts += [compared.why] if compared.why else []
    return f" ·{HARD_BLANK}".join(part.replace(" ", HARD_BLANK) for part in parts)


def _listed(topic: ChangeTopic, told: Sequence[Change], root: str, pen: Pen) -> Iterator[str]:
    shown = told if pen.style.verbose else told[:_LISTED]
    for number, change in enumerate(shown):
        title = _TITLES[topic] if not number else ""
        yield from pen.wrapped(f"    {title:<{_WIDEST}} {_SIGNS[change.kind]} ", _said(change, root))
    if len(told) > len(shown):
        yield f"    {'':<{_WIDEST}}   … {len(told) - len(shown)} more (--verbose)"


def _said(change: Change, root: str) -> str:
    """Return the change in words, with its place at the end."""
    subject, before, after = (plain(text, _TEXT) for text in (change.subject, change.before, change.after))
    if change.topic == "dependency":
        return after or before
    if before and after:
        subject += f": {before} → {after}"
    elif after or before:
        subject += f": {after or f'no longer {before}'}"
    elif change.topic == "function":
        subject += ": the same words in another order"
    guess = " (a guess)" if change.certainty == "assumed" else ""
    where = "" if change.topic in {"metadata", "entry", "host"} and not change.path else place(change.where, root)
    return f"{subject}{guess}" + (f"  {where.replace(' ', HARD_BLANK)}" if where and change.kind != "removed" else "")


def _counted(topic: ChangeTopic, told: Sequence[Change], pen: Pen) -> Iterator[str]:
    title = _TITLES[topic]
    for kind, sign in _SIGNS.items():
        names = [plain(one.subject, _TEXT) for one in told if one.kind == kind]
        if names:
            shown = names if pen.style.verbose else names[:_NAMES]
            more = f" … and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
            yield from pen.wrapped(f"    {title:<{_WIDEST}} {sign} ", ", ".join(shown) + more)
            title = ""
