"""`pratique lock` and `--check` in CI style, over an index on the loopback interface."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import jsonschema
import pytest

from pratique.cli import main
from pratique.report import difference, gains

CLEAN = b"import requests\n\ndef get(path):\n    return requests.get('https://api.acme.invalid/' + path)\n"
POISONED = CLEAN.replace(b"api.acme.invalid", b"api.acme-cdn.invalid")


def _wheel(code: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("acme/__init__.py"), code)
    return packed.getvalue()


@pytest.fixture
def project(loopback, reply, tmp_path, monkeypatch):
    """A folder that requires acme 1.0, and an index with 1.0, a harmless 1.1 and a poisoned 1.2."""
    files = []
    for version, code in (("1.0", CLEAN), ("1.1", CLEAN + b"\nX = 1\n"), ("1.2", POISONED)):
        name, data = f"acme-{version}-py3-none-any.whl", _wheel(code)
        url = loopback.say(f"/files/{name}", reply(body=data))
        files.append({"filename": name, "url": url, "hashes": {"sha256": hashlib.sha256(data).hexdigest()}})
    page = {"meta": {"api-version": "1.1"}, "name": "acme", "files": files}
    kind = "application/vnd.pypi.simple.v1+json"
    loopback.say("/simple/acme/", reply(body=json.dumps(page).encode(), content_type=kind))
    monkeypatch.setenv("PIP_INDEX_URL", f"{loopback.url}/simple")
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("acme==1.0\n")
    return tmp_path


@pytest.mark.enable_socket
def test_a_lock_holds_until_an_upgrade_changes_a_destination(project, capsys):
    assert main(["lock"]) == 0
    assert main(["lock", "--check"]) == 0

    (project / "requirements.txt").write_text("acme==1.1\n")
    assert main(["lock", "--check"]) == 0
    capsys.readouterr()

    (project / "requirements.txt").write_text("acme==1.2\n")
    assert main(["lock", "--check"]) == difference.GAINED
    assert capsys.readouterr().out == (
        "acme 1.0 → 1.2\n"
        "  + host api.acme-cdn.invalid, at call\n"
        "      acme/__init__.py  functions of acme\n"
        "      acme/__init__.py:4  requests.get\n"
        "\n"
        "1 gain that nobody allowed\n"
        "after a look: `pratique lock` accepts them, or [[tool.pratique.allow]] in pyproject.toml does\n"
    )

    allowed = '[[tool.pratique.allow]]\npackage = "acme"\ngains = "*.invalid"\nreason = "they moved"\n'
    (project / "pyproject.toml").write_text(allowed)
    assert main(["lock", "--check"]) == 0
    assert "allowed: they moved" in capsys.readouterr().out


@pytest.mark.enable_socket
def test_a_check_as_json_follows_its_schema(project, capsys):
    main(["lock"])
    (project / "requirements.txt").write_text("acme==1.2\n")
    capsys.readouterr()

    main(["lock", "--check", "--format", "json"])

    made = json.loads(capsys.readouterr().out)
    jsonschema.validate(made, gains.schema())
    assert made["passed"] is False


@pytest.mark.enable_socket
def test_what_cannot_be_read_fails_the_check(project, capsys):
    main(["lock"])
    (project / "requirements.txt").write_text("acme==1.0\nabsent==1.0\n")

    assert main(["lock", "--check"]) == 1
    assert "absent: not read" in capsys.readouterr().out


def test_without_a_lock_the_check_says_how_to_write_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("")

    assert main(["lock", "--check"]) == 1
    assert "`pratique lock` writes it" in capsys.readouterr().err
