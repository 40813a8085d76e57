"""What a scenario is: a small artifact, what runs it, and the level that a careful reader would give it.

Attacks are inert: hosts are `.invalid` or documentation addresses, payloads print a word, and nothing is ever run.
Twins are honest code with the same ingredients.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Literal

Expect = Literal["note", "look", "block", "quiet"]
"""note, look, block: at least that level · quiet: at most `note`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One artifact and what its review must say."""

    name: str
    expect: Expect
    kind: Literal["wheel", "sdist"]
    files: tuple[tuple[str, bytes], ...] = ()
    artifact: tuple[str, bytes] = ("", b"")
    """Filename and bytes of a container that was made by hand, instead of files."""


def text(source: str | bytes) -> bytes:
    """Return the bytes of a file: text is dedented, bytes stay as they are."""
    return source if isinstance(source, bytes) else dedent(source).lstrip("\n").encode()


def _metadata(name: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2.0\nSummary: A small helper library\n"


def _scenario(name: str, expect: Expect, kind: Literal["wheel", "sdist"], files: dict[str, str | bytes]) -> Scenario:
    content = tuple((path, text(source)) for path, source in files.items())
    return Scenario(name=name, expect=expect, kind=kind, files=content)


def wheel(name: str, expect: Expect, files: dict[str, str | bytes], *, scripts: str = "") -> Scenario:
    """Make a wheel of project `acme`; `scripts` is the text of its entry_points.txt."""
    added: dict[str, str | bytes] = {"acme-1.2.0.dist-info/METADATA": _metadata("acme")}
    added["acme-1.2.0.dist-info/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    if scripts:
        added["acme-1.2.0.dist-info/entry_points.txt"] = scripts
    return _scenario(name, expect, "wheel", {**files, **added})


def module(name: str, expect: Expect, source: str) -> Scenario:
    """Make a wheel whose `acme/__init__.py` is the source."""
    return wheel(name, expect, {"acme/__init__.py": source})


def sdist(name: str, expect: Expect, files: dict[str, str | bytes]) -> Scenario:
    """Make a source distribution `acme-1.2.0/`."""
    placed = {f"acme-1.2.0/{path}": source for path, source in files.items()}
    return _scenario(name, expect, "sdist", {**placed, "acme-1.2.0/PKG-INFO": _metadata("acme")})


def container(name: str, expect: Expect, filename: str, data: bytes) -> Scenario:
    """Make a scenario of a container's very bytes."""
    kind: Literal["wheel", "sdist"] = "wheel" if filename.endswith(".whl") else "sdist"
    return Scenario(name=name, expect=expect, kind=kind, artifact=(filename, data))


SETUP = """
from setuptools import setup
setup(name="acme", version="1.2.0", packages=["acme"])
"""
