"""`pratique popular`, as a user types it."""

from __future__ import annotations

import zipfile

import pytest

from pratique.cli import main

WORK = "".join(f"\n\ndef step_{n}(x):\n    return [{n}, 'step', str(x), repr(x), len(x), id(x)]\n" for n in range(30))


@pytest.fixture
def wheels(tmp_path, monkeypatch):
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    for name, text in (("emca", WORK), ("small", "def f():\n    return 1\n")):
        with zipfile.ZipFile(tmp_path / f"{name}-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr(f"{name}/__init__.py", text)
    return tmp_path


def test_wheels_are_indexed_and_what_has_hardly_a_function_is_left_out(wheels, capsys):
    place = wheels / "popular.index"

    assert main(["popular", "build", str(wheels), "-o", str(place)]) == 0
    assert "1 projects of 2 wheels" in capsys.readouterr().out
    assert main(["popular", "info", str(place)]) == 0
    assert "emca 1.0: 30 functions" in capsys.readouterr().out
    assert main(["review", str(wheels / "small-1.0-py3-none-any.whl"), "--popular", str(place)]) == 0


def test_a_file_that_is_no_index_is_refused(wheels, capsys):
    (wheels / "other").write_bytes(b"other")

    assert main(["review", str(wheels / "small-1.0-py3-none-any.whl"), "--popular", str(wheels / "other")]) == 1
    assert "is no index of popular projects" in capsys.readouterr().err


def test_nothing_to_index(wheels, capsys):
    (wheels / "empty").mkdir()

    assert main(["popular", "build", str(wheels / "empty"), "-o", str(wheels / "i")]) == 3
    assert "no wheel to index" in capsys.readouterr().err
