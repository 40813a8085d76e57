"""The whole module as data that is decoded and run: base-N, compression, ciphers by loop, code objects, data files."""

from __future__ import annotations

import ast
import base64
import bz2
import codecs
import gzip
import lzma
import marshal
import pickle
import zlib
from collections.abc import Callable
from random import Random

from evasion_kit import Applies, Evasion, Package, each_text, has_sources, runs_by_itself, word


def layer(
    name: str, write: Callable[[str, Random], str], *, blind: bool = False, applies: Applies = has_sources
) -> Evasion:
    """Make the evasion that replaces each module by what decodes and runs it."""

    def change(source: str, random: Random) -> str:
        return write(source, random) if source.strip() else source

    def apply(package: Package, random: Random) -> Package:
        return each_text(package, change, random)

    return Evasion(
        name=f"layers-{name}",
        family="layers",
        apply=apply,
        applies=applies,
        proof="layers",
        blind=blind,
        conceals=True,
    )


def _xored(source: str, random: Random) -> str:
    key = random.randint(1, 255)
    return f"exec(bytes(b ^ {key} for b in {bytes(one ^ key for one in source.encode())!r}))\n"


def _xored_loop(source: str, random: Random) -> str:
    key = bytes(random.randint(1, 255) for _ in range(7))
    data = bytes(one ^ key[at % 7] for at, one in enumerate(source.encode()))
    return (
        f"def _open(data, key):\n    out = []\n    for at, one in enumerate(data):\n"
        f"        out.append(chr(one ^ key[at % len(key)]))\n    return ''.join(out)\n"
        f"exec(_open({data!r}, {key!r}))\n"
    )


def _pieces(source: str, random: Random) -> str:
    """Run code that is put together from pieces."""
    size = 20
    cut = [source[at : at + size] for at in range(0, len(source), size)]
    return "_code = ''\n" + "".join(f"_code += {one!r}\n" for one in cut) + "exec(_code)\n"


def _shuffled(source: str, random: Random) -> str:
    """Run lines that stand in another order."""
    lines = source.split("\n")
    order = [*range(len(lines))]
    random.shuffle(order)
    places = [order.index(at) for at in range(len(lines))]
    return f"_lines = {[lines[at] for at in order]!r}\nexec('\\n'.join(_lines[at] for at in {places!r}))\n"


def _twice(source: str, random: Random) -> str:
    inner = f"import base64\nexec(base64.b64decode({base64.b64encode(source.encode())!r}).decode())\n"
    return f"import zlib\nexec(zlib.decompress({zlib.compress(inner.encode())!r}))\n"


def _five(source: str, random: Random) -> str:
    for _ in range(5):
        source = f"exec(__import__('base64').b64decode({base64.b64encode(source.encode())!r}))\n"
    return source


def _ascii(source: str) -> str:
    """Return the source with letters outside of ASCII as escapes, where that changes nothing."""
    return ast.unparse(ast.parse(source)) + "\n"


def _code_object(source: str) -> bytes:
    return marshal.dumps(compile(source, "acme.py", "exec", dont_inherit=True))


def _statements(source: str, random: Random) -> str:
    """Run every statement from a string of its own."""
    return "".join(f"exec({ast.unparse(node)!r})\n" for node in ast.parse(source).body)


