"""From rules and evidence to findings: the strongest place of each rule, why it holds, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from pratique.model import ON_USE, TRIGGER_ORDER, Audience, Evidence, Explanation, Finding, Step, Where
from pratique.rules import dsl
from pratique.rules.holds import SHOWN, Hit, Holder
from pratique.rules.pieces import UNTRIGGERED, Look, Piece

_AUDIENCES: tuple[Audience, ...] = ("admin", "researcher", "everything")
_CERTAINTIES = ("direct", "transitive", "assumed")


def judge(rules: tuple[dsl.Rule, ...], evidence: Evidence, audience: Audience | None = None) -> tuple[Finding, ...]:
    """Return what the rules say about the evidence, ordered by rule.

    Each rule gives at most one finding per trigger class (unattended, on use), at its strongest place, and a second
    one where a guess (`assumed`) runs earlier or is more marked than anything sure. `audience` keeps the rules that
    speak to it; None keeps all.
    """
    holder = Holder(Look(evidence))
    return tuple(
        finding
        for rule in rules
        if audience is None or speaks_to(rule.audience, audience)
        for finding in _findings(rule, holder.hits(rule.when))
    )


def speaks_to(speaker: Audience, listener: Audience) -> bool:
    """Tell whether what is meant for `speaker` is shown to `listener`, who sees all that the ones before it see."""
    return _AUDIENCES.index(speaker) <= _AUDIENCES.index(listener)


def _findings(rule: dsl.Rule, hits: Iterable[Hit]) -> list[Finding]:
    """Gather a rule's hits into findings."""
    groups: defaultdict[tuple[bool, bool], list[Hit]] = defaultdict(list)
    for hit in hits:
        on_use = hit.rank != UNTRIGGERED and TRIGGER_ORDER[hit.rank] in ON_USE
        groups[on_use, hit.guess].append(hit)
    findings: list[Finding] = []
    for (on_use, guess), group in sorted(groups.items()):
        sure = groups.get((on_use, False), []) if guess else []
        if not sure or _adds(group, sure):
            findings.append(_finding(rule, group))
    return findings


def _adds(guesses: list[Hit], sure: list[Hit]) -> bool:
    """Tell whether guesses run earlier or carry more traits than what is sure."""
    return min(hit.rank for hit in guesses) < min(hit.rank for hit in sure) or not _traits(guesses) <= _traits(sure)


def _traits(hits: Iterable[Hit]) -> frozenset[str]:
    """Return the traits of all hits."""
    return frozenset[str]().union(*(hit.traits for hit in hits))


def _finding(rule: dsl.Rule, hits: list[Hit]) -> Finding:
    """Report the strongest hit, with the places of the others."""
    best = min(hits, key=lambda hit: (hit.rank, hit.piece.order))
    leaves = best.leaves()
    places = dict.fromkeys(hit.piece.where for hit in sorted(hits, key=lambda hit: (hit.rank, hit.piece.order)))
    parts = dict.fromkeys(place for piece in leaves for place in _places(piece))
    related = tuple(place for place in parts | places if place != best.piece.where and place.segments)
    return Finding(
        rule=rule.id,
        summary=rule.summary,
        severity=rule.severity,
        confidence=rule.confidence,
        audience=rule.audience,
        line=rule.line,
        category=rule.category,
        trigger=TRIGGER_ORDER[max(best.rank, 0)],
        primary=best.piece.where,
        related=related[:SHOWN],
        path=_path(best.piece, leaves),
        explanation=_explain(best, rule.summary),
        attack=rule.attack,
        capabilities=tuple(dict.fromkeys(name for piece in leaves for name in piece.capabilities)),
        target=_target(best.piece, leaves),
        certainty=max((piece.certainty for piece in leaves), key=_CERTAINTIES.index),
        traits=tuple(sorted(_traits(hits))),
        fingerprint=_fingerprint(rule.id, leaves),
        times=len(places),
        block=rule.block,
    )


def _places(piece: Piece) -> tuple[Where, ...]:
    """Return where a piece starts and ends."""
    return (piece.where, *(step.where for step in piece.steps))


def _path(primary: Piece, leaves: tuple[Piece, ...]) -> tuple[Step, ...]:
    """Return the way to the primary place, then the steps of its flow or of the first one beside it."""
    flow = primary if primary.steps else next((piece for piece in leaves if piece.steps), primary)
    return (*primary.path, *flow.steps)


def _target(primary: Piece, leaves: tuple[Piece, ...]) -> str:
    """Return the destination: of something that leaves for the network if there is one, else of the primary piece."""
    ordered = sorted(leaves, key=lambda piece: not any(name.startswith("network.") for name in piece.capabilities))
    sent = next((piece.target for piece in ordered if piece.target and piece.capabilities), "")
    return sent or primary.target


def _fingerprint(rule: str, leaves: tuple[Piece, ...]) -> str:
    """Return 16 hex digits that survive moved lines and renamed files: rule, symbols, capabilities, destinations."""
    facts = sorted({(piece.where.symbol, "+".join(piece.capabilities), piece.target) for piece in leaves})
    return sha256("\0".join((rule, *(part for fact in facts for part in fact))).encode(errors="replace")).hexdigest()[
        :16
    ]


def _explain(hit: Hit, text: str = "") -> Explanation:
    """Return why the condition holds; the depth is the condition's, which loading bounds."""
    if not hit.parts:
        leaf = Explanation(text=hit.piece.text, where=hit.piece.where if hit.piece.where.segments else None)
        return Explanation(text=text, children=(leaf,)) if text else leaf
    met = f"{_number(hit)} {hit.met}"
    joined = Explanation(text=met, children=tuple(_explain(part) for part in hit.parts))
    return Explanation(text=text, children=(joined,)) if text else joined


def _number(hit: Hit) -> str:
    """Say how many parts were wanted."""
    match hit.node:
        case dsl.Distinct(n=n, by=by):
            return f"{n} or more different {by}s"
        case dsl.AtLeast(n=n, parts=parts) if n < len(parts):
            return f"{n} or more of {len(parts)}"
        case _:
            return "all of these"
