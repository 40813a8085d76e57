"""Where a condition holds: pieces joined by a shared entry, function or file.

Joining groups pieces by what they share instead of pairing each with each, so nothing is capped: noise can neither
slow it beyond one step per shared key nor hide a combination. Guessed pieces (`assumed`) are joined apart as well, so
that a guess with an earlier trigger never takes the place of something sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pratique.rules import dsl
from pratique.rules.pieces import Look, Piece, Triggers

SHOWN = 8
"""How many parts of a combination are shown; all are counted."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hit:
    """A condition that holds: one piece, or parts that meet."""

    node: dsl.Condition
    piece: Piece
    """The primary piece: of the first part that has a place."""
    parts: tuple[Hit, ...] = ()
    """In the order of the condition; empty for a single piece."""
    met: str = ""
    """What the parts share, in words."""
    rank: int
    """The latest trigger that is needed, by its position in `TRIGGER_ORDER`."""
    guess: bool
    traits: frozenset[str]
    """Of all pieces that could stand here, so that a stronger one never hides a marked one."""
    keys: frozenset[Key] = frozenset()
    everywhere: bool = False

    def leaves(self) -> tuple[Piece, ...]:
        """Return the pieces, leftmost first."""
        if not self.parts:
            return (self.piece,)
        return tuple(piece for part in self.parts for piece in part.leaves())


class Holder:
    """Evaluates conditions over one artifact's evidence, each distinct part once."""

    def __init__(self, look: Look) -> None:
        """Take the indexed evidence."""
        self.look = look
        self._seen: dict[tuple[dsl.Condition, Triggers], tuple[Hit, ...]] = {}

    def hits(self, node: dsl.Condition, allowed: Triggers = dsl.ALL_TRIGGERS) -> tuple[Hit, ...]:
        """Return everywhere that `node` holds, looking only at what the `allowed` triggers reach."""
        known = self._seen.get((node, allowed))
        if known is None:
            known = self._seen[node, allowed] = self._find(node, allowed)
        return known

    def _find(self, node: dsl.Condition, allowed: Triggers) -> tuple[Hit, ...]:
        """Evaluate one node."""
        match node:
            case dsl.AnyOf():
                return tuple(hit for part in node.parts for hit in self.hits(part, allowed))
            case dsl.Reaches():
                return self.hits(node.part, allowed & frozenset(node.triggers))
            case dsl.AtLeast():
                return self._at_least(node, allowed)
            case dsl.Distinct():
                return self._distinct(node, allowed)
            case _:
                return tuple(_leaf(node, piece) for piece in self.look.pieces(node, allowed))

    def _at_least(self, node: dsl.AtLeast, allowed: Triggers) -> tuple[Hit, ...]:
        """Join the hits of the parts."""
        groups: list[tuple[Hit, ...]] = []
        missing = 0
        for part in node.parts:
            hits = self.hits(part, allowed)
            missing += not hits
            if len(node.parts) - missing < node.n:
                return ()
            groups.append(hits)
        return self._join(node, node.n, groups, node.within)

    def _distinct(self, node: dsl.Distinct, allowed: Triggers) -> tuple[Hit, ...]:
        """Join hits that differ in what is counted."""
        groups: defaultdict[str, list[Hit]] = defaultdict(list)
        for hit in self.hits(node.part, allowed):
            value = _counted(hit.piece, node.by)
            if value:
                groups[value].append(hit)
        if len(groups) < node.n:
            return ()
        return self._join(node, node.n, [tuple(groups[value]) for value in sorted(groups)], node.within)

    def _join(self, node: dsl.Condition, n: int, groups: list[tuple[Hit, ...]], within: dsl.Within) -> tuple[Hit, ...]:
        """Return one hit (two where guesses are earlier) per shared key at which `n` groups are present."""
        buckets: defaultdict[Key, defaultdict[int, list[Hit]]] = defaultdict(lambda: defaultdict(list))
        roaming: dict[int, Hit] = {}
        for index, hits in enumerate(groups):
            for hit in hits:
                if hit.everywhere:
                    roaming[index] = min(roaming.get(index, hit), hit, key=lambda one: one.piece.order)
                    continue
                for key in _narrow(hit.keys, within):
                    buckets[key][index].append(hit)
        if roaming:
            _ = buckets["artifact",]
        joined: dict[tuple[object, ...], Hit] = {}
        for key, bucket in buckets.items():
            for index, hit in roaming.items():
                bucket[index].append(hit)
            if len(bucket) >= n:
                for hit in self._meet(node, n, key, bucket):
                    same = (*map(id, hit.parts), hit.guess)
                    joined[same] = _merge(joined[same], hit) if same in joined else hit
        return tuple(joined.values())

    def _meet(self, node: dsl.Condition, n: int, key: Key, bucket: dict[int, list[Hit]]) -> Iterator[Hit]:
        """Return the surest hit at one key, and the one with guesses where that is earlier or more marked."""
        sure_bucket = {
            index: kept for index, hits in bucket.items() if (kept := [hit for hit in hits if not hit.guess])
        }
        sure = self._best(node, n, key, sure_bucket) if len(sure_bucket) >= n else None
        if sure:
            yield sure
        if any(hit.guess for hits in bucket.values() for hit in hits):
            loose = replace(self._best(node, n, key, bucket), guess=True)
            if not sure or loose.rank < sure.rank or not loose.traits <= sure.traits:
                yield loose

    def _best(self, node: dsl.Condition, n: int, key: Key, bucket: dict[int, list[Hit]]) -> Hit:
        """Choose each group's strongest hit at this key, and of these the strongest groups."""
        chosen: list[tuple[int, tuple[object, ...], int, Hit]] = []
        for index, hits in bucket.items():
            rank, order, _, hit = min(
                (self._rank_at(hit, key), hit.piece.order, place, hit) for place, hit in enumerate(hits)
            )
            chosen.append((rank, order, index, hit))
        chosen.sort(key=lambda choice: (choice[0], choice[2]))
        kept = sorted(chosen[: max(n, SHOWN)], key=lambda choice: choice[2])
        parts = tuple(choice[3] for choice in kept)
        everyone = [hit for hits in bucket.values() for hit in hits]
        return Hit(
            node=node,
            piece=next((part.piece for part in parts if not part.piece.everywhere), parts[0].piece),
            parts=parts,
            met=self._shared(key),
            rank=chosen[n - 1][0],
            guess=False,
            traits=frozenset[str]().union(*(hit.traits for hit in everyone)),
            keys=frozenset[Key]().union(*(hit.keys for hit in everyone)),
            everywhere=all(part.everywhere for part in parts),
        )

    def _rank_at(self, hit: Hit, key: Key) -> int:
        """Return when the hit runs, if looked at from one entry."""
        if key[0] != "entry" or not isinstance(key[1], int) or hit.everywhere:
            return hit.rank
        return max(self.look.entry_rank[key[1]], hit.rank)

    def _shared(self, key: Key) -> str:
        """Say what the parts share."""
        match key:
            case ("entry", int(index)):
                entry = self.look.evidence.entries[index]
                return f"on one path from {entry.via} ({entry.trigger})"
            case ("file", file):
                return f"in one file, {'!/'.join(file)}" if isinstance(file, tuple) else "in one file"
            case ("artifact",):
                return "in one artifact"
            case _:
                return "in one function"


