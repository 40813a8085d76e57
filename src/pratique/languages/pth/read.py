"""What `site.addpackage` makes of a `.pth` file: comments, paths, and lines of Python.

Up to Python 3.12 the file is read line by line, from 3.13 on it is split with `str.splitlines`, which also breaks at
form feeds and Unicode's separators. A line counts as Python here when either reading runs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

from pratique.languages.python.lower import lower
from pratique.languages.python.tolerant import parse
from pratique.model import Facts, Node

RUNS = ("import ", "import\t")
"""How a line starts that `site` executes."""
LINE = re.compile(r"\r\n|\r|\n")
LINES = 20_000
"""Lines that are read."""


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one `.pth` file. Never raises."""
    text, traits = _decoded(data)
    lines = LINE.split(text)
    limits = (f"only {LINES} of {len(lines)} lines were read",) if len(lines) > LINES else ()
    body: list[ast.stmt] = []
    paths: list[Node] = []
    dialect = ""
    for number, line in enumerate(lines[:LINES], 1):
        for code in _code(line):
            parsed = parse(code)
            ast.increment_lineno(parsed.tree, number - 1)
            body.extend(parsed.tree.body)
            dialect = dialect or parsed.dialect
            traits.extend((slug, number) for slug in parsed.problems)
        if line.strip() and not line.startswith(("#", *RUNS)):
            paths.append(Node("const", "", (), number, 0, _clean(line.rstrip()), True))
    lowered = lower(ast.Module(body, []), "\n".join(lines))
    module, *rest = lowered.scopes
    module = msgspec.structs.replace(module, nodes=(*module.nodes, *paths))
    return Facts(
        language="python",
        front_end=front_end,
        depth=depth,
        scopes=(module, *rest),
        imports=lowered.imports,
        traits=tuple(traits),
        limits=(*limits, *lowered.limits),
        lines=len(lines) - (not lines[-1]),
        dialect=dialect,
    )


def _decoded(data: bytes) -> tuple[str, list[tuple[str, int]]]:
    """UTF-8 with or without a mark, as `site` reads it; other bytes one by one, as some locale would."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("latin-1"), [("invalid-bytes", 1)]


def _code(line: str) -> Iterator[str]:
    """Yield the pieces of a line that some Python runs."""
    if line.startswith(RUNS):
        yield line
    first = True
    for piece in line.splitlines():
        if not first and piece.startswith(RUNS):
            yield piece
        first = False


def _clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
