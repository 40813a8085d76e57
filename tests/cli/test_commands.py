"""The smaller commands, the help, and what every command keeps to."""

from __future__ import annotations

import json

import pytest

from pratique import __version__, docs
from pratique.cli import EXIT_CODES, commands
from pratique.errors import PratiqueError
from pratique.rules import load


@pytest.mark.parametrize("command", ["", *commands()])
def test_help_is_the_page(run, monkeypatch, command):
    """docs/cli.md is the golden of every help text."""
    monkeypatch.setenv("COLUMNS", "100")
    said = run(*([command] if command else []), "--help")
    page = (docs.ROOT / "docs" / "cli.md").read_text("utf-8")

    assert (said.code, said.err) == (0, "")
    assert said.out.rstrip() in page


def test_the_help_shows_every_command_and_six_examples(run):
    out = run("--help").out

    assert [name for name in commands() if f"\n  {name} " not in out] == []
    assert sum(line.startswith("  pratique ") for line in out.splitlines()) == 6


def test_every_exit_code_of_an_error_is_in_the_table():
    kinds, found = [PratiqueError], set()
    while kinds:
        kind = kinds.pop()
        found.add(kind.exit_code)
        kinds += kind.__subclasses__()

    assert found <= {code for code, _ in EXIT_CODES}


def test_the_version(run):
    assert run("--version").out == f"pratique {__version__}\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("revew", "x"), "perhaps `pratique review`"),
        (("requests",), "to review a package: `pratique review requests`"),
        ((), "`pratique --help` says what there is"),
    ],
)
def test_a_word_that_is_no_command(run, words, hint):
    said = run(*words)

    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[1:] == [f"  hint: {hint}"]


def test_explain_prints_the_page_without_its_examples(run):
    out = run("explain", "run-downloaded-code").out

    assert out.startswith("run-downloaded-code: this package ")
    assert [heading in out for heading in ("What it does", "Why it matters", "When it is innocent")] == [True] * 3
    assert "urlopen(" not in out


def test_explain_suggests_the_rule_that_was_meant(run):
    said = run("explain", "run-downloadd-code")

    assert said.code == 2
    assert said.err.splitlines()[0] == "pratique: there is no rule run-downloadd-code"
    assert "run-downloaded-code" in said.err.splitlines()[1]


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_every_rule_can_be_explained(run, rule):
    said = run("explain", rule.id)

    assert (said.code, said.out.split(":")[0]) == (0, rule.id)


def test_rules_lists_each(run):
    out = run("rules").out

    assert [rule.id for rule in load() if f"\n{rule.id} " not in out] == []


def test_rules_as_json_can_be_given_back(run, tmp_path, clear):
    rules = json.loads(run("rules", "--format", "json").out)
    (tmp_path / "one.json").write_text(json.dumps(rules[0]))

    assert len(rules) == len(load())
    assert run("review", clear, "--rule", tmp_path / "one.json").code == 0


def test_capabilities_by_their_beginning(run):
    out = run("capabilities", "network.").out

    assert "network.http" in out
    assert "fs.read" not in out
    assert run("capabilities", "zz").code == 2


def test_schemas(run):
    from pratique.report import json_format
    from pratique.rules import jsonrule

    assert json.loads(run("schema").out) == json.loads(json.dumps(json_format.schema()))
    assert json.loads(run("schema", "rule").out) == json.loads(json.dumps(jsonrule.schema()))


def test_a_bug_is_a_sentence_too(run, monkeypatch):
    from pratique.cli import rules

    def broken(args):
        raise RuntimeError("what a\nday")

    monkeypatch.setattr(rules, "run", broken)
    said = run("rules")

    assert said.code == 1
    assert said.err == (
        "pratique: this is a bug in pratique: RuntimeError: what a\n  day\n  hint: PRATIQUE_TRACEBACK=1 shows where\n"
    )
