"""Which samples are nearly the same code, and which come from one hand.

A *cluster* joins samples whose normal form is equal, or whose MinHash signatures agree in at least `ALIKE` of their
components. Candidates come from LSH buckets; in a bucket each sample is compared with a few that stand for the groups
found so far, so the work grows with the number of samples and not with its square.

A *campaign* joins clusters that share the name of a project, the template of a name drawn by lot (`acme-3f9c21d0`), an
accused function of some mass, or an indicator: an address, wallet or token that stands in accused code. What a vendored
library mentions is none: nothing accuses that file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec

from pratique.dataset.readings import Prints
from pratique.known.minhash import bands, similarity, unpack
from pratique.known.tokens import FORM

ALGORITHM = f"minhash-lsh/1 over {FORM}"
"""Changes whenever the same samples may fall into other groups."""
ALIKE = 0.6
"""Estimated Jaccard index from which code is nearly the same."""
FEW = 12
"""Shingles below which only equal code is alike."""
HEAVY = 30
"""Shingles of a function from which two samples that share it share an author."""
REPRESENTATIVES = 8
"""Samples of one bucket that a new one is compared with."""
COMMON = 0.05
"""An indicator or function in more than this share of all clusters, and in more than `MANY`, joins nothing."""
MANY = 20
LETTERS = 8
WORDS = 3
"""A template of names is the last `WORDS` words before the random part, with at least `LETTERS` letters in all."""
_RANDOM = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}|\d{6,}")


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """Cluster and campaign of every sample by SHA-256."""

    clusters: dict[str, str]
    campaigns: dict[str, str]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One line of groups.jsonl: a group as it was when it was last seen. Ids are never used for anything else."""

    kind: str
    """cluster or campaign."""
    id: str
    members: tuple[str, ...]
    """SHA-256, sorted."""
    merged_into: str = ""
    """The group that holds most of it now, "" while it stands."""


class _Sets:
    """Disjoint sets of numbers, with path halving and union by size."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._size = [1] * count

    def find(self, one: int) -> int:
        parent = self._parent
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        one, other = self.find(one), self.find(other)
        if one != other:
            if self._size[one] < self._size[other]:
                one, other = other, one
            self._parent[other] = one
            self._size[one] += self._size[other]


def group(
    prints: Mapping[str, Prints], projects: Iterable[tuple[str, str]] = (), before: Iterable[Kept] = ()
) -> tuple[Groups, list[Kept]]:
    """Return groups with stable ids, and the registry of ids to keep for the next time.

    `projects` holds (SHA-256, name of a project) pairs. A group takes the id of the earlier group that it shares most
    members with, else one made of its smallest hash.
    """
    names = sorted(prints)
    clusters = near_duplicates([prints[name] for name in names])
    place = {name: at for at, name in enumerate(names)}
    called = [(place[name], project) for name, project in projects if name in place]
    campaigns = one_hand([prints[name] for name in names], clusters, called)
    known = list(before)
    cluster_ids, first = _named("cluster", names, clusters, known)
    campaign_ids, second = _named("campaign", names, campaigns, known)
    return Groups(clusters=cluster_ids, campaigns=campaign_ids), [*first, *second]


def near_duplicates(prints: Sequence[Prints]) -> list[int]:
    """Return the number of each sample's cluster. Samples without code stand alone."""
    sets = _Sets(len(prints))
    equal: dict[tuple[int, bytes], int] = {}
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    signs: dict[int, tuple[int, ...]] = {}
    for at, one in enumerate(prints):
        if not one.signature:
            continue
        twin = equal.setdefault((one.mass, one.signature), at)
        if twin != at:
            sets.join(at, twin)
        elif one.mass >= FEW:
            signs[at] = unpack(one.signature)
            _compare(at, signs, buckets, sets)
    return [sets.find(at) for at in range(len(prints))]


