"""Every scenario gets the level that a careful reader would give it; known misses are strict xfails."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from known_misses import MISSES

from pratique.pipeline import review, review_files

LEVELS = ("clear", "note", "look", "block")
THEMES = sorted(path.stem for path in Path(__file__).parent.glob("theme_*.py"))
SCENARIOS = [(theme, scenario) for theme in THEMES for scenario in import_module(theme).SCENARIOS]


def _parameters():
    """Yield every scenario, marked where it is known to be missed."""
    for theme, scenario in SCENARIOS:
        name = f"{theme.removeprefix('theme_')}-{scenario.name}"
        marks = [pytest.mark.xfail(strict=True, reason=MISSES[name])] if name in MISSES else []
        yield pytest.param(scenario, id=name, marks=marks)


def judged(scenario):
    """Review the scenario's container, or its files."""
    filename, data = scenario.artifact
    return (review(data, filename=filename) if data else review_files(dict(scenario.files), scenario.kind)).verdict


@pytest.mark.parametrize("scenario", list(_parameters()))
def test_scenario(scenario):
    verdict = judged(scenario)
    shown = f"{verdict.level}: {[reason.rule for reason in verdict.reasons]} {verdict.cap}"
    if scenario.expect == "quiet":
        assert verdict.level in ("clear", "note"), shown
    else:
        assert LEVELS.index(verdict.level) >= LEVELS.index(scenario.expect), shown


def test_names_are_unique():
    names = [(theme, scenario.name) for theme, scenario in SCENARIOS]
    assert len(set(names)) == len(names)


def test_misses_are_of_known_scenarios():
    assert set(MISSES) <= {f"{theme.removeprefix('theme_')}-{scenario.name}" for theme, scenario in SCENARIOS}
