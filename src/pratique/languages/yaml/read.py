"""From tags to facts: `!!python/object/apply:os.system ["…"]` is a call (PyYAML's documentation, "Python types")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pratique.languages.bytecode import syntax
from pratique.languages.python.lower import lower
from pratique.model import Facts

MAX_TAGS = 2_000
"""Tags of one text."""
MAX_ARGUMENTS = 64
_TAG = re.compile(
    r"(?:!!|!<tag:yaml\.org,2002:|!)python/(object/apply|object/new|object|name|module):([\w.]{1,200})>?[^\S\n]*([^\n]*)"
)
_SCALAR = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'|([^\s,\[\]{}\"'#&*!|>-][^,\[\]{}\n#]*)")
_ITEM = re.compile(r"\n[ \t]*(?:-|args:|\w+:)[ \t]*([^\n]*)")


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one YAML text. Never raises."""
    text = data.decode("utf-8", "replace")
    body: list[ast.stmt] = []
    limits: list[str] = []
    for number, tag in enumerate(_TAG.finditer(text)):
        if number >= MAX_TAGS:
            limits.append(f"only {MAX_TAGS} tags were read")
            break
        line = text.count("\n", 0, tag.start()) + 1
        body += _statements(tag[1], tag[2].strip("."), list(_arguments(text, tag, line)), line)
    lowered = lower(ast.Module(body=body or [syntax.place(ast.Pass(), 1)], type_ignores=[]), "\n" * text.count("\n"))
    return Facts(
        language="python",
        front_end=front_end,
        depth=depth,
        scopes=lowered.scopes,
        imports=lowered.imports,
        limits=(*limits, *lowered.limits),
        lines=text.count("\n") + 1,
        dialect="yaml",
    )


def _statements(kind: str, name: str, values: list[ast.expr], line: int) -> Iterator[ast.stmt]:
    """Yield what building a tagged node runs: an import, and a call where the tag makes one."""
    if not all(part.isidentifier() for part in name.split(".")):
        return
    module = name if kind == "module" else name.rpartition(".")[0]
    if module and module not in ("builtins", "__builtin__"):
        yield syntax.importing(module, None, None, 0, line)
    if kind.startswith("object"):
        bare = name.rpartition(".")[2] if module in ("builtins", "__builtin__") else name
        yield syntax.expression(syntax.call(syntax.dotted(bare, line), values, line), line)


def _arguments(text: str, tag: re.Match[str], line: int) -> Iterator[ast.expr]:
    """Yield what a tag is given: the sequence behind it on its line, else the indented items below."""
    spelled = tag[3].strip()
    if spelled and not spelled.startswith(("#", "!")):
        inner = spelled[1:].lstrip()
        yield from [_list(inner, line)] if inner.startswith("[") else _scalars(spelled, line)
        return
    at = tag.end()
    for _ in range(MAX_ARGUMENTS):
        item = _ITEM.match(text, at)
        if item is None:
            return
        at = item.end()
        value = item[1].strip()
        yield from (
            [_list(value, line)] if value.startswith("[") and item[0].lstrip()[:1] == "-" else _scalars(value, line)
        )


def _list(text: str, line: int) -> ast.expr:
    return syntax.sequence("list", _scalars(text, line), line)


def _scalars(text: str, line: int) -> list[ast.expr]:
    """Return the scalars of a flow sequence, plain ones as text."""
    found = [next((part for part in one.groups() if part), "").strip() for one in _SCALAR.finditer(text)]
    return [syntax.const(one, line) for one in found[:MAX_ARGUMENTS]]
