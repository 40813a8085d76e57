"""Simple commands to calls: which program runs, with which argument in which part, behind which wrappers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from pratique.languages.shell.filters import is_filter, printed
from pratique.languages.shell.graph import MAX_VALUE, Book, Graph, Place
from pratique.languages.shell.options import Part, parts, specs
from pratique.model import HOLE

MAX_POSITIONAL = 32
"""Words of one command that are arguments of its call one by one; the text of all of them is `words`."""
MAX_WORDS = 2_000
MAX_WRAPPERS = 12
_SYSTEM = re.compile(
    r"^(?:/usr|/usr/local|/opt/homebrew|/snap)?/s?bin/[^/]+$|^[A-Za-z]:[\\/]+windows[\\/](?!temp)", re.IGNORECASE
)
_VERSION = re.compile(r"^(python|pypy|pip|perl|ruby|php|lua|node|gcc|g\+\+|clang)[\d.]+w?$")
_UNFIT = re.compile(r"[^\w$@/:-]")
_SCRIPT_ENDS = (
    ".sh", ".bash", ".py", ".pl", ".rb", ".js", ".bin", ".out", ".run", ".elf", ".command", ".appimage", ".exe", ".bat",
    ".ps1", ".vbs", ".hta", ".scr", ".cmd",
)  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "csh", "tcsh"})
_INTERPRETERS = _SHELLS | {"python", "perl", "ruby", "node", "php", "lua"}
_POWERSHELL_VALUED = ("windowstyle", "executionpolicy", "version", "inputformat", "outputformat", "configurationname",
                      "psconsolefile", "workingdirectory")  # fmt: skip
_WRAPPERS: dict[str, tuple[str, int]] = {
    "sudo": ("-u -g -h -p -C -r -t --user --group --prompt --host", 0),
    "doas": ("-u -C", 0), "pkexec": ("--user", 0), "nohup": ("", 0), "exec": ("-a", 0), "time": ("-f -o", 0),
    "timeout": ("-s -k --signal --kill-after", 1), "nice": ("-n --adjustment", 0), "ionice": ("-c -n -p", 0),
    "setsid": ("", 0), "stdbuf": ("-i -o -e", 0), "env": ("-u -C -S --unset --chdir", 0), "command": ("", 0),
    "builtin": ("", 0), "busybox": ("", 0), "toybox": ("", 0),
    "xargs": ("-I -n -P -L -d -E -s -a -i --max-args", 0), "watch": ("-n --interval", 0),
    "chroot": ("", 1), "unbuffer": ("", 0), "caffeinate": ("-t -w", 0), "parallel": ("-j -n", 0), "coproc": ("", 0),
    "proxychains": ("-f", 0), "proxychains4": ("-f", 0), "torsocks": ("", 0), "torify": ("", 0), "flock": ("-w -E", 1),
    "systemd-run": ("-u -p --unit --property", 0), "strace": ("-e -o -p", 0), "daemonize": ("-p -o -e", 0),
    "taskset": ("-c", 1), "chrt": ("-p", 1), "disown": ("", 0), "unshare": ("", 0), "firejail": ("", 0),
}  # fmt: skip
"""Programs that run the command that follows: their options with a value, and how many operands come first."""


class Host(Protocol):
    """A script of any command language: what its simple commands are emitted into."""

    book: Book
    graph: Graph

    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value."""


