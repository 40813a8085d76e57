"""Adding a rule is adding its two files: nobody edits a list."""

import sys

import pratique.rules
from pratique.rules import load
from pratique.rules.pages import source

MODULE = """
from pratique.rules.dsl import Rule, use
RULE = Rule(summary="reads tea leaves", severity="info", confidence="low", audience="everything", line="context",
            since="0.1", when=use("fs.read", target="tea"))
"""


def test_a_new_module_is_a_new_rule(tmp_path, monkeypatch):
    known = {rule.id for rule in load()}
    (tmp_path / "read_the_tea_leaves.py").write_text(MODULE)
    monkeypatch.setattr(pratique.rules, "__path__", [*pratique.rules.__path__, str(tmp_path)])

    found = load.__wrapped__()

    monkeypatch.delitem(sys.modules, "pratique.rules.read_the_tea_leaves")
    monkeypatch.delattr(pratique.rules, "read_the_tea_leaves")
    assert {rule.id for rule in found} - known == {"read-the-tea-leaves"}


def test_ids_are_unique_and_ordered():
    slugs = [rule.id for rule in load()]

    assert slugs == sorted(set(slugs))


def test_every_rule_has_a_page_and_every_page_a_rule():
    from importlib.resources import files

    pages = {place.name for place in files("pratique.rules").iterdir() if place.name.endswith(".md")}

    assert [rule.id for rule in load() if not source(rule.id)] == []
    assert pages == {f"{rule.id.replace('-', '_')}.md" for rule in load()}


def test_categories_map_to_the_observation_kinds_of_the_index():
    kinds = {rule.category: rule.observation for rule in load()}

    assert kinds["malware"] == "is_malware"
    assert kinds["policy"] == "something_else"
    assert {kinds.get("spam", "is_spam"), kinds.get("dependency_confusion", "is_dependency_confusion")} == {
        "is_spam",
        "is_dependency_confusion",
    }
