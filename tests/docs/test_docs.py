"""What documentation takes from code is true, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest

from pratique import docs

PAGES = sorted([*docs.ROOT.glob("*.md"), *(docs.ROOT / "docs").glob("*.md")])


@pytest.fixture(scope="module")
def wanted():
    return dict(docs.pages())


def test_nothing_is_stale(wanted):
    """When it is: `make docs`."""
    assert docs.stale(wanted.items()) == []


def test_a_stale_page_is_found_and_mended(monkeypatch, tmp_path, capsys):
    page = tmp_path / "docs" / "page.md"
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "pages", lambda: iter([(page, "new\n")]))

    assert docs.main(["--check"]) == 1
    assert not page.exists()
    assert docs.main([]) == 0
    assert page.read_text() == "new\n"
    assert docs.main(["--check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "stale: docs/page.md", "`make docs` writes them anew", "written: docs/page.md",
    ]  # fmt: skip


def test_a_page_without_its_block_is_an_error(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("nothing here\n")

    with pytest.raises(docs.ConfigError, match="begin demo"):
        docs.filled(page, {"demo": "x"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    assert [one for one in targets if "://" not in one and not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_that_pages_name_exists(page):
    named = re.findall(r"`((?:src|tests|docs)/[\w./-]+\.\w+)`", page.read_text("utf-8"))

    assert [one for one in named if not (docs.ROOT / one).exists()] == []


def test_the_demo_blocks_for_the_reason_the_readme_says():
    review = docs.demo_review(docs.ROOT / "docs" / "demo.md")

    assert review.verdict.level == "block"
    assert "send-secrets-out" in {finding.rule for finding in review.findings}