class Commands:
    """Emits the calls of simple commands into the script's current scope."""

    def __init__(self, script: Host) -> None:
        self._script = script

    @property
    def _graph(self) -> Graph:
        return self._script.graph

    def run(self, words: Sequence[int], stdin: int | None, at: Place, names: Sequence[tuple[str, int]]) -> list[int]:
        """Emit the calls of one command line; return what it prints."""
        graph, rest = self._graph, list(words[:MAX_WORDS])
        if len(words) > MAX_WORDS:
            self._script.book.limit(f"more than {MAX_WORDS} words of one command")
        for name, value in names:
            asked = graph.const(name, at)
            graph.call("export", [("0", asked), ("env", asked), ("data", value)], at)
        for _ in range(MAX_WRAPPERS):
            text = graph.whole(rest[0])
            if text is None:
                return [self._computed(rest, stdin, at)]
            name = base_name(text)
            if name not in _WRAPPERS or text in self._script.book.functions:
                return self._named(text, name, rest, stdin, at)
            inner = _unwrapped(graph, name, rest)
            if name != "env":
                self._call(name, rest, stdin, at)
            if inner >= len(rest):
                return [self._call("printenv", rest, stdin, at)] if name == "env" else []
            if name == "xargs" and stdin is not None:
                rest, stdin = [*rest[inner:], *self._pasted(stdin, at)], None
            else:
                rest = rest[inner:]
        return [self._call("shell.computed", rest, stdin, at)]

    def _pasted(self, stdin: int, at: Place) -> list[int]:
        """Return the arguments that `xargs` makes of its input."""
        text = self._graph.whole(stdin)
        if text is None or len(text) > 65_536:
            return [stdin]
        codecs = self._graph.codecs([stdin])
        return [self._graph.const(one, at, codecs) for one in text.split()[:256]]

    def _computed(self, words: list[int], stdin: int | None, at: Place) -> int:
        """Emit a command whose name is not known: whatever it came from decides what runs."""
        graph = self._graph
        name = graph.text(words[0]).replace(HOLE, "").strip("./ ")
        args = [*self._positional(words), ("code", words[0]), ("path", words[0])]
        args += [("words", graph.join(words, at, " "))]
        args += [("stdin", stdin)] if stdin is not None else []
        return graph.call("shell.exec" if "/" in name else "shell.computed", args, at)

    def _positional(self, words: Sequence[int]) -> list[tuple[str, int]]:
        return [(str(index), one) for index, one in enumerate(words[1 : MAX_POSITIONAL + 1])]

    def _named(self, text: str, name: str, words: list[int], stdin: int | None, at: Place) -> list[int]:
        graph, book = self._graph, self._script.book
        if text in book.functions:
            args = self._positional(words) + ([("stdin", stdin)] if stdin is not None else [])
            return [graph.call("." + _UNFIT.sub("_", text), args, at)]
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, words, stdin, at)
        results: list[int] = []
        if _is_file(text, name):
            results.append(self._execute(words, stdin, at))
        if name in specs() or not results:
            results.append(self._call(name, words, stdin, at))
        return results

    def _execute(self, words: list[int], stdin: int | None, at: Place) -> int:
        """Start a file by its path; what the script wrote into it is the code."""
        graph = self._graph
        args = [*self._positional(words), ("path", words[0]), ("words", graph.join(words, at, " "))]
        written = self.written(words[0])
        args += [("code", written)] if written is not None else []
        args += [("stdin", stdin)] if stdin is not None else []
        return graph.call("shell.exec", args, at)

    def _call(self, name: str, words: list[int], stdin: int | None, at: Place) -> int:
        """Emit the call of a program, its arguments once by position and once by part."""
        graph = self._graph
        texts = [graph.text(one) for one in words[1:]]
        roles: dict[str, list[int]] = {}
        wraps = name in _WRAPPERS
        for part in () if wraps else self._parts(name, texts):
            self._part(roles, part, words[1:], texts, stdin, at)
        if stdin is None and "stdin" in roles:
            stdin = graph.phi(roles.pop("stdin"), at)
        roles.pop("stdin", None)
        if name in _INTERPRETERS:
            self._interpreter(name, roles, words[1:], texts, stdin, at)
        paths = [one for role in ("path", "upload") for one in roles.get(role, ())]
        if stdin is not None and not paths and is_filter(name) and "out" not in roles:
            return self._filter(name, texts, words, stdin, at)
        if name == "tee" and stdin is not None:
            roles.setdefault("data", []).append(stdin)
        args = self._positional(words) + [(role, graph.phi(values, at)) for role, values in roles.items()]
        args.append(("words", graph.join(words, at, " ")))
        if stdin is not None:
            args.append(("stdin", stdin))
        folded = printed(name, texts, None) if not wraps and not any(HOLE in text for text in texts) else None
        codecs = graph.codecs(words) + (folded.codecs if folded else ())
        value = folded.value if folded and len(folded.value) <= MAX_VALUE else None
        called = graph.call(_fit(name), args, at, value, tuple(dict.fromkeys(codecs)))
        for out in roles.get("out", ()):
            self.note_written(out, roles["data"][0] if name == "tee" and "data" in roles else called)
        if name in ("cp", "mv", "ln", "install") and paths and "out" in roles:
            source = self.written(paths[0])
            if source is not None:
                self.note_written(roles["out"][0], source)
        return stdin if name == "tee" and stdin is not None else called

    def _parts(self, name: str, texts: list[str]) -> list[Part]:
        if name == "tar" and texts and re.fullmatch(r"[a-zA-Z]{1,12}", texts[0]):
            texts = [f"-{texts[0]}", *texts[1:]]
        return parts(name, [None if text.startswith(HOLE) else text for text in texts])

    def _part(
        self,
        roles: dict[str, list[int]],
        part: Part,
        words: Sequence[int],
        texts: list[str],
        stdin: int | None,
        at: Place,
    ) -> None:
        """Put one argument under its role."""
        graph, value, text, role = self._graph, words[part.word], texts[part.word], part.role
        if role == "_":
            return
        if part.start:
            text = text[part.start :]
            value = graph.add("op", "[", [("", value)], at, value=text, known=True, codecs=graph.codecs([value]))
        if graph.node(value).name in ("<(", ">("):
            roles.setdefault("code" if role == "script" else "stdin", []).append(value)
            return
        if role == "data" and (found := re.match(r"(?:[^=\s@]{1,80}=)?@([^;]+)", text)):
            role, text = "upload", found[1]
            value = graph.add("op", "[", [("", value)], at, value=text, known=True)
        if role in ("upload", "transfer"):
            role = self._sent(roles, role, value, text, stdin, at)
        elif role == "remote":
            role, value = "out", graph.const("download", at)
        elif role == "archive":
            role = "path" if texts and re.match(r"-{0,2}(?:[a-z]*[xt]|extract|list|get)", texts[0]) else "out"
        elif role == "address" and (found := re.match(r"(?i)(exec|system|tcp\d?|udp\d?|openssl|ssl)[:-](.+)", text)):
            role = "command" if found[1].lower() in ("exec", "system") else "host"
            address = re.sub(r"(?i)^(?:connect|listen):", "", found[2])
            value = graph.add("op", "[", [("", value)], at, value=address, known=True)
        if role and not (role == "out" and text in ("-", "/dev/stdout", "/dev/null")):
            roles.setdefault(role, []).append(value)

    def _sent(self, roles: dict[str, list[int]], role: str, value: int, text: str, stdin: int | None, at: Place) -> str:
        """Note the content of a file that is sent; return the role that the name itself plays, "" for none."""
        if role == "transfer":
            if ":" in text and text[:1] not in "/.~":
                return "host"
            role = "path"
        if text == "-" and stdin is not None:
            roles.setdefault("data", []).append(stdin)
            return ""
        roles.setdefault("data", []).append(self._graph.call("shell.file", [("path", value)], at))
        return role

    def _interpreter(
        self,
        name: str,
        roles: dict[str, list[int]],
        words: Sequence[int],
        texts: list[str],
        stdin: int | None,
        at: Place,
    ) -> None:
        """Note what an interpreter runs: code of its command line, a file, or its standard input."""
        if name in _SHELLS and "code" not in roles:
            for index, text in enumerate(texts):
                if re.fullmatch(r"-[a-z]*c[a-z]*", text) and index + 1 < len(texts):
                    roles["code"] = [words[index + 1]]
                    roles.pop("script", None)
                    break
                if re.fullmatch(r"-[a-z]*s[a-z]*", text):
                    roles.pop("script", None)  # sh(1): the commands come from standard input, the words are theirs
                    break
                if text[:1] not in "-+":
                    break
        scripts = [one for one in roles.pop("script", ()) if self._graph.whole(one) not in ("-", "/dev/stdin")]
        for script in scripts:
            roles.setdefault("path", []).append(script)
            written = self.written(script)
            if written is not None and "code" not in roles:
                roles["code"] = [written]
        if stdin is not None and "code" not in roles and "module" not in roles and not scripts:
            roles["code"] = [stdin]
        del at

    def _filter(self, name: str, texts: list[str], words: list[int], stdin: int, at: Place) -> int:
        """Pass the input on, as a filter without files does, changed in a way that is known or not."""
        graph = self._graph
        given = graph.value(stdin)
        if isinstance(given, str | bytes) and not any(HOLE in text for text in texts):
            made = printed(name, texts, given)
            if made is not None and len(made.value) <= MAX_VALUE:
                codecs = tuple(dict.fromkeys((*graph.codecs([stdin]), *made.codecs)))
                return graph.const(made.value, at, codecs)
        return graph.call("shell.filter", [("0", words[0]), ("stdin", stdin)], at)

    def written(self, path: int) -> int | None:
        """Return what this script wrote into a file, as far as it is seen in this scope."""
        name = self.key(path)
        return self._graph.files.get(name)

    def note_written(self, path: int, data: int | None) -> None:
        """Remember what is written into a file."""
        name = self.key(path)
        if data is not None:
            before = self._graph.files.get(name)
            self._graph.files[name] = data if before is None else self._graph.phi((data, before), (1, 0))

    def key(self, path: int) -> str:
        """Return what stands for a file: its base name, or the value that names it."""
        base = self._graph.text(path).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].lower()
        return f"/{base}" if base and HOLE not in base else f"/{path}"

    def start_eval(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`eval WORD…`: the words, joined, are code."""
        del stdin
        if len(words) < 2:
            return []
        code = self._graph.join(words[1:], at, " ")
        return [self._graph.call("eval", [("0", code)], at)]

    def start_source(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`source FILE`: the file is code."""
        graph = self._graph
        if len(words) < 2:
            return []
        path = words[1]
        stream = graph.node(path).name == "<(" or graph.whole(path) in ("/dev/stdin", "-")
        code = (stdin if graph.node(path).name != "<(" else path) if stream else self.written(path)
        args = [("path", path), *([("code", code)] if code is not None else [])]
        return [graph.call("source", args, at)]

    def start_trap(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`trap CODE SIGNAL…`: code for later."""
        del stdin
        return [self._graph.call("trap", self._positional(words), at)] if len(words) > 2 else []

    def start_su(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`su -c COMMAND`: the rights, then a shell."""
        graph, call = self._graph, self._call("su", words, stdin, at)
        for index, one in enumerate(words[1:-1], 1):
            if graph.whole(one) in ("-c", "--command"):
                shell = [graph.const("sh", at), graph.const("-c", at), words[index + 1]]
                return self.run(shell, None, at, [])
        return [call] if stdin is None else [call, *self.run([graph.const("sh", at)], stdin, at, [])]

    def start_dd(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`dd if=FILE of=FILE`."""
        graph = self._graph
        args = self._positional(words)
        data = stdin
        for one in words[1:]:
            key, _, value = graph.text(one).partition("=")
            if key in ("of", "if"):
                named = graph.add("op", "[", [("", one)], at, value=value, known=True)
                args.append(("out" if key == "of" else "path", named))
                if key == "of" and data is not None:
                    args.append(("data", data))
                    self.note_written(named, data)
        args.append(("words", graph.join(words, at, " ")))
        called = graph.call("dd", args, at)
        return [stdin] if stdin is not None and not any(key == "out" for key, _ in args) else [called]

    def start_find(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        r"""`find … -exec COMMAND {} \;`: the listing, then the command with what was found."""
        graph = self._graph
        called = self._call("find", words, stdin, at)
        for index, one in enumerate(words):
            if graph.whole(one) in ("-exec", "-execdir", "-ok") and index + 1 < len(words):
                inner = [called if graph.whole(word) == "{}" else word for word in words[index + 1 :]]
                inner = [word for word in inner if graph.whole(word) not in (";", "+")]
                return self.run(inner, None, at, []) if inner else [called]
        return [called]

    def start_read(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`read NAME…`: the input goes into variables."""
        graph = self._graph
        value = stdin if stdin is not None else graph.call("read", [], at)
        names = [text for one in words[1:] if (text := graph.whole(one)) and text.isidentifier()]
        for name in names:
            self._script.assign(name, value, at)
        return []

    def start_printf(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`printf -v NAME FORMAT…` assigns what it would print."""
        graph = self._graph
        if len(words) > 3 and graph.whole(words[1]) == "-v" and (name := graph.whole(words[2])):
            value = self._call("printf", [words[0], *words[3:]], stdin, at)
            self._script.assign(name, value, at)
            return []
        return [self._call("printf", words, stdin, at)]

    def start_printed_nothing(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """Builtins that print nothing and start nothing."""
        del words, stdin, at
        return []

    def start_mapfile(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`mapfile NAME`: as `read`."""
        return self.start_read(words, stdin, at)

    def start_powershell(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`powershell OPTIONS CODE…`: all words behind the options are the code; `-enc` is given one, encoded."""
        graph = self._graph
        args, index = self._positional(words), 1
        while index < len(words):
            text = graph.text(words[index]).lower().replace("\u2013", "-")
            option = text.lstrip("-/") if text[:1] in ("-", "/") else ""
            rest = words[index + 1 :]
            if option and "file".startswith(option) and rest:
                written = self.written(rest[0])
                args += [("path", rest[0])] + ([("code", written)] if written is not None else [])
                break
            if option and re.match(r"e(?!p|x)|ec$", option) and rest:
                args.append(("code", rest[0]))
                break
            if (not option or "command".startswith(option)) and (rest or not option):
                code = graph.join(rest if option else words[index:], at, " ")
                args.append(("code", stdin if graph.whole(code) == "-" and stdin is not None else code))
                break
            index += 2 if any(one.startswith(option) for one in _POWERSHELL_VALUED) or option in ("ep", "w") else 1
        if not any(key in ("code", "path") for key, _ in args) and stdin is not None:
            args.append(("code", stdin))
        args += [("words", graph.join(words, at, " "))] + ([("stdin", stdin)] if stdin is not None else [])
        return [graph.call("powershell", args, at)]

    def start_cmd(self, words: list[int], stdin: int | None, at: Place) -> list[int]:
        """`cmd /c …`: all words behind the switch are the command line."""
        graph = self._graph
        for index, one in enumerate(words[1:], 1):
            if graph.text(one).lower() in ("/c", "/k", "/r", "//c") and index + 1 < len(words):
                code = graph.join(words[index + 1 :], at, " ")
                args = [*self._positional(words), ("code", code), ("words", graph.join(words, at, " "))]
                return [graph.call("cmd", args, at)]
        return [self._call("cmd", words, stdin, at)]


def _unwrapped(graph: Graph, name: str, words: list[int]) -> int:
    """Return where the command behind a wrapper starts."""
    options, operands = _WRAPPERS[name]
    valued, at = options.split(), 1
    while at < len(words):
        text = graph.text(words[at])
        if text == "--":
            at += 1
            break
        if text[:1] == "-" and len(text) > 1:
            at += 2 if text in valued else 1
        elif re.match(r"[A-Za-z_]\w*=", text) and name in ("env", "sudo", "exec", "doas"):
            at += 1
        elif operands:
            operands -= 1
            at += 1
        else:
            break
    return at


def base_name(text: str) -> str:
    """Return the name of a program: no directory, `.exe` or version; in lower case where Windows spelled it."""
    windows = text.lower().endswith(".exe") or "\\" in text
    base = (text.replace("\\", "/") if windows else text).rstrip("/").rpartition("/")[2] or text
    base = base.lower().removesuffix(".exe") if windows else base
    found = _VERSION.match(base)
    return found[1] if found else base


def _is_file(text: str, name: str) -> bool:
    """Return whether a command's name is a path of a file of its own, not a program of the system."""
    path = "/" in text or "\\" in text
    return (path and not _SYSTEM.match(text)) or (name not in specs() and text.lower().endswith(_SCRIPT_ENDS))


def _fit(name: str) -> str:
    return _UNFIT.sub("_", name[:80]) or "_"


_SPECIAL = {
    "eval": Commands.start_eval,
    "source": Commands.start_source,
    ".": Commands.start_source,
    "trap": Commands.start_trap,
    "su": Commands.start_su,
    "dd": Commands.start_dd,
    "find": Commands.start_find,
    "read": Commands.start_read,
    "printf": Commands.start_printf,
    "mapfile": Commands.start_mapfile,
    "readarray": Commands.start_mapfile,
    "powershell": Commands.start_powershell,
    "pwsh": Commands.start_powershell,
    "cmd": Commands.start_cmd,
    **dict.fromkeys(("cd", "pushd", "popd", "shift", "return", "exit", "wait", "true", "false", ":", "set", "shopt",
                     "test", "[", "break", "continue", "local"), Commands.start_printed_nothing),
}  # fmt: skip
