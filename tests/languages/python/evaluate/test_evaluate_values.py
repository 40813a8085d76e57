"""The evaluator gives what Python gives, with the steps that led there."""

import ast
import base64
import bz2
import gzip
import html
import itertools
import json
import lzma
import math
import operator
import string
import struct
import textwrap
import urllib.parse
import zlib
from functools import reduce

import pytest
from evaluate_support import evaluate, run, run_loop

from pratique.languages.python.evaluate import (
    HOLE,
    UNKNOWN,
    CodeBlob,
    Fuel,
    Known,
    binop,
    call,
    fstring,
    method,
    subscript,
)

PYTHON = {
    "ast": ast, "base64": base64, "bz2": bz2, "gzip": gzip, "html": html, "itertools": itertools, "json": json,
    "lzma": lzma, "math": math, "operator": operator, "string": string, "struct": struct, "textwrap": textwrap,
    "urllib": urllib, "zlib": zlib, "functools": __import__("functools"), "binascii": __import__("binascii"),
    "codecs": __import__("codecs"), "hashlib": __import__("hashlib"), "quopri": __import__("quopri"),
    "re": __import__("re"), "reduce": reduce,
}  # fmt: skip

SAME = """
1 + 2
7 // 2 - 7 % 3 ** 2
2 ** 100
-5 // 3
1 << 70 >> 3
0xff & 0x0f | 0x30 ^ 0x11
~5
not []
1.5 * 2 + 1 / 4
'a' 'b' + 'c'
'ab' * 3
3 * 'ab'
b'ab' * 2 + b'c'
[1, 2] + [3] * 2
(1,) + (2, 3)
'hello'[::-1]
'hello'[1:4]
'hello'[-1]
[1, 2, 3][::2]
{'a': 1, **{'b': 2}}['b']
(1, 2, 3)[1:]
b'hello'[0]
b'hello'[1:3]
'a' in 'abc'
'x' not in ['y']
1 < 2 < 3
1 < 2 > 5
'a' == 'a' and 'b' != 'c'
None is None
3 if [] else 4
0 or '' or 'x'
1 and 2
f'{1 + 1}/{"x"!r}/{3.14159:.2f}/{255:#x}'
f'{"a":>5}|{"b":<{3}}|'
'%s-%d-%x-%r' % ('a', 5, 255, 'b')
'%(k)s' % {'k': 'v'}
'%5.2f%%' % 3.14159
b'%d' % 5
'{}-{}'.format(1, 'x')
'{1}{0}{k}'.format('a', 'b', k='c')
'{0[1]}'.format(['a', 'b'])
'{:>10}|{:,}'.format('x', 1234567)
'{!r:>6}'.format('a')
'a,b,,c'.split(',')
'a b  c'.split()
'a,b,c'.rsplit(',', 1)
'a\\nb\\r\\nc'.splitlines()
'-'.join(['a', 'b'])
'-'.join('abc')
b'-'.join([b'a', b'b'])
'abcabc'.replace('b', 'xx')
'abc'.replace('', '-')
'abc'.upper().lower().title().swapcase()
'  x '.strip() + 'xxy'.lstrip('x') + 'yxx'.rstrip('x')
'abc'.find('c') + 'abc'.index('b') + 'aab'.count('a')
'abc'.startswith('ab') and 'abc'.endswith(('x', 'c'))
'a=b=c'.partition('=')
'7'.zfill(3) + 'a'.center(5, '*') + 'a'.ljust(2) + 'a'.rjust(2)
'abc'.translate({97: 'x', 98: None})
'abc'.translate(str.maketrans('abc', 'xyz'))
str.maketrans({'a': 'b'})
bytes.fromhex('68 65')
b'he'.hex()
'aé'.encode()
'aé'.encode('latin-1')
'é'.encode('utf-16-le')
b'h\\xc3\\xa9'.decode()
b'\\xff'.decode('utf-8', 'replace')
b'+AGE-'.decode('utf-7')
bytes([104, 105])
bytes(3)
bytes('a', 'utf-8')
bytearray(b'ab') + b'c'
str(b'a', 'ascii')
str(5) + str(1.5) + str(None) + str([1, 'a'])
repr('a') + ascii('é')
int('ff', 16) + int('0b11', 0) + int(3.9)
int('12_3')
float('1.5')
bool('') or bool('x')
chr(104) + chr(0x1f600)
ord('a')
hex(255) + oct(8) + bin(5)
len('abc') + len([1]) + len({})
list('abc')
tuple([1, 2])
dict([('a', 1)], b=2)
dict(zip('ab', [1, 2]))
{1, 2, 3} & {2, 3, 4}
sorted({3, 1, 2})
sorted(['b', 'a'], reverse=True)
sorted(['bb', 'a'], key=len)
sorted('hello', key=lambda c: -ord(c))
list(range(5)) + list(range(5, 0, -2))
list(zip('ab', (1, 2), [3, 4]))
list(map(str, [1, 2]))
list(map(lambda a, b: a + b, [1, 2], [3, 4]))
list(filter(None, [0, 1, '']))
list(filter(lambda x: x % 2, range(6)))
list(enumerate('ab', 1))
list(reversed([1, 2, 3]))
sum([1, 2, 3]) + sum([1.5], 2)
min(3, 1, 2) + max([1, 5, 2])
min(['aa', 'b'], key=len)
max([], default=7)
any([0, 1]) and all([1, 1])
abs(-3) + pow(2, 5) + pow(3, 100, 7)
round(2.567, 2) + round(2.5)
divmod(17, 5)
format(255, '08b')
'abc'[slice(0, 2)]
next(iter([5, 6]))
isinstance('a', str) and not isinstance(1, (str, bytes))
(10).to_bytes(2, 'big')
int.from_bytes(b'\\x01\\x02', 'little')
(255).bit_length()
base64.b64decode('aGVsbG8=')
base64.b64decode(b'aGVsbG8=').decode()
base64.urlsafe_b64decode('-_-_')
base64.standard_b64decode('aGVsbG8=')
base64.b32decode('NBSWY3DP')
base64.b16decode('68656C6C6F')
base64.b85decode(base64.b85encode(b'hello'))
base64.a85decode(base64.a85encode(b'hello'))
base64.decodebytes(b'aGVsbG8=\\n')
base64.b64encode(b'hi').decode()
binascii.unhexlify('6869') + binascii.a2b_hex(b'6869')
binascii.hexlify(b'hi')
binascii.a2b_base64('aGk=')
binascii.a2b_qp(b'=68i')
binascii.crc32(b'hi')
quopri.decodestring(b'=68=69')
zlib.decompress(zlib.compress(b'hello'))
gzip.decompress(gzip.compress(b'hello'))
bz2.decompress(bz2.compress(b'hello'))
lzma.decompress(lzma.compress(b'hello'))
codecs.decode('uryyb', 'rot13')
codecs.decode('uryyb', 'rot_13')
codecs.encode('hello', 'rot-13')
codecs.decode(b'6869', 'hex')
codecs.decode('6869', 'hex_codec')
codecs.decode(b'aGk=\\n', 'base64')
codecs.decode(codecs.encode(b'hi', 'uu'), 'uu')
codecs.decode(codecs.encode(b'hi', 'zlib'), 'zip')
codecs.decode(codecs.encode(b'hi', 'bz2'), 'bz2')
codecs.decode(b'a\\\\x62', 'unicode_escape')
codecs.decode(b'hi', 'utf-8')
b'mnchen-3ya'.decode('punycode')
b'xn--mnchen-3ya'.decode('idna')
struct.unpack('<HB', b'\\x01\\x00\\x02')
struct.pack('>I', 258)
json.loads('{"a": [1, null]}')['a']
json.dumps({'a': [1, None]}, sort_keys=True)
ast.literal_eval("['a', 1, None]")
html.unescape('&lt;a&#104;')
urllib.parse.unquote('a%20b')
urllib.parse.unquote_plus('a+b')
urllib.parse.quote('a b/c')
urllib.parse.urljoin('https://a.invalid/x/', 'y')
textwrap.dedent('  a\\n  b')
list(itertools.chain([1], (2, 3)))
list(itertools.chain.from_iterable([[1], [2]]))
list(itertools.islice(itertools.cycle('ab'), 5))
list(itertools.islice(itertools.count(3), 2, 8, 2))
list(zip('abc', itertools.cycle([1, 2])))
list(itertools.repeat('a', 2))
list(itertools.starmap(lambda a, b: a * b, [(1, 2), (3, 4)]))
list(itertools.accumulate([1, 2, 3]))
functools.reduce(lambda a, b: a + b, ['a', 'b', 'c'])
functools.reduce(operator.mul, [1, 2, 3], 10)
operator.add('a', 'b') + str(operator.xor(5, 3))
operator.getitem([1, 2], 1)
string.ascii_letters[:3] + string.digits[-1] + string.punctuation
math.floor(2.7) + math.ceil(2.1) + math.factorial(5)
re.sub('[^a-z]', '', 'a1b2')
re.sub('-', '', 'a-b-c')
re.findall(r'\\d+', 'a12b3')
re.split(',', 'a,b')
hashlib.md5(b'a').hexdigest()
hashlib.sha256(b'a').digest()
hashlib.new('sha1', b'a').hexdigest()
hashlib.pbkdf2_hmac('sha256', b'p', b's', 10).hex()
[x * 2 for x in range(3)]
[x for x in range(10) if x % 2 if x > 3]
[(a, b) for a in 'ab' for b in range(2)]
{k: v for k, v in [('a', 1)]}
''.join(chr(c ^ 3) for c in [107, 102, 111])
bytes(a ^ b for a, b in zip(b'hello', itertools.cycle(b'key')))
bytes([x ^ 0x20 for x in bytearray(b'HELLO')])
''.join([chr(ord(c) - 1) for c in 'ifmmp'])
''.join(map(chr, [104, 105]))
''.join(reversed('olleh'))
(lambda s, k=1: ''.join(chr(ord(c) - k) for c in s))('ifmmp')
(lambda *a, **k: len(a) + len(k))(1, 2, x=3)
(y := 5) + y
[*range(3), *'ab']
{**{'a': 1}}
' '.join(f'{i}:{c}' for i, c in enumerate('ab'))
'abc'.join(['1', '2']).encode().hex()
''.join(sorted('hello'))
(lambda f: f(3))(lambda n: n + 1)
"".join(chr(int(b, 2)) for b in "1101000 1101001".split())
"".join(chr(int("6869"[i:i+2], 16)) for i in range(0, 4, 2))
eval if False else 1
set('aa') == {'a'}
'a'.isalpha() and '1'.isdigit()
(b'a' b'b').decode().upper()
'a\\tb'.expandtabs(4)
'x'.removeprefix('x') + 'ab'.removesuffix('b')
[1, 2, 3].index(2) + [1, 1].count(1)
{'a': 1}.get('a') + {'a': 1}.get('b', 5)
list({'a': 1, 'b': 2}.items())
list({'a': 1}.keys()) + list({'a': 1}.values())
'A' < 'B' <= 'B' and (1, 2) < (1, 3)
complex(1, 2).real
True + True
-True
3 .real
""".strip().splitlines()


