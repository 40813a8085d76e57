"""The words in which a rule is declared: one frozen `Rule` whose condition is a single expression over Evidence.

Conditions are plain data (tagged structs), so a rule round-trips through JSON, can be linted without being run, and
explains itself. There is no negation: adding evidence never makes a condition false (DESIGN principle 5).

Patterns
--------
*Globs* (`capability`, `operand`, `api`, `code`, `source`, `sink`, `arg`, …) match the whole text; `*` stands for any
run of characters and `|` separates alternatives: `"network.*|process.spawn"`. *Regular expressions* (`target`,
`source_text`, `sink_target`, `via`, `reason`, `subject`, `after`, `pattern`) are searched. "" matches everything.
`traits=("encoded|layered", "silenced")` wants every element; alternatives go inside one element.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from pratique.model import ALL_TRIGGERS, ON_USE, UNATTENDED, Audience, Category, Confidence, Line, Severity, Trigger

__all__ = [
    "ALL_TRIGGERS", "ON_USE", "UNATTENDED", "Atom", "Condition", "Rule", "all_of", "any_of", "at_least", "change",
    "context", "dependency", "distinct", "entry", "flow", "match", "problem", "reaches", "unknown", "use",
]  # fmt: skip

Within = Literal["path", "function", "file", "artifact"]
"""path: a shared entry, or the same function, or the same file · function: one body · file · artifact: anywhere."""
By = Literal["operand", "target", "capability"]
MinCertainty = Literal["", "direct", "transitive"]
"""The weakest certainty that is accepted; "" accepts guesses too."""
Observation = Literal["is_malware", "is_spam", "is_dependency_confusion", "something_else"]
"""The kinds of PyPI's observation API."""

_OBSERVATIONS: dict[Category, Observation] = {
    "malware": "is_malware",
    "spam": "is_spam",
    "dependency_confusion": "is_dependency_confusion",
}


class _Term(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="op"):
    """A part of a condition; JSON carries its kind as `op`."""


class UseAtom(_Term, frozen=True, kw_only=True, tag="use"):
    """A capability exercised at one place."""

    capability: str
    operand: str = ""
    target: str = ""
    api: str = ""
    traits: tuple[str, ...] = ()
    certainty: MinCertainty = ""


class FlowAtom(_Term, frozen=True, kw_only=True, tag="flow"):
    """A value that travels from a source to a sink."""

    source: str
    sink: str
    source_operand: str = ""
    source_text: str = ""
    sink_operand: str = ""
    sink_target: str = ""
    arg: str = ""
    traits: tuple[str, ...] = ()
    certainty: MinCertainty = ""


class ProblemAtom(_Term, frozen=True, kw_only=True, tag="problem"):
    """Something wrong with a container."""

    code: str
    severity: str = ""


class UnknownAtom(_Term, frozen=True, kw_only=True, tag="unknown"):
    """Something that was not read."""

    kind: str
    reason: str = ""


class EntryAtom(_Term, frozen=True, kw_only=True, tag="entry"):
    """A way in."""

    trigger: str
    via: str = ""


class ChangeAtom(_Term, frozen=True, kw_only=True, tag="change"):
    """A difference against a base release or a sibling."""

    kind: str
    topic: str = ""
    subject: str = ""
    after: str = ""


class MatchAtom(_Term, frozen=True, kw_only=True, tag="match"):
    """Likeness to known malware."""

    min_score: float
    method: str = ""


class DependencyAtom(_Term, frozen=True, kw_only=True, tag="dependency"):
    """A requirement that was looked into."""

    level: str = ""
    marks: tuple[str, ...] = ()


class ContextAtom(_Term, frozen=True, kw_only=True, tag="context"):
    """A declared fact about the release."""

    key: str
    pattern: str = ""


class AnyOf(_Term, frozen=True, kw_only=True, tag="any_of"):
    """Holds wherever one of the parts holds."""

    parts: tuple[Condition, ...]


class AtLeast(_Term, frozen=True, kw_only=True, tag="at_least"):
    """Holds where `n` of the parts meet within the given bounds; `all_of` is the case of all parts."""

    n: int
    parts: tuple[Condition, ...]
    within: Within = "path"


class Distinct(_Term, frozen=True, kw_only=True, tag="distinct"):
    """Holds where the part holds with `n` different operands, targets or capabilities."""

    n: int
    part: Condition
    by: By = "operand"
    within: Within = "path"


class Reaches(_Term, frozen=True, kw_only=True, tag="reaches"):
    """Looks only at evidence that one of the triggers reaches."""

    triggers: tuple[Trigger, ...]
    part: Condition


