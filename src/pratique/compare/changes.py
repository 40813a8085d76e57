"""What changed between two releases, as facts that know when they run: a short list, the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pratique.compare import words
from pratique.compare.likeness import Likeness, gained
from pratique.compare.names import plain, unnumbered
from pratique.compare.portrait import Portrait, requirements, sure
from pratique.model import CHANGE_TOPICS, Change, ChangeKind, ChangeTopic, Entry, Flow, Unknown, Use, Where

MOST = 500
"""Changes of one topic that are listed; a release that changes more is read by its summary."""
_WORDS = 12
"""Names and literals of an edit that are shown."""
_DECLARED = frozenset({"install", "build", "startup", "plugin", "agent", "command"})
_CODE = frozenset({"python", "pth", "start", "shell", "powershell", "batch", "javascript", "bytecode", "pickle"})
"""Native code is told as opaque."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two portraits and what was found out about them."""

    new: Portrait
    base: Portrait
    like: Likeness
    uses: tuple[Use, ...]
    """The new release's, with their paths."""
    flows: tuple[Flow, ...]
    fresh_uses: frozenset[int]
    """Positions of the uses without a like."""
    fresh_flows: tuple[int, ...]


def changes(pair: Pair) -> tuple[Change, ...]:
    """Return all changes, by topic, then by when they run."""
    found = [change for finder in _FINDERS for change in islice(finder(pair), MOST)]
    order = {topic: number for number, topic in enumerate(CHANGE_TOPICS)}
    found.sort(key=lambda one: (order[one.topic], one.kind == "removed", words.rank(one.triggers), one.subject))
    return tuple(found)


def _of(use: Use, kind: ChangeKind, topic: ChangeTopic, subject: str, before: str = "", after: str = "") -> Change:
    """Build a change that a use of the new release shows."""
    return Change(
        kind=kind,
        topic=topic,
        subject=subject,
        before=before,
        after=after,
        where=use.where,
        triggers=use.triggers,
        certainty=use.certainty,
        path=use.path,
    )


def _entries(pair: Pair) -> Iterator[Change]:
    """Yield ways in that are new, gone, or whose file is another."""
    before = {_way_in(entry, pair.base): entry for entry in _declared(pair.base)}
    held = {content.path: content.sha256 for content in pair.base.files}
    now = {content.path: content.sha256 for content in pair.new.files}
    known = set()
    for entry in _declared(pair.new):
        key = _way_in(entry, pair.new)
        if key in known:
            continue
        known.add(key)
        path = plain(entry.segments, pair.new.top)
        told = f"{entry.trigger}: {words.via(entry)}"
        where = entry.where or Where(segments=entry.segments, symbol=entry.symbol)
        if key not in before:
            yield Change(kind="added", topic="entry", subject=told, after=path, where=where, triggers=(entry.trigger,))
        elif entry.trigger == "startup" and held.get(path) != now.get(path):
            yield Change(kind="changed", topic="entry", subject=told, after=path, where=where, triggers=("startup",))
    for key, entry in before.items():
        if key not in known:
            told = f"{entry.trigger}: {words.via(entry)}"
            path = plain(entry.segments, pair.base.top)
            yield Change(kind="removed", topic="entry", subject=told, before=path, where=Where(segments=entry.segments))


def _declared(portrait: Portrait) -> Iterator[Entry]:
    """Yield the ways in that something declares; every module with a main guard is one that nobody declared."""
    return (
        entry for entry in portrait.entries
        if entry.trigger in _DECLARED and not entry.via.startswith(("python -m", "run by hand"))
    )  # fmt: skip


def _way_in(entry: Entry, portrait: Portrait) -> tuple[str, ...]:
    if entry.trigger == "startup":
        return entry.trigger, plain(entry.segments, portrait.top), entry.symbol
    return entry.trigger, words.via(entry)


def _capabilities(pair: Pair) -> Iterator[Change]:
    """Yield what the release can do that the base could not, or does earlier, or does no more."""
    now, before = _earliest(pair.uses), _earliest(pair.base.uses)
    for name, use in now.items():
        topic: ChangeTopic = "secret" if use.operand in words.SECRETS else "capability"
        old, when = before.get(name), words.spoken(use.triggers[0])
        if old is None:
            yield _of(use, "added", topic, name, after=when)
        elif words.first(use.triggers) < words.first(old.triggers):
            yield _of(use, "earlier", topic, name, words.spoken(old.triggers[0]), when)
    for name, use in before.items():
        if name not in now:
            when = words.spoken(use.triggers[0])
            yield Change(kind="removed", topic="capability", subject=name, before=when, where=use.where)


def _earliest(uses: tuple[Use, ...]) -> dict[str, Use]:
    """Return each capability's earliest use, sure ones only."""
    found: dict[str, Use] = {}
    for use in sure(uses):
        if use.capability not in words.harmless() and use.triggers:
            name = words.capability(use)
            known = found.get(name)
            if known is None or words.rank(use.triggers) < words.rank(known.triggers):
                found[name] = use
    return found


def _flows(pair: Pair) -> Iterator[Change]:
    """Yield new ways of secrets to the network and of foreign data to execution, one per pair of ends."""
    before = {
        (words.way(flow, sink), words.destination(sink))
        for flow in pair.base.flows
        if words.telling(flow, sink := pair.base.uses[flow.sink])
    }
    ways = {way for way, _ in before}
    told = set()
    for number in pair.fresh_flows:
        flow, sink = pair.flows[number], pair.uses[pair.flows[number].sink]
        if not words.telling(flow, sink):
            continue
        key = (words.way(flow, sink), words.destination(sink))
        if key in told or (key in before and flow.certainty == "assumed"):
            continue
        told.add(key)
        yield Change(
            kind="changed" if key[0] in ways else "added",
            topic="flow",
            subject=key[0],
            after=key[1],
            where=sink.where,
            triggers=sink.triggers,
            certainty="assumed" if "assumed" in (flow.certainty, sink.certainty) else sink.certainty,
            path=(*sink.path, *flow.steps),
        )


