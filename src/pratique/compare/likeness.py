"""Which functions of two releases are the same, which were edited, which are new.

Only exact likeness excuses: a body is unchanged where one with the same fingerprint stood anywhere in the base. Any
other body of the same name is edited, and nothing that an edit adds is excused by it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from pratique.compare.portrait import Body, Portrait

_NEAR = 0.6
"""Share of common words from which a body of the same last name, in another file, counts as edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """For each body of the new release, by position, its like in the base."""

    same: tuple[int, ...]
    """Position of a body with the same fingerprint, or -1."""
    edited: tuple[int, ...]
    """Position of the body that this one was made from, or -1; only where `same` is -1."""
    counts: tuple[tuple[str, int], ...]
    """unchanged, moved, edited, new, gone: how many functions of each; module bodies are left out."""


def liken(new: Portrait, base: Portrait) -> Likeness:
    """Find the like of every body of `new` in `base`."""
    by_digest: dict[str, int] = {}
    by_place: dict[tuple[str, str], int] = {}
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for number, body in enumerate(base.bodies):
        by_digest.setdefault(body.digest, number)
        by_place.setdefault((body.path, body.symbol), number)
        if body.symbol:
            by_name[_last(body)].append(number)
    same: list[int] = []
    edited: list[int] = []
    for body in new.bodies:
        at = by_place.get((body.path, body.symbol), -1)
        exact = at if at >= 0 and base.bodies[at].digest == body.digest else by_digest.get(body.digest, -1)
        same.append(exact)
        edited.append(-1 if exact >= 0 else at if at >= 0 else _nearest(body, by_name.get(_last(body), ()), new, base))
    return Likeness(same=tuple(same), edited=tuple(edited), counts=_counts(new, base, same, edited))


def _last(body: Body) -> str:
    return body.symbol.rsplit(".", 1)[-1]


def _nearest(body: Body, candidates: list[int] | tuple[int, ...], new: Portrait, base: Portrait) -> int:
    """Return the candidate that shares most words, if it shares enough of them; the first 32 are looked at."""
    mine = {new.words[word] for word in body.words}
    best, most = -1, _NEAR
    for number in candidates[:32]:
        theirs = {base.words[word] for word in base.bodies[number].words}
        both = len(mine | theirs)
        share = len(mine & theirs) / both if both else 0.0
        if share >= most:
            best, most = number, share
    return best


def _counts(new: Portrait, base: Portrait, same: list[int], edited: list[int]) -> tuple[tuple[str, int], ...]:
    counted: Counter[str] = Counter()
    for body, exact, near in zip(new.bodies, same, edited, strict=True):
        if body.symbol:
            counted[_kind(body, base.bodies[exact] if exact >= 0 else None, edited=near >= 0)] += 1
    taken = {*same, *edited}
    digests = {body.digest for body in new.bodies}
    counted["gone"] = sum(
        1 for number, body in enumerate(base.bodies)
        if body.symbol and number not in taken and body.digest not in digests
    )  # fmt: skip
    return tuple((name, counted[name]) for name in ("unchanged", "moved", "edited", "new", "gone"))


def _kind(body: Body, like: Body | None, *, edited: bool) -> str:
    if like is None:
        return "edited" if edited else "new"
    return "unchanged" if (like.path, like.symbol) == (body.path, body.symbol) else "moved"


def gained(body: Body, new: Portrait, like: Body, base: Portrait) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that an edit took away and those that it brought, each in order of first appearance."""
    before = [base.words[word] for word in like.words]
    after = [new.words[word] for word in body.words]
    kept, known = set(after), set(before)
    return tuple(word for word in before if word not in kept), tuple(word for word in after if word not in known)
