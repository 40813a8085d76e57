"""Constants that say themselves in another way: split, turned, mapped, encoded, put together when they are needed."""

from __future__ import annotations

import ast
import base64
import codecs
import json
import lzma
import zlib
from collections.abc import Callable
from random import Random

from evasion_kit import Evasion, Package, code, each_tree, expression, has_sources, insert, word

Maker = Callable[[str, Random], str]
"""Writes the expression that gives a text."""


class _Hide(ast.NodeTransformer):
    """Puts an expression in the place of every text, but for docstrings, annotations and patterns."""

    def __init__(self, make: Maker, random: Random) -> None:
        self.make, self.random = make, random

    def visit_Expr(self, node):
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Constant(self, node):
        if not isinstance(node.value, str) or not node.value or len(node.value) > 4000:
            return node
        return expression(self.make(node.value, self.random))

    def visit_JoinedStr(self, node):
        parts = [self._part(part) for part in node.values]
        whole = parts[0]
        for part in parts[1:]:
            whole = ast.BinOp(left=whole, op=ast.Add(), right=part)
        return whole

    def _part(self, part):
        if isinstance(part, ast.Constant):
            return self.visit_Constant(part)
        value = self.visit(part.value)
        if part.conversion != -1:
            value = ast.Call(
                func=ast.Name(id={115: "str", 114: "repr", 97: "ascii"}[part.conversion]), args=[value], keywords=[]
            )
        spec = [self.visit(part.format_spec)] if part.format_spec else []
        return ast.Call(func=ast.Name(id="format"), args=[value, *spec], keywords=[])

    def visit_match_case(self, node):
        node.body = [self.visit(one) for one in node.body]
        return node

    def visit_AnnAssign(self, node):
        node.value = self.visit(node.value) if node.value else None
        return node


def texts(name: str, make: Maker, *, needs: str = "", blind: bool = False, conceals: bool = False) -> Evasion:
    """Make the evasion that writes every text by `make`, after the statements `needs`."""

    def change(tree: ast.Module, random: Random) -> ast.Module:
        return insert(_Hide(make, random).visit(tree), code(needs))

    def apply(package: Package, random: Random) -> Package:
        return each_tree(package, change, random)

    return Evasion(
        name=f"strings-{name}",
        family="strings",
        apply=apply,
        applies=has_sources,
        proof="constants",
        blind=blind,
        conceals=conceals,
    )


def pieces(text: str, random: Random) -> list[str]:
    """Cut a text into pieces of one to four characters."""
    cut, at = [], 0
    while at < len(text):
        size = random.randint(1, 4)
        cut.append(text[at : at + size])
        at += size
    return cut


def _shuffled(text: str, random: Random) -> str:
    cut = pieces(text, random)
    order = list(range(len(cut)))
    random.shuffle(order)
    places = "".join(f"{{{order.index(at)}}}" for at in range(len(cut)))
    return f"{places!r}.format({', '.join(repr(cut[at]) for at in order)})"


def _marked(text: str, random: Random) -> str:
    mark = next(one for one in "~^|§¤@" if one not in text)
    return f"{mark.join(pieces(text, random))!r}.replace({mark!r}, '')"


def _table(text: str, random: Random) -> str:
    letters = sorted(set(text))
    random.shuffle(letters)
    return f"''.join({''.join(letters)!r}[_i] for _i in {[letters.index(one) for one in text]!r})"


def _noise(text: str, random: Random) -> str:
    return repr("".join(one + random.choice("qwxz") for one in text)) + "[::2]"


def _shift(text: str, random: Random) -> str:
    by = random.randint(1, 9)
    return f"''.join(chr(ord(_c) - {by}) for _c in {''.join(chr(ord(one) + by) for one in text)!r})"


def _xor(text: str, random: Random) -> str:
    key = bytes(random.randint(1, 255) for _ in range(4))
    return f"_dx({bytes(one ^ key[at % 4] for at, one in enumerate(text.encode()))!r}, {key!r})"


def _long(text: str, random: Random) -> str:
    before = "".join(random.choice("etaoin shrdlu") for _ in range(random.randint(20, 60)))
    return f"{before + text + before[::-1]!r}[{len(before)}:{len(before) + len(text)}]"


