"""What the commands of cmd and the programs of Windows are given: paths, addresses, keys, command lines."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pratique.languages.shell.filters import readable
from pratique.languages.shell.graph import Place

if TYPE_CHECKING:
    from pratique.languages.batch.read import Batch

FOLDERS = {
    "userprofile": "~", "appdata": "~\\AppData\\Roaming", "localappdata": "~\\AppData\\Local",
    "temp": "~\\AppData\\Local\\Temp", "tmp": "~\\AppData\\Local\\Temp", "programdata": "C:\\ProgramData",
    "allusersprofile": "C:\\ProgramData", "systemroot": "C:\\Windows", "windir": "C:\\Windows", "systemdrive": "C:",
    "homedrive": "C:", "homepath": "\\Users\\user", "public": "C:\\Users\\Public", "programfiles": "C:\\Program Files",
    "comspec": "C:\\Windows\\System32\\cmd.exe", "programfiles(x86)": "C:\\Program Files (x86)",
}  # fmt: skip
"""Variables of Windows that name folders, and where those are."""
_OPERANDS = {
    "del": "path", "erase": "path", "rd": "path", "rmdir": "path", "type": "path", "more": "path", "attrib": "path",
    "copy": "path>out", "xcopy": "path>out", "robocopy": "path>out", "move": "path>out", "ren": "path>out",
    "rename": "path>out", "md": "path", "mkdir": "path", "dir": "path", "cd": "", "icacls": "path", "takeown": "path",
    "format": "path", "cipher": "path", "mklink": "out>path", "expand": "path>out", "cscript": "path",
    "wscript": "path",
}  # fmt: skip
_SILENT = frozenset({"exit", "goto", "pause", "cls", "title", "color", "echo.", "setlocal", "endlocal", "chcp",
    "mode", "shift",
                     "cd", "chdir", "pushd", "popd", "path", "prompt", "ver", "vol", "verify", "@echo"})  # fmt: skip
_URL = re.compile(r"(?i)\b(?:https?|ftp)://\S+|\\\\[\w.-]+@?\S*\\")


def start(
    script: Batch, name: str, words: list[int], spelled: Sequence[str], stdin: int | None, at: Place
) -> list[int]:
    """Emit one command; return what it prints. `spelled` are the words with their quotes."""
    plain = re.sub(r"\.(?:exe|com)$", "", name.replace("/", "\\").rpartition("\\")[2])
    echo = re.match(r"echo(?:[.:(/\\]|$)", plain)
    if echo is not None:
        text = " ".join(spelled[1:])
        return [script.word(text + "\n", at)] if text.lower() not in ("on", "off", "") else []
    if plain in _SILENT or plain[:1] == ":":
        return []
    special = _SPECIAL.get(plain)
    if special is not None:
        return special(script, plain, words, stdin, at)
    if plain in _OPERANDS or plain in _REMOTE:
        return [_call(script, plain, words, stdin, at)]
    if plain != name and "\\" not in name:
        words = [script.graph.const(plain, at, script.graph.codecs(words[:1])), *words[1:]]
    return script.commands.run(_lowered(script, words, at), stdin, at, [])


def _lowered(script: Batch, words: list[int], at: Place) -> list[int]:
    """Names of programs have no case here."""
    text = script.graph.whole(words[0])
    if text is None or text == text.lower():
        return words
    return [script.graph.const(text.lower(), at, script.graph.codecs(words[:1])), *words[1:]]


def _call(script: Batch, name: str, words: Sequence[int], stdin: int | None, at: Place) -> int:
    """Emit the call of a program whose operands are files, whose switches start with a slash."""
    graph = script.graph
    operands = [one for one in words[1:] if not re.match(r"[/-]\w", graph.text(one)) and graph.text(one)[:1] != "+"]
    first, _, last = _OPERANDS.get(name, "").partition(">")
    args = [(str(index), one) for index, one in enumerate(words[1:33])]
    if last and len(operands) > 1:
        args.append((last, operands.pop()))
        written = script.commands.written(operands[0])
        if written is not None:
            script.commands.note_written(args[-1][1], written)
    if first and operands:
        args.append((first, graph.phi(operands, at)))
        code = script.commands.written(operands[0]) if name in ("cscript", "wscript") else None
        args += [("code", code)] if code is not None else []
    urls = [one for one in words[1:] if _URL.search(graph.text(one))]
    if urls:
        args.append(("url", urls[0]))
        after = [one for one in operands if one not in urls]
        args += [("out", after[-1])] if after and name in ("certutil", "bitsadmin") else []
    args.append(("words", graph.join(list(words), at, " ")))
    args += [("stdin", stdin)] if stdin is not None else []
    called = graph.call(re.sub(r"[^\w$@/:-]", "_", name[:80]) or "_", args, at)
    if urls and "out" in dict(args):
        script.commands.note_written(dict(args)["out"], called)
    return called


def _start(script: Batch, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
    """`start "title" /b PROGRAM …`: detached from this one."""
    graph, rest = script.graph, list(words[1:])
    while rest and (graph.text(rest[0])[:1] == "/" or graph.text(rest[0]) == ""):
        skip = graph.text(rest[0]).lower() == "/d"
        rest = rest[2 if skip else 1 :]
    if len(rest) > 1 and " " in graph.text(rest[0]) and "\\" not in graph.text(rest[0]):
        rest = rest[1:]
    args = [("words", graph.join(words, at, " "))]
    args += [("path", rest[0])] if rest else []
    args += [("url", rest[0])] if rest and _URL.search(graph.text(rest[0])) else []
    called = graph.call(name, args, at)
    inner = graph.whole(rest[0]) if rest else None
    if rest and not (inner and _URL.search(inner)):
        return [called, *start(script, (inner or "").lower(), rest, [graph.text(one) for one in rest], stdin, at)]
    return [called]


def _reg(script: Batch, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
    """`reg add KEY /v NAME /d DATA`, `schtasks /create /tn NAME /tr COMMAND`, `sc create NAME binPath= COMMAND`."""
    del stdin
    graph = script.graph
    args = [(str(index), one) for index, one in enumerate(words[1:33])]
    roles = {"/v": "name", "/d": "data", "/tn": "name", "/tr": "command", "binpath=": "command", "/xml": "path"}
    for flag, value in pairwise(words[1:]):
        role = roles.get(graph.text(flag).lower())
        if role and role not in dict(args):
            args.append((role, value))
    if name == "reg" and len(words) > 2:
        args.append(("path", words[2]))
    args.append(("words", graph.join(words, at, " ")))
    return [graph.call(name, args, at)]


def _certutil(script: Batch, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
    """`certutil -urlcache -f URL FILE` downloads, `certutil -decode IN OUT` is base64."""
    del stdin
    graph = script.graph
    called = _call(script, name, words, None, at)
    flags = " ".join(graph.text(one).lower() for one in words[1:3])
    files = [one for one in words[1:] if graph.text(one)[:1] not in "-/"]
    if re.search(r"[-/]decode(?:hex)?\b", flags) and len(files) >= 2:
        given = script.commands.written(files[0])
        value = graph.value(given) if given is not None else None
        if isinstance(value, str):
            packed = "".join(line for line in value.split("\n") if "-----" not in line)
            try:
                raw = binascii.unhexlify("".join(packed.split())) if "hex" in flags else base64.b64decode(packed)
            except (binascii.Error, ValueError):
                return [called]
            given = graph.const(readable(raw), at, (*graph.codecs([given or 0]), "hex" if "hex" in flags else "base64"))
        graph.call("shell.redirect", [("path", files[1])] + ([("data", given)] if given is not None else []), at)
        script.commands.note_written(files[1], given)
    return [called]


def _cmd(script: Batch, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
    """`cmd /c …`: the rest of the line is a command line of its own."""
    graph = script.graph
    for index, one in enumerate(words[1:], 1):
        if graph.text(one).lower() in ("/c", "/k", "/r") and index + 1 < len(words):
            code = graph.join(words[index + 1 :], at, " ")
            return [graph.call(name, [("code", code), ("words", graph.join(words, at, " "))], at)]
    args = [("words", graph.join(words, at, " "))] + ([("code", stdin)] if stdin is not None else [])
    return [graph.call(name, args, at)]


def _find(script: Batch, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
    """`find "text" FILE`, `findstr …`: what is found in a file or in what is piped."""
    graph = script.graph
    operands = [one for one in words[1:] if not graph.text(one).startswith("/")]
    if stdin is not None and len(operands) < 2:
        return [graph.call("shell.filter", [("0", words[0]), ("stdin", stdin)], at)]
    args = [("path", operands[-1])] if len(operands) > 1 else []
    return [graph.call(name, [*args, ("words", graph.join(words, at, " "))], at)]


_REMOTE = frozenset({"bitsadmin", "mshta", "regsvr32", "rundll32", "msiexec", "wmic", "installutil", "forfiles",
    "vssadmin",
                     "wbadmin", "bcdedit", "netsh", "net", "net1", "taskkill", "tasklist", "shutdown", "wevtutil",
                     "cmdkey",
                     "systeminfo", "ipconfig", "arp", "route", "nltest", "qwinsta", "timeout", "explorer", "hh",
                     "control",
                     "runas", "psexec", "fodhelper", "diskpart", "fsutil", "setx", "clip", "ftp", "tftp"})  # fmt: skip
_SPECIAL: dict[str, Callable[[Batch, str, list[int], int | None, Place], list[int]]] = {
    "start": _start, "reg": _reg, "schtasks": _reg, "sc": _reg, "certutil": _certutil, "cmd": _cmd, "find": _find,
    "findstr": _find,
}  # fmt: skip
