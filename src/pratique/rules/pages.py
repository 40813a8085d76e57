"""Rule pages: `<slug>.md` beside each rule. Its prose is what `explain` prints, its fenced files are the tests.

A fence whose info string names a file belongs to a case:

    ```python file=setup.py fire
    exec(decoded)  # <- fires
    ```

`fire` or `innocent` says what must happen; `known` instead puts the file into the index of known malware that the case
is compared with; `case=NAME` joins several fences into one artifact, and fences without it
stand alone. The comment `<- fires` marks a line at which the rule must fire; the mark is cut before the file is used.
A `base64` fence holds a binary file. A fence with `before` holds a file of the release that the case is compared with,
one with `sdist` a file of its source distribution, and a `toml` fence with `registry` in place of `file=…` what a
registry says: `facts` and `[[dependencies]]` as `pratique.compare.Context` has them.

`python -m pratique.rules.pages` writes the prose, without any fence, to prose.json, which is what ships.
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
from functools import cache
from importlib.resources import files

import msgspec

from pratique.errors import RuleError

HEADINGS = ("What it does", "Why it matters", "When it is innocent", "Example", "References")
_FENCE = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"[ \t]*(?:#|//|--|;|::|<!--|/\*)[ \t]*<- fires[ \t]*(?:-->|\*/)?[ \t]*$")
_SIDES = ("known", "before", "sdist")
"""Options of a fence that holds a file beside the artifact's own."""
_SCHEMA = "pratique-prose/1"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what stands under it."""

    heading: str
    body: str


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a case."""

    path: str
    data: bytes
    marks: tuple[int, ...] = ()
    """Lines at which the rule must fire."""
    binary: bool = False
    """It has no lines to mark."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One situation: an artifact's files, and whether the rule fires on it."""

    name: str
    fires: bool
    files: tuple[CaseFile, ...]
    known: tuple[CaseFile, ...] = ()
    """Files of a known sample, which is no part of the artifact."""
    before: tuple[CaseFile, ...] = ()
    """Files of the base; () where the case is compared with nothing."""
    sdist: tuple[CaseFile, ...] = ()
    registry: str = ""
    """TOML."""

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """Path and line of every mark."""
        return tuple((file.path, line) for file in self.files for line in file.marks)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed page."""

    sections: tuple[Section, ...]
    cases: tuple[Case, ...]
    faults: tuple[str, ...] = ()
    """What is wrong with its fences; the linter reports them."""


class _Prose(msgspec.Struct, frozen=True, kw_only=True):
    """prose.json."""

    schema: str
    rules: dict[str, tuple[Section, ...]]


def parse(text: str) -> Page:
    """Read a page."""
    wrong: list[str] = []
    cases: dict[str, Case] = {}
    for number, fence in enumerate(_FENCE.finditer(text), 1):
        options = _options(fence[2])
        if not options.keys() & {"file", "registry"}:
            continue
        path = options.get("file", "registry")
        fires, innocent = "fire" in options, "innocent" in options
        if fires + innocent + ("known" in options) != 1:
            wrong.append(f"fence {number} ({path}) must say one of `fire`, `innocent` and `known`")
        name = options.get("case") or f"{number} {path}"
        known = cases.get(name, Case(name=name, fires=False, files=()))
        known = msgspec.structs.replace(known, fires=known.fires or fires)
        if "registry" in options:
            cases[name] = msgspec.structs.replace(known, registry=fence[3])
            continue
        try:
            member = _member(path, fence[2].split()[0], fence[3])
        except (binascii.Error, ValueError):
            wrong.append(f"fence {number} ({path}) is not base64: encode it again")
            continue
        side = next((one for one in _SIDES if one in options), "files")
        cases[name] = msgspec.structs.replace(known, **{side: (*getattr(known, side), member)})
    return Page(sections=_sections(text), cases=tuple(cases.values()), faults=tuple(wrong))


def _options(info: str) -> dict[str, str]:
    """Split an info string: `python file=a.py fire` → {"python": "", "file": "a.py", "fire": ""}."""
    return {word.partition("=")[0]: word.partition("=")[2] for word in info.split()}


def _member(path: str, language: str, body: str) -> CaseFile:
    """Build a file from a fence, without its marks. Raises binascii.Error or ValueError where base64 is broken."""
    if language == "base64":
        return CaseFile(path=path, data=base64.b64decode("".join(body.split()), validate=True), binary=True)
    lines = body.split("\n")
    marks = tuple(number for number, line in enumerate(lines, 1) if _MARK.search(line))
    return CaseFile(path=path, data="\n".join(_MARK.sub("", line) for line in lines).encode(), marks=marks)


def _sections(text: str) -> tuple[Section, ...]:
    """Split at `## ` headings outside fences; a title and text before the first heading belong to none."""
    fenced = [fence.span() for fence in _FENCE.finditer(text)]
    heads = [
        head
        for head in re.finditer(r"^##[ \t]+(.+?)[ \t]*$", text, re.MULTILINE)
        if not any(start <= head.start() < end for start, end in fenced)
    ]
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    return tuple(
        Section(heading=head[1], body=text[head.end() : end].strip()) for head, end in zip(heads, ends, strict=True)
    )


def source(rule_id: str) -> str | None:
    """Return a rule's page as written, or None where pages are not installed."""
    place = files(__package__).joinpath(f"{rule_id.replace('-', '_')}.md")
    return place.read_text("utf-8") if place.is_file() else None


def prose(rule_id: str) -> tuple[Section, ...]:
    """Return the shipped prose of a rule, without fences. Raises RuleError where there is none."""
    try:
        return _shipped()[rule_id]
    except KeyError as error:
        raise RuleError(f"there is no rule `{rule_id}`", hint="`pratique rules` lists them all") from error


@cache
def _shipped() -> dict[str, tuple[Section, ...]]:
    """Read prose.json once."""
    return msgspec.json.decode(files(__package__).joinpath("prose.json").read_bytes(), type=_Prose).rules


def render() -> bytes:
    """Return prose.json as the pages of this folder make it."""
    rules: dict[str, tuple[Section, ...]] = {}
    for place in sorted(files(__package__).iterdir(), key=lambda place: place.name):
        if place.name.endswith(".md"):
            plain = re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", place.read_text("utf-8")))
            rules[place.name[:-3].replace("_", "-")] = _sections(plain)
    written = msgspec.json.encode(_Prose(schema=_SCHEMA, rules=rules))
    return msgspec.json.format(written, indent=1) + b"\n"


def main() -> None:
    """Write prose.json beside the pages (a developer's command, run in a checkout)."""
    from pathlib import Path

    place = Path(__file__).with_name("prose.json")
    place.write_bytes(render())
    sys.stdout.write(f"{place.name}: {len(msgspec.json.decode(place.read_bytes(), type=_Prose).rules)} pages\n")


if __name__ == "__main__":
    main()
