"""What changed between two releases: labels that came, went under seal, or flipped. The changelog of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from pratique.dataset.labels import WATCHED
from pratique.dataset.records import Label

MOST = 2_000
"""Flips that the changelog lists one by one."""


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one label that is another now."""

    id: str
    purl: str
    field: str
    before: str
    after: str


class Flips(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two releases."""

    added: int
    missing: int
    """In the earlier one and not in this; only sealing takes a label away."""
    flips: tuple[Flip, ...]


def compare(before: Iterable[Label], after: Iterable[Label]) -> Flips:
    """Return what changed."""
    old, new = ({one.id: one for one in labels} for labels in (before, after))
    return Flips(
        added=len(new.keys() - old.keys()),
        missing=len(old.keys() - new.keys()),
        flips=tuple(flip for name in sorted(old.keys() & new.keys()) for flip in _flips(old[name], new[name])),
    )


def _flips(old: Label, new: Label) -> Iterable[Flip]:
    pairs = [(field, str(getattr(old.ruling, field)), str(getattr(new.ruling, field))) for field in WATCHED]
    pairs += [
        (field, getattr(old.group, field, ""), getattr(new.group, field, "")) for field in ("cluster", "campaign")
    ]
    for field, before, after in pairs:
        if before != after:
            yield Flip(id=new.id, purl=new.purl, field=field, before=before, after=after)


def changelog(version: str, day: str, previous: str, found: Flips) -> str:
    """Return CHANGELOG.md."""
    out = [f"# Release {version} ({day})", ""]
    if not previous:
        return "\n".join([*out, f"The first release: {found.added} labels."]) + "\n"
    counted = Counter((one.field, one.before, one.after) for one in found.flips)
    said = f"{found.added} labels are new, {found.missing} are under seal now, {len(found.flips)} values flipped"
    out += [f"Since {previous}: {said}.", ""]
    if counted:
        out += ["| value | before | after | labels |", "|---|---|---|---|"]
        shown = [(key, count) for key, count in counted.most_common() if key[0] not in ("cluster", "campaign")]
        out += [f"| {field} | {before} | {after} | {count} |" for (field, before, after), count in shown]
        moved = sum(count for key, count in counted.items() if key[0] in ("cluster", "campaign"))
        out += [f"| cluster or campaign | | | {moved} |", "", "## One by one", ""]
        out += [
            f"- `{one.id}` `{one.purl}` {one.field}: {one.before or 'none'} → {one.after or 'none'}"
            for one in found.flips[:MOST]
        ]
        if len(found.flips) > MOST:
            out.append(f"- … and {len(found.flips) - MOST} more")
    return "\n".join(out) + "\n"
