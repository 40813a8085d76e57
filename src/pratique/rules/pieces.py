"""From one atom of a condition to the pieces of evidence that satisfy it, each with its place, trigger and keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pratique.model import (
    TRIGGER_ORDER,
    Certainty,
    Change,
    Dependency,
    Entry,
    Evidence,
    Flow,
    Match,
    Problem,
    Step,
    Trigger,
    Unknown,
    Use,
    Where,
)
from pratique.rules import dsl
from pratique.rules.patterns import fits, found, wants

RANK: dict[Trigger, int] = {trigger: rank for rank, trigger in enumerate(TRIGGER_ORDER)}
UNTRIGGERED = -1
"""Rank of what no code runs: a container's flaw, a declared fact. It never delays a combination."""
_CALL = RANK["call"]
_CERTAINTIES = ("direct", "transitive", "assumed")

Origin = Use | Flow | Problem | Unknown | Entry | Change | Match | Dependency | tuple[str, str]
Triggers = frozenset[Trigger]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Piece:
    """One piece of evidence that satisfies an atom."""

    origin: Origin
    where: Where
    rank: int = UNTRIGGERED
    """Position of its earliest trigger in `TRIGGER_ORDER`."""
    entries: frozenset[int] = frozenset()
    certainty: str = "direct"
    traits: frozenset[str] = frozenset()
    scope: str = ""
    path: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    """A flow's own steps."""
    capabilities: tuple[str, ...] = ()
    operand: str = ""
    target: str = ""
    text: str
    file: tuple[str, ...]
    """The file's segments, where a decoded layer belongs to the file that holds it; (): the whole artifact."""
    body: tuple[str, ...]
    """Segments and name of the enclosing definition."""
    order: tuple[object, ...]

    @property
    def everywhere(self) -> bool:
        """It speaks of the whole artifact and so meets anything."""
        return not self.file


