"""Kinds come from the first bytes; names only tell kinds of text apart."""

from __future__ import annotations

import pickle

import pytest

from pratique.unpack import open_artifact
from pratique.unpack.kinds import kind_of
from unpack.builders import honest_zip

FAT = b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(40)
JAVA = b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(40)
PE = b"MZ\x90\0\x03" + bytes(60)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.py", b"x = 1\n", "python"),
        ("a.pyw", b"x = 1\n", "python"),
        ("a.PY", b"x = 1\n", "python"),
        ("a.pyi", b"x: int\n", "text"),
        ("a.py", b"", "empty"),
        ("a.py", b"GIF89a = 1\n", "python"),
        ("a.py", b"BZh91AY&SY\n", "python"),
        ("a.py", b"# caf\xe9 \0\n", "python"),
        ("a.py", PE, "pe"),
        ("a.pth", PE + b"\nimport os\n", "pth"),
        ("a.start", b"pkg:main\n", "start"),
        ("a.sh", b"echo hi\n", "shell"),
        ("a.ps1", b"Write-Host hi\n", "powershell"),
        ("a.bat", b"echo hi\r\n", "batch"),
        ("a.cmd", b"echo hi\r\n", "batch"),
        ("a.mjs", b"export {}\n", "javascript"),
        ("a.toml", b"[a]\n", "toml"),
        ("a.cfg", b"[a]\n", "ini"),
        ("a.json", b"{}", "json"),
        ("a.ipynb", b"{}", "notebook"),
        ("bin/run", b"#!/usr/bin/env python3\n", "python"),
        ("bin/run", b"#!python\n", "python"),
        ("bin/run-1.2", b"#!/usr/bin/python3.12 -s\n", "python"),
        ("bin/run", b"#!/bin/sh\n", "shell"),
        ("bin/run", b"#!/usr/bin/env -S node --x\n", "javascript"),
        ("bin/run", b"#!/usr/bin/pwsh\n", "powershell"),
        ("bin/run", b"#!/usr/bin/perl\n", "text"),
        ("notes.txt", b"#!/usr/bin/env python3\n", "text"),
        ("notes.txt", b"import os\n", "text"),
        ("notes.txt", "grüße\n".encode("latin-1"), "text"),
        ("notes.txt", "hi\n".encode("utf-16"), "text"),
        ("a.so", b"\x7fELF\x02" + bytes(50), "elf"),
        ("a.txt", PE, "pe"),
        ("a.txt", b"MZ is a pair of letters\n", "text"),
        ("a.dylib", b"\xcf\xfa\xed\xfe" + bytes(50), "macho"),
        ("a", FAT, "macho"),
        ("A.class", JAVA, "binary"),
        ("a.wasm", b"\0asm\x01\0\0\0", "wasm"),
        ("a.pyc", b"\xa7\r\r\n" + bytes(12) + b"\xe3", "bytecode"),
        ("a.dat", b"\xa7\r\r\n" + bytes(12) + b"\xe3", "bytecode"),
        ("a.dat", b"\x03\xf3\r\n" + bytes(4) + b"c", "bytecode"),
        ("a.txt", b"x\r\r\nlines of text\n", "text"),
        ("a.dat", pickle.dumps({"a": 1}, 4), "pickle"),
        ("a.dat", pickle.dumps([1, 2], 2), "pickle"),
        ("a.dat", pickle.dumps(pytest.approx, 0), "pickle"),
        ("a.txt", b"cats\nand dogs.", "text"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "image"),
        ("a.gif", b"GIF89a" + bytes(30), "image"),
        ("a.bin", bytes(range(256)), "binary"),
    ],
)
def test_kinds(name, data, kind):
    assert kind_of(name, data[:1024], data[-1] if data else -1) == kind


@pytest.mark.parametrize(
    ("name", "kind"), [("a.zip", "archive"), ("a.py", "archive"), ("a.pth", "pth"), ("photo.png", "archive")]
)
def test_nested_archives_are_archives_whatever_their_name(name, kind):
    """Except where an interpreter reads the file line by line; it is opened all the same."""
    tree = open_artifact(honest_zip({name: honest_zip({"in.py": b"x\n"})}), "a.zip")

    assert [(file.shown, file.kind) for file in tree.files] == [(name, kind), (f"{name}!/in.py", "python")]


def test_a_program_with_a_zip_behind_it_is_both():
    data = PE + honest_zip({"__main__.py": b"x\n"})
    tree = open_artifact(honest_zip({"launcher.exe": data}), "a.zip")

    assert [(file.shown, file.kind) for file in tree.files] == [
        ("launcher.exe", "pe"),
        ("launcher.exe!/__main__.py", "python"),
    ]
    assert {problem.severity for problem in tree.problems} == {"info"}
