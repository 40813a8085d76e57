"""A rule is two new files and nothing else: it is found, judged, listed, explained and tested by being there."""

from __future__ import annotations

import sys

import pytest

import pratique.rules
from pratique.pipeline import Options, review_files
from pratique.rules import load, pages
from pratique.rules.lint import faults, known_words, page_faults

MODULE = '''"""Notes that the name of the host is asked for on import. It shows how a rule is added."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="asks for the name of the host",
    severity="low",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    since="0.1",
    when=reaches(("import",), use("host.identity")),
)
'''
PAGE = """# ask-for-the-host

This package may ask for the host.

## What it does
Finds the name of the host being asked for on import.

## Why it matters
It shows how a rule is added.

## When it is innocent
Nearly always.

## Example
```python file=acme/__init__.py case=ask fire
import platform

NAME = platform.node()  # <- fires
```

```python file=acme/__init__.py case=twin innocent
import platform


def name():
    return platform.node()
```

## References
- docs/how-to-add-a-rule.md
"""


@pytest.fixture
def rule(tmp_path, monkeypatch):
    """Write the two files into a folder of rules."""
    (tmp_path / "ask_for_the_host.py").write_text(MODULE)
    (tmp_path / "ask_for_the_host.md").write_text(PAGE)
    monkeypatch.setattr(pratique.rules, "__path__", [*pratique.rules.__path__, str(tmp_path)])
    load.cache_clear()
    yield next(rule for rule in load() if rule.id == "ask-for-the-host")
    load.cache_clear()
    sys.modules.pop("pratique.rules.ask_for_the_host")
    del pratique.rules.ask_for_the_host


def test_the_two_files_are_well_formed(rule):
    assert faults(rule, known_words()) == ()
    assert page_faults(pages.parse(PAGE)) == ()


@pytest.mark.parametrize("case", pages.parse(PAGE).cases, ids=lambda case: case.name)
def test_its_page_is_its_test(rule, case):
    review = review_files({file.path: file.data for file in case.files}, options=Options(audience="everything"))
    found = [finding for finding in review.findings if finding.rule == rule.id]

    assert [finding.primary.line for finding in found] == ([3] if case.fires else [])


def test_the_command_line_lists_it(rule, capsys):
    from pratique.cli import main

    assert main(["rules"]) == 0
    assert "\nask-for-the-host " in capsys.readouterr().out
