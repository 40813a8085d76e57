"""Names that imitate another: what a person, or an agent, types or reads instead of the name that is meant."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

_SHORTEST = 4
"""Letters of a name below which one letter more or less says nothing."""
_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b", "2": "z"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_ADDED = frozenset({
    "python", "python3", "py", "py3", "lib", "libs", "dev", "core", "official", "new", "update", "pro", "plus", "fix",
    "api", "sdk", "utils", "tool", "tools", "package", "2", "3",
})  # fmt: skip
"""Words that are put before or behind a name to make another one that sounds the same."""


def imitated(name: str, popular: Iterable[str]) -> tuple[str, str] | None:
    """Return the popular name that a name imitates and how, in words; None for a popular name itself.

    Of several, the one that is nearest by the order of the ways below, then by name.
    """
    own = canonicalize_name(name)
    known = {canonicalize_name(one) for one in popular}
    if own in known:
        return None
    found = ((rank, other, how) for other in known if (way := _way(own, other)) for rank, how in (way,))
    best = min(found, default=None)
    return (best[1], best[2]) if best else None


def _way(own: str, other: str) -> tuple[int, str] | None:
    """Return how one name imitates another, and how near that is."""
    mine, theirs = own.split("-"), other.split("-")
    if "".join(mine) == "".join(theirs):
        return 0, "other separators"
    if sorted(mine) == sorted(theirs):
        return 1, "the same words in another order"
    if _looks(own) == _looks(other):
        return 2, "letters that look alike"
    if min(len(own), len(other)) >= _SHORTEST and (step := _one_step(own, other)):
        return 3, step
    if _without_additions(mine) == theirs and len(other) >= _SHORTEST:
        return 4, "an addition that says nothing"
    return None


def _looks(name: str) -> str:
    for pair, one in _PAIRS:
        name = name.replace(pair, one)
    return name.translate(_LOOKALIKES)


def _one_step(own: str, other: str) -> str:
    """Say which one edit (Damerau-Levenshtein) leads from one name to the other; "" for more than one."""
    start = next((at for at, (one, two) in enumerate(zip(own, other, strict=False)) if one != two), None)
    if start is None:
        start = min(len(own), len(other))
    mine, theirs = own[start:], other[start:]
    if mine[1:] == theirs:
        return "a letter more"
    if mine == theirs[1:]:
        return "a letter less"
    if mine[1:] == theirs[1:]:
        return "a key beside the right one" if _beside(mine[0], theirs[0]) else "another letter"
    if mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]:
        return "two letters swapped"
    return ""


def _beside(one: str, other: str) -> bool:
    """Tell whether two keys touch each other."""
    places = {key: (row, at) for row, keys in enumerate(_KEYS) for at, key in enumerate(keys)}
    if one not in places or other not in places:
        return False
    (row, at), (other_row, other_at) = places[one], places[other]
    return abs(row - other_row) <= 1 and abs(at - other_at) <= 1


def _without_additions(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _ADDED]
    return kept if len(kept) < len(words) else []