def normalized(value):
    return ast.literal_eval(repr(value)) if isinstance(value, bytearray) else value


@pytest.mark.parametrize("source", SAME)
def test_as_python(source):
    """Every listed expression gives what Python gives."""
    expected = eval(source, dict(PYTHON))
    found = evaluate(source)

    assert found is not UNKNOWN
    assert found.value == expected
    assert type(found.value) is type(expected)


CODECS = [
    ("__import__('base64').b64decode('aGVsbG8=')", b"hello", ("base64",)),
    ("getattr(__import__('ba' + 'se64'), 'b64' + 'decode')('aGk=')[::-1]", b"ih", ("base64", "reverse")),
    (
        "importlib.import_module('zlib').decompress(base64.b64decode('eJzLSM3JyQcABiwCFQ=='))",
        b"hello",
        ("base64", "zlib"),
    ),
    ("bytes.fromhex('6869').decode()", "hi", ("hex",)),
    ("''.join(chr(c ^ 1) for c in [105, 104])", "hi", ("xor", "chr-table", "concat")),
    ("codecs.decode('uv', 'rot13')", "hi", ("rot13",)),
    ("'h' + 'i'", "hi", ("concat",)),
    ("'xhi'.replace('x', '')", "hi", ("replace",)),
    ("'plain'", "plain", ()),
    ("b'aGk='.decode('ascii')", "aGk=", ()),
    ("marshal.loads(base64.b64decode('4wAA'))", CodeBlob(b"\xe3\x00\x00"), ("base64", "marshal")),
    ("compile('x = 1', 'f', 'exec')", "x = 1", ()),
    ("bytes(map(lambda b: b ^ 1, b'ih'))", b"hi", ("xor", "chr-table")),
]


