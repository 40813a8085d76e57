"""Every rule's page is its test: marked files must fire, innocent ones must not."""

import pytest

from pratique.pipeline import Options, review_files
from pratique.rules import load
from pratique.rules.lint import faults, known_words, page_faults
from pratique.rules.pages import Case, parse, source

PAGES = {rule.id: parse(source(rule.id) or "") for rule in load()}
CASES = [(rule, case) for rule, page in PAGES.items() for case in page.cases]


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_the_declaration_is_well_formed(rule):
    assert faults(rule, known_words()) == ()


@pytest.mark.parametrize("rule", PAGES)
def test_the_page_is_complete(rule):
    assert page_faults(PAGES[rule]) == ()


def review(case: Case):
    """Review a case's files as the artifact that they look like."""
    names = {file.path for file in case.files}
    kind = "sdist" if names & {"setup.py", "setup.cfg", "pyproject.toml"} else "wheel"
    return review_files({file.path: file.data for file in case.files}, kind, options=Options(audience="everything"))


@pytest.mark.parametrize(("rule", "case"), CASES, ids=lambda part: part.name if isinstance(part, Case) else part)
def test_the_page_holds(rule, case):
    """A rule fires at every marked line of a case that must fire, and nowhere in an innocent one."""
    found = [finding for finding in review(case).findings if finding.rule == rule]
    if not case.fires:
        assert [finding.explanation for finding in found] == []
        return
    assert found, "the rule does not fire"
    places = {place for finding in found for place in (finding.primary, *finding.related)}
    places |= {step.where for finding in found for step in finding.path}
    lines = {(segment, place.line) for place in places for segment in place.segments}

    assert [mark for mark in case.marks if not _at(mark, lines)] == []


def _at(mark, lines):
    """Tell whether a place is the marked line, whatever folder the artifact put the file in."""
    path, line = mark
    return any(at == line and (name == path or name.endswith(f"/{path}")) for name, at in lines)
