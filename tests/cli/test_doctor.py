"""The doctor says what is here, keeps secrets, asks nobody unless told to, and fails only for what is essential."""

from __future__ import annotations

import json
from importlib import metadata

import pytest

from pratique.cli import doctor, main


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("PRATIQUE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://someone:geheim@index.invalid/simple")


def found(capsys, *words):
    code = main(["doctor", "--format", "json", *words])
    said = json.loads(capsys.readouterr().out)
    return code, said, {(one["group"], one["name"]): one for one in said["checks"]}


def test_it_looks_at_everything_that_a_review_needs(capsys, tmp_path):
    code, said, checks = found(capsys)

    assert (code, said["schema"], said["ok"]) == (0, "pratique-doctor/1", True)
    assert {group for group, _ in checks} >= {"machine", "packages", "extras", "engine", "children", "index", "cache"}
    assert checks["packages", "msgspec"]["detail"] == metadata.version("msgspec")
    assert checks["engine", "review"]["detail"].startswith("a harmless package is clear")
    assert checks["cache", "path"]["detail"] == str(tmp_path / "cache" / "facts-v2.sqlite")
    assert all(one["detail"] for one in said["checks"])


def test_it_prints_the_index_without_credentials(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out

    assert "https://index.invalid/simple" in said
    assert "geheim" not in said
    assert "someone" not in said
    assert said.endswith("everything essential is here\n")


def test_it_fails_without_a_dependency(capsys, monkeypatch):
    real = metadata.version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "msgspec" else real(name))
    assert main(["doctor"]) == 1

    assert capsys.readouterr().out.endswith("essential and missing: msgspec\n")


def test_a_dependency_that_is_too_old_is_said(capsys, monkeypatch):
    real = metadata.version
    monkeypatch.setattr(doctor, "_version", lambda name: "0.1" if name == "msgspec" else real(name))
    code, _, checks = found(capsys)

    assert (code, checks["packages", "msgspec"]["detail"]) == (1, "0.1; needed is >=0.19")


def test_it_fails_when_the_engine_does(capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("no rules")

    monkeypatch.setattr("pratique.rules.load", broken)
    code, said, checks = found(capsys)

    assert (code, said["ok"], checks["engine", "review"]["detail"]) == (1, False, "RuntimeError: no rules")


def test_a_missing_extra_a_forbidden_index_or_no_cache_is_not_essential(capsys, monkeypatch):
    real = metadata.version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "cryptography" else real(name))
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    code, _, checks = found(capsys)

    assert code == 0
    assert checks["extras", "crypto"]["detail"] == "missing: cryptography"
    assert checks["cache", "status"]["detail"] == "off (PRATIQUE_CACHE)"
    assert not checks["index", "base"]["ok"]


def test_it_asks_the_index_only_when_told_to(capsys, loopback, reply, monkeypatch):
    page = b'<a href="acme-1.0.tar.gz#sha256=' + b"0" * 64 + b'">acme-1.0.tar.gz</a>'
    loopback.say("/simple/acme/", reply(body=page, content_type="text/html"))
    monkeypatch.setenv("PIP_INDEX_URL", loopback.url + "/simple")
    silent = found(capsys)[0], loopback.paths()
    code, _, checks = found(capsys, "--online", "acme")
    other, _, missing = found(capsys, "--online", "nosuch")

    assert silent == (0, [])
    assert (code, checks["index", "acme"]["detail"]) == (0, "1 files of the newest release")
    assert (other, missing["index", "nosuch"]["ok"]) == (1, False)
