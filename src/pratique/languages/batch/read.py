"""From bytes to facts: one logical line after the other, variables as of each line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pratique.languages.batch import programs
from pratique.languages.batch.lines import Operator, Redirect, Word, bare, expanded, logical, tokens
from pratique.languages.shell.commands import Commands
from pratique.languages.shell.graph import Book, Graph, Place
from pratique.languages.shell.whole import cut, facts_of, text_of
from pratique.model import Facts

LANGUAGE = "batch"
MAX_LINES = 50_000
MAX_COMMANDS = 20_000
MAX_LETTERS = 16 << 20
"""Letters of all commands: what a condition or loop governs is counted again."""
_MARK = re.compile("\ue000(\\d+)\ue001")
_HOST = re.compile(
    r"(?i)(?:user|userdomain|username|computername|os|path|pathext|userdnsdomain|logonserver|sessionname|date|time|random|cd"
    r"|\w*_\w*|\w*(?:token|secret|passw|apikey)\w*)"
)
"""Variables that the environment may well hold; others that nothing sets are empty."""
_ASSIGN = re.compile(r'\s*(?:/[ap]\s+)?"?([^=&|<>"]{1,100}?)=(.*)', re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(
    r"(?i)\s*(?:/i\s+)?(?:not\s+)?(?:(?:exist|defined|errorlevel|cmdextversion)\s+(\"[^\"]*\"|\S+)"
    r"|(\"[^\"]*\"|[^\s=]+)\s*(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s)\s*(\"[^\"]*\"|[^\s(]+))"
)
_FOR = re.compile(r"(?is)\s*(?:/[a-z]\s*(?:\"[^\"]*\"|\S*)?\s*)?%%?([a-z])\s+in\s*\((.*?)\)\s*do\s(.*)")


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one batch file or command line; short as they are, always in full. Never raises."""
    return facts_of(data, LANGUAGE, depth, front_end, _read)


def _read(data: bytes, book: Book) -> None:
    Batch(book).run(cut(text_of(data), book))