class _Run:
    """Pickles to a call of exec."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __reduce__(self):
        return (exec, (self.source, {"__name__": "acme"}))


def _pickled(source: str, random: Random) -> str:
    return f"import pickle\npickle.loads({pickle.dumps(_Run(source), 2)!r})\n"


def _interpreter(source: str, random: Random) -> str:
    return f"import subprocess\nimport sys\nsubprocess.run([sys.executable, '-c', {source!r}])\n"


def _hex_with_separators(source: str, random: Random) -> str:
    data = "-".join(f"{one:02X}" for one in source.encode())
    return f"exec(bytes(int(one, 16) for one in {data!r}.split('-')).decode())\n"


def _binary_digits(source: str, random: Random) -> str:
    data = "".join(f"{one:08b}" for one in source.encode())
    return f"_b = {data!r}\nexec(''.join(chr(int(_b[at:at + 8], 2)) for at in range(0, len(_b), 8)))\n"


def _whitespace(source: str, random: Random) -> str:
    data = "".join(f"{one:08b}" for one in source.encode()).replace("0", " ").replace("1", "\t")
    return (
        f"_w = {data!r}\nexec(bytes(int(''.join('1' if one == '\\t' else '0' for one in _w[at:at + 8]), 2) "
        f"for at in range(0, len(_w), 8)))\n"
    )


def _invisible(source: str, random: Random) -> str:
    """Write bits as characters of no width."""
    data = "".join(f"{one:08b}" for one in source.encode()).replace("0", "\u200b").replace("1", "\u200c")
    return (
        f"_w = '{data}'\n_bits = ''.join(str(int(one == '\\u200c')) for one in _w)\n"
        "exec(bytes(int(_bits[at:at + 8], 2) for at in range(0, len(_bits), 8)))\n"
    )


def _words(source: str, random: Random) -> str:
    """Write every byte as a word of a list."""
    table = [word(random, 5)[1:] for _ in range(256)]
    table = [f"{one}{at}" for at, one in enumerate(table)]
    said = " ".join(table[one] for one in source.encode())
    return f"_words = {' '.join(table)!r}.split()\n_said = {said!r}\nexec(bytes(map(_words.index, _said.split())))\n"


def _docstring(source: str, random: Random) -> str:
    return f'"""{base64.b64encode(source.encode()).decode()}"""\nimport base64\nexec(base64.b64decode(__doc__))\n'


def _comment(source: str, random: Random) -> str:
    data = base64.b64encode(source.encode()).decode()
    return (
        f"# {data}\nimport base64\nwith open(__file__) as _own:\n    _line = _own.readline()\n"
        "exec(base64.b64decode(_line[2:]))\n"
    )


def _class_constants(source: str, random: Random) -> str:
    data = base64.b64encode(source.encode()).decode()
    half = len(data) // 2
    return (
        f"import base64\nclass _Parts:\n    first = {data[:half]!r}\n    second = {data[half:]!r}\n"
        "    def whole(self):\n        return self.first + self.second\n"
        "exec(compile(base64.b64decode(_Parts().whole()), '<acme>', 'exec'))\n"
    )


def _arguments(source: str, random: Random) -> str:
    data = base64.b64encode(source.encode()).decode()
    return (
        "import base64\ndef _go(data, decode=base64.b64decode, run=exec):\n    run(decode(data), globals())\n"
        f"_go({data!r})\n"
    )


def _stages(source: str, random: Random) -> str:
    data = base64.b85encode(zlib.compress(source.encode()[::-1])).decode()
    return (
        "import base64\nimport zlib\n_steps = [base64.b85decode, zlib.decompress, lambda d: d[::-1], bytes.decode]\n"
        f"_data = {data!r}\nfor _step in _steps:\n    _data = _step(_data)\nexec(_data)\n"
    )


def _function_type(source: str, random: Random) -> str:
    return f"import types\ntypes.FunctionType(compile({source!r}, '<acme>', 'exec'), globals())()\n"


def _added(source: str, random: Random) -> str:
    by = random.randint(1, 100)
    data = [(one + by) % 256 for one in source.encode()]
    loop = f"for _one in _d:\n    _out.append((_one - {by}) % 256)\n"
    return f"_d = {data!r}\n_out = bytearray()\n{loop}exec(_out.decode())\n"


def _stream(source: str, random: Random) -> str:
    """Xor with the stream of a small generator of random numbers."""
    state, data = (seed := random.randint(1, 9999)), []
    for one in source.encode():
        state = (state * 75 + 74) % 65537
        data.append(one ^ (state & 255))
    return (
        f"def _stream(seed):\n    while True:\n        seed = (seed * 75 + 74) % 65537\n        yield seed & 255\n"
        f"exec(bytes(a ^ b for a, b in zip({bytes(data)!r}, _stream({seed}))))\n"
    )


def _base85(source: str, random: Random) -> str:
    data = base64.b85encode(zlib.compress(source.encode()))
    return f"from base64 import b85decode as _b\nfrom zlib import decompress as _z\nexec(_z(_b({data!r})))\n"


def _marshal_zlib(source: str, random: Random) -> str:
    data = base64.b64encode(zlib.compress(_code_object(source)))
    return f"import base64, marshal, zlib\nexec(marshal.loads(zlib.decompress(base64.b64decode({data!r}))))\n"


def _lambda(source: str, random: Random) -> str:
    data = base64.b64encode(zlib.compress(source.encode()))[::-1]
    decoder = "_ = lambda __: zlib.decompress(base64.b64decode(__[::-1]))"
    return f"import base64, zlib\n{decoder}\nexec((_)({data!r}))\n"


def _b64(source: str) -> bytes:
    return base64.b64encode(source.encode())


plain = layer("plain-string", lambda source, _: f"exec({source!r})\n", blind=True)
compiled = layer("compiled-string", lambda source, _: f"exec(compile({source!r}, '<acme>', 'exec'))\n", blind=True)
base_64 = layer("base64", lambda source, _: f"import base64\nexec(base64.b64decode({_b64(source)!r}))\n", blind=True)
codec = layer(
    "codecs-base64",
    lambda source, _: f"import codecs\nexec(codecs.decode({codecs.encode(source.encode(), 'base64')!r}, 'base64'))\n",
    blind=True,
)
hexadecimal = layer("hex", lambda source, _: f"exec(bytes.fromhex({source.encode().hex()!r}))\n", blind=True)
reversed_ = layer("reversed", lambda source, _: f"exec({source[::-1]!r}[::-1])\n", blind=True)
deflated = layer(
    "zlib",
    lambda source, _: f"import zlib\nexec(zlib.decompress({zlib.compress(source.encode())!r}).decode())\n",
    blind=True,
)
squeezed = layer(
    "lzma", lambda source, _: f"import lzma\nexec(lzma.decompress({lzma.compress(source.encode())!r}))\n", blind=True
)
bzipped = layer("bz2", lambda source, _: f"import bz2\nexec(bz2.decompress({bz2.compress(source.encode())!r}))\n")
gzipped = layer(
    "gzip", lambda source, _: f"import gzip\nexec(gzip.decompress({gzip.compress(source.encode(), mtime=0)!r}))\n"
)
rotated = layer(
    "rot13",
    lambda source, _: f"import codecs\nexec(codecs.decode({codecs.encode(_ascii(source), 'rot13')!r}, 'rot13'))\n",
    blind=True,
)
base_85 = layer("base85-zlib", _base85, blind=True)
base_32 = layer(
    "base32", lambda source, _: f"import base64\nexec(base64.b32decode({base64.b32encode(source.encode())!r}))\n"
)
marshalled = layer(
    "marshal", lambda source, _: f"import marshal\nexec(marshal.loads({_code_object(source)!r}))\n", blind=True
)
marshalled_zlib = layer("marshal-zlib-base64", _marshal_zlib)
character_codes = layer("chr-list", lambda source, _: f"exec(''.join(map(chr, {[*map(ord, source)]!r})))\n", blind=True)
pieces = layer("split-code", _pieces, blind=True)
shuffled = layer("shuffled-lines", _shuffled)
xored = layer("xor", _xored, blind=True)
xored_loop = layer("xor-loop", _xored_loop, blind=True)
added = layer("add-loop", _added)
stream = layer("stream-cipher", _stream)
twice = layer("two-layers", _twice, blind=True)
five = layer("five-layers", _five)
statements = layer("exec-per-statement", _statements)
pickled = layer("pickle", _pickled, applies=runs_by_itself)
interpreter = layer("interpreter", _interpreter, applies=runs_by_itself)
hex_words = layer("hex-separated", _hex_with_separators)
digits = layer("binary-digits", _binary_digits)
whitespace = layer("whitespace", _whitespace)
invisible = layer("invisible-characters", _invisible)
words = layer("word-list", _words)
docstring = layer("docstring", _docstring)
comment = layer("own-comment", _comment)
class_constants = layer("class-constants", _class_constants)
arguments = layer("default-arguments", _arguments)
stages = layer("table-of-decoders", _stages)
function_type = layer("function-type", _function_type)
builtins = layer(
    "getattr-builtins",
    lambda source, _: (
        f"import base64\ngetattr(__import__('builtins'), 'cexe'[::-1])(base64.b64decode({_b64(source)!r}))\n"
    ),
    blind=True,
)
aliased = layer(
    "aliased-exec",
    lambda source, _: f"import base64\n_e, _d = exec, base64.b64decode\n_e(_d({_b64(source)!r}))\n",
    blind=True,
)
evaluated = layer(
    "eval-compile",
    lambda source, _: f"import base64\neval(compile(base64.b64decode({_b64(source)!r}), 'a', 'exec'))\n",
    blind=True,
)
in_lambda = layer("lambda", _lambda, blind=True)
