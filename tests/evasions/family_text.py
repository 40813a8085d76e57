"""The same tree in another text or another encoding (PEP 263): what an editor shows and a search finds differs."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable
from random import Random

from evasion_kit import Evasion, Package, decode, each_text, has_sources

Text = Callable[[str, Random], str]


def text(name: str, change: Text, *, blind: bool = False, conceals: bool = False) -> Evasion:
    """Make an evasion of every file's text."""

    def apply(package: Package, random: Random) -> Package:
        return each_text(package, change, random)

    return Evasion(
        name=f"text-{name}",
        family="text",
        apply=apply,
        applies=has_sources,
        proof="tree",
        stage=1,
        blind=blind,
        conceals=conceals,
    )


def encoded(name: str, encode: Callable[[str], bytes], *, blind: bool = False, conceals: bool = False) -> Evasion:
    """Make an evasion of every file's bytes; a file that the encoding cannot say stays as it is."""

    def one(data: bytes) -> bytes:
        try:
            made = encode(decode(data))
            return made if ast.dump(ast.parse(decode(made))) == ast.dump(ast.parse(decode(data))) else data
        except (UnicodeEncodeError, SyntaxError):
            return data

    def apply(package: Package, random: Random) -> Package:
        return package.edited({path: one(data) for path, data in package.sources()})

    return Evasion(
        name=f"encoding-{name}",
        family="text",
        apply=apply,
        applies=has_sources,
        proof="tree",
        stage=2,
        blind=blind,
        conceals=conceals,
    )


def cookie(codec: str) -> Callable[[str], bytes]:
    """Return the encoder that says its codec in the first line."""
    return lambda source: f"# -*- coding: {codec} -*-\n".encode() + source.encode(codec)


def _utf7(source: str) -> bytes:
    """Write as much as the codec allows in its own letters: code, not only the letters outside of ASCII."""
    shifted = "".join(one if one == "\n" else f"+{_base64(one)}-" for one in source)
    return b"# coding: utf-7\n" + shifted.encode()


def _base64(letter: str) -> str:
    from base64 import b64encode

    return b64encode(letter.encode("utf-16-be")).decode().rstrip("=")


def _escapes(source: str) -> bytes:
    """Write the file for `unicode_escape`, line breaks included."""
    return b"# coding: unicode_escape\n" + "".join(f"\\x{one:02x}" for one in source.encode("latin-1")).encode() + b"\n"


def _comment_escape(source: str) -> bytes:
    """Hide everything in what looks like a comment: the codec turns the escape into a line break."""
    body = source.encode("latin-1").replace(b"\\", b"\\x5c").replace(b"\n", b"\\x0a")
    return b"# coding: unicode_escape\n# nothing to see here \\x0a" + body + b"\n"


def _statements(source: str) -> list[str]:
    return [ast.unparse(node) for node in ast.parse(source).body]


def _semicolons(source: str, random: Random) -> str:
    """Join simple statements on one line."""
    lines: list[str] = []
    simple = False
    for node in ast.parse(source).body:
        plain = not hasattr(node, "body") and not hasattr(node, "cases")
        made = ast.unparse(node)
        if plain and simple:
            lines[-1] += "; " + made
        else:
            lines.append(made)
        simple = plain
    return "\n".join(lines) + "\n"


def _far_right(source: str, random: Random) -> str:
    """Push the statements past what a screen shows."""
    lines: list[str] = []
    for node in ast.parse(source).body:
        plain = not hasattr(node, "body") and not hasattr(node, "cases") and not isinstance(node, ast.ImportFrom)
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        made = ast.unparse(node)
        lines.append(f"_ok = 1{' ' * 400}; {made}" if plain and not docstring else made)
    return "\n".join(lines) + "\n"


def _wide(source: str, random: Random) -> str:
    """Indent by a hundred columns."""
    return (
        "\n".join(" " * (25 * (len(line) - len(line.lstrip(" ")))) + line.lstrip(" ") for line in _plain(source)) + "\n"
    )


def _tabs(source: str, random: Random) -> str:
    return (
        "\n".join("\t" * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in _plain(source))
        + "\n"
    )


def _plain(source: str) -> list[str]:
    """Write the tree again, without any text over several lines."""
    return ast.unparse(ast.parse(source)).split("\n")


def _blank_lines(source: str, random: Random) -> str:
    return "\n" * 4000 + source + "\n" * 4000 if "__future__" not in source else source