@pytest.mark.parametrize(("source", "value", "codecs"), CODECS)
def test_steps_are_labelled(source, value, codecs):
    """Each decoding step leaves its label, once, in order."""
    found = evaluate(source)

    assert found.value == value
    assert set(codecs) <= set(found.codecs) if "concat" in codecs else found.codecs == codecs


HOLES = [
    ("'https://' + host + '/x'", f"https://{HOLE}/x"),
    ("f'https://{host}/{1}'", f"https://{HOLE}/1"),
    ("'%s:%d' % (host, 80)", f"{HOLE}:80"),
    ("'%s/' % host", f"{HOLE}/"),
    ("'%(a)s/%(b)s' % {'a': host, 'b': 'x'}", f"{HOLE}/x"),
    ("'{}/{}'.format(host, 'x')", f"{HOLE}/x"),
    ("'{h:>5}/{n:03d}'.format(h=host, n=7)", f"{HOLE}/007"),
    ("'/'.join(['a', host, 'b'])", f"a/{HOLE}/b"),
    ("os.path.join(home, '.ssh', 'id_rsa')", f"{HOLE}/.ssh/id_rsa"),
    ("os.path.expanduser('~/.aws/' + name)", f"~/.aws/{HOLE}"),
    ("str(pathlib.Path(home) / 'a' / 'b')", f"{HOLE}/a/b"),
    ("pathlib.Path('a').joinpath(name).as_posix()", f"a/{HOLE}"),
    ("('a' + name).upper()", f"A{HOLE}"),
    ("('a' + name).replace('a', 'b')", f"b{HOLE}"),
    ("['x', name][0]", "x"),
    ("(lambda n: 'a' + n)(name)", f"a{HOLE}"),
    ("os.sep + name", f"/{HOLE}"),
    ("name + 'a' + 'b'", f"{HOLE}ab"),
]