def _hosts(pair: Pair) -> Iterator[Change]:
    """Yield hosts that no place of the base connects to."""
    known = {words.host(use) for use in pair.base.uses} | {""}
    gone = {words.host(use): use for use in pair.base.uses if words.host(use)}
    for use in pair.uses:
        name = words.host(use)
        gone.pop(name, None)
        if name not in known:
            known.add(name)
            yield _of(use, "added", "host", name, after=use.target)
    for name, use in gone.items():
        yield Change(kind="removed", topic="host", subject=name, before=use.target, where=use.where)


def _destinations(pair: Pair) -> Iterator[Change]:
    """Yield connections to where only the run decides, of a kind that the base did not make so early."""
    before: dict[str, int] = {}
    for use in sure(pair.base.uses):
        if _computed(use):
            before[use.capability] = min(before.get(use.capability, 9), words.first(use.triggers))
    for number in sorted(pair.fresh_uses):
        use = pair.uses[number]
        if _computed(use) and use.certainty != "assumed" and words.first(use.triggers) < before.get(use.capability, 9):
            before[use.capability] = words.first(use.triggers)
            yield _of(use, "added", "destination", use.capability, after="computed")


def _computed(use: Use) -> bool:
    return words.connects(use) and not words.host(use) and use.operand in {"", "computed"}


def _opaque(pair: Pair) -> Iterator[Change]:
    """Yield files that cannot be read and that the base does not have."""
    known = {plain(one.where.segments, pair.base.top) for one in _unread(pair.base)}
    for one in _unread(pair.new):
        path = plain(one.where.segments, pair.new.top)
        if path not in known:
            known.add(path)
            yield Change(
                kind="added", topic="opaque", subject=path, after=one.reason, where=one.where, triggers=one.triggers
            )


def _unread(portrait: Portrait) -> Iterator[Unknown]:
    return (one for one in portrait.unknowns if one.kind in {"opaque", "refused"})


def _files(pair: Pair) -> Iterator[Change]:
    """Yield code files whose name and content are both new, or that are gone."""
    paths = {content.path for content in pair.base.files}
    contents = {content.sha256 for content in pair.base.files}
    for content in pair.new.files:
        if content.kind in _CODE and content.path not in paths and content.sha256 not in contents:
            where = Where(segments=content.segments)
            yield Change(kind="added", topic="file", subject=content.path, after=content.kind, where=where)
    now = {content.path for content in pair.new.files} | {content.sha256 for content in pair.new.files}
    for content in pair.base.files:
        if content.kind in _CODE and content.path not in now and content.sha256 not in now:
            where = Where(segments=content.segments)
            yield Change(kind="removed", topic="file", subject=content.path, before=content.kind, where=where)


def _functions(pair: Pair) -> Iterator[Change]:
    """Yield functions that are new or edited and do something new."""
    told = set()
    for number in sorted(pair.fresh_uses):
        use, home = pair.uses[number], pair.new.homes[number][0]
        if home in told or words.quiet(use):
            continue
        told.add(home)
        body, edited = pair.new.bodies[home], pair.like.edited[home]
        subject = f"{body.path}:{unnumbered(body.symbol)}" if body.symbol else body.path
        if edited < 0:
            said = _listed(tuple(pair.new.words[word] for word in body.words))
            yield _of(use, "added", "function", subject, after=f"{words.capability(use)}: {said}")
            continue
        lost, won = gained(body, pair.new, pair.base.bodies[edited], pair.base)
        yield _of(use, "changed", "function", subject, _listed(lost), _listed(won))


def _listed(said: tuple[str, ...]) -> str:
    """Return the first words, addresses, paths and command lines before names."""
    shown = sorted(said, key=lambda word: not any(mark in word for mark in ("://", "|", "~/", "\\\\")))
    more = f" … and {len(shown) - _WORDS} more" if len(shown) > _WORDS else ""
    return ", ".join(shown[:_WORDS]) + more


def _dependencies(pair: Pair) -> Iterator[Change]:
    """Yield requirements that came, went or want other versions."""
    now, before = requirements(pair.new.context), requirements(pair.base.context)
    whole = Where(segments=(pair.new.artifact.filename,))
    for name in sorted(now.keys() | before.keys()):
        old, text = before.get(name, ""), now.get(name, "")
        if old != text:
            kind: ChangeKind = "added" if not old else "changed" if text else "removed"
            yield Change(kind=kind, topic="dependency", subject=name, before=old, after=text, where=whole)


def _metadata(pair: Pair) -> Iterator[Change]:
    """Yield who says to have made it, where that changed."""
    now, before = dict(pair.new.context), dict(pair.base.context)
    whole = Where(segments=(pair.new.artifact.filename,))
    for key in ("name", "author", "author_email"):
        old, text = before.get(key, ""), now.get(key, "")
        if old != text:
            yield Change(kind="changed", topic="metadata", subject=key, before=old, after=text, where=whole)


_FINDERS: tuple[Callable[[Pair], Iterator[Change]], ...] = (
    _entries, _capabilities, _flows, _hosts, _destinations, _opaque, _files, _functions, _dependencies, _metadata,
)  # fmt: skip