def file_of(segments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the segments without the layers at their end."""
    end = len(segments)
    while end and segments[end - 1].startswith("<layer "):
        end -= 1
    return segments[:end]


class Look:
    """Evidence indexed for questions. Built once per artifact; every rule shares it and its pieces."""

    def __init__(self, evidence: Evidence) -> None:
        """Index the uses and flows by capability and the triggers by file."""
        self.evidence = evidence
        self.entry_rank = tuple(RANK[entry.trigger] for entry in evidence.entries)
        self.uses: defaultdict[str, list[Use]] = defaultdict(list)
        self.flows: defaultdict[tuple[str, str], list[tuple[Flow, Use]]] = defaultdict(list)
        self.file_triggers: defaultdict[tuple[str, ...], set[Trigger]] = defaultdict(set)
        self.file_entries: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
        for use in evidence.uses:
            self.uses[use.capability].append(use)
            self._note(use.where.segments, use.triggers, use.entries)
        for index, entry in enumerate(evidence.entries):
            self._note(entry.segments, (entry.trigger,), (index,))
        self._sources: defaultdict[tuple[str, Where], list[Use]] = defaultdict(list)
        for use in evidence.uses:
            self._sources[use.capability, _spot(use.where)].append(use)
        for flow in evidence.flows:
            if 0 <= flow.sink < len(evidence.uses):
                sink = evidence.uses[flow.sink]
                self.flows[flow.source, sink.capability].append((flow, sink))

    def starts(self, flow: Flow, allowed: Triggers) -> list[tuple[int, Certainty]]:
        """Return when a flow's source runs, and how surely: its earliest sure rank, and an earlier guessed one.

        What a server sends cannot arrive before it is asked: a helper that runs at import carries nothing of a server
        that only a call contacts. Other values are taken to be there whenever the sink runs. A call may always ask, so
        that more evidence never takes a start away.
        """
        if not flow.source.startswith("network."):
            return [(UNTRIGGERED, "direct")]
        uses = self._sources.get((flow.source, _spot(flow.source_where)), ())
        if not uses:
            return [(UNTRIGGERED, "direct")]  # a handler is handed it: whatever runs the handler
        sure = [rank for use in uses if use.certainty != "assumed" for rank in _ranks(use, allowed)]
        sure += [_CALL] if "call" in allowed else []
        guessed = [rank for use in uses if use.certainty == "assumed" for rank in _ranks(use, allowed)]
        found_at: list[tuple[int, Certainty]] = [(min(sure), "direct")] if sure else []
        if guessed and (not sure or min(guessed) < min(sure)):
            found_at.append((min(guessed), "assumed"))
        return found_at

    def _note(self, segments: tuple[str, ...], triggers: tuple[Trigger, ...], entries: tuple[int, ...]) -> None:
        """Remember what runs a file."""
        file = file_of(segments)
        self.file_triggers[file].update(triggers)
        self.file_entries[file].update(entries)

    def pieces(self, atom: dsl.Atom, allowed: Triggers) -> list[Piece]:
        """Return the pieces that satisfy `atom` and that one of the `allowed` triggers reaches."""
        found_here = list(_FINDERS[type(atom)](self, atom, allowed))
        found_here.sort(key=lambda piece: piece.order)
        return found_here

    def kept_entries(self, entries: tuple[int, ...] | set[int], allowed: Triggers) -> frozenset[int]:
        """Return the known entries whose trigger is allowed."""
        known = self.evidence.entries
        return frozenset(i for i in entries if 0 <= i < len(known) and known[i].trigger in allowed)

    def reach(
        self, segments: tuple[str, ...], own: tuple[Trigger, ...], fallback: int, allowed: Triggers
    ) -> tuple[int, frozenset[int]] | None:
        """Return the rank and entries of something that is not code itself, by what runs its file; None if barred."""
        file = file_of(segments)
        triggers = self.file_triggers.get(file, set()) | set(own)
        ranks = [RANK[trigger] for trigger in triggers if trigger in allowed]
        if allowed == dsl.ALL_TRIGGERS:
            ranks.append(fallback)
        if not ranks:
            return None
        return min(ranks), self.kept_entries(self.file_entries.get(file, set()), allowed)


def _spot(where: Where) -> Where:
    """Return a place without the name of what encloses it."""
    return Where(segments=where.segments, line=where.line, col=where.col)


def _order(rank: int, certainty: str, traits: int, path: int, where: Where, text: str) -> tuple[object, ...]:
    """Return the sort key: earliest trigger, surest, most marked, shortest path, then place."""
    return (rank, _CERTAINTIES.index(certainty), -traits, path, where.segments, where.line, where.col, text)


def _ranks(use: Use, allowed: Triggers) -> list[int]:
    """Return the ranks of the allowed triggers that reach a use; what nothing reaches waits for a call."""
    return [RANK[trigger] for trigger in use.triggers or ("call",) if trigger in allowed]


def _use_piece(look: Look, use: Use, allowed: Triggers) -> Piece | None:
    """Turn a use into a piece, or None where no allowed trigger reaches it."""
    ranks = _ranks(use, allowed)
    if not ranks:
        return None
    rank = min(ranks)
    text = _words(use.capability, use.operand, use.api, use.target)
    return Piece(
        origin=use,
        where=use.where,
        rank=rank,
        entries=look.kept_entries(use.entries, allowed),
        certainty=use.certainty,
        traits=frozenset(use.traits),
        scope=use.scope,
        path=use.path,
        capabilities=(use.capability,),
        operand=use.operand,
        target=use.target,
        text=text,
        file=file_of(use.where.segments),
        body=(*use.where.segments, use.where.symbol),
        order=_order(rank, use.certainty, len(use.traits), len(use.path), use.where, text),
    )


def _words(capability: str, operand: str, api: str, target: str) -> str:
    """Describe a use: `network.http of chat-webhook: requests.post (https://…)`."""
    words = f"{capability} of {operand}" if operand else capability
    words = f"{words}: {api}" if api else words
    return f"{words} ({target})" if target else words


def _uses(look: Look, atom: dsl.UseAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find uses."""
    for capability, uses in look.uses.items():
        if not fits(atom.capability, capability):
            continue
        for use in uses:
            if (
                fits(atom.operand, use.operand)
                and fits(atom.api, use.api)
                and wants(atom.traits, use.traits)
                and _sure(atom.certainty, use.certainty)
                and found(atom.target, use.target)
                and (piece := _use_piece(look, use, allowed))
            ):
                yield piece


def _sure(least: str, certainty: str) -> bool:
    """Tell whether the certainty is at least the wanted one."""
    return not least or _CERTAINTIES.index(certainty) <= _CERTAINTIES.index(least)


def _flows(look: Look, atom: dsl.FlowAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find flows; they run when their sink runs, but no earlier than their source."""
    for (source, sink), pairs in look.flows.items():
        if not (fits(atom.source, source) and fits(atom.sink, sink)):
            continue
        for flow, use in pairs:
            fitting = (
                fits(atom.arg, flow.sink_arg)
                and fits(atom.source_operand, flow.source_operand)
                and fits(atom.sink_operand, use.operand)
                and wants(atom.traits, (*use.traits, *flow.traits))
                and found(atom.source_text, flow.source_text)
                and found(atom.sink_target, use.target)
            )
            at = _use_piece(look, use, allowed) if fitting else None
            for start, start_certainty in look.starts(flow, allowed) if at else ():
                certainty = max(flow.certainty, use.certainty, start_certainty, key=_CERTAINTIES.index)
                if at and _sure(atom.certainty, certainty):
                    yield _flow_piece(flow, at, certainty, max(at.rank, start))


def _flow_piece(flow: Flow, at: Piece, certainty: str, rank: int) -> Piece:
    """Turn a flow into `at`, the piece of its sink, with the flow's own words, steps and rank."""
    start = _words(flow.source, flow.source_operand, "", flow.source_text)
    text = f"{start} reaches {at.text}"
    return Piece(
        origin=flow,
        where=at.where,
        rank=rank,
        entries=at.entries,
        certainty=certainty,
        traits=at.traits | frozenset(flow.traits),
        scope=at.scope,
        path=at.path,
        steps=flow.steps,
        capabilities=(flow.source, *at.capabilities),
        operand=flow.source_operand,
        target=at.target or flow.source_text,
        text=text,
        file=at.file,
        body=at.body,
        order=_order(rank, certainty, len(at.traits), len(at.path) + len(flow.steps), at.where, text),
    )


def _plain(
    origin: Origin,
    where: Where,
    at: tuple[int, frozenset[int]],
    text: str,
    *,
    target: str = "",
    body: Where | None = None,
) -> Piece:
    """Turn something that is not a use into a piece; `body` is what it concerns, if not where it is declared."""
    rank, entries = at
    body = body or where
    return Piece(
        origin=origin,
        where=where,
        rank=rank,
        entries=entries,
        target=target,
        text=text,
        file=file_of(body.segments),
        body=(*body.segments, body.symbol),
        order=_order(rank, "direct", 0, 0, where, text),
    )


def _problems(look: Look, atom: dsl.ProblemAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find container problems; they concern whoever opens the artifact, so they have no later trigger."""
    for flaw in look.evidence.problems:
        if fits(atom.code, flaw.code) and fits(atom.severity, flaw.severity):
            at = look.reach(flaw.segments, (), UNTRIGGERED, allowed)
            if at:
                text = f"{flaw.code}: {flaw.detail}" if flaw.detail else flaw.code
                yield _plain(flaw, Where(segments=flaw.segments), at, text)


def _unknowns(look: Look, atom: dsl.UnknownAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find what was not read."""
    for gap in look.evidence.unknowns:
        if fits(atom.kind, gap.kind) and found(atom.reason, gap.reason):
            at = look.reach(gap.where.segments, gap.triggers, _CALL, allowed)
            if at:
                yield _plain(gap, gap.where, at, f"{gap.kind}: {gap.reason}")


def _entries(look: Look, atom: dsl.EntryAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find ways in."""
    for index, entry in enumerate(look.evidence.entries):
        if entry.trigger in allowed and fits(atom.trigger, entry.trigger) and found(atom.via, entry.via):
            body = Where(segments=entry.segments, symbol=entry.symbol)
            at = (RANK[entry.trigger], frozenset((index,)))
            yield _plain(entry, entry.where or body, at, f"runs at {entry.trigger} by {entry.via}", body=body)


def _changes(look: Look, atom: dsl.ChangeAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find differences."""
    for change in look.evidence.changes:
        fitting = fits(atom.kind, change.kind) and fits(atom.topic, change.topic) and found(atom.after, change.after)
        if fitting and found(atom.subject, change.subject):
            ranks = [RANK[one] for one in change.triggers if one in allowed]
            at = (min(ranks), frozenset[int]()) if ranks else None
            if not change.triggers:
                at = look.reach(change.where.segments, (), UNTRIGGERED, allowed)
            if at:
                yield _change_piece(change, _plain(change, change.where, at, _said(change), target=change.after))


def _change_piece(change: Change, piece: Piece) -> Piece:
    """Add what only changes have: the way there, and how sure it is."""
    order = _order(piece.rank, change.certainty, 0, len(change.path), change.where, piece.text)
    return replace(piece, path=change.path, certainty=change.certainty, order=order)


def _said(change: Change) -> str:
    """Describe a change: `added capability network.http (on import)`."""
    words = f"{change.kind} {change.topic}: {change.subject}"
    if change.before and change.after:
        return f"{words} ({change.before} before, now {change.after})"
    return f"{words} ({change.after or change.before})" if change.after or change.before else words


def _matches(look: Look, atom: dsl.MatchAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find likeness; that of the artifact as a whole has no later trigger."""
    for match in look.evidence.matches:
        if match.score >= atom.min_score and fits(atom.method, match.method):
            at = look.reach(match.where.segments, (), _CALL if match.where.segments else UNTRIGGERED, allowed)
            if at:
                yield _plain(match, match.where, at, f"like {match.campaign} by {match.method} ({match.score:.2f})")


def _dependencies(look: Look, atom: dsl.DependencyAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find requirements; an installer fetches them with the artifact itself."""
    for wanted in look.evidence.dependencies:
        if "install" in allowed and fits(atom.level, wanted.level) and wants(atom.marks, wanted.marks):
            label = " ".join(word for word in (wanted.name, wanted.version) if word)
            text = f"asks for {label} ({', '.join(wanted.marks)})" if wanted.marks else f"asks for {label}"
            text += f", which {'; '.join(wanted.reasons[:3])}" if wanted.reasons else ""
            yield _plain(wanted, wanted.where, (RANK["install"], frozenset()), text, target=wanted.name)


def _contexts(look: Look, atom: dsl.ContextAtom, allowed: Triggers) -> Iterator[Piece]:
    """Find declared facts; no trigger reaches them."""
    if allowed != dsl.ALL_TRIGGERS:
        return
    for key, text in look.evidence.context:
        if key == atom.key and text and found(atom.pattern, text):
            at: tuple[int, frozenset[int]] = (UNTRIGGERED, frozenset())
            yield _plain((key, text), Where(segments=()), at, f"declared {key}: {text}", target=text)


_FINDERS: dict[type, Callable[..., Iterator[Piece]]] = {
    dsl.UseAtom: _uses,
    dsl.FlowAtom: _flows,
    dsl.ProblemAtom: _problems,
    dsl.UnknownAtom: _unknowns,
    dsl.EntryAtom: _entries,
    dsl.ChangeAtom: _changes,
    dsl.MatchAtom: _matches,
    dsl.DependencyAtom: _dependencies,
    dsl.ContextAtom: _contexts,
}