@pytest.mark.parametrize(("source", "value"), HOLES)
def test_known_parts_stay(source, value):
    """What is known of a text stays, with a hole for the rest."""
    assert evaluate(source).value == value


NOTHING = """
name
name + 1
name()
open('x')
open('x').read()
base64.b64decode('aGk=' + name)
zlib.decompress(name)
len('a' + name)
('a' + name).encode()
('a' + name)[0]
('a' + name) == 'ab'
('a' + name).split('a')
[name][0]
int('a' + name)
hash('a')
id(1)
input()
os.getenv('x')
os.environ['x']
time.time()
eval('1')
exec('1')
globals()
__import__('os').system('x')
'a'.__class__
(1).__class__.__mro__
'{0.__class__}'.format(1)
'{x.y}'.format(x=1)
1 / 0
[][0]
{}['a']
'a' + 1
int('x')
chr(-1)
ord('ab')
b'\\xff'.decode()
base64.b64decode('a')
zlib.decompress(b'x')
codecs.decode(b'x', 'nosuch')
codecs.decode(b'x', 'encodings.utf_8')
codecs.decode(b'x', 'undefined')
bytes.fromhex('zz')
json.loads('{')
ast.literal_eval('x')
ast.literal_eval('__import__("os")')
struct.unpack('<I', b'a')
marshal.loads(base64.b64decode('4wAA')).co_code
re.sub('(a+)+$', '', 'aaa')
re.sub('(ab|c)*', '', 'aaa')
re.sub('(?=a)b', '', 'aaa')
list({'a', 'b'})
str({'a', 'b'})
await_
(lambda: name)()
itertools.cycle('a') == 1
list(itertools.cycle('a'))
sum(itertools.count())
next(x for x in [])
'a' is 'a'
(lambda: 1)(2)
(lambda a: a)()
cryptography.fernet.Fernet('short')
hashlib.new('nosuch', b'').digest()
map(open, ['x'])
[open(x) for x in y]
""".strip().splitlines()


