"""Exact text and JSON of six canonical reviews. PRATIQUE_UPDATE_GOLDENS=1 writes them anew; read the diff."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import jsonschema
import msgspec
import pytest

from pratique.errors import UsageError
from pratique.model import Review
from pratique.report import Style, formats, render
from pratique.report.json_format import schema
from pratique.report.layout import columns

GOLDENS = Path(__file__).parent / "goldens"
UPDATE = os.environ.get("PRATIQUE_UPDATE_GOLDENS") == "1"  # read before the environment is scrubbed
STYLES = {
    "80": Style(width=80),
    "50": Style(width=50),
    "pipe": Style(width=0),
    "color": Style(width=100, color=True),
    "verbose": Style(width=100, verbose=True),
}


def check(name: str, text: str) -> None:
    place = GOLDENS / name
    if UPDATE:
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")

    assert place.read_text("utf-8") == text


@pytest.mark.parametrize("style", ["80", "pipe"])
def test_text(name, canonical, style):
    check(f"{name}.{style}.txt", render("text", [canonical], STYLES[style]))


@pytest.mark.parametrize("style", ["50", "color", "verbose"])
def test_text_of_the_richest(all_six, style):
    check(f"block.{style}.txt", render("text", [all_six[3]], STYLES[style]))


def test_json(name, canonical):
    check(f"{name}.json", render("json", [canonical], Style(width=80)))


def test_json_is_one_line_in_a_pipe(canonical):
    text = render("json", [canonical], Style(width=0))

    assert text.count("\n") == 1
    assert text.isascii()


def test_json_is_valid_and_gives_the_review_back(all_six):
    """Strictly decoded, nothing is lost but the entries of uses, which serve the rules."""
    envelope = json.loads(render("json", all_six))
    jsonschema.Draft202012Validator(schema()).validate(envelope)
    back = [msgspec.convert(target, Review, strict=True) for target in envelope["targets"]]
    slim = [
        msgspec.structs.replace(one, uses=tuple(msgspec.structs.replace(use, entries=()) for use in one.uses))
        for one in all_six
    ]

    assert back == slim


def test_the_schema_refuses_what_is_not_a_review(all_six):
    envelope = json.loads(render("json", all_six[:1]))
    envelope["targets"][0]["verdict"]["level"] = "fine"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(envelope)


@pytest.mark.parametrize("style", STYLES)
def test_nothing_steers_the_terminal(all_six, style):
    """But for our own colours there is no control, format or private character in any line."""
    text = render("text", all_six, STYLES[style])
    for code in ("0", "1", "2", "31;1", "32", "33;1", "36"):
        text = text.replace(f"\x1b[{code}m", "") if STYLES[style].color else text
    odd = {
        char
        for char in text
        if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    }

    assert odd == set()
    assert sum(line.startswith("CLEAR") for line in text.splitlines()) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_lines_fit(all_six, width):
    text = render("text", all_six, Style(width=width))

    assert [line for line in text.splitlines() if columns(line) > width] == []


def test_several_files_are_counted_and_ordered(all_six):
    text = render("text", all_six, Style(width=0))
    heads = [line.split()[0] for line in text.splitlines() if line[:1].isupper()]

    assert heads == ["BLOCK", "LOOK", "LOOK", "NOTE", "NOTE", "CLEAR"]
    assert text.endswith("6 files: 1 block, 2 look, 2 note, 1 clear\n")


def test_files_that_read_the_same_share_a_block(all_six):
    one = all_six[2]
    named = [
        msgspec.structs.replace(
            one, artifact=msgspec.structs.replace(one.artifact, filename=f"acme_utils-2.4.1-{tag}.whl")
        )
        for tag in ("py3-none-any", "cp312-win_amd64", "cp312-macosx")
    ]
    text = render("text", named, Style(width=0))

    assert text.count("pipes a download") == 1
    assert text.count("  read 12 files") == 3
    assert [f"-{tag}.whl" in text for tag in ("py3-none-any", "cp312-win_amd64", "cp312-macosx")] == [True] * 3
    assert render("text", named, Style(verbose=True)).count("pipes a download") == 3


def test_formats_are_found():
    assert {"text", "json"} <= set(formats())
    assert all(formats().values())


def test_an_unknown_format_names_the_known():
    with pytest.raises(UsageError, match="there is no format yaml") as raised:
        render("yaml", [])

    assert "json, text" in raised.value.hint