def _compare(
    at: int, signs: Mapping[int, tuple[int, ...]], buckets: dict[tuple[int, int], list[int]], sets: _Sets
) -> None:
    """Join a sample with what is alike in its buckets, and leave it there where it stands for something new."""
    seen: set[int] = set()
    for key in enumerate(bands(signs[at])):
        bucket = buckets[key]
        for other in bucket:
            if other not in seen and sets.find(other) != sets.find(at):
                seen.add(other)
                if similarity(signs[at], signs[other]) >= ALIKE:
                    sets.join(at, other)
        if len(bucket) < REPRESENTATIVES:
            bucket.append(at)


def one_hand(prints: Sequence[Prints], clusters: Sequence[int], projects: Iterable[tuple[int, str]] = ()) -> list[int]:
    """Return the number of each sample's campaign. `projects`: (position of a sample, name of its project)."""
    sets = _Sets(len(prints))
    holders: dict[bytes, list[int]] = defaultdict(list)
    for at, one in enumerate(prints):
        sets.join(at, clusters[at])
        for sign in one.indicators:
            holders[b"i" + sign].append(at)
        for digest, mass in one.payloads:
            if mass >= HEAVY:
                holders[b"f" + digest].append(at)
    for at, project in projects:
        holders[b"p" + project.encode("utf-8", "backslashreplace")].append(at)
        if template := template_of(project):
            holders[b"t" + template.encode("utf-8", "backslashreplace")].append(at)
    most = max(MANY, int(COMMON * len(set(clusters))))
    for found in holders.values():
        if len({clusters[at] for at in found}) <= most:
            for at in found[1:]:
                sets.join(found[0], at)
    return [sets.find(at) for at in range(len(prints))]


def template_of(project: str) -> str:
    """Return the last words before a name's random part, "" where it has none or little else: `acme-tool-3f9c21d0`.

    Random is a part of at least six hexadecimal digits with both letters and digits in it, or six digits.
    """
    parts = re.split(r"[-_.]", project)
    at = next((at for at, part in enumerate(parts) if _RANDOM.fullmatch(part)), 0)
    words = parts[max(0, at - WORDS) : at]
    return "-".join((*words, "#")) if sum(map(len, words)) >= LETTERS else ""


def _named(
    kind: str, names: Sequence[str], numbers: Sequence[int], known: Iterable[Kept]
) -> tuple[dict[str, str], list[Kept]]:
    """Give every group its id: earlier ids first, to the group that most of their members are in now."""
    members: dict[int, list[str]] = defaultdict(list)
    for name, number in zip(names, numbers, strict=True):
        members[number].append(name)
    where = dict(zip(names, numbers, strict=True))
    earlier = sorted((one for one in known if one.kind == kind), key=lambda one: (-len(one.members), one.id))
    ids: dict[int, str] = {}
    kept = []
    for old in earlier:
        held: dict[int, int] = defaultdict(int)
        for name in old.members:
            if name in where:
                held[where[name]] += 1
        best = max(held, key=lambda number: (held[number], -number), default=None)
        if best is not None and best not in ids and not old.merged_into:
            ids[best] = old.id
        else:
            into = ids.get(best, "") if best is not None else ""
            kept.append(msgspec.structs.replace(old, merged_into=into or old.merged_into or "gone"))
    taken = {one.id for one in kept} | set(ids.values())
    for number, found in members.items():
        if number not in ids:
            ids[number] = _fresh(kind, found[0], taken)
            taken.add(ids[number])
    kept += [Kept(kind=kind, id=ids[number], members=tuple(found)) for number, found in members.items()]
    return {name: ids[number] for name, number in where.items()}, sorted(kept, key=lambda one: one.id)


def _fresh(kind: str, member: str, taken: set[str]) -> str:
    """Return an id that nothing has or had."""
    digest = sha256(f"{kind} {member}".encode()).hexdigest()
    return next(name for size in range(8, 65) if (name := f"{kind[:2].upper()}-{digest[:size]}") not in taken)
