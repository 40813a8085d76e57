"""Every rule's page is its test: marked files must fire, innocent ones must not."""

import io
import tomllib
import zipfile
from pathlib import Path

import msgspec
import pytest

from pratique.known.build import build
from pratique.known.index import dump, find
from pratique.known.sketch import sketch
from pratique.model import Dependency, Evidence
from pratique.pipeline import Options, freeze, review_files
from pratique.reading import Desk
from pratique.rules import load
from pratique.rules.lint import faults, known_words, page_faults
from pratique.rules.pages import Case, CaseFile, parse, source
from pratique.unpack import open_artifact

PAGES = {rule.id: parse(source(rule.id) or "") for rule in load()}
CASES = [(rule, case) for rule, page in PAGES.items() for case in page.cases]


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_the_declaration_is_well_formed(rule):
    assert faults(rule, known_words()) == ()


@pytest.mark.parametrize("rule", PAGES)
def test_the_page_is_complete(rule):
    assert page_faults(PAGES[rule]) == ()


def index_of(case: Case, place: Path):
    """Write an index of the case's known sample, all of whose functions are payload."""
    review = review_files({file.path: file.data for file in case.known}, options=Options(audience="everything"))
    frozen, _ = freeze(review.artifact, open_artifact(_zip(case.known), "known.zip"), Options(), Desk())
    payload = {
        (unit.file.segments, scope.name): range(unit.facts.lines + 1)
        for unit in frozen.units
        for scope in unit.facts.scopes
    }
    evidence = Evidence(uses=review.uses, flows=review.flows)
    drawn = sketch(review.artifact.sha256, "acme-thieves", frozen.units, payload, evidence)
    place.write_bytes(dump(build([drawn], dataset="a page", made="2026-01-01")))
    return find(place)


def _zip(files: tuple[CaseFile, ...]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.writestr(file.path, file.data)
    return packed.getvalue()


def review(case: Case, place: Path):
    """Review a case's files as the artifact that they look like, beside the known sample if it has one."""
    names = {file.path for file in case.files}
    options = Options(audience="everything", known=index_of(case, place) if case.known else None)
    kind = "sdist" if names & {"setup.py", "setup.cfg", "pyproject.toml"} else "wheel"
    told = tomllib.loads(case.registry)
    return review_files(
        {file.path: file.data for file in case.files},
        kind,
        options=options,
        before={file.path: file.data for file in case.before} or None,
        sdist={file.path: file.data for file in case.sdist} or None,
        facts=tuple(told.get("facts", {}).items()),
        dependencies=msgspec.convert(told.get("dependencies", []), tuple[Dependency, ...]),
    )


@pytest.mark.parametrize(("rule", "case"), CASES, ids=lambda part: part.name if isinstance(part, Case) else part)
def test_the_page_holds(rule, case, tmp_path):
    """A rule fires at every marked line of a case that must fire, and nowhere in an innocent one."""
    found = [finding for finding in review(case, tmp_path / "known.index").findings if finding.rule == rule]
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