def _translated(text: str, random: Random) -> str:
    letters = sorted(set(text))
    others = letters[1:] + letters[:1]
    there = str.maketrans("".join(letters), "".join(others))
    return f"{text.translate(there)!r}.translate(str.maketrans({''.join(others)!r}, {''.join(letters)!r}))"


def _packed(text: str, random: Random) -> str:
    data = text.encode()
    return f"struct.pack('{len(data)}B', {', '.join(map(str, data))}).decode()"


def _number(text: str, random: Random) -> str:
    data = text.encode()
    return f"({int.from_bytes(data, 'big')}).to_bytes({len(data)}, 'big').decode()"


def _percent(text: str, random: Random) -> str:
    cut = pieces(text, random)
    return f"{'%s' * len(cut)!r} % ({', '.join(map(repr, cut))},)"


def _keyed(text: str, random: Random) -> str:
    cut = pieces(text, random)
    names = [word(random, 4) for _ in cut]
    return f"{''.join(f'%({name})s' for name in names)!r} % {dict(zip(names, cut, strict=True))!r}"


def _json(text: str, random: Random) -> str:
    half = len(text) // 2
    return f"(json.loads({json.dumps([text[:half]])!r})[0] + json.loads({json.dumps(text[half:])!r}))"


def _escapes(text: str, random: Random) -> str:
    if not text.isascii():
        return repr(text)
    return repr("".join(f"\\x{one:02x}" for one in text.encode())) + ".encode().decode('unicode_escape')"


