"""Redirections and here-documents: where a command's input comes from, and where its output goes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from tree_sitter import Node as Tree

from pratique.languages.shell.commands import Commands
from pratique.languages.shell.graph import Book, Graph, Place, Steps
from pratique.languages.shell.words import SUBSTITUTED, fields, word
from pratique.languages.shell.words import words as words_of

NOWHERE = ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "NUL", "nul")
REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_AFTER = frozenset({"pipeline", "list", "command", "redirected_statement", "subshell", "compound_statement"})
_DEVICE = re.compile(r"/dev/(tcp|udp)/([^/\s]*)(?:/(\S*))?")


class Redirections(ABC):
    """Lowers redirections into `graph`, the scope that is being built."""

    def __init__(self, source: bytes, book: Book) -> None:
        self.source = source
        self.book = book
        self.graph: Graph = book.scope(-1, "module", "", 1)
        self.commands = Commands(self)
        self.offset = 0
        """Lines before the text that is being lowered."""
        self.torn: dict[int, None] = {}
        """Lines that the grammar did not understand."""
        self._bodies: list[tuple[Graph, Tree]] = []

    def text(self, tree: Tree) -> str:
        """Return the text of a node."""
        return self.source[tree.start_byte : tree.end_byte].decode("utf-8", "replace")

    def slice(self, start: int, end: int) -> str:
        """Return the text between two bytes."""
        return self.source[start:end].decode("utf-8", "replace") if end > start else ""

    def place(self, tree: Tree) -> Place:
        """Return where a node starts."""
        row, col = tree.start_point
        return row + 1 + self.offset, col

    def redirected(
        self, tree: Tree, redirects: Sequence[Tree], stdin: int | None, words: list[int], names: list[tuple[str, int]]
    ) -> Steps:
        """Run a command between its redirections: input first, then the command, then where its output goes."""
        outputs: list[tuple[str, int]] = []
        tails: list[Tree] = []
        for redirect in redirects:
            stdin = yield self._redirect(redirect, stdin, words, outputs, tails)
        at = self.place(tree)
        results = [] if not words else self.commands.run(words, stdin, at, names)
        if not words:
            for name, value in names:
                self.assign(name, value, at)
            if stdin is not None:
                results = [stdin]
        results = self._write(results, outputs, at)
        for tail in tails:
            results = yield self._tail(tail, results, at)
        return results

    def _tail(self, tree: Tree, results: list[int], at: Place) -> Steps:
        """Lower what stands on the line of a here-document's start: a pipe or a further command."""
        if tree.type == "pipeline":
            return (yield self.pipeline(tree, self.graph.join(results, at) if results else None))
        more = yield self.statement(tree, None)
        return [*results, *(more or ())]

    def _redirect(
        self, tree: Tree, stdin: int | None, words: list[int], outputs: list[tuple[str, int]], tails: list[Tree]
    ) -> Steps:
        """Read one redirection; return the standard input as of now."""
        if tree.type == "herestring_redirect":
            for child in tree.named_children:
                stdin = yield word(self, child)
            return stdin
        if tree.type == "heredoc_redirect":
            return (yield self._heredoc(tree, stdin, words, outputs, tails))
        sign = "".join(child.type for child in tree.children if not child.is_named)
        errors = any(child.type == "ERROR" and ">" in self.text(child) for child in tree.children)
        number = next((self.text(child) for child in tree.children if child.type == "file_descriptor"), "")
        names = [child for child in tree.named_children if child.type not in ("file_descriptor", "ERROR")]
        named: list[int] = yield words_of(self, names)
        for index, value in enumerate(named):
            if value is None or self.graph.whole(value) in ("0", "1", "2", "-"):
                continue
            if index and not _DEVICE.search(self.graph.text(value)):
                words.append(value)  # the grammar takes words after the file's name for more names
                continue
            device = self._device(value, self.place(tree))
            if "<" in sign and ">" not in sign and not errors:
                stdin = device if device is not None else self._file(value, self.place(tree))
            elif device is not None or number != "2":
                outputs.append((sign, value if device is None else device))
                stdin = device if device is not None and ("<" in sign or "&" in sign) else stdin
        return stdin

    def _heredoc(
        self, tree: Tree, stdin: int | None, words: list[int], outputs: list[tuple[str, int]], tails: list[Tree]
    ) -> Steps:
        quoted = any(child.type == "heredoc_start" and self.text(child)[:1] in "'\"\\" for child in tree.children)
        for child in tree.named_children:
            if child.type == "heredoc_body":
                if quoted:
                    stdin = self.graph.const(self.text(child), self.place(child))
                else:
                    stdin = yield word(self, child)
            elif child.type in REDIRECTS:
                stdin = yield self._redirect(child, stdin, words, outputs, tails)
            elif child.type not in ("heredoc_start", "heredoc_end", "file_descriptor"):
                if child.type in _AFTER:
                    tails.append(child)
                else:
                    words += (yield fields(self, child)) or ()
        return stdin

    def _file(self, path: int, at: Place) -> int:
        """Return the content of a file that is redirected into a command."""
        if self.graph.node(path).name == SUBSTITUTED:
            return path
        written = self.commands.written(path)
        content = self.graph.call("shell.file", [("path", path)], at)
        return content if written is None else self.graph.phi((written, content), at)

    def _device(self, path: int, at: Place) -> int | None:
        """`/dev/tcp/HOST/PORT`: bash opens a connection."""
        found = _DEVICE.search(self.graph.text(path))
        if found is None:
            return None
        scheme, host, port = found[1], found[2], found[3] or ""
        address = self.graph.add("op", "f", [("", path)], at, value=f"{scheme}://{host}:{port}", known=True)
        return self.graph.call("shell.devtcp", [("host", address), ("url", address)], at)

    def _write(self, results: list[int], outputs: Sequence[tuple[str, int]], at: Place) -> list[int]:
        """Send what was printed where it goes; what is left is printed on."""
        if not outputs:
            return results
        graph = self.graph
        for _, target in outputs:
            made = graph.node(target)
            data = [("data", graph.join(results, at))] if results else []
            if made.name == "shell.devtcp":
                graph.call("shell.devtcp.send", [("host", made.args[0].node), *data], at)
            elif graph.whole(target) not in NOWHERE:
                graph.call("shell.redirect", [("path", target), *data], at)
                self.commands.note_written(target, data[0][1] if data else None)
        return []

    @abstractmethod
    def block(self, trees: Iterable[Tree]) -> Steps:
        """Lower statements in order; return what they print."""

    @abstractmethod
    def statement(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower one statement whose standard input is `stdin`; return what it prints."""

    @abstractmethod
    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value, also for functions and other scopes."""

    @abstractmethod
    def pipeline(self, tree: Tree, stdin: int | None) -> Steps:
        """Lower `a | b | c`: what each prints is the next one's input."""
