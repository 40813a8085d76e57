"""What an artifact says about itself: METADATA, PKG-INFO, and where there is neither, its build configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, table, text_of, texts_of
from pratique.ecosystems.pypi.entries.project import Project
from pratique.model import File, Problem

Declared = tuple[tuple[str, str], ...]
_METADATA = re.compile(
    r"^(?:[^/]+\.dist-info/METADATA|EGG-INFO/PKG-INFO|PKG-INFO|(?:[^/]+/)?[^/]+\.egg-info/PKG-INFO)$"
)
_HEADERS = {
    "name": "name", "version": "version", "summary": "summary", "author": "author", "author-email": "author_email",
    "maintainer": "author", "maintainer-email": "author_email", "home-page": "url", "download-url": "url",
    "project-url": "url", "requires-dist": "dependency", "requires": "dependency", "keywords": "keywords",
}  # fmt: skip
MOST = 2_000
"""Pairs kept; and characters of one value."""


def metadata_files(project: Project) -> tuple[File, ...]:
    """Return the files that hold core metadata, the decisive one first (the shortest path)."""
    found = [placed for placed in project.view.placed if not placed.nested and _METADATA.match(placed.path)]
    return tuple(placed.file for placed in sorted(found, key=lambda placed: (placed.path.count("/"), placed.path)))


def read_metadata(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Split core metadata into (lower-case header, value) pairs in order, and the description body."""
    import email.errors
    import email.policy
    from email.parser import Parser

    try:
        message = Parser(policy=email.policy.compat32).parsestr(text.removeprefix("\ufeff"))
        pairs = tuple((key.lower(), str(value)) for key, value in message.items())
        payload = message.get_payload()
    except (email.errors.MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError):
        return (), ""
    return pairs, payload if isinstance(payload, str) else ""


def declared(project: Project) -> Declared:
    """Return the declared facts for `Evidence.context`: the keys are those of `_HEADERS`, and `description`.

    One pair per address and per dependency. Values are package text, capped.
    """
    found: list[tuple[str, str]] = []
    for file in metadata_files(project)[:1]:
        text = project.view.text_of(file)
        if not isinstance(text, Problem):
            pairs, body = read_metadata(text)
            found += [(_HEADERS[key], _value(key, value)) for key, value in pairs if key in _HEADERS]
            found += [("description", value) for key, value in pairs if key == "description"] or [("description", body)]
    if not any(key == "name" for key, _ in found):
        found += _configured(project)
    return tuple(dict.fromkeys((key, value.strip()[:MOST]) for key, value in found if value.strip()))[:MOST]


def _value(key: str, value: str) -> str:
    return value.partition(",")[2] if key == "project-url" and "," in value else value


def _configured(project: Project) -> Iterator[tuple[str, str]]:
    for part in (dig(project.pyproject, "project"), dig(project.pyproject, "tool", "poetry")):
        yield from _pyproject(part)
    section = project.setup_cfg.get("metadata", {})
    keys = {"name": "name", "version": "version", "description": "summary", "author": "author", "keywords": "keywords"}
    keys |= {"author_email": "author_email", "url": "url", "home_page": "url", "summary": "summary"}
    yield from ((keys[key], value) for key, value in section.items() if key in keys and not value.startswith("attr:"))
    required = project.setup_cfg.get("options", {}).get("install_requires", "")
    yield from (("dependency", line) for line in required.splitlines())
    if setup := project.setup:
        yield from ((keys[key], text) for key in keys for text in setup.strings(key)[:1])
        yield from (("dependency", text) for text in setup.strings("install_requires"))


def _pyproject(part: object) -> Iterator[tuple[str, str]]:
    for key, name in (("name", "name"), ("version", "version"), ("description", "summary"), ("homepage", "url")):
        yield name, text_of(dig(part, key))
    for person in (*_list(dig(part, "authors")), *_list(dig(part, "maintainers"))):
        yield "author", text_of(person) or text_of(dig(person, "name"))
        yield "author_email", text_of(dig(person, "email"))
    yield from (("url", text_of(value)) for value in table(dig(part, "urls")).values())
    yield from (("dependency", text) for text in texts_of(dig(part, "dependencies")))
    yield from (("dependency", f"{name} {value}") for name, value in table(dig(part, "dependencies")).items())
    yield "keywords", ", ".join(texts_of(dig(part, "keywords")))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