def _dictionary(text: str, random: Random) -> str:
    first, last = repr(text[: len(text) // 2]), repr(text[len(text) // 2 :])
    return f"({{1: {first}, 'b': {last}}}[1] + {{'b': {last}}}.get('b'))"


def _parted(text: str, random: Random) -> str:
    return repr(text) if "\x1f" in text else repr(f"zz\x1f{text}\x1fyy") + ".split('\\x1f')[1]"


def _stripped(text: str, random: Random) -> str:
    return repr(f"  \t{text}\t ") + ".strip()" if text == text.strip() else repr(text)


def _zipped(text: str, random: Random) -> str:
    even = len(text) // 2 * 2
    pairs = f"zip({text[:even:2]!r}, {text[1:even:2]!r})"
    return f"(''.join(_a + _b for _a, _b in {pairs}) + {text[even:]!r})"


def _deflated(text: str, random: Random) -> str:
    return f"zlib.decompress(base64.b85decode({base64.b85encode(zlib.compress(text.encode()))!r})).decode()"


def _squeezed(text: str, random: Random) -> str:
    return f"__import__('lzma').decompress({lzma.compress(text.encode())!r}).decode()"


_WALK = """
def _walk(tree):
    for part in tree:
        if isinstance(part, list):
            yield from _walk(part)
        else:
            yield part
"""
_SPELL = """
def _spell(codes):
    out = ''
    at = 0
    while at < len(codes):
        out += chr(codes[at])
        at += 1
    return out
"""
_UNWIND = """
def _unwind(stack):
    out = []
    while stack:
        out.append(stack.pop())
    return ''.join(out)
"""


def _codes(text: str) -> str:
    return "".join(f"%{one:02x}" for one in text.encode())


split = texts("split", lambda text, random: "(" + " + ".join(map(repr, pieces(text, random))) + ")", blind=True)
joined = texts("join", lambda text, random: f"''.join({pieces(text, random)!r})", blind=True)
reversed_ = texts("reversed", lambda text, _: f"{text[::-1]!r}[::-1]", blind=True, conceals=True)
characters = texts(
    "chr-list", lambda text, _: f"''.join([chr(_c) for _c in {[*map(ord, text)]!r}])", blind=True, conceals=True
)
character_sum = texts(
    "chr-sum", lambda text, _: "(" + " + ".join(f"chr({ord(one)})" for one in text) + ")", blind=True, conceals=True
)
numbers = texts("bytes-list", lambda text, _: f"bytes({[*text.encode()]!r}).decode()", blind=True, conceals=True)
hexadecimal = texts(
    "hex", lambda text, _: f"bytes.fromhex({text.encode().hex()!r}).decode()", blind=True, conceals=True
)
base_64 = texts(
    "base64",
    lambda text, _: f"base64.b64decode({base64.b64encode(text.encode())!r}).decode()",
    needs="import base64",
    blind=True,
    conceals=True,
)
rotated = texts(
    "rot13",
    lambda text, _: f"codecs.decode({codecs.encode(text, 'rot13')!r}, 'rot13')",
    needs="import codecs",
    blind=True,
    conceals=True,
)
xored = texts(
    "xor-loop",
    _xor,
    blind=True,
    conceals=True,
    needs="""
def _dx(data, key):
    out = bytearray()
    for at in range(len(data)):
        out.append(data[at] ^ key[at % len(key)])
    return out.decode()
""",
)
percent = texts("percent", _percent, blind=True)
formatted = texts("format-shuffled", _shuffled, blind=True)
marked = texts("replace-marks", _marked, blind=True)
noisy = texts("stride", _noise, blind=True)
shifted = texts("shift", _shift, blind=True, conceals=True)
tabled = texts("index-table", _table, blind=True, conceals=True)
mapped = texts("map-chr", lambda text, _: f"str().join(map(chr, {tuple(map(ord, text))!r}))", blind=True, conceals=True)
quoted = texts(
    "percent-codes",
    lambda text, _: f"_unquote({_codes(text)!r})",
    needs="from urllib.parse import unquote as _unquote",
    conceals=True,
)
entities = texts(
    "html-entities",
    lambda text, _: f"html.unescape({''.join(f'&#{ord(one)};' for one in text)!r})",
    needs="import html",
    conceals=True,
)
whole_number = texts("int-to-bytes", _number, conceals=True)
keyed = texts("percent-names", _keyed)
packed = texts("struct", _packed, needs="import struct", conceals=True)
base_32 = texts(
    "base32",
    lambda text, _: f"b32decode({base64.b32encode(text.encode())!r}).decode()",
    needs="from base64 import b32decode",
    conceals=True,
)
ascii_85 = texts(
    "ascii85",
    lambda text, _: f"a85decode({base64.a85encode(text.encode())!r}).decode()",
    needs="from base64 import a85decode",
    conceals=True,
)
unhexed = texts(
    "unhexlify",
    lambda text, _: f"binascii.unhexlify({text.encode().hex()!r}).decode('utf-8')",
    needs="import binascii",
    conceals=True,
)
translated = texts("translate", _translated, conceals=True)
sliced = texts("slice-of-prose", _long)
reduced = texts(
    "reduce",
    lambda text, random: f"functools.reduce(lambda _a, _b: _a + _b, {pieces(text, random)!r})",
    needs="import functools",
)
folded = texts(
    "operator-add",
    lambda text, random: f"functools.reduce(operator.add, {pieces(text, random)!r}, '')",
    needs="import functools\nimport operator",
)
generated = texts(
    "generator",
    lambda text, random: f"''.join(_each({pieces(text, random)!r}))",
    needs="def _each(parts):\n    for part in parts:\n        yield part",
)
defaults = texts(
    "default-arguments",
    lambda text, random: f"(lambda _a={text[: len(text) // 2]!r}, _b={text[len(text) // 2 :]!r}: _a + _b)()",
)
conditional = texts(
    "conditional", lambda text, random: f"({text!r} if len('{word(random, 3)}') == 4 else {text[::-1]!r})"
)
sorted_ = texts(
    "sorted-pairs",
    lambda text, random: f"''.join(_v for _, _v in sorted({random.sample(pairs := [*enumerate(text)], len(pairs))!r}))",
)
unpacked = texts(
    "walrus", lambda text, random: f"((_w := {text[: len(text) // 3]!r}), _w + {text[len(text) // 3 :]!r})[-1]"
)
as_json = texts("json", _json, needs="import json")
escaped = texts("unicode-escape", _escapes, conceals=True)
dictionary = texts("dictionary", _dictionary)
parted = texts("partition", _parted)
stripped = texts("strip", _stripped)
zipped = texts("zip", _zipped)
deflated = texts("zlib-base85", _deflated, needs="import base64\nimport zlib", conceals=True)
squeezed = texts("lzma", _squeezed, conceals=True)
nested = texts(
    "yield-from", lambda text, random: f"''.join(_walk({[[one] for one in pieces(text, random)]!r}))", needs=_WALK
)
accumulated = texts("while-loop", lambda text, _: f"_spell({[*map(ord, text)]!r})", needs=_SPELL, conceals=True)
popped = texts("pop-loop", lambda text, _: f"_unwind({[*text[::-1]]!r})", needs=_UNWIND)
