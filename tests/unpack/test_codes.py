"""The registry of problem codes, its page, and its use."""

from __future__ import annotations

import re
from pathlib import Path

import pratique.unpack
from pratique.docs import problem_groups
from pratique.unpack.codes import PROBLEMS


def test_codes_are_unique_slugs_over_all_packages():
    codes = [code for _, group in problem_groups() for code, *_ in group]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)


def test_every_code_is_reported_somewhere():
    """A code that nothing reports is dead; a code outside the registry would be a KeyError."""
    sources = Path(pratique.unpack.__path__[0]).rglob("*.py")
    text = "".join(source.read_text("utf-8") for source in sources if source.name != "codes.py")

    assert [code for code, *_ in PROBLEMS if f'"{code}"' not in text] == []
