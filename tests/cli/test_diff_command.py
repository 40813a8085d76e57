"""`pratique diff`, and reviews with `--against`, as a user types them."""

from __future__ import annotations

import json
import zipfile

import jsonschema
import pytest

from pratique.cli import main
from pratique.report import difference

BEFORE = {
    "acme/__init__.py": (
        b"import requests\n\ndef get(path):\n    return requests.get('https://api.acme.invalid/' + path)\n"
    )
}
AFTER = {"acme/__init__.py": BEFORE["acme/__init__.py"] + b"\nget('v')\n", "acme.pth": b"import acme\n"}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    for version, members in (("1.0", BEFORE), ("1.1", AFTER)):
        with zipfile.ZipFile(tmp_path / f"acme-{version}-py3-none-any.whl", "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    return tmp_path / "acme-1.0-py3-none-any.whl", tmp_path / "acme-1.1-py3-none-any.whl"


def test_what_an_upgrade_gains_is_written_and_gives_the_exit_code(files, capsys):
    old, new = map(str, files)

    code = main(["diff", old, new])

    assert code == difference.GAINED
    assert capsys.readouterr().out == (
        "acme 1.1 (wheel)\n"
        "  since acme 1.0 (wheel)\n"
        "    1 function the same · 0 of 2 files the same\n"
        "    ways in    + startup: .pth line: acme.pth\n"
        "    can do     ! network.http: when called → at startup  acme/__init__.py:4\n"
        "    code files + acme.pth\n"
        "\n"
        "  gains 2 things; its verdict beside the other: look\n"
    )


def test_the_way_back_gains_nothing(files, capsys):
    old, new = map(str, files)

    assert main(["diff", new, old]) == 0
    assert "gains nothing" in capsys.readouterr().out


def test_json_follows_its_schema(files, capsys):
    old, new = map(str, files)

    code = main(["diff", old, new, "--format", "json", "--exit-zero"])

    made = json.loads(capsys.readouterr().out)
    jsonschema.validate(made, difference.schema())
    assert code == 0
    assert {change["topic"] for change in made["changes"]} == {"entry", "capability", "file"}


def test_a_file_is_reviewed_against_another(files, capsys):
    old, new = map(str, files)

    main(["review", new, "--against", old])

    assert "since acme 1.0 (wheel)" in capsys.readouterr().out


def test_a_word_that_is_no_base_is_refused(files, capsys):
    assert main(["review", str(files[1]), "--against", "yesterday"]) == 2
    assert "neither a file nor a version" in capsys.readouterr().err
