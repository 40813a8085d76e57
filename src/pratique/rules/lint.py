"""What is wrong with a rule or its page. Every message says the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from pratique.known.index import KINDS
from pratique.model import CHANGE_TOPICS, DEPENDENCY_MARKS
from pratique.rules import dsl
from pratique.rules.pages import HEADINGS, Page
from pratique.rules.patterns import glob

DEEPEST = 12
SOURCES = frozenset({"param", "intercepted", "swapped", "decoded", "package-data", "input"})
"""What a flow may start from besides a capability (`Flow.source`)."""
METHODS = frozenset({*KINDS, "code-like", "function-like"})
"""How an artifact may be like a known sample (`known.match`)."""
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_ATTACK = re.compile(r"T\d{4}(\.\d{3})?")
_SINCE = re.compile(r"\d+\.\d+(\.\d+)?")
_EXPRESSIONS = ("target", "source_text", "sink_target", "via", "reason", "subject", "after", "pattern")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The known ids that conditions may name, by kind."""

    capability: frozenset[str]
    operand: frozenset[str]
    trait: frozenset[str]
    problem: frozenset[str]


def faults(rule: dsl.Rule, words: Words | None = None) -> tuple[str, ...]:
    """Return what is wrong with the declaration; with `words`, unknown ids too."""
    return (*_declaration(rule), *(fault for node, under in _walk(rule.when) for fault in _node(node, under, words)))


def page_faults(page: Page) -> tuple[str, ...]:
    """Return what is wrong with a rule's page."""
    return tuple(_page(page))


def _declaration(rule: dsl.Rule) -> Iterator[str]:
    """Check everything but the condition."""
    if not _SLUG.fullmatch(rule.id):
        yield f"`{rule.id}` is no slug: name the behaviour in dashed words that read after `this package may`"
    if not rule.summary or rule.summary != rule.summary.strip(" .") or rule.summary[0].isupper():
        yield "the summary must read after `this package`: start in lower case, leave out the full stop"
    if len(rule.summary) > 120:
        yield f"the summary has {len(rule.summary)} characters: cut it to 120, the page holds the rest"
    for technique in rule.attack:
        if not _ATTACK.fullmatch(technique):
            yield f"`{technique}` is no ATT&CK technique: write it like T1059 or T1059.006"
    if not _SINCE.fullmatch(rule.since):
        yield f"since `{rule.since}` is no version: write it like 0.1"


def _walk(top: dsl.Condition) -> Iterator[tuple[dsl.Condition, tuple[dsl.Condition, ...]]]:
    """Yield every part of a condition with what it lies under, without recursion; stop below the deepest allowed."""
    stack: list[tuple[dsl.Condition, tuple[dsl.Condition, ...]]] = [(top, ())]
    while stack:
        node, under = stack.pop()
        yield node, under
        if len(under) <= DEEPEST:
            stack += [(part, (*under, node)) for part in _parts(node)]


def _parts(node: dsl.Condition) -> tuple[dsl.Condition, ...]:
    """Return a condition's direct parts."""
    match node:
        case dsl.AnyOf(parts=parts) | dsl.AtLeast(parts=parts):
            return parts
        case dsl.Distinct(part=part) | dsl.Reaches(part=part):
            return (part,)
        case _:
            return ()


def _node(node: dsl.Condition, under: tuple[dsl.Condition, ...], words: Words | None) -> Iterator[str]:
    """Check one part."""
    if len(under) > DEEPEST:
        yield f"the condition is nested deeper than {DEEPEST}: flatten it"
    match node:
        case dsl.AnyOf(parts=()):
            yield "any_of() of nothing never holds: give it parts"
        case dsl.AtLeast(n=n, parts=parts) if not 1 <= n <= len(parts):
            yield f"{n} of {len(parts)} parts cannot be asked for: choose a number from 1 to {len(parts)}"
        case dsl.Distinct(n=n) if n < 2:
            yield f"distinct({n}, …) says nothing: use the part itself, or 2 and more"
        case dsl.Reaches(triggers=()):
            yield "reaches() without triggers never holds: name some, or leave it out"
        case dsl.ContextAtom() if any(isinstance(above, dsl.Reaches) for above in under):
            yield "context() inside reaches() never holds, no trigger reaches metadata: move it outside"
        case _:
            pass
    if any(isinstance(above, dsl.Distinct) for above in under) and isinstance(node, dsl.AtLeast | dsl.Distinct):
        yield "distinct() counts single pieces: put atoms, any_of() or reaches() inside it, no combination"
    if isinstance(node, dsl.ATOMS):
        yield from _expressions(node)
        yield from _unknown_words(node, words)