def _leaf(node: dsl.Condition, piece: Piece) -> Hit:
    """Wrap one piece, with everything by which it can meet others."""
    keys: set[Key] = {("artifact",)}
    if not piece.everywhere:
        keys |= {("entry", index) for index in piece.entries}
        keys.add(("file", piece.file))
        keys.add(("body", piece.body))
        if piece.scope:
            keys.add(("scope", piece.file, piece.scope))
    return Hit(
        node=node,
        piece=piece,
        rank=piece.rank,
        guess=piece.certainty == "assumed",
        traits=piece.traits,
        keys=frozenset(keys),
        everywhere=piece.everywhere,
    )


_KINDS: dict[dsl.Within, frozenset[str]] = {
    "path": frozenset({"entry", "file"}),
    "function": frozenset({"body", "scope"}),
    "file": frozenset({"file"}),
    "artifact": frozenset({"artifact"}),
}


def _narrow(keys: frozenset[Key], within: dsl.Within) -> Iterator[Key]:
    """Keep the keys that count within the given bounds."""
    kinds = _KINDS[within]
    return (key for key in keys if key[0] in kinds)


def _counted(piece: Piece, by: dsl.By) -> str:
    """Return the text that `distinct` counts; "" is not a value."""
    if by == "capability":
        return piece.capabilities[0] if piece.capabilities else ""
    return piece.operand if by == "operand" else piece.target


def _merge(one: Hit, other: Hit) -> Hit:
    """Join the same parts met at two keys: the earlier trigger, all traits and keys."""
    first = min(one, other, key=lambda hit: hit.rank)
    return replace(first, traits=one.traits | other.traits, keys=one.keys | other.keys)
