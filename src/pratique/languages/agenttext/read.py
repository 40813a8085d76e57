"""From an agent's file to facts: a paragraph is something it is told, a command in settings something it starts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pratique.languages.shell.graph import Book, Graph
from pratique.languages.shell.whole import cut, facts_of, text_of
from pratique.model import Facts

LANGUAGE = "agenttext"
MAX_PARAGRAPHS = 5_000
MAX_PARAGRAPH = 2_000
"""Characters of one paragraph; a longer one is told in pieces that overlap."""
OVERLAP = 300
MAX_SETTINGS = 20_000
"""Values of a JSON file that are looked at."""
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
"""Unicode's tag characters spell ASCII that nothing draws (Unicode 16, chapter 23.9)."""


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one file; short as they are, always in full. Never raises."""
    return facts_of(data, LANGUAGE, depth, front_end, _read)


def _read(data: bytes, book: Book) -> None:
    graph = book.scope(-1, "module", "", 1)
    text = cut(text_of(data), book)
    settings = _settings(text)
    if settings is None:
        _told(text, graph, book)
    else:
        _configured(settings, graph, book)


def _told(text: str, graph: Graph, book: Book) -> None:
    for number, (line, paragraph) in enumerate(_paragraphs(text)):
        if number >= MAX_PARAGRAPHS:
            book.limit(f"only {MAX_PARAGRAPHS} paragraphs were read")
            return
        if _TAGS.search(paragraph):
            book.traits.setdefault(("invisible-text", line))
        graph.call("agent.told", [("0", graph.const(_visible(paragraph), (line, 0)))], (line, 0))


def _visible(text: str) -> str:
    """Return the text without characters that nothing draws, and with what they spell at its end."""
    hidden = ["".join(chr(ord(letter) - 0xE0000) for letter in found[0]) for found in _TAGS.finditer(text)]
    return " ".join([_INVISIBLE.sub("", text), *hidden])


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first line's number and the text of each paragraph, in one line."""
    line, at = 1, 0
    for found in _PARAGRAPH.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        words = " ".join(found[0].split())
        for start in range(0, max(1, len(words) - OVERLAP), MAX_PARAGRAPH - OVERLAP):
            yield line, words[start : start + MAX_PARAGRAPH]


def _settings(text: str) -> object:
    """Return what a JSON file holds, None for no JSON; editors' settings may have comments and trailing commas."""
    if not text.lstrip().startswith("{"):
        return None
    bare = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.DOTALL)
    try:
        found: object = json.loads(re.sub(r",(\s*[}\]])", r"\1", bare))
    except (ValueError, RecursionError):
        return None
    return found


def _configured(settings: object, graph: Graph, book: Book) -> None:
    """Emit each command line that the settings start, wherever in them it stands."""
    waiting = [settings]
    for _ in range(MAX_SETTINGS):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            if command := _command(one):
                graph.call("agent.starts", [("0", graph.const(command, (1, 0)))], (1, 0))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and len(one) > 40:
            graph.call("agent.told", [("0", graph.const(one[:MAX_PARAGRAPH], (1, 0)))], (1, 0))
    book.limit(f"only {MAX_SETTINGS} settings were read")


def _command(setting: dict[str, object]) -> str:
    """Return the command line of a setting: `command`, with its `args` quoted as a shell would need them."""
    import shlex

    command, args = setting.get("command"), setting.get("args")
    if not isinstance(command, str):
        return ""
    if not isinstance(args, list):
        return command
    return " ".join([command, *(shlex.quote(one) for one in args if isinstance(one, str))])