@pytest.mark.parametrize("source", NOTHING)
def test_unknown(source):
    """What is impure, wrong or not constant is UNKNOWN, or a container of holes, and never raises."""
    found = evaluate(source)

    assert found is UNKNOWN or found.holed


@pytest.mark.filterwarnings("ignore")
def test_a_literal_hole_character_is_data():
    """A U+FFFC that the package writes itself is a character like any other."""
    assert evaluate(f"'a{HOLE}b'.replace('{HOLE}', '') + 'c'") == Known("abc", ("replace", "concat"))


def test_public_calls():
    """The functions that lowering calls take and give `Known`."""
    fuel = Fuel(10_000)

    assert call("base64.b64decode", (Known("aGk=", ("concat",)),), {}, fuel) == Known(b"hi", ("concat", "base64"))
    assert call("builtins.str.join", (Known("-"), Known(["a", "b"])), {}, fuel).value == "a-b"
    assert call("builtins.zip", (Known("ab"), Known("cd")), {}, fuel).value == [("a", "c"), ("b", "d")]
    assert call("os.system", (Known("x"),), {}, fuel) is UNKNOWN
    assert method(Known("a{}"), "format", (UNKNOWN,), {}, fuel) == Known(f"a{HOLE}", (), holed=True)
    assert method(UNKNOWN, "format", (), {}, fuel) is UNKNOWN
    assert binop("+", Known("a"), UNKNOWN, fuel).value == f"a{HOLE}"
    assert subscript(Known("abc"), Known(slice(None, None, -1))) == Known("cba", ("reverse",))
    assert fstring((Known("a"), UNKNOWN, Known(1))).value == f"a{HOLE}1"


def test_methods_leave_the_receiver_alone():
    """A caller's list is not what `append` changes."""
    mine = [1]

    assert method(Known(mine), "append", (Known(2),), {}, Fuel(100)) == Known(None)
    assert mine == [1]


