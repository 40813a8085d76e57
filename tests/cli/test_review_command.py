"""`pratique review`: exit codes, formats, where output goes, and errors of one sentence."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from pratique.report.json_format import schema


@pytest.mark.parametrize(("level", "code"), [("clear", 0), ("look", 10), ("block", 11)])
def test_the_exit_code_is_the_levels(run, request, level, code):
    said = run("review", request.getfixturevalue(level))

    assert (said.code, said.out.split()[0]) == (code, level.upper())
    assert said.err == ""


@pytest.mark.parametrize("level", ["look", "block"])
def test_exit_zero(run, request, level):
    assert run("review", request.getfixturevalue(level), "--exit-zero").code == 0


def test_the_highest_level_decides_and_stands_first(run, clear, block):
    said = run("review", clear, block)

    assert said.code == 11
    assert said.out.index("BLOCK") < said.out.index("CLEAR")
    assert said.out.endswith("2 files: 1 block, 1 clear\n")


def test_a_clear_review_says_what_was_read_and_that_it_is_no_proof(run, clear):
    out = run("review", clear).out

    assert "read 3 files" in out
    assert "nothing found is no proof" in out


def test_a_source_folder(run, tmp_path):
    (tmp_path / "proj").mkdir()
    (tmp_path / "proj" / "mod.py").write_text("x = 1\n")
    said = run("review", tmp_path / "proj")

    assert (said.code, said.out.split("\n")[0][:26]) == (0, "CLEAR  proj (source folder")


def test_json_is_valid_against_the_published_schema(run, clear, block):
    said = run("review", clear, block, "--format", "json")
    envelope = json.loads(said.out)

    jsonschema.Draft202012Validator(schema()).validate(envelope)
    assert said.code == 11
    assert (envelope["schema"], len(envelope["targets"])) == ("pratique-review/1", 2)
    assert [one["verdict"]["level"] for one in envelope["targets"]] == ["clear", "block"]


def test_output_goes_to_a_file_whole(run, block, tmp_path):
    place = tmp_path / "out.json"
    place.write_text("old")
    said = run("review", block, "--format", "json", "-o", place)

    assert (said.code, said.out) == (11, "")
    assert json.loads(place.read_text())["schema"] == "pratique-review/1"
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_full_disk_leaves_the_old_file(run, clear, tmp_path, monkeypatch):
    place = tmp_path / "out.txt"
    place.write_text("old")

    def full(*args, **settings):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    said = run("review", clear, "-o", place)

    assert said.code == 1
    assert (
        said.err
        == f"pratique: cannot write {place}: No space left on device\n  hint: give another file with --output\n"
    )
    assert place.read_bytes() == b"old"


def test_a_folder_that_is_not_there(run, clear, tmp_path):
    said = run("review", clear, "-o", tmp_path / "none" / "out.txt")

    assert said.code == 1
    assert "cannot write" in said.err


@pytest.mark.parametrize(
    ("settings", "flags", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"NO_COLOR": "1"}, (), False),
    ],
)
def test_colour(run, clear, monkeypatch, settings, flags, colored):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in run("review", clear, *flags).out) is colored


ERRORS = {
    "no words": ((), 2, "there is nothing to review"),
    "an unknown option": (("--nope", "x"), 2, "unrecognized arguments: --nope"),
    "an unknown format": (("acme.whl", "--format", "yaml"), 2, "there is no format yaml"),
    "an address": (("https://files.acme.invalid/a.whl",), 2, "https://files.acme.invalid/a.whl is an address"),
    "no such file": (("./none.whl",), 1, "there is no wheel ./none.whl"),
    "no such folder": (("./none/",), 1, "there is no file or folder ./none/"),
    "no such requirements": (("-r", "none.txt"), 1, "none.txt"),
    "no such map": ((".", "--map", "none.map"), 1, "none.map"),
    "no such rule": ((".", "--rule", "none.json"), 1, "cannot read the rule none.json"),
    "a control character": (("./a\x1b[31m.whl",), 1, "there is no wheel ./a\\x1b[31m.whl"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_are_a_sentence_and_a_hint(run, tmp_path, monkeypatch, case):
    words, code, text = ERRORS[case]
    monkeypatch.chdir(tmp_path)
    said = run("review", *words)
    lines = said.err.splitlines()

    assert (said.code, said.out) == (code, "")
    assert lines[0].startswith("pratique: ")
    assert text in lines[0]
    assert all(line.startswith("  ") for line in lines[1:])
    assert len(lines) <= 3


def test_a_file_that_is_no_archive_is_a_verdict_not_a_crash(run, tmp_path):
    place = tmp_path / "acme-1.0-py3-none-any.whl"
    place.write_bytes(b"not an archive")
    said = run("review", place)

    assert said.code == 10
    assert "incomplete" in said.out


def test_requirements_that_ask_for_nothing(run, tmp_path):
    place = tmp_path / "requirements.txt"
    place.write_text("# nothing\n")

    assert run("review", "-r", place).code == 3


def test_refused_requirements_are_said_on_standard_error(run, tmp_path):
    place = tmp_path / "requirements.txt"
    place.write_text("acme @ https://files.acme.invalid/acme-1.0.tar.gz\n-e ./here\n")
    said = run("review", "-r", place)

    assert (said.code, said.out) == (3, "")
    assert said.err.count("pratique: not reviewed: ") == 2


def test_a_map_of_ones_own(run, wheel, tmp_path):
    """Adding a capability is one line."""
    place = wheel({"acme/__init__.py": b"import other\nother.telemetry.send('hello')\n"})
    (tmp_path / "own.map").write_text("call other.telemetry.send network.http data=0\n")

    assert "network.http" not in run("review", place).out
    assert "import   network.http" in run("review", place, "--map", tmp_path / "own.map").out


def test_a_rule_of_ones_own(run, clear, tmp_path):
    rule = {
        "id": "be-named-acme", "summary": "is named acme", "severity": "high", "confidence": "high",
        "audience": "admin", "line": "context", "since": "0.1",
        "when": {"op": "context", "key": "name", "pattern": "acme"},
    }  # fmt: skip
    (tmp_path / "own.json").write_text(json.dumps({"schema": "pratique-rule/1", "rule": rule}))

    assert "be-named-acme" in run("review", clear, "--rule", tmp_path / "own.json").out


def test_findings_for_others_are_counted(run, wheel):
    place = wheel({"acme/__init__.py": b"def f():\n    return open('/home/a/.ssh/id_rsa').read()\n"})
    out = run("review", place).out

    assert "for other readers not shown (--audience everything)" in out
    assert "read-ssh-keys" in run("review", place, "--audience", "everything").out


def test_a_reader_that_goes_away_is_no_error(clear):
    """`pratique review … | head -1`, as a process of its own."""
    script = f"import sys; from pratique.cli import main; sys.exit(main(['review', {str(clear)!r}]))"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_standard_output(clear):
    script = f"import sys; from pratique.cli import main; sys.exit(main(['review', {str(clear)!r}]))"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=full, stderr=subprocess.PIPE, timeout=120, check=False
        )

    assert (done.returncode, done.stderr) == (1, b"pratique: No space left on device\n")


def test_a_terminal_without_unicode(clear):
    script = f"import sys; from pratique.cli import main; sys.exit(main(['review', {str(clear)!r}, '--verbose']))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, timeout=120, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
