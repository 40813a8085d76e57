"""Command lines that are given as lists of words: the same programs, options and scripts that a shell would start.

A list is spelled as a shell's line, so that one front end and one map know what `python -c`, `curl -d @file`, `sh
install.sh` or `env -i powershell -enc` do, whoever starts them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from pratique.capabilities.lines import MapLine
from pratique.link import Program, Ref, Values
from pratique.model import HOLE, Node
from pratique.reach.operands import Operands, Text

MAX_WORDS = 400
_MAX_LISTS = 4
_FUEL = 200
_DEPTH = 6
_OWN_NAME = ("os.exec", "os.spawn", "os.posix_spawn", "subprocess._posixsubprocess")
"""Calls whose list starts with the name that the program is told of itself."""
_KNOWN = {"sys.executable": "python"}
_SPLITS = ("shlex.split", "?.split", "builtins.str.split")


class CommandLines:
    """Spells the command lines of calls that start programs."""

    def __init__(self, program: Program, values: Values, operands: Operands) -> None:
        self._program = program
        self._values = values
        self._operands = operands

    def of(self, scope: int, node: Node, line: MapLine, api: str) -> Iterator[Text]:
        """Yield each command line that a call may start, as a shell's text; words that are not known are HOLEs."""
        keys = [key for key in line.role("command") if key != "self"]
        given = [(key, value) for key in keys for value in self._given(scope, node, key, keys)]
        if len(given) > 1 and all(key.isdigit() or key == "*" for key, _ in given):
            words = [word for _, value in given for first in self._words(value, 0)[:1] for word in first]
            skip = 1 if api.startswith(_OWN_NAME) else 0
            yield from _spelled([words[:1] + words[1 + skip :]])
            return
        for _, value in given:
            yield from _spelled(self._words(value, 0))

    def _given(self, scope: int, node: Node, key: str, keys: list[str]) -> Iterator[Ref]:
        first = max((int(one) for one in keys if one.isdigit()), default=-1)
        for arg in node.args:
            if arg.key == key or (key == "*" and arg.key.isdigit() and int(arg.key) > first):
                yield (scope, arg.node)

    def _words(self, ref: Ref, depth: int) -> list[list[Text]]:
        """Return the lists of words that a value may be; a text is a list of one word, or a line already."""
        node, scope = self._program.node(ref), ref[0]
        if node.op == "pack" and node.name in ("list", "tuple"):
            words: list[Text] = []
            for arg in node.args[:MAX_WORDS]:
                inner = (scope, arg.node)
                if arg.key == "*":
                    words += (self._words(inner, depth + 1) or [[Text(HOLE)]])[0] if depth < _DEPTH else []
                else:
                    words.append(self._word(inner))
            return [words]
        if node.op == "op" and node.name == "+" and not node.known and depth < _DEPTH:
            parts = [self._words((scope, arg.node), depth + 1) for arg in node.args]
            return [[word for part in parts for word in (part or [[Text(HOLE)]])[0]]]
        if node.op == "call" and node.name in _SPLITS and node.args:
            return [[Text(one) for one in _split(self._word((scope, node.args[0].node)).text)]]
        return self._followed(ref, depth)

    def _followed(self, ref: Ref, depth: int) -> list[list[Text]]:
        """Return the lists that a variable, a parameter or a result may be, else its text."""
        found: list[list[Text]] = []
        if depth < _DEPTH and not self._program.node(ref).known:
            for scope, ordinal in self._values.walk(ref, fuel=_FUEL).visited():
                made = self._program.scopes[scope].nodes[ordinal]
                listed = made.op == "pack" and made.name in ("list", "tuple")
                if listed and (scope, ordinal) != ref and len(found) < _MAX_LISTS:
                    found += self._words((scope, ordinal), depth + 1)
        return found or [[self._word(ref)]]

    def _word(self, ref: Ref) -> Text:
        node = self._program.node(ref)
        if node.op in ("name", "attr") and node.name in _KNOWN:
            return Text(_KNOWN[node.name])
        texts = self._operands.texts(ref)
        named = (one for one in texts if "/" in one.text or "." in one.text)
        return next(named, texts[0] if texts else Text(HOLE))  # of a package and a file in it, the file


def _spelled(lists: list[list[Text]]) -> Iterator[Text]:
    for words in lists:
        if len(words) == 1:
            yield words[0]
        elif words:
            text = " ".join(shlex.quote(word.text) for word in words)
            yield Text(text, tuple(dict.fromkeys(codec for word in words for codec in word.codecs)))


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text[:65_536]) or [HOLE]
    except ValueError:
        return text.split() or [HOLE]