def _expressions(atom: dsl.Atom) -> Iterator[str]:
    """Compile every regular expression of an atom."""
    for field in _EXPRESSIONS:
        text = getattr(atom, field, "")
        try:
            re.compile(text)
        except re.error as error:
            yield f"{field}={text!r} is no regular expression ({error}): mend or escape it"


def _globs(atom: dsl.Atom, words: Words) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield an atom's globs over closed lists: what it is, the glob, the known ids."""
    match atom:
        case dsl.UseAtom():
            yield "capability", atom.capability, words.capability
            yield "operand class", atom.operand, words.operand
        case dsl.FlowAtom():
            yield "source", atom.source, words.capability | SOURCES
            yield "capability", atom.sink, words.capability
            yield "operand class", atom.source_operand, words.operand
            yield "operand class", atom.sink_operand, words.operand
        case dsl.ProblemAtom():
            yield "problem", atom.code, words.problem
            yield "problem severity", atom.severity, frozenset({"info", "odd", "hostile", "fatal"})
        case dsl.UnknownAtom():
            yield "kind of unknown", atom.kind, frozenset({"opaque", "unresolved", "refused"})
        case dsl.EntryAtom():
            yield "trigger", atom.trigger, frozenset(dsl.ALL_TRIGGERS)
        case dsl.ChangeAtom():
            yield "kind of change", atom.kind, frozenset({"added", "removed", "changed", "earlier", "differs"})
            yield "topic of change", atom.topic, frozenset(CHANGE_TOPICS)
        case dsl.MatchAtom():
            yield "method", atom.method, METHODS
        case dsl.DependencyAtom():
            yield "level", atom.level, frozenset({"clear", "note", "look", "block"})
            yield from (("mark of a dependency", mark, DEPENDENCY_MARKS) for mark in atom.marks)
        case _:
            pass
    if isinstance(atom, dsl.UseAtom | dsl.FlowAtom):
        for trait in atom.traits:
            yield "trait", trait, words.trait


def _unknown_words(atom: dsl.Atom, words: Words | None) -> Iterator[str]:
    """Find alternatives of globs that match no known id: misspelt, or never reported by anything."""
    if words is None:
        return
    for what, pattern, known in _globs(atom, words):
        for alternative in filter(None, pattern.split("|")):
            if known and not any(glob(alternative).fullmatch(word) for word in known):
                near = _nearest(alternative, known)
                yield f"no {what} is called `{alternative}`: did you mean `{near}`? `pratique capabilities` lists all"


def _nearest(word: str, known: frozenset[str]) -> str:
    """Return the most similar known id."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, sorted(known), 1, 0.0)), "")


def _page(page: Page) -> Iterator[str]:
    """Check headings, order, content and cases."""
    headings = tuple(section.heading for section in page.sections)
    for heading in HEADINGS:
        if heading not in headings:
            yield f"the section `{heading}` is missing: add `## {heading}`"
        elif not any(section.heading == heading and section.body.strip() for section in page.sections):
            yield f"the section `{heading}` is empty: write it"
    known = [heading for heading in headings if heading in HEADINGS]
    if known != [heading for heading in HEADINGS if heading in known]:
        yield f"the sections are out of order: {' · '.join(HEADINGS)}"
    for heading in headings:
        if heading not in HEADINGS:
            yield f"`{heading}` is no section of a rule page: fold it into one of {' · '.join(HEADINGS)}"
    if not any(case.fires for case in page.cases):
        yield "no block must fire: add a fence with `file=NAME fire`, and mark its lines with `<- fires`"
    if not any(not case.fires for case in page.cases):
        yield "no block must stay silent: add a fence with `file=NAME innocent`, the nearest honest code you know"
    for case in page.cases:
        if case.fires and not case.marks and not any(file.binary for file in case.files) and not case.registry:
            yield f"case `{case.name}` must fire but marks no line: end one with the comment `<- fires`"
        if not case.fires and case.marks:
            yield f"case `{case.name}` is innocent but marks a line: take the mark out"
    yield from page.faults


@cache
def known_words() -> Words:
    """Gather the ids from the vocabulary and from every module that owns problem codes."""
    from pratique.capabilities.vocabulary import vocabulary

    words = vocabulary()
    return Words(
        capability=words.authorities, operand=words.operands, trait=words.traits, problem=frozenset(_problem_codes())
    )


def _problem_codes() -> Iterator[str]:
    """Yield the codes of every `PROBLEMS` table in the packages that report problems."""
    import pkgutil
    from importlib import import_module

    stack = ["pratique.unpack", "pratique.ecosystems"]
    while stack:
        module = import_module(stack.pop())
        yield from (code for code, *_ in getattr(module, "PROBLEMS", ()))
        found = pkgutil.iter_modules(getattr(module, "__path__", ()), f"{module.__name__}.")
        stack += [name for _, name, _ in found if not name.endswith("__main__")]
