"""The portrait of an artifact: what two releases are compared by, small enough to be kept.

It is made once, from frozen facts and evidence, and holds no judgement of ours but the verdict's level, which decides
whether a release may serve as a base.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.compare import functions
from pratique.compare.names import own_roots, plain, top_folder, unnumbered
from pratique.link import Unit
from pratique.model import Artifact, Entry, Evidence, File, Flow, Review, Scope, Unknown, Use, Where

SCHEMA = "pratique-portrait/2"


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One function, class body or module body."""

    path: str
    """Plain name of its file."""
    symbol: str
    """"" for the module body."""
    digest: str
    words: tuple[int, ...]
    """What it says, as positions in `Portrait.words`, each once, ascending."""
    where: Where
    kin: str = ""
    """The digest without the names of the artifact's own top-level modules: the same in a copy that renamed them."""


class Content(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One file."""

    path: str
    """Plain name (`names.plain`)."""
    sha256: str
    kind: str
    segments: tuple[str, ...]


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """What one artifact does and holds, with names that stay the same between releases."""

    schema: str = SCHEMA
    artifact: Artifact
    top: str = ""
    """The folder that all of an sdist lies in."""
    level: str = "clear"
    """The verdict's level when it was reviewed alone."""
    findings: tuple[tuple[str, str], ...] = ()
    """(rule, fingerprint and trigger)"""
    files: tuple[Content, ...] = ()
    words: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()
    entries: tuple[Entry, ...] = ()
    uses: tuple[Use, ...] = ()
    """Without paths and entries."""
    homes: tuple[tuple[int, str], ...] = ()
    """For each use: the body it stands in, and the shape of its call."""
    flows: tuple[Flow, ...] = ()
    """Without steps."""
    unknowns: tuple[Unknown, ...] = ()
    context: tuple[tuple[str, str], ...] = ()

    def with_verdict(self, review: Review) -> Portrait:
        """Return the portrait with what its review says, which decides whether it may be a base."""
        marks = tuple((one.rule, f"{one.fingerprint} {one.trigger}") for one in review.findings)
        return msgspec.structs.replace(self, level=review.verdict.level, findings=marks)


def portrait(artifact: Artifact, units: Sequence[Unit], evidence: Evidence, files: Iterable[File]) -> Portrait:
    """Draw an artifact. `units` are those that the evidence was found in, in the same order."""
    held = tuple(files)
    top = top_folder(file.segments[0] for file in held) if artifact.kind == "sdist" else ""
    desk = _Desk(units, top)
    return Portrait(
        artifact=artifact,
        top=top,
        files=tuple(
            Content(path=plain(file.segments, top), sha256=file.sha256, kind=file.kind, segments=file.segments)
            for file in held
        ),
        bodies=tuple(desk.bodies),
        words=tuple(desk.vocabulary),
        entries=evidence.entries,
        uses=tuple(msgspec.structs.replace(use, path=(), entries=(), others=0) for use in evidence.uses),
        homes=tuple(desk.home(use) for use in evidence.uses),
        flows=tuple(msgspec.structs.replace(flow, steps=()) for flow in evidence.flows),
        unknowns=evidence.unknowns,
        context=evidence.context,
    )


class _Desk:
    """All scopes of an artifact, numbered as `link.build` numbers them."""

    def __init__(self, units: Sequence[Unit], top: str) -> None:
        self.bodies: list[Body] = []
        self.vocabulary: dict[str, int] = {}
        self._scopes: list[Scope] = []
        self._at: dict[int, dict[tuple[int, int], list[int]]] = {}
        self._own = own_roots(unit.file.segments[0] for unit in units if unit.home is None)
        for unit in units:
            path = plain(unit.file.segments, top)
            for scope in unit.facts.scopes:
                self._scopes.append(scope)
                self.bodies.append(self._body(unit, scope, path))

    def _body(self, unit: Unit, scope: Scope, path: str) -> Body:
        said = {self.vocabulary.setdefault(word, len(self.vocabulary)) for word in functions.words(unit.facts, scope)}
        exact = functions.digest(unit.facts, scope)
        return Body(
            path=path,
            symbol=unnumbered(scope.name),
            digest=exact,
            words=tuple(sorted(said)),
            where=Where(segments=unit.file.segments, line=scope.span.line if scope.id else 0, symbol=scope.name),
            kin=functions.kin(unit.facts, scope, self._own) or exact,
        )

    def home(self, use: Use) -> tuple[int, str]:
        """Return the body of a use and the shape of its call; `Use.scope` is the global number of its scope."""
        number = int(use.scope)
        scope = self._scopes[number]
        if number not in self._at:
            spots: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
            for ordinal, node in enumerate(scope.nodes):
                spots[node.line, node.col].append(ordinal)
            self._at[number] = spots
        found = self._at[number].get((use.where.line, use.where.col), [])
        return number, "+".join(functions.shape(scope, ordinal) for ordinal in found[-3:])


def optional(requirement: str) -> bool:
    """Tell whether a requirement is only of an extra, which somebody has to ask for."""
    return "extra ==" in requirement.partition(";")[2]


def requirements(context: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the declared requirements, canonical name to the whole line; one without an extra before one with."""
    from packaging.utils import canonicalize_name

    found: dict[str, str] = {}
    for kind, text in context:
        if kind == "dependency":
            name = text.split(";")[0]
            for stop in "[(<>=!~ @":
                name = name.split(stop)[0]
            key = canonicalize_name(name.strip())
            if key not in found or (optional(found[key]) and not optional(text)):
                found[key] = text
    return found


def tally(uses: Iterable[Use]) -> Counter[tuple[str, str]]:
    """Count uses by capability and operand."""
    return Counter((use.capability, use.operand) for use in uses)


def sure(uses: Iterable[Use]) -> Iterator[Use]:
    """Yield the uses whose path is no guess."""
    return (use for use in uses if use.certainty != "assumed")
