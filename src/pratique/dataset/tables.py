"""What the command line shows of a dataset: counts in columns, plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pratique.dataset import lines
from pratique.dataset.place import Place, Summary
from pratique.dataset.records import Label


def summary(place: Place, found: Summary) -> str:
    """Return what was built, in a dozen lines."""
    labels = list(lines.read(place.labels, Label))
    out = [
        f"{found.labels} labels of {found.files} files, {found.stored} of them in the vault ({place.root})",
        f"  verdicts   {_counted(one.ruling.verdict for one in labels)}",
        f"  lifecycle  {_counted(one.ruling.lifecycle for one in labels)}",
        f"  gold       {found.gold}",
        f"  harm       {_counted(one.ruling.harm_tier for one in labels)}",
    ]
    if found.clusters:
        out.append(f"  groups     {found.clusters} clusters, {found.campaigns} campaigns ({found.algorithm})")
    out += [
        f"  source     {one.source}: {one.samples} samples, {one.claims} claims, {one.left_out} left out"
        for one in found.sources
    ]
    failed = sum(bool(one.proposal and one.proposal.failure) for one in labels)
    if failed:
        out.append(f"  unread     {failed} samples that the engine did not finish")
    if any(one.left_out for one in found.sources):
        out.append(f"  left out   see {place.troubles}")
    return "\n".join(out) + "\n"


def _counted(words: Iterable[str]) -> str:
    return " · ".join(f"{count} {word}" for word, count in Counter(words).most_common())