def _comments(source: str, random: Random) -> str:
    words = ["load", "the", "table", "of", "names", "when", "it", "is", "asked", "for"]
    return "".join(f"# {' '.join(random.choices(words, k=9))}\n" for _ in range(6000)) + source


def _form_feeds(source: str, random: Random) -> str:
    return "\f\n".join(_plain(source)).replace("\f\n ", "\n ") + "\n"


def _escaped_strings(source: str, random: Random) -> str:
    """Spell every plain literal in escapes."""
    found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    lines = source.splitlines(keepends=True)
    for token in reversed(found):
        if token.type == tokenize.STRING and token.string[0] in "'\"" and token.start[0] == token.end[0]:
            value = ast.literal_eval(token.string)
            spelled = "'" + "".join(f"\\u{ord(one):04x}" if ord(one) < 65536 else one for one in value) + "'"
            row, line = token.start[0] - 1, lines[token.start[0] - 1]
            lines[row] = line[: token.start[1]] + spelled + line[token.end[1] :]
    return "".join(lines)


def _implicit(source: str, random: Random) -> str:
    """Write literals as neighbours that the parser joins."""
    found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    lines = source.splitlines(keepends=True)
    for token in reversed(found):
        if token.type == tokenize.STRING and token.string[0] in "'\"" and token.start[0] == token.end[0]:
            value = ast.literal_eval(token.string)
            half = len(value) // 2
            row, line = token.start[0] - 1, lines[token.start[0] - 1]
            lines[row] = f"{line[: token.start[1]]}{value[:half]!r} {value[half:]!r}{line[token.end[1] :]}"
    return "".join(lines)


def _backslashes(source: str, random: Random) -> str:
    """Break lines at every dot."""
    found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    lines = source.splitlines(keepends=True)
    fstring = any(token.type == tokenize.STRING and "f" in token.string[:2].lower() for token in found)
    for token in reversed(found) if not fstring else ():
        if token.type == tokenize.OP and token.string == "." and not token.line.lstrip().startswith(("from", "import")):
            row, line = token.start[0] - 1, lines[token.start[0] - 1]
            lines[row] = line[: token.start[1]] + "\\\n    ." + line[token.end[1] :]
    return "".join(lines)


def _parentheses(source: str, random: Random) -> str:
    tree = ast.parse(source)
    lines = []
    for node in tree.body:
        made = ast.unparse(node)
        single = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
        lines.append("(" * 20 + made + ")" * 20 if single else made)
    return "\n".join(lines) + "\n"


same = text("unparsed", lambda source, _: "\n".join(_plain(source)) + "\n", blind=True)
semicolons = text("semicolons", _semicolons, blind=True)
far_right = text("past-column-200", _far_right, conceals=True)
wide = text("wide-indent", _wide, conceals=True)
tabs = text("tabs", _tabs, blind=True)
blank_lines = text("blank-lines", _blank_lines, blind=True)
comments = text("long-comments", _comments, blind=True)
form_feeds = text("form-feeds", _form_feeds)
escaped_strings = text("escaped-literals", _escaped_strings, blind=True)
implicit = text("implicit-concatenation", _implicit, blind=True)
backslashes = text("backslash-lines", _backslashes, blind=True)
parentheses = text("parentheses", _parentheses)

mark = encoded("utf-8-bom", lambda source: source.encode("utf-8-sig"), blind=True)
latin = encoded("latin-1", cookie("latin-1"), blind=True)
utf7 = encoded("utf-7", _utf7, conceals=True)
escapes = encoded("unicode-escape", _escapes, conceals=True)
comment_escape = encoded("unicode-escape-comment", _comment_escape, conceals=True)
raw_escapes = encoded("raw-unicode-escape", cookie("raw_unicode_escape"))
japanese = encoded("iso-2022-jp", cookie("iso2022_jp"))
chinese = encoded("gbk", cookie("gbk"))
hz = encoded("hz", lambda source: b"# coding: hz\n" + source.replace("~", "~~").encode("ascii"))
shift_jis = encoded("shift-jis", cookie("shift_jis"))
carriage = encoded("carriage-returns", lambda source: source.replace("\n", "\r").encode())
mixed_lines = encoded("mixed-line-ends", lambda source: source.replace("\n", "\r\n", 3).encode())
second_line = encoded(
    "cookie-on-second-line",
    lambda source: b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n" + source.encode("cp1252"),
    blind=True,
)