class Batch:
    """Lowers one file into one scope: labels and groups only order what runs."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.graph: Graph = book.scope(-1, "module", "", 1)
        self.commands = Commands(self)
        self._count = 0
        self._letters = 0
        self._later: list[str] = []
        """Conditions, loops and assignments behind an operator: read after the commands of their line."""
        self._computed = False

    def run(self, text: str) -> None:
        """Lower every line."""
        for number, (line, spelled) in enumerate(logical(text)):
            if number >= MAX_LINES:
                self.book.limit(f"only {MAX_LINES} lines were read")
                return
            if spelled.strip():
                self.line(spelled, (line, 0))

    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value; under a condition it may keep its old one."""
        before = self.graph.env.get(name)
        self.graph.env[name] = value if before is None or not self.graph.guard else self.graph.phi((value, before), at)

    def line(self, spelled: str, at: Place) -> None:
        """Lower one logical line: the commands of it, one after the other, with those that they start in turn."""
        waiting = [(spelled, 0)]
        outer = self.graph.guard
        while waiting:
            text, guard = waiting.pop()
            self.graph.guard = guard or outer
            self._count += 1
            self._letters += len(text)
            if self._count > MAX_COMMANDS or self._letters > MAX_LETTERS:
                self.book.limit(f"more than {MAX_COMMANDS} commands or {MAX_LETTERS} letters of them")
                break
            if re.match(r"(?i)\s*@?(?:rem\b|::|:)", text):
                continue
            text = re.sub(r"^[\s@(]+", "", text)
            if found := re.match(r"(?i)for\b", text):
                if (loop := _FOR.match(text, found.end())) is not None:
                    waiting.append((self._loop(loop, at), self.graph.guard))
                    continue
                text = text[found.end() :]
            elif found := re.match(r"(?i)if\b", text):
                if (condition := _CONDITION.match(text, found.end())) is not None:
                    waiting.append((text[condition.end() :], self._condition(condition, at)))
                    continue
                text = text[found.end() :]
            elif found := re.match(r"(?i)else\b", text):
                waiting.append((text[found.end() :], self.graph.guard))
                continue
            more = self._pipelines(text, at)
            waiting += [(one, self.graph.guard) for one in reversed([*more, *self._later])]
            self._later = []
        self.graph.guard = outer

    def _condition(self, found: re.Match[str], at: Place) -> int:
        graph = self.graph
        inputs = [self.word(self._expand(one, at), at) for one in found.groups() if one]
        cond = graph.add("op", "cmp", [("", one) for one in inputs], at)
        before = graph.under("if", cond)
        guard, graph.guard = graph.guard, before
        return guard

    def _loop(self, found: re.Match[str], at: Place) -> str:
        """`for %%i in (…) do …`: the variable is one of the items, or what a command prints."""
        graph, inside = self.graph, found[2].strip()
        if inside[:1] in "'`" and len(inside) > 2:
            printed = self._simple(self._expand(inside[1:-1], at), None, at)
            value = graph.phi(printed, at) if printed else graph.add("op", "for", (), at)
        else:
            items = [self.word(one, at) for one in self._expand(inside, at).split()[:64]]
            value = graph.phi(items, at) if items else graph.const("", at)
        graph.env[f"%{found[1]}"] = value
        return found[3]

    def _pipelines(self, text: str, at: Place) -> list[str]:
        """Run the commands up to the first `if`, `for` or the end; return what is left of the line."""
        if (assigned := re.match(r"(?i)set\b", text)) is not None:
            body, rest = _cut(text[assigned.end() :])
            self._set(body, at)
            return [rest] if rest else []
        whole = self._expand(text, at)
        words: list[Word] = []
        outputs: list[tuple[str, str]] = []
        stdin: int | None = None
        pending = ""
        for token in [*tokens(whole), Operator("\n")]:
            if isinstance(token, Redirect):
                pending = token.text if token.handle != "2" else "2"
            elif isinstance(token, Word) and pending:
                if pending == "<":
                    stdin = self.graph.call("shell.file", [("path", self.word(bare(token.text), at))], at)
                elif pending != "2":
                    outputs.append((pending, bare(token.text)))
                pending = ""
            elif isinstance(token, Word):
                words.append(token)
            else:
                printed = self._command(words, stdin, at)
                printed = self._written(printed, outputs, at)
                stdin = self.graph.join(printed, at) if token.text == "|" and printed else None
                words, outputs, pending = [], [], ""
        return []

    def _command(self, words: list[Word], stdin: int | None, at: Place) -> list[int]:
        """Run one command of a pipeline; a condition or a loop waits."""
        while (
            words
            and words[0].text.lower() in ("@", "else", "do", "call")
            and len(words) > 1
            and words[1].text[:1] != ":"
        ):
            words = words[1:]
        if not words:
            return []
        first = bare(words[0].text).lstrip("@").lower()
        if first in ("if", "for", "set", "rem"):
            self._later += [" ".join(word.text for word in words)] if first != "rem" else []
            return []
        nodes = [
            self.word(bare(words[0].text).lstrip("@"), at),
            *(self.word(bare(word.text), at) for word in words[1:]),
        ]
        return programs.start(self, first, nodes, [word.text for word in words], stdin, at)

    def _simple(self, text: str, stdin: int | None, at: Place) -> list[int]:
        """Run a command line that is known to be a plain pipeline; return what it prints."""
        printed: list[int] = []
        words: list[Word] = []
        for token in [*tokens(text), Operator("\n")]:
            if isinstance(token, Word):
                words.append(token)
            elif isinstance(token, Operator):
                plain = [word for word in words if bare(word.text).lower() not in ("if", "for")]
                if plain:
                    nodes = [self.word(bare(word.text), at) for word in plain]
                    spelled = [word.text for word in plain]
                    printed = programs.start(self, bare(spelled[0]).lower(), nodes, spelled, stdin, at)
                    stdin = self.graph.join(printed, at) if token.text == "|" and printed else None
                words = []
        return printed

    def _set(self, body: str, at: Place) -> None:
        """`set NAME=VALUE`, with `/p` for input; the value is everything up to the end."""
        found = _ASSIGN.match(self._expand(body, at))
        if found is None:
            return
        name, value = found[1].strip().lower(), found[2].rstrip()
        if '"' in body[: body.find("=")] and value.endswith('"'):
            value = value[:-1]
        if re.match(r"(?i)\s*/p\b", body):
            self.assign(name, self.graph.call("read", [], at), at)
            return
        value = re.sub(r"\^(.)", r"\1", value)
        self.assign(name, self.word(value, at), at)

    def _expand(self, text: str, at: Place) -> str:
        self._computed = False

        def value_of(name: str) -> str | None:
            return self._value(name, at)

        spelled = expanded(text, value_of)
        self._computed = self._computed or len(re.findall(r"[%!][^%!\s:]{1,60}:~", text)) > 2
        return spelled

    def _value(self, name: str, at: Place) -> str | None:
        """Return a variable's text; what is not known is a mark that stands for a node."""
        graph = self.graph
        node = graph.env.get(name)
        if node is None and name[:1] == "%":
            node = graph.add("name", "batch.arguments", (), at) if name[1:].isdigit() or name == "%*" else None
            if node is None:
                return ""
        if node is None:
            folder = programs.FOLDERS.get(name)
            if folder is not None:
                return folder
            if not _HOST.fullmatch(name):
                return ""
            asked = graph.const(name.upper(), at)
            node = graph.call("batch.env", [("0", asked)], at)
        text = graph.whole(node)
        return text if text is not None else f"\ue000{node}\ue001"

    def word(self, text: str, at: Place) -> int:
        """Return the value of a text that may hold marks."""
        graph = self.graph
        codecs = ("computed",) if self._computed else ()
        if "\ue000" not in text:
            return graph.const(text, at, codecs)
        parts: list[int] = []
        end = 0
        for found in _MARK.finditer(text):
            if found.start() > end:
                parts.append(graph.const(text[end : found.start()], at, codecs))
            parts.append(min(int(found[1]), len(graph.env) + self.book.nodes - 1))
            end = found.end()
        if end < len(text):
            parts.append(graph.const(text[end:], at, codecs))
        return graph.join(parts, at)

    def _written(self, printed: list[int], outputs: Sequence[tuple[str, str]], at: Place) -> list[int]:
        """Send what was printed where it goes."""
        graph = self.graph
        for sign, name in outputs:
            if name.lower() in ("nul", "con"):
                continue
            path = self.word(name, at)
            data = graph.join(printed, at) if printed else None
            before = self.commands.written(path) if sign == ">>" else None
            if data is not None and before is not None:
                data = graph.join((before, data), at)
            edges = [("path", path)] + ([("data", data)] if data is not None else [])
            graph.call("shell.redirect", edges, at)
            if data is not None:
                graph.files.pop(self.commands.key(path), None)
                self.commands.note_written(path, data)
        return [] if outputs else printed


def _cut(text: str) -> tuple[str, str]:
    """Split at the first operator outside quotes: what belongs to `set`, and what follows."""
    quoted = False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char in "&|" and not quoted and text[at - 1 : at] != "^":
            return text[:at], text[at:].lstrip("&| ")
        elif char == ")" and not quoted and "(" not in text[:at]:
            return text[:at], text[at + 1 :]
    return text, ""