Atom = (
    UseAtom | FlowAtom | ProblemAtom | UnknownAtom | EntryAtom | ChangeAtom | MatchAtom | DependencyAtom | ContextAtom
)
Condition = (
    UseAtom | FlowAtom | ProblemAtom | UnknownAtom | EntryAtom | ChangeAtom | MatchAtom | DependencyAtom | ContextAtom
    | AnyOf | AtLeast | Distinct | Reaches
)  # fmt: skip
ATOMS = get_args(Atom)


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One behaviour. Its page of the same name says what, why and when it is innocent."""

    id: str = ""
    """The slug; a rule module leaves it out: it is the module's name with dashes."""
    summary: str
    """A predicate that reads after "this package": `downloads code and runs it`."""
    severity: Severity
    confidence: Confidence
    audience: Audience
    line: Line
    category: Category = "malware"
    attack: tuple[str, ...] = ()
    """ATT&CK technique ids."""
    since: str
    """The version of Pratique that brought it."""
    block: bool = True
    """Whether its findings may be part of the case for `block`."""
    when: Condition

    @property
    def observation(self) -> Observation:
        """The kind under which PyPI takes a report of it."""
        return _OBSERVATIONS.get(self.category, "something_else")


def use(
    capability: str,
    operand: str = "",
    target: str = "",
    api: str = "",
    traits: tuple[str, ...] | str = (),
    certainty: MinCertainty = "",
) -> UseAtom:
    """Build a condition on a capability's use (globs; `target` is a regular expression)."""
    return UseAtom(
        capability=capability, operand=operand, target=target, api=api, traits=_tuple(traits), certainty=certainty
    )


def flow(
    source: str,
    sink: str,
    source_operand: str = "",
    source_text: str = "",
    sink_operand: str = "",
    sink_target: str = "",
    arg: str = "",
    traits: tuple[str, ...] | str = (),
    certainty: MinCertainty = "",
) -> FlowAtom:
    """Build a condition on a value's travel (globs; `source_text` and `sink_target` are regular expressions)."""
    return FlowAtom(
        source=source,
        sink=sink,
        source_operand=source_operand,
        source_text=source_text,
        sink_operand=sink_operand,
        sink_target=sink_target,
        arg=arg,
        traits=_tuple(traits),
        certainty=certainty,
    )


def problem(code: str, severity: str = "") -> ProblemAtom:
    """Build a condition on a container problem (globs over its code and severity)."""
    return ProblemAtom(code=code, severity=severity)


def unknown(kind: str, reason: str = "") -> UnknownAtom:
    """Build a condition on unread content (a glob over its kind, a regular expression over its reason)."""
    return UnknownAtom(kind=kind, reason=reason)


def entry(trigger: str, via: str = "") -> EntryAtom:
    """Build a condition on a way in (a glob over its trigger, a regular expression over `via`)."""
    return EntryAtom(trigger=trigger, via=via)


def change(kind: str, topic: str = "", subject: str = "", after: str = "") -> ChangeAtom:
    """Build a condition on a release change (globs; `subject` and `after` are regular expressions)."""
    return ChangeAtom(kind=kind, topic=topic, subject=subject, after=after)


def match(min_score: float, method: str = "") -> MatchAtom:
    """Build a condition on likeness to known malware (score from 0 to 1, a glob over the method)."""
    return MatchAtom(min_score=min_score, method=method)


def dependency(level: str = "", marks: tuple[str, ...] | str = ()) -> DependencyAtom:
    """Build a condition on a requirement (globs over its own verdict's level and over its marks, each of them)."""
    return DependencyAtom(level=level, marks=_tuple(marks))


def context(key: str, pattern: str = "") -> ContextAtom:
    """Build a condition on a declared fact (exact key, regular expression over its text; "" wants any text)."""
    return ContextAtom(key=key, pattern=pattern)


def any_of(*parts: Condition) -> AnyOf:
    """Hold wherever one of `parts` holds."""
    return AnyOf(parts=parts)


def all_of(*parts: Condition, within: Within = "path") -> AtLeast:
    """Hold where all `parts` meet. The first part gives the finding its primary place."""
    return AtLeast(n=len(parts), parts=parts, within=within)


def at_least(n: int, *parts: Condition, within: Within = "path") -> AtLeast:
    """Hold where `n` of `parts` meet."""
    return AtLeast(n=n, parts=parts, within=within)


def distinct(n: int, part: Condition, by: By = "operand", within: Within = "path") -> Distinct:
    """Hold where `part` holds with `n` different operands (of a flow: its source's), targets or capabilities."""
    return Distinct(n=n, part=part, by=by, within=within)


def reaches(triggers: frozenset[Trigger] | tuple[Trigger, ...] | set[Trigger] | Trigger, part: Condition) -> Reaches:
    """Look, in all of `part`, only at evidence that one of `triggers` reaches (`UNATTENDED`, `ON_USE`, `"install"`)."""
    names = (triggers,) if isinstance(triggers, str) else tuple(sorted(triggers))
    return Reaches(triggers=names, part=part)


def _tuple(traits: tuple[str, ...] | str) -> tuple[str, ...]:
    """Take one trait glob or several."""
    return (traits,) if isinstance(traits, str) else tuple(traits)
