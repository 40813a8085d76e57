"""Numbers and strings, of both Pythons."""

from __future__ import annotations

import ast
import re
from typing import Any

from tree_sitter import Node

from pratique.languages.python.grammar.machine import Machine, Steps, each, expression, named

PREFIX = re.compile(r"^([A-Za-z]*)(\"\"\"|'''|\"|'|`)")
REFUSED = (SyntaxError, ValueError, MemoryError, RecursionError)


def number(machine: Machine, node: Node) -> ast.expr:
    """Read a number: `0777` and `10L` are Python 2's."""
    text = machine.text(node)
    try:
        return machine.place(ast.Constant(value=_literal(text)), node)
    except REFUSED:
        machine.python2 = True
    plain = text.rstrip("lL").replace("_", "")
    try:
        octal = re.fullmatch(r"0[0-7]+", plain)
        return machine.place(ast.Constant(value=int(plain, 8) if octal else int(plain, 0)), node)
    except REFUSED:
        return machine.place(ast.Constant(value=...), node)


def _literal(text: str) -> Any:
    parsed = ast.parse(f"({text})", mode="eval").body
    return parsed.value if isinstance(parsed, ast.Constant) else ast.literal_eval(parsed)


def string(machine: Machine, node: Node) -> Any:
    """Read one string; an f-string becomes JoinedStr, backticks a call of `repr`."""
    text = machine.text(node)
    found = PREFIX.match(text)
    prefix, quote = (found[1].lower(), found[2]) if found else ("", "")
    if quote == "`":
        return _backticks(machine, node)
    if any(child.type == "interpolation" for child in node.children):
        machine.python3 = True
        return _fstring(machine, node, raw="r" in prefix)
    if "u" in prefix and "r" in prefix:
        machine.python2 = True
        prefix = prefix.replace("u", "")
    if "t" in prefix:
        prefix = prefix.replace("t", "f")
    body = text[len(found[1]) :] if found else text
    return machine.place(ast.Constant(value=plain(prefix.replace("f", ""), body, quote)), node)


def plain(prefix: str, body: str, quote: str) -> str | bytes:
    """Return the value of a string without interpolations; its text as it is when its escapes cannot be read."""
    try:
        value = _literal(prefix + body)
        if isinstance(value, (str, bytes)):
            return value
    except REFUSED:
        pass
    inner = body[len(quote) : -len(quote)] if quote and body.endswith(quote) and len(body) >= 2 * len(quote) else body
    return inner.encode("utf-8", "replace") if "b" in prefix else inner


def _backticks(machine: Machine, node: Node) -> Steps:
    from pratique.languages.python.grammar.whole import tree

    machine.python2 = True
    inner = machine.text(node).strip("`")
    inside = Machine(inner.encode("utf-8", "replace"), machine.table)
    args = []
    for child in named(tree(inside.source))[:1]:
        body = inside.run(child)
        args = [one.value for one in body[:1] if isinstance(one, ast.Expr)] if isinstance(body, list) else [body]
    for arg in args:
        for one in ast.walk(arg):
            if hasattr(one, "lineno"):
                machine.place(one, node)
    return machine.call("repr", args, node)
    yield node


def _fstring(machine: Machine, node: Node, *, raw: bool) -> Steps:
    values: list[ast.expr] = []
    for child in node.children:
        if child.type == "string_content":
            values.append(machine.place(ast.Constant(value=_content(machine.text(child), raw=raw)), child))
        elif child.type == "interpolation":
            values.append((yield child))
    return machine.place(ast.JoinedStr(values=merged(values)), node)


def _content(text: str, *, raw: bool) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    value = plain("", '"""' + text.replace('"', '\\"') + '"""', '"""')
    return value if isinstance(value, str) else text


def interpolation(machine: Machine, node: Node) -> Steps:
    """Read `{expression!r:spec}` of an f-string."""
    inner = [child for child in named(node) if child.type not in {"type_conversion", "format_specifier"}]
    value = expression((yield inner[0]), machine, inner[0]) if inner else machine.place(ast.Constant(value=...), node)
    spec = next((child for child in node.children if child.type == "format_specifier"), None)
    conversion = next((machine.text(child) for child in node.children if child.type == "type_conversion"), "")
    flag = ord(conversion[1]) if len(conversion) > 1 else -1
    made = ast.FormattedValue(value=value, conversion=flag, format_spec=None)
    if spec is not None:
        made.format_spec = yield from _spec(machine, spec)
    return machine.place(made, node)


def _spec(machine: Machine, node: Node) -> Steps:
    """Read `:>{width}`: its text is what stands between the expressions."""
    parts: list[ast.expr] = []
    at = node.start_byte + 1
    for child in named(node):
        parts.append(_text(machine, machine.source[at : child.start_byte], child))
        value = yield child
        parts.append(expression(value, machine, child))
        at = child.end_byte
    parts.append(_text(machine, machine.source[at : node.end_byte], node))
    return machine.place(ast.JoinedStr(values=merged(parts)), node)


def _text(machine: Machine, raw: bytes, node: Node) -> ast.expr:
    return machine.place(ast.Constant(value=raw.decode("utf-8", "replace")), node)


def merged(parts: list[ast.expr]) -> list[ast.expr]:
    """Join texts that stand side by side, as CPython does; empty ones go."""
    found: list[ast.expr] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)):
            if not part.value:
                continue
            if isinstance(last, ast.Constant) and isinstance(last.value, (str, bytes)):
                last.value = joined([last.value, part.value])
                last.end_lineno, last.end_col_offset = part.end_lineno, part.end_col_offset
                continue
        found.append(part)
    return found


def concatenated(machine: Machine, node: Node) -> Steps:
    """Read strings that stand side by side."""
    parts: list[ast.expr] = yield from each(machine, named(node))
    if all(isinstance(part, ast.Constant) for part in parts):
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        return machine.place(ast.Constant(value=joined(values)), node)
    flat = [inner for part in parts for inner in (part.values if isinstance(part, ast.JoinedStr) else [_value(part)])]
    return machine.place(ast.JoinedStr(values=merged(flat)), node)


def _value(part: ast.expr) -> ast.expr:
    """Return a part that may stand in an f-string."""
    if isinstance(part, ast.Constant) and isinstance(part.value, bytes):
        part.value = part.value.decode("latin-1")
    if isinstance(part, ast.FormattedValue) or (isinstance(part, ast.Constant) and isinstance(part.value, str)):
        return part
    return ast.copy_location(ast.FormattedValue(value=part, conversion=-1, format_spec=None), part)


def joined(values: list[Any]) -> str | bytes:
    """Join texts; where bytes and text meet, as in Python 2, the result is text."""
    if values and all(isinstance(value, bytes) for value in values):
        return b"".join(values)
    return "".join(v.decode("latin-1") if isinstance(v, bytes) else v for v in values if isinstance(v, (str, bytes)))


CONVERTERS = {
    "integer": number,
    "float": number,
    "string": string,
    "concatenated_string": concatenated,
    "interpolation": interpolation,
    "format_expression": interpolation,
}