FUNCTIONS = [
    (
        (
            "def f(d, k):\n out = []\n i = 0\n while i < len(d):\n"
            "  out.append(chr(ord(d[i]) ^ ord(k[i % len(k)])))\n  i += 1\n return ''.join(out)"
        ),
        ("ih", "\x01"),
        "hi",
    ),
    (
        (
            "def f(s):\n r = ''\n for c in s:\n  if c.isalpha():\n"
            "   r += chr((ord(c) - 97 + 13) % 26 + 97)\n  else:\n   r += c\n return r"
        ),
        ("uryyb!",),
        "hello!",
    ),
    ("def f(n):\n return 1 if n < 2 else n * f(n - 1)", (5,), 120),
    ("def f(*a, k=2, **kw):\n return len(a) * k + len(kw)", (1, 2, 3), 6),
    ("def f(x):\n try:\n  y = x + 1\n except Exception:\n  y = 0\n finally:\n  z = 5\n return y + z", (1,), 7),
    ("def f(x):\n def g(y):\n  return y + x\n return g(2)", (3,), 5),
    ("def f():\n n = 0\n def g():\n  nonlocal n\n  n += 1\n g()\n g()\n return n", (), 2),
    ("def f(x):\n import base64 as b\n from zlib import crc32\n return b.b64decode(x)", ("aGk=",), b"hi"),
    ("def f(x):\n for i in range(3):\n  yield x + i", (1,), [1, 2, 3]),
    ("def f(x):\n yield from x\n yield 9", ([1],), [1, 9]),
    ("def f(x):\n a, (b, *c) = x\n return c + [a, b]", ((1, (2, 3, 4)),), [3, 4, 1, 2]),
    ("def f(s):\n b = bytearray(s)\n for i in range(len(b)):\n  b[i] ^= 1\n return bytes(b)", (b"ih",), b"hi"),
    ("def f(s):\n l = list(s)\n l.reverse()\n l[0], l[-1] = l[-1], l[0]\n del l[0]\n return l", ("abc",), ["b", "c"]),
    ("def f():\n for i in range(10):\n  if i == 3:\n   break\n else:\n  i = 99\n return i", (), 3),
    ("def f():\n x = 0\n while True:\n  x += 1\n  if x % 2:\n   continue\n  if x > 6:\n   return x", (), 8),
    (
        "def f(d):\n out = {}\n for k, v in d.items():\n  out[v] = k\n out.update(z=1)\n return out",
        ({"a": 1},),
        {1: "a", "z": 1},
    ),
    ("def f(x: int) -> int:\n y: int = x\n assert y\n pass\n return y", (3,), 3),
    (
        (
            "def f(key, data):\n S = list(range(256))\n j = 0\n for i in range(256):\n"
            "  j = (j + S[i] + key[i % len(key)]) % 256\n  S[i], S[j] = S[j], S[i]\n i = j = 0\n"
            " out = []\n for c in data:\n  i = (i + 1) % 256\n  j = (j + S[i]) % 256\n"
            "  S[i], S[j] = S[j], S[i]\n  out.append(c ^ S[(S[i] + S[j]) % 256])\n return bytes(out)"
        ),
        (b"Key", bytes.fromhex("bbf316e8d940af0ad3")),
        b"Plaintext",
    ),
    ("def f(x):\n print(x)\n time.sleep(1)\n return x[::-1]", ("ab",), "ba"),
    ("def f(s):\n return ''.join(s[i] for i in range(len(s) - 1, -1, -1))", ("ab",), "ba"),
]


@pytest.mark.parametrize(("source", "args", "value"), FUNCTIONS)
def test_functions(source, args, value):
    """Functions of the file are computed, whatever they are built of."""
    from pratique.languages.python.evaluate import LocalFunction

    node = ast.parse(source).body[0]
    assert run(source, *args, f=Known(LocalFunction(node))).value == value


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n global x\n x = 1\n return x",
        "def f():\n if unknown:\n  return 1\n return 2",
        "def f():\n exec('x = 1')\n return 1",
        "def f():\n raise ValueError",
        "def f():\n return open('x').read()",
        "def f():\n with x as y:\n  return 1",
        "async def f():\n return 1",
        "def f():\n self.x = 1\n return 1",
        "def f():\n sys.exit()\n return 1",
        "def f():\n class A:\n  open('x')\n  raise x\n return A",
        "def f():\n x = [1]\n shuffle(x)\n return x[0]",
        "def f():\n return f",
    ],
)
def test_functions_with_effects_are_unknown(source):
    """An effect, an unknown condition or a changed container ends the run."""
    assert run(source) is UNKNOWN


def test_loops():
    """A loop gives the variables it leaves, and only those it knows."""
    assert run_loop("for c in d:\n out += chr(c ^ 1)\n t = time.time()", d=b"ih", out="") == {"c": 104, "out": "hi"}
    assert run_loop("while n:\n n -= 1\n l.append(n)", n=2, l=[]) == {"n": 0, "l": [1, 0]}
    assert run_loop("for x in unknown:\n y = 1") is UNKNOWN
    assert run_loop("for x in [1]:\n return") is UNKNOWN


@pytest.mark.parametrize("source", ["f'{s}'", "'%s' % s", "'%s' % (s,)", "'{}'.format([s])", "str([s])", "repr((s,))"])
def test_the_text_of_a_set_is_not_known(source):
    """Its order differs between processes, and facts must not."""
    assert evaluate(source, s={"a", "b"}) is UNKNOWN
